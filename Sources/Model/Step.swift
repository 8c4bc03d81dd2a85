/// The parts of a plan: stages, steps, and what gets no step.

/// One deed on one resource or pool.
package struct Step: Hashable, Sendable {
    package enum Action: String, Hashable, Sendable {
        case move
        case proveEmpty = "prove-empty"
        case retire
        /// Opened to arrivals again, because its document asks for that.
        case reopen
        /// What no supported script can do: a person does it, rehome checks that it was done.
        case `operator`
    }

    /// Rows of the plan's columns.
    package enum Subject: Hashable, Sendable {
        case resource(Int32)
        case pool(Int32)
    }

    /// Why the plan asks for it.
    package enum Cause: String, Hashable, Sendable {
        /// Asked for, not yet done.
        case pending
        /// Moved by somebody else, and put back because its placement says `onDrift: correct`.
        case drifted
        /// No longer declared, and taken back because its placement said `onRemoval: return`.
        case returned
        /// A way back that a person asked for.
        case takenBack = "taken-back"
    }

    package var id: StepID
    /// A row of `Plan.stages`.
    package var stage: Int32
    package var action: Action
    /// A row of `Plan.columns.connections`.
    package var connection: Int32
    package var subject: Subject
    /// Rows of `Plan.pools`.
    package var from: Int32?
    package var to: Int32?
    package var reversal: MoveRule.Reversal
    /// Rows of `Plan.columns.prices`: the way there, and the way back.
    package var price: Int32
    package var back: Int32
    package var cause: Cause
    /// The manifest line that asks for it.
    package var reason: Plan.Place?
    /// The placement that asks for it, a row of `Plan.columns.texts`.
    package var placement: Int32
    /// Whether that placement asks by a selection.
    package var bySelection: Bool
    /// Steps of related resources that must be done before; never a whole wave.
    package var needs: [StepID]
    /// Whose doing it is; nil where nobody can say, and in a plan that was compared with none.
    package var section: Review.Section?

    package init(
        id: StepID, stage: Int32, action: Action, connection: Int32, subject: Subject, from: Int32?,
        to: Int32?, reversal: MoveRule.Reversal, price: Int32, back: Int32, cause: Cause,
        reason: Plan.Place?, placement: Int32, bySelection: Bool, needs: [StepID]
    ) {
        self.id = id
        self.stage = stage
        self.action = action
        self.connection = connection
        self.subject = subject
        self.from = from
        self.to = to
        self.reversal = reversal
        self.price = price
        self.back = back
        self.cause = cause
        self.reason = reason
        self.placement = placement
        self.bySelection = bySelection
        self.needs = needs
    }
}

/// A resource or pool for which something is asked, and that gets no step.
package struct Left: Hashable, Sendable {
    package enum Because: String, Hashable, Sendable, CaseIterable {
        case held
        case blocked
        case conflict
        case unknown
        case missing
        /// No supported means exists here.
        case unable
        case setAside = "set-aside"
    }

    package var connection: Int32?
    package var subject: Step.Subject
    /// The pool that is asked for.
    package var wanted: Int32?
    package var because: Because
    /// The id of the rule, listed in `docs/reference/diagnostics.md`.
    package var rule: String
    /// One sentence, a row of `Plan.columns.texts`.
    package var detail: Int32
    package var until: ManifestTime?
    package var reason: Plan.Place?

    package init(
        connection: Int32?, subject: Step.Subject, wanted: Int32?, because: Because, rule: String,
        detail: Int32, until: ManifestTime?, reason: Plan.Place?
    ) {
        self.connection = connection
        self.subject = subject
        self.wanted = wanted
        self.because = because
        self.rule = rule
        self.detail = detail
        self.until = until
        self.reason = reason
    }
}

/// A part of the way that begins and rests as one: a wave, the apps after it, a retirement, or the one
/// open stage of placements without a rollout.
package struct Stage: Hashable, Sendable {
    /// `open`, `open/apps`, `madrid/pilot`, `madrid/rest/apps`.
    package var id: String
    package var rollout: String?
    package var wave: String?
    /// Stages that must be done before, by id.
    package var needs: [String]
    package var gatesBefore: [Gate]
    package var gatesAfter: [Gate]
    package var soak: Duration?
    package var windows: [Rollout.Window]
    /// How many of its members may fail before the run halts.
    package var budget: Policy.Share
    /// Whether applying this plan may begin its steps.
    package var isAuthorised: Bool
    package var standing: Standing
    /// The wave up to which the manifests let its rollout go, where this one lies beyond it.
    package var beyond: String?
    /// The number of a change request.
    package var change: String?
    /// Members that should move and cannot begin: what they rest on is unknown or in the way.
    package var blocked: Int
    /// Whether members are outside the part of the estate that the plan is about.
    package var isPart: Bool
    /// The ways that its members go, sorted: between these pools its gates are measured.
    package var routes: [WaveRoute]
    /// What it is about where it is the end of a pool; nil for every other stage.
    package var retirement: StageRetirement?
    /// What people state of its gates, and still holds.
    package var statements: [GateStatement] = []

    package init(
        id: String, rollout: String?, wave: String?, needs: [String], gatesBefore: [Gate],
        gatesAfter: [Gate], soak: Duration?, windows: [Rollout.Window], budget: Policy.Share,
        isAuthorised: Bool, standing: Standing, beyond: String? = nil, change: String? = nil,
        blocked: Int = 0, isPart: Bool = false, routes: [WaveRoute] = []
    ) {
        self.id = id
        self.rollout = rollout
        self.wave = wave
        self.needs = needs
        self.gatesBefore = gatesBefore
        self.gatesAfter = gatesAfter
        self.soak = soak
        self.windows = windows
        self.budget = budget
        self.isAuthorised = isAuthorised
        self.standing = standing
        self.beyond = beyond
        self.change = change
        self.blocked = blocked
        self.isPart = isPart
        self.routes = routes
    }

    /// Whether it is the part of a wave that comes after its users.
    package var isApps: Bool { wave != nil && id.hasSuffix("/apps") }
}

/// How a stage stands at a moment: what it waits for, since when, what releases it, when at the earliest.
package struct Standing: Hashable, Sendable {
    package enum State: String, Hashable, Sendable {
        case done
        case open
        case waiting
    }

    package var state: State
    /// A stage, a gate, a soak, a window, a pause, in words: nil unless waiting.
    package var waitsFor: String?
    package var since: Instant?
    /// What a person or the world does to release it.
    package var releasedBy: String?
    package var earliest: Instant?

    package init(
        state: State, waitsFor: String? = nil, since: Instant? = nil, releasedBy: String? = nil,
        earliest: Instant? = nil
    ) {
        self.state = state
        self.waitsFor = waitsFor
        self.since = since
        self.releasedBy = releasedBy
        self.earliest = earliest
    }
}

/// A limit that refuses a plan. The raw value is its name in output and in `--override`.
package enum Rail: String, Hashable, Sendable, CaseIterable {
    case desiredEmpty = "desired-empty"
    case desiredShrunken = "desired-shrunken"
    case movesPerRun = "moves-per-run"
    case movesPercent = "moves-percent"
    case capacity
    case arrivalOnClosedPool = "arrival-on-closed-pool"
    case productFit = "product-fit"
    case price
    case observationIncomplete = "observation-incomplete"
    case readOnly = "read-only"
    /// Of a way back alone: anything else waits for the end of a freeze.
    case freeze

    /// Whether `--override RAIL@DIGEST` may lift it once. The others hang on safety and are never
    /// lifted, or, like `price`, are lifted by words of their own.
    package var canBeOverridden: Bool {
        switch self {
        case .desiredShrunken, .movesPerRun, .movesPercent, .capacity, .arrivalOnClosedPool,
            .observationIncomplete, .freeze:
            true
        case .desiredEmpty, .productFit, .price, .readOnly: false
        }
    }
}

/// One rail's refusal: what it measured against what, and how to go on.
package struct Refusal: Hashable, Sendable {
    package var rail: Rail
    package var message: String
    package var hint: String
    /// False where no override lifts this refusal, though its rail may be lifted elsewhere.
    package var isLiftable: Bool

    package init(rail: Rail, message: String, hint: String, isLiftable: Bool? = nil) {
        self.rail = rail
        self.message = message
        self.hint = hint
        self.isLiftable = isLiftable ?? rail.canBeOverridden
    }
}

/// Something a person should know that is not a step: rolled up by rule and pool.
package struct Finding: Hashable, Sendable {
    package var rule: String
    package var severity: Severity
    package var message: String
    /// The pool by which it was rolled up.
    package var pool: String?
    /// The resource, where there is exactly one.
    package var resource: String?
    package var count: Int
    /// At most ten, in order.
    package var examples: [String]
    package var location: SourceLocation?
    package var hint: String?

    package init(
        rule: String, severity: Severity, message: String, pool: String? = nil,
        resource: String? = nil, count: Int = 1, examples: [String] = [],
        location: SourceLocation? = nil, hint: String? = nil
    ) {
        self.rule = rule
        self.severity = severity
        self.message = message
        self.pool = pool
        self.resource = resource
        self.count = count
        self.examples = examples
        self.location = location
        self.hint = hint
    }
}
