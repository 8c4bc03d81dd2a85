/// Which dispatcher set is which pool.

import Model

struct PoolSets: Sendable {
    private let setOf: [String: Int]
    private let fqdnOf: [String: String]

    /// Sets by the folded FQDN of their pool.
    init(_ sets: [String: Int]) {
        setOf = sets
        fqdnOf = Dictionary(
            sets.map { ("\($0.value)", $0.key) }, uniquingKeysWith: { first, _ in first })
    }

    /// The set of a pool, as `usr_preferences` writes it; nil for a pool that is none of ours.
    func set(of fqdn: String) -> String? { setOf[Address.folded(fqdn)].map { "\($0)" } }

    /// The pool of a set. One that no setting names is a pool nobody declared, named by its set.
    func fqdn(ofSet set: String) -> String { fqdnOf[set] ?? Self.undeclared + set }

    /// The set of any pool that was seen, also of one that no setting names any more: its owner must be
    /// able to let it go.
    func seenSet(of fqdn: String) -> String? {
        set(of: fqdn)
            ?? (fqdn.hasPrefix(Self.undeclared)
                ? String(fqdn.dropFirst(Self.undeclared.count)) : nil)
    }

    private static let undeclared = "dispatcher-set-"
}
