/// What people state because nothing can see it, and how many others still have to agree.

package import Model

/// Who approved what was stated, and how many must: one person is one approval, and whoever stated it is none.
package struct Vouching: Hashable, Sendable {
    private var wanted: Int
    private var people: [String: Set<String>]

    package init(wanted: Int, people: [String: Set<String>]) {
        self.wanted = wanted
        self.people = people
    }

    package init(_ memory: Memory, _ policy: Policy) {
        self.init(wanted: policy.approvals.attest, people: memory.vouched)
    }

    /// How many people still have to approve a statement before it counts.
    package func missing(of statement: Testimony) -> Int {
        guard wanted > 0 else { return 0 }
        return max(0, wanted - (people[statement.digest]?.count ?? 0))
    }

    /// Who states it, and for how many approvals that waits.
    static func words(by actor: Actor, missing: Int) -> String {
        "attested by \(actor), waits for \(missing) approval\(missing == 1 ? "" : "s")"
    }

    /// What a person types who approves a statement. Of gates that share a name on both sides of their wave, the
    /// side is told too.
    static func command(_ name: String, side: GateName.Side? = nil) -> String {
        let option = side.map { " --\($0.rawValue)" } ?? ""
        return "rehome approve --attestation \(name)\(option) --reason WORDS"
    }
}
