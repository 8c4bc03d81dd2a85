/// How many people approve a plan, and who: what is said of it.

/// What is known of the approvals of one matter.
package struct ApprovalTally: Hashable, Sendable {
    package enum Matter: String, Hashable, Sendable, CaseIterable {
        case move
        case retire
        case `override`
    }

    package enum Discount: String, Hashable, Sendable {
        case applies
        case wroteTheChange = "wrote-the-change"
    }

    package struct Discounted: Hashable, Sendable {
        package var name: String
        package var because: Discount

        package init(name: String, because: Discount) {
            self.name = name
            self.because = because
        }
    }

    package var matter: Matter
    /// How many people must approve every step of it.
    package var wanted: Int
    /// How many approve the step that has the fewest.
    package var count: Int
    /// Who approve all of it, in the order in which they did.
    package var by: [String]
    /// Who approve a part of it.
    package var partlyBy: [String]
    package var discounted: [Discounted]
    /// How many steps too few people approve.
    package var open: Int

    package var isMet: Bool { count >= wanted }

    package init(_ matter: Matter, wanted: Int) {
        self.matter = matter
        self.wanted = wanted
        count = 0
        by = []
        partlyBy = []
        discounted = []
        open = 0
    }
}

/// How the approvals of a plan stand: what policy asks for, one tally each, and what does not count.
package struct ApprovalStanding: Hashable, Sendable {
    /// An approval that counts for nothing.
    package struct Void: Hashable, Sendable {
        package var name: String
        package var because: String

        package init(name: String, because: String) {
            self.name = name
            self.because = because
        }
    }

    package var tallies: [ApprovalTally]
    package var void: [Void]
    /// Whether only signatures count.
    package var wantsSignatures: Bool

    package init(tallies: [ApprovalTally], void: [Void] = [], wantsSignatures: Bool = false) {
        self.tallies = tallies
        self.void = void
        self.wantsSignatures = wantsSignatures
    }

    package var isMet: Bool { tallies.allSatisfy(\.isMet) }
}
