/// Facts that an adapter saw, did not find, or could not see. The third case cannot be forgotten.

/// Something about a deployment that is present, absent, or unknown.
///
/// There is on purpose no accessor that turns it into an optional: whoever reads a fact says what
/// happens when it is unknown. Unknown is never taken for absent (promise 3 in `docs/concepts.md`).
package enum Fact<Value> {
    case present(Value)
    case absent
    case unknown(Gap)
}

extension Fact: Sendable where Value: Sendable {}
extension Fact: Equatable where Value: Equatable {}
extension Fact: Hashable where Value: Hashable {}

extension Fact {
    package func map<Other>(_ transform: (Value) -> Other) -> Fact<Other> {
        switch self {
        case .present(let value): .present(transform(value))
        case .absent: .absent
        case .unknown(let gap): .unknown(gap)
        }
    }
}

/// A part of a deployment that could not be read, and why. What is nil is meant in full: a gap
/// without a pool spans all pools of the connection.
package struct Gap: Hashable, Sendable, Comparable {
    /// The FQDN of the pool.
    package var pool: String?
    package var kind: Kind?
    /// The name of a fact: `home`, `id`, `meetings`, or an attribute.
    package var fact: String?
    package var reason: String

    package init(pool: String? = nil, kind: Kind? = nil, fact: String? = nil, reason: String) {
        self.pool = pool
        self.kind = kind
        self.fact = fact
        self.reason = reason
    }

    /// Whether the gap leaves open if, or how, a resource of this kind lives on this pool.
    package func covers(pool: String, kind: Kind) -> Bool {
        (self.pool == nil || self.pool == pool) && (self.kind == nil || self.kind == kind)
    }

    package static func < (one: Gap, other: Gap) -> Bool { one.sortKey < other.sortKey }

    private var sortKey: (String, String, String, String) {
        (pool ?? "", kind?.name ?? "", fact ?? "", reason)
    }
}
