/// All that the ledger holds about one beginning of a wave, and what it comes to.

/// Something recorded, with the link of the audit chain that holds it.
package struct Recorded<Value: Hashable & Sendable>: Hashable, Sendable {
    package var value: Value
    package var link: Int
    package var at: Instant
    package var by: Actor

    package init(_ value: Value, link: Int, at: Instant, by: Actor) {
        self.value = value
        self.link = link
        self.at = at
        self.by = by
    }
}

/// One beginning of a wave, with everything recorded of it, in the order in which it was.
package struct WaveChapter: Hashable, Sendable {
    package var wave: WaveID
    package var start: WaveStart?
    package var events: [Recorded<WaveEvent>] = []
    package var instructions: [Recorded<Instruction>] = []
    /// Every attempt at its steps.
    package var attempts: [RecordedStep] = []
    /// What each of its steps was to cost when its plan was made; without those of which that was not kept.
    package var prices: [StepID: [Price]] = [:]
    /// Steps of it that were taken back.
    package var takenBack: Set<StepID> = []
    /// Steps of the plan that began it.
    var members: Set<StepID> = []
    var isSettled = false
    var isOver = false

    init(_ wave: WaveID) { self.wave = wave }

    var isUnderWay: Bool { start != nil && !isSettled && !isOver }

    /// The last attempt at each step, in the order in which steps were first begun.
    package var lastAttempts: [RecordedStep] {
        var rows: [StepID: Int] = [:]
        var last: [RecordedStep] = []
        for attempt in attempts {
            if let row = rows[attempt.intent.move.step] {
                last[row] = attempt
            } else {
                rows[attempt.intent.move.step] = last.count
                last.append(attempt)
            }
        }
        return last
    }

    /// - Parameters:
    ///   - soak: how long the manifests let it rest.
    ///   - examples: how many resources a trouble names.
    /// - Returns: how the wave went.
    package func report(soak: Duration?, examples: Int = 10) -> WaveReport {
        var report = WaveReport(wave)
        report.start = start
        report.soak = soak
        for event in events { report.take(event.value) }
        for instruction in instructions { report.take(instruction.value) }
        report.decisions = report.decisions.enumerated()
            .sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }.map(\.element)
        report.gates.sort { $0.gate < $1.gate }
        report.takeMoves(attempts)
        report.counts.total = start?.members ?? 0
        var paid: [[Price]: Int] = [:]
        for attempt in lastAttempts {
            report.takeOutcome(attempt, examples)
            if attempt.outcome == .done {
                if let list = prices[attempt.intent.move.step] {
                    paid[list, default: 0] += 1
                } else {
                    report.unpriced += 1
                }
            }
            if takenBack.contains(attempt.intent.move.step) {
                report.cameBack.append(attempt.intent.move.resource)
            }
        }
        report.prices = Price.total(paid.map { ($0.key, $0.value) })
        report.troubles.sort {
            ($1.count, $0.kind.rawValue, $0.message) < ($0.count, $1.kind.rawValue, $1.message)
        }
        return report
    }
}

extension WaveReport {
    fileprivate mutating func take(_ event: WaveEvent) {
        switch event.deed {
        case .started: startedAt = event.at
        case .settled: settledAt = event.at
        case .completed: completedAt = event.at
        case .breached(let words):
            decisions.append(Decision(.breached, at: event.at, by: nil, reason: words))
        case .measured(let measurement):
            let row = gates.firstIndex { $0.gate == measurement.gate } ?? gates.count
            if row == gates.count { gates.append(GateTrace(measurement, at: event.at)) }
            gates[row].take(measurement, at: event.at)
        case .renamed: break
        case .begunAnew: droppedAt = event.at
        case .takenBack: takenBackAt = event.at
        }
    }

    fileprivate mutating func take(_ instruction: Instruction) {
        var until: Instant?
        let what: Decision.What
        switch instruction.deed {
        case .pause(_, let end):
            what = .paused
            until = end
        case .resume: what = .resumed
        case .retry(let steps): what = .retried(steps.count)
        case .decide(let gate, let isOpen, let end):
            what =
                isOpen.map { $0 ? .opened(gate.name) : .closed(gate.name) }
                ?? .measuredAgain(gate.name)
            until = end
        case .hold, .release, .cancel, .goForward, .announce: return
        }
        decisions.append(
            Decision(
                what, at: instruction.at, by: instruction.by, reason: instruction.reason,
                until: until))
    }

    fileprivate mutating func takeMoves(_ attempts: [RecordedStep]) {
        guard let first = attempts.map(\.intent.at).min() else { return }
        var moves = Moves(began: first)
        moves.lastSettled = attempts.compactMap(\.settledAt).max()
        moves.longest = attempts.compactMap { attempt in
            attempt.settledAt.map { $0 - attempt.intent.at }
        }.max()
        self.moves = moves
    }

    private mutating func add(
        _ kind: Trouble.Kind, _ message: String, _ attempt: RecordedStep, _ examples: Int
    ) {
        let row =
            troubles.firstIndex { $0.kind == kind && $0.message == message }
            ?? troubles.count
        if row == troubles.count { troubles.append(Trouble(kind, message)) }
        troubles[row].count += 1
        if troubles[row].first.count < examples {
            troubles[row].first.append(attempt.intent.move.resource)
        }
    }

    fileprivate mutating func takeOutcome(_ attempt: RecordedStep, _ examples: Int) {
        switch attempt.outcome {
        case .done: counts.done += 1
        case .already: counts.already += 1
        case .gone:
            counts.gone += 1
            add(.gone, "deleted meanwhile", attempt, examples)
        case .conflict(let message):
            counts.conflict += 1
            add(.conflict, message, attempt, examples)
        case .failed(let failure) where failure.class != .outcomeUnknown:
            counts.failed += 1
            add(.failed, failure.message, attempt, examples)
        case .failed(let failure):
            counts.inDoubt += 1
            add(.inDoubt, failure.message, attempt, examples)
        case .underway, nil:
            counts.inDoubt += 1
            add(.inDoubt, "begun, and nobody has seen how it ended", attempt, examples)
        }
    }
}
