/// How a run ends, and what it says of it.

import Model

extension RunMachine {
    /// Why nothing more may begin although nobody asked for a stop.
    enum Breach: Hashable, Sendable {
        case budget(stage: Int)
        case stale(stage: Int)
    }

    mutating func finishIfDone(at now: Instant, _ effects: inout [Effect]) {
        guard !isFinished else { return }
        if let refusal {
            guard !batches.values.contains(where: { $0.phase == .performing }) else { return }
            isFinished = true
            effects.append(.finish(.refused(refusal)))
            return
        }
        guard ended == nil, !outbox.isRecording, looks.isEmpty, openDoubts == 0,
            batches.values.allSatisfy({ $0.phase == .overdue }), !(mayBegin && comesUp)
        else { return }
        let run = endedRun(at: now)
        guard !outbox.isUntouched else {
            isFinished = true
            effects.append(.finish(.ended(run)))
            return
        }
        ended = run
        effects.append(
            .record(
                outbox.take(with: [
                    .runEnded(
                        run: run.id, outcome: run.outcome ?? .interrupted, reason: run.reason,
                        counts: run.counts, at: now)
                ]), heardUpTo: heardUpTo))
    }

    private func endedRun(at now: Instant) -> Run {
        let tally = Tally(steps)
        let (outcome, reasons) = ending(tally, at: now)
        var run = orders.run
        run.ended = now
        run.outcome = outcome
        run.reason = reasons.isEmpty ? nil : reasons.joined(separator: "; ")
        run.counts = counts
        if case .stale = breach { run.isStale = true }
        return run
    }

    /// How many steps have no outcome in this run, by why.
    private struct Tally {
        var notBegun = 0
        var blocked = 0
        var stuck = 0
        var unseen = 0
        var held = 0

        init(_ steps: [StepState]) {
            for step in steps {
                switch step.phase {
                case .blocked: blocked += 1
                case .stuck: stuck += 1
                case .unseen: unseen += 1
                case .held: held += 1
                case let phase where !phase.isFinal: notBegun += 1
                default: break
                }
            }
        }

        var isWhole: Bool { notBegun + blocked + stuck + unseen == 0 }
    }

    private func ending(_ tally: Tally, at now: Instant) -> (Run.Outcome, [String]) {
        let refusals = lines.compactMap { line in line.closed.map { "\(line.name): \($0)" } }
        let rest = refusals + remainders(tally)
        switch breach {
        case .budget(let index):
            let stage = stages[index]
            return (
                .halted,
                [
                    "\(stage.failed) of \(Words.steps(stage.members)) of \(orders.stages[index].id) failed, and its budget is \(stage.allowance)"
                ] + rest
            )
        case .stale(let index):
            let stage = stages[index]
            return (
                .halted,
                [
                    "the plan is stale: \(stage.conflicts) of \(Words.steps(stage.members)) of \(orders.stages[index].id) changed since it was made, and \(stage.staleAllowance) may"
                ] + rest
            )
        case nil: break
        }
        if let stop, !tally.isWhole { return (stop.outcome, [stop.words] + rest) }
        let waits = orders.waits + closedStages() + halts(at: now)
        if let successor, !tally.isWhole || !waits.isEmpty {
            return (
                .superseded, ["the revision \(successor.prefix(12)) takes its place"] + rest + waits
            )
        }
        let failures = counts.failed > 0 ? ["\(Words.steps(counts.failed)) failed"] : []
        if counts.failed > 0 || (!refusals.isEmpty && tally.notBegun > 0) {
            return (.failed, failures + rest)
        }
        if !tally.isWhole || !waits.isEmpty { return (.waiting, rest + waits) }
        return (.succeeded, rest)
    }

    private func remainders(_ tally: Tally) -> [String] {
        var words: [String] = []
        if tally.stuck > 0 { words.append("\(Words.steps(tally.stuck)) in doubt") }
        if tally.unseen > 0 {
            words.append("\(Words.steps(tally.unseen)) that could not be looked at")
        }
        if counts.conflict > 0 { words.append("\(Words.steps(counts.conflict)) in conflict") }
        if tally.blocked > 0 {
            words.append("\(Words.steps(tally.blocked)) that need one of those")
        }
        if tally.held > 0 { words.append("\(Words.steps(tally.held)) held") }
        if tally.notBegun > 0 { words.append("\(Words.steps(tally.notBegun)) not begun") }
        return words
    }

    /// What keeps stages with steps that have not begun from beginning them.
    private func halts(at now: Instant) -> [String] {
        var words: [String] = []
        for (index, stage) in stages.enumerated() where stage.isEntered && stage.unfinished > 0 {
            guard let cause = isHalted(index, at: now)?.waitsFor else { continue }
            words.append("\(orders.stages[index].id) waits for \(cause)")
        }
        return words
    }

    /// Stages that this run authorised and could not enter.
    private func closedStages() -> [String] {
        zip(orders.stages, stages).compactMap { stage, ledger in
            guard !ledger.isEntered, ledger.members > 0 else { return nil }
            return
                "\(stage.id) waits for \(stage.standing.waitsFor ?? stage.needs.first ?? "its turn")"
        }
    }
}

extension RunMachine.Stop {
    var outcome: Run.Outcome {
        switch self {
        case .interrupt: .interrupted
        case .cancel: .cancelled
        }
    }

    var words: String {
        switch self {
        case .interrupt: "it was stopped"
        case .cancel(let reason): "it was cancelled: \(reason)"
        }
    }
}
