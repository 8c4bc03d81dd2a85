/// How a rollout would go from here, in the time that it would take: what `rehome rehearse` says.

/// A rollout that was played through in virtual time.
package struct Rehearsal: Hashable, Sendable {
    package static let format = "rehome.rehearsal/1"

    /// The name of the estate; nil where no Estate is declared.
    package var estate: String?
    /// In which a person reads the times.
    package var zone: Zone
    package var from: Instant
    /// When nothing more happens.
    package var to: Instant
    /// Whether it came to its end: nothing is left that could move.
    package var isWhole: Bool
    /// How many runs it took.
    package var runs: Int
    /// In the order of the way; the stage of everything that is in no rollout is one of them.
    package var waves: [Wave]
    /// What people must do on the way, by time.
    package var deeds: [Deed]
    /// By time.
    package var breaks: [Break]
    /// Freezes that begin before its end and end after its beginning, by time.
    package var freezes: [Freeze]
    /// Who is asked for and does not move, counted by why.
    package var left: [LeftCount]
    /// What it takes for granted, in sentences.
    package var assumptions: [String]

    package init(
        estate: String?, zone: Zone, from: Instant, to: Instant, isWhole: Bool, runs: Int,
        waves: [Wave], deeds: [Deed], breaks: [Break], freezes: [Freeze], left: [LeftCount],
        assumptions: [String]
    ) {
        self.estate = estate
        self.zone = zone
        self.from = from
        self.to = to
        self.isWhole = isWhole
        self.runs = runs
        self.waves = waves
        self.deeds = deeds
        self.breaks = breaks
        self.freezes = freezes
        self.left = left
        self.assumptions = assumptions
    }

    package var moved: Int { waves.reduce(0) { $0 + $1.moved } }
    package var failed: Int { waves.reduce(0) { $0 + $1.failed } }
    package var windowsUsed: Int { waves.reduce(0) { $0 + $1.windowsUsed } }

    package struct Span: Hashable, Sendable {
        package var from: Instant
        package var to: Instant

        package init(from: Instant, to: Instant) {
            self.from = from
            self.to = to
        }

        package var length: Duration { to - from }
    }

    /// What became of one wave.
    package struct Wave: Hashable, Sendable {
        /// `madrid/pilot`, or `open`.
        package var name: String
        package var rollout: String?
        /// With how many it began, or would.
        package var members: Int
        /// How many of them had moved before the rehearsal began.
        package var movedBefore = 0
        package var moved = 0
        package var failed = 0
        package var began: Instant?
        /// When its last move was settled.
        package var settled: Instant?
        /// When it had rested and its gates had passed.
        package var completed: Instant?
        package var soak: Duration?
        /// When it moved people: one span for each run.
        package var moving: [Span] = []
        package var waits: [Wait] = []
        package var hasWindows = false
        /// All openings of its windows from the first time it waited or moved to the end of its moves.
        package var openings: [Span] = []
        /// In how many of them a batch began.
        package var windowsUsed = 0
        /// How often each of its gates was measured, by name.
        package var gates: [GateCount] = []

        package init(name: String, rollout: String?, members: Int) {
            self.name = name
            self.rollout = rollout
            self.members = members
        }

        /// How long it moved people.
        package var movingTime: Duration { moving.reduce(.zero) { $0 + $1.length } }
    }

    package struct GateCount: Hashable, Sendable {
        package var gate: GateName
        package var times: Int

        package init(gate: GateName, times: Int) {
            self.gate = gate
            self.times = times
        }
    }

    /// A time in which a wave waited although nothing went before it any more.
    package struct Wait: Hashable, Sendable {
        package enum Cause: String, Hashable, Sendable, CaseIterable {
            case window
            case soak
            case gate
            case freeze
            case pause
            case other
        }

        package var cause: Cause
        /// In the words of the plan: `its window`, `the freeze (year end)`.
        package var words: String
        package var span: Span

        package init(cause: Cause, words: String, span: Span) {
            self.cause = cause
            self.words = words
            self.span = span
        }
    }

    /// Something that only a person does.
    package struct Deed: Hashable, Sendable {
        package var at: Instant
        package var wave: String?
        /// After "a person must": `approve the plan`.
        package var words: String
        /// By what command or change.
        package var hint: String

        package init(at: Instant, wave: String?, words: String, hint: String) {
            self.at = at
            self.wave = wave
            self.words = words
            self.hint = hint
        }
    }

    /// Where what is declared does not hold.
    package struct Break: Hashable, Sendable {
        package enum Kind: Hashable, Sendable {
            case rail(Rail)
            /// More failed than the budget of a wave allows.
            case budget
            /// A freeze holds up what could begin.
            case freeze
            /// Members that cannot begin.
            case blocked
            /// Nothing ever releases it.
            case never
            /// The plan is not what it was a moment before.
            case stale

            package var word: String {
                switch self {
                case .rail(let rail): rail.rawValue
                case .budget: "budget"
                case .freeze: "freeze"
                case .blocked: "blocked"
                case .never: "never"
                case .stale: "stale"
                }
            }
        }

        package var kind: Kind
        package var at: Instant
        package var wave: String?
        package var words: String
        package var hint: String
        /// Whether the rehearsal could not go on: what a person can lift or wait for is gone beyond.
        package var isEnd: Bool

        package init(
            _ kind: Kind, at: Instant, wave: String?, words: String, hint: String, isEnd: Bool
        ) {
            self.kind = kind
            self.at = at
            self.wave = wave
            self.words = words
            self.hint = hint
            self.isEnd = isEnd
        }
    }

    package struct Freeze: Hashable, Sendable {
        package var reason: String
        package var span: Span

        package init(reason: String, span: Span) {
            self.reason = reason
            self.span = span
        }
    }

    package struct LeftCount: Hashable, Sendable {
        package var because: Left.Because
        package var count: Int

        package init(because: Left.Because, count: Int) {
            self.because = because
            self.count = count
        }
    }
}
