/// What is to be said of a pool, a stage or a rail: the answers of `rehome why` that are not about one
/// resource.

/// How many resources of a kind go one way, or stay for one reason.
package struct WhyCount: Hashable, Sendable {
    package var kind: Kind
    package var count: Int
    /// Names of pools; nil where it says nothing.
    package var from: String?
    package var to: String?
    /// A rule, for what is left alone.
    package var rule: String?

    package init(
        kind: Kind, count: Int, from: String? = nil, to: String? = nil, rule: String? = nil
    ) {
        self.kind = kind
        self.count = count
        self.from = from
        self.to = to
        self.rule = rule
    }
}

package struct WhyPool: Hashable, Sendable {
    package var pool: Pool
    package var at: Instant
    /// The pool as its deployment shows it; absent where it does not, unknown where it was not read.
    package var seen: Fact<ObservedPool>
    /// Who lives there, as far as it was read.
    package var residents: [WhyCount]
    /// What of it was not read.
    package var gaps: [Gap]
    /// Placements that lead there.
    package var placements: [String]
    /// Steps of a plan made now that enter and leave it, those first that may begin.
    package var arriving: [WhyCount]
    package var leaving: [WhyCount]
    /// What is asked for there and gets no step, by rule.
    package var left: [WhyCount]
    /// What refuses that plan, where it would begin one of these steps now.
    package var refusals: [Refusal]

    package init(
        pool: Pool, at: Instant, seen: Fact<ObservedPool>, residents: [WhyCount], gaps: [Gap],
        placements: [String], arriving: [WhyCount], leaving: [WhyCount], left: [WhyCount],
        refusals: [Refusal]
    ) {
        self.pool = pool
        self.at = at
        self.seen = seen
        self.residents = residents
        self.gaps = gaps
        self.placements = placements
        self.arriving = arriving
        self.leaving = leaving
        self.left = left
        self.refusals = refusals
    }
}

package struct WhyStage: Hashable, Sendable {
    package var stage: Stage
    package var at: Instant
    /// Its steps in a plan made now.
    package var steps: [WhyCount]

    package init(stage: Stage, at: Instant, steps: [WhyCount]) {
        self.stage = stage
        self.at = at
        self.steps = steps
    }
}

package struct WhyRail: Hashable, Sendable {
    package var rail: Rail
    package var at: Instant
    /// The limit in force, in words; nil for a rail that has none.
    package var limit: String?
    /// Where the Policy that sets it stands; nil for a default.
    package var location: SourceLocation?
    /// The digest of a plan made now, and why the rail refuses it; empty where it does not.
    package var digest: String
    package var refusals: [Refusal]

    package init(
        rail: Rail, at: Instant, limit: String?, location: SourceLocation?, digest: String,
        refusals: [Refusal]
    ) {
        self.rail = rail
        self.at = at
        self.limit = limit
        self.location = location
        self.digest = digest
        self.refusals = refusals
    }
}
