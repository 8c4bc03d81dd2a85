/// How an estate stands, on one screen: what `rehome status` says.

package struct EstateStatus: Sendable {
    /// A declared pool, with who lives there and who is to come and go.
    package struct PoolRow: Hashable, Sendable {
        package var pool: Pool
        /// By kind, as far as it was read.
        package var residents: [Kind: Int]
        /// Steps of a plan made now.
        package var arriving: Int
        package var leaving: Int

        package init(pool: Pool, residents: [Kind: Int], arriving: Int, leaving: Int) {
            self.pool = pool
            self.residents = residents
            self.arriving = arriving
            self.leaving = leaving
        }
    }

    package struct StageRow: Hashable, Sendable {
        package var stage: Stage
        package var steps: Int

        package init(stage: Stage, steps: Int) {
            self.stage = stage
            self.steps = steps
        }
    }

    /// The name of the Estate, where one is declared.
    package var name: String?
    package var at: Instant
    package var pools: [PoolRow]
    package var stages: [StageRow]
    /// Of a plan made now: what could not be read, what refuses it, and its counts.
    package var gaps: [Plan.ConnectionGap]
    package var refusals: [Refusal]
    package var summary: Plan.Summary
    /// What the world did without us, by class.
    package var drift: [Drift.Class: Int]
    /// The last run; nil where none was.
    package var lastRun: Run?
    /// Of the ledger: steps whose end nobody saw, steps that failed for good, pauses and holds in force.
    package var inDoubt: Int
    package var setAside: Int
    package var stops: Stops

    package init(
        name: String?, at: Instant, pools: [PoolRow], stages: [StageRow],
        gaps: [Plan.ConnectionGap], refusals: [Refusal], summary: Plan.Summary,
        drift: [Drift.Class: Int], lastRun: Run?, inDoubt: Int, setAside: Int, stops: Stops
    ) {
        self.name = name
        self.at = at
        self.pools = pools
        self.stages = stages
        self.gaps = gaps
        self.refusals = refusals
        self.summary = summary
        self.drift = drift
        self.lastRun = lastRun
        self.inDoubt = inDoubt
        self.setAside = setAside
        self.stops = stops
    }

    /// Held by `rehome hold` at this time; the Holds of manifests are counted by the plan.
    package var heldNow: Int { stops.held.values.count { $0.isActive(at: at) } }
}
