/// What an adapter noticed beside homes: something about a deployment that a person should know before
/// anybody moves.

/// One thing that was noticed, rolled up by the adapter; planning shows it as a finding.
package struct Notice: Hashable, Sendable, Comparable {
    /// The raw value is the name of the finding (`docs/reference/diagnostics.md`).
    package enum Rule: String, Hashable, Sendable, CaseIterable, Comparable {
        /// A member of a pool takes no requests, as all who send to it agree.
        case memberDown = "member-down"
        /// Those who send requests to a pool do not agree on how its members are.
        case viewsDiffer = "views-differ"
        /// One of those who send requests could not be asked.
        case viewMissing = "view-missing"
        /// A copy of homes that is asked first says something else than the homes themselves.
        case cacheBehind = "cache-behind"
        /// Devices are registered in a pool that their owners have left.
        case strayRegistrations = "stray-registrations"

        package static func < (one: Rule, other: Rule) -> Bool { one.rawValue < other.rawValue }
    }

    package var rule: Rule
    /// The FQDN of the pool, where it is about one.
    package var pool: String?
    /// One sentence, without a name of a person.
    package var message: String
    package var count: Int
    /// At most ten, in order.
    package var examples: [ResourceID]
    /// What to do next.
    package var hint: String

    package init(
        _ rule: Rule, pool: String? = nil, _ message: String, count: Int = 1,
        examples: [ResourceID] = [], hint: String
    ) {
        self.rule = rule
        self.pool = pool
        self.message = message
        self.count = count
        self.examples = examples
        self.hint = hint
    }

    package static func < (one: Notice, other: Notice) -> Bool {
        (one.rule, one.pool ?? "", one.message) < (other.rule, other.pool ?? "", other.message)
    }
}
