/// What a run sets out to do: a plain value, made from a plan once and decided upon by `RunMachine`.

package import Adapters
package import Model
package import Planning

package struct RunOrders: Sendable {
    /// Without an end.
    package var run: Run
    package var plan: RecordedPlan
    package var connections: [ConnectionOrders]
    /// Those that the plan authorises, in the order of the way.
    package var stages: [Stage]
    package var lanes: [LaneOrders]
    /// In the order of the plan.
    package var moves: [MoveOrder]
    /// What this run waits for from its beginning, in words: stages that are not open, operators.
    package var waits: [String]
    package var limits: RunLimits
    /// Of the jitter between attempts.
    package var seed: UInt64
    /// Who is held and what is paused when the run begins.
    package var stops = Stops(comparedBy: .whole)
    /// How far rollouts had come when the run begins.
    package var journey = Journey()
    /// Whose approvals of what people state count.
    package var vouching = Vouching(wanted: 0, people: [:])
    /// How many members of each stage failed in earlier runs, beside `stages`.
    package var failedBefore: [Int] = []
    /// Steps of earlier runs of which nobody knows how they ended.
    package var inDoubt: Set<StepID> = []
    /// Who is bound to whom: a hold that is heard on the way holds them too.
    package var ties = Ties(comparedBy: .whole)
    /// The number of the lease under which the run acts, for deployments that ask for one.
    package var fence: Fence?
    /// FQDNs of pools that a person gave up, by connection.
    package var evacuated: [String: Set<String>] = [:]
    /// How names of resources are compared.
    package var folding: Folding { stops.folding }
    /// The link of the ledger up to which instructions were known when the plan was made.
    package var heardUpTo = 0
    /// What a way back records with its run, before its first batch: that it takes something back.
    package var opening: [LedgerEntry] = []
    package var isWayBack: Bool { !opening.isEmpty }

    package init(
        run: Run, plan: RecordedPlan, connections: [ConnectionOrders], stages: [Stage],
        lanes: [LaneOrders], moves: [MoveOrder], waits: [String], limits: RunLimits, seed: UInt64
    ) {
        self.run = run
        self.plan = plan
        self.connections = connections
        self.stages = stages
        self.lanes = lanes
        self.moves = moves
        self.waits = waits
        self.limits = limits
        self.seed = seed
    }
}

/// How hard a deployment may be driven.
package struct ConnectionOrders: Hashable, Sendable {
    package var name: String
    package var limits: Connection.Limits
    /// Whether work is over once its call has answered or its runner is gone, whatever it answered.
    package var endsWithRunner: Bool

    package init(name: String, limits: Connection.Limits, endsWithRunner: Bool) {
        self.name = name
        self.limits = limits
        self.endsWithRunner = endsWithRunner
    }
}

/// Steps that may share a batch: of one stage and one connection, moved by the same means.
package struct LaneOrders: Hashable, Sendable {
    /// An index into `RunOrders.connections`.
    package var connection: Int
    /// An index into `RunOrders.stages`.
    package var stage: Int
    /// Steps in a batch at most; nil where all of the lane move together (grain whole pool).
    package var batch: Int?
    package var settles: Duration
    package var repeatable: Bool

    package init(
        connection: Int, stage: Int, batch: Int?, settles: Duration, repeatable: Bool
    ) {
        self.connection = connection
        self.stage = stage
        self.batch = batch
        self.settles = settles
        self.repeatable = repeatable
    }
}

/// One step of a run.
package struct MoveOrder: Hashable, Sendable {
    package var move: Move
    /// An index into `RunOrders.lanes`.
    package var lane: Int
    package var placement: String
    package var bySelection: Bool
    /// Indices into `RunOrders.moves` of what must be done before.
    package var needs: [Int]
    /// Whether the ledger already has this resource at the target: then being there is nothing new.
    package var isRecorded: Bool

    package init(
        move: Move, lane: Int, placement: String, bySelection: Bool, needs: [Int] = [],
        isRecorded: Bool = false
    ) {
        self.move = move
        self.lane = lane
        self.placement = placement
        self.bySelection = bySelection
        self.needs = needs
        self.isRecorded = isRecorded
    }
}

/// Every limit of a run that does not hang on one connection.
package struct RunLimits: Hashable, Sendable {
    package var retry: RetryPolicy
    /// How long a batch may take, whatever it holds, and how much more for each of its steps.
    package var batchDeadline: Duration
    package var stepDeadline: Duration
    /// How long a look may take.
    package var lookDeadline: Duration
    /// How long after its deadline the answer of a deployment is waited for.
    package var grace: Duration
    /// Resources in one look at what is in doubt.
    package var lookSize: Int
    /// Steps of a stage whose premise may have changed before the plan is stale.
    package var stale: Policy.Share
    package var movesPerHour: Int?
    /// When steps began within the last hour, for `movesPerHour`.
    package var begunLately: [Instant]
    /// Times in which nothing begins.
    package var freezes: [FreezeSpan]

    package init(
        retry: RetryPolicy, batchDeadline: Duration, stepDeadline: Duration,
        lookDeadline: Duration, grace: Duration, lookSize: Int, stale: Policy.Share,
        movesPerHour: Int?, begunLately: [Instant], freezes: [FreezeSpan] = []
    ) {
        self.retry = retry
        self.batchDeadline = batchDeadline
        self.stepDeadline = stepDeadline
        self.lookDeadline = lookDeadline
        self.grace = grace
        self.lookSize = lookSize
        self.stale = stale
        self.movesPerHour = movesPerHour
        self.begunLately = begunLately
        self.freezes = freezes
    }

    /// The limits of a Policy, with the deadlines that suit deployments of the field.
    package init(_ policy: Policy, begunLately: [Instant]) {
        self.init(
            retry: .standard, batchDeadline: .seconds(60), stepDeadline: .seconds(6),
            lookDeadline: .seconds(120), grace: .seconds(5), lookSize: 500,
            stale: policy.limits.stale, movesPerHour: policy.limits.movesPerHour,
            begunLately: begunLately, freezes: policy.freezes.map(FreezeSpan.init))
    }
}
