/// How a wave went, told afterwards: counts, times, gates and decisions, and nothing of what is there now.

/// What became of one beginning of a wave. A wave that was taken back and begins again has two.
package struct WaveReport: Hashable, Sendable {
    package var wave: WaveID
    /// Nil where it was measured and has not begun.
    package var start: WaveStart?
    package var startedAt: Instant?
    package var settledAt: Instant?
    package var completedAt: Instant?
    package var takenBackAt: Instant?
    /// When its way became another one, so that it counts no more.
    package var droppedAt: Instant?
    /// How long the manifests of now let it rest; the ledger does not keep that.
    package var soak: Duration?
    /// By the last attempt at each step; `total` is how many members it began with.
    package var counts = Run.Counts()
    /// What its moves broke, as it was seen when they were planned.
    package var prices: [Price] = []
    /// Moves that were made and whose price was not kept.
    package var unpriced = 0
    /// What did not end well, most steps first.
    package var troubles: [Trouble] = []
    /// Nil while nothing of it was begun.
    package var moves: Moves?
    /// In the order of their names.
    package var gates: [GateTrace] = []
    /// In the order in which they were recorded.
    package var decisions: [Decision] = []
    /// Who was brought back to where they were before it.
    package var cameBack: [ResourceID] = []

    package init(_ wave: WaveID) { self.wave = wave }

    /// How far it has come; the raw value is the word in output.
    package enum State: String, Hashable, Sendable {
        case notBegun = "not-begun"
        case underWay = "under-way"
        case halted
        case resting
        case complete
        case takenBack = "taken-back"
        /// Given up for another way.
        case dropped = "given-up"
    }

    package var state: State {
        if droppedAt != nil { return .dropped }
        if takenBackAt != nil { return .takenBack }
        if completedAt != nil { return .complete }
        let last = decisions.last { $0.what == .breached || $0.what == .resumed }
        if last?.what == .breached { return .halted }
        if settledAt != nil { return .resting }
        return startedAt == nil ? .notBegun : .underWay
    }

    /// Steps that ended alike, and what was said of them.
    package struct Trouble: Hashable, Sendable {
        package enum Kind: String, Hashable, Sendable, CaseIterable {
            case failed
            case inDoubt = "in-doubt"
            case conflict
            case gone
        }

        package var kind: Kind
        package var message: String
        package var count = 0
        /// The first so many, in the order in which they were begun.
        package var first: [ResourceID] = []

        package init(_ kind: Kind, _ message: String) {
            self.kind = kind
            self.message = message
        }
    }

    /// When moves were made, and how long they took.
    package struct Moves: Hashable, Sendable {
        package var began: Instant
        /// Nil while none is settled.
        package var lastSettled: Instant?
        /// The longest that one attempt took from its intent to its outcome.
        package var longest: Duration?

        package init(began: Instant) { self.began = began }
    }

    /// All measurements of one gate, summed up.
    package struct GateTrace: Hashable, Sendable {
        package var gate: GateName
        package var verdicts: [Evidence.Verdict: Int] = [:]
        package var firstFailure: GateHistory.Last?
        package var first: Instant
        package var last: GateHistory.Last

        package init(_ measurement: GateMeasurement, at time: Instant) {
            gate = measurement.gate
            first = time
            last = GateHistory.Last(
                verdict: measurement.verdict, words: measurement.words, at: time)
        }

        package mutating func take(_ measurement: GateMeasurement, at time: Instant) {
            verdicts[measurement.verdict, default: 0] += 1
            last = GateHistory.Last(
                verdict: measurement.verdict, words: measurement.words, at: time)
            if firstFailure == nil, measurement.verdict == .failed { firstFailure = last }
        }
    }

    /// What halted it, and what people said about it.
    package struct Decision: Hashable, Sendable {
        package enum What: Hashable, Sendable {
            case breached
            case paused
            case resumed
            case opened(GateName)
            case closed(GateName)
            case measuredAgain(GateName)
            case retried(Int)
        }

        package var what: What
        package var at: Instant
        /// Nil where nobody decided it: a budget or a gate was used up.
        package var by: Actor?
        package var reason: String?
        package var until: Instant?

        package init(
            _ what: What, at: Instant, by: Actor?, reason: String?, until: Instant? = nil
        ) {
            self.what = what
            self.at = at
            self.by = by
            self.reason = reason
            self.until = until
        }
    }
}

extension WaveReport.Decision.What {
    /// The word in output.
    package var word: String {
        switch self {
        case .breached: "halted"
        case .paused: "paused"
        case .resumed: "resumed"
        case .opened: "gate-opened"
        case .closed: "gate-closed"
        case .measuredAgain: "gate-as-measured"
        case .retried: "retried"
        }
    }

    package var gate: GateName? {
        switch self {
        case .opened(let gate), .closed(let gate), .measuredAgain(let gate): gate
        case .breached, .paused, .resumed, .retried: nil
        }
    }
}
