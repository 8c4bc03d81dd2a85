/// What becomes of steps: outcomes in, entries for the ledger and room for others out.

import Adapters
import Model

extension RunMachine {
    /// Changes how a step stands, and what its stage has in flight.
    mutating func move(_ step: Int, to phase: StepState.Phase) {
        let stage = orders.lanes[orders.moves[step].lane].stage
        if steps[step].phase.isInFlight { stages[stage].inFlight -= 1 }
        if phase.isInFlight { stages[stage].inFlight += 1 }
        if steps[step].phase == .doubt {
            counts.inDoubt -= 1
            openDoubts -= 1
        }
        if phase == .doubt {
            counts.inDoubt += 1
            openDoubts += 1
        }
        steps[step].phase = phase
    }

    /// Takes the answer of a batch. One that comes too late still settles what is in doubt.
    mutating func performed(
        _ number: Int, _ answer: Result<[StepOutcome], AdapterError>, at now: Instant
    ) {
        guard let batch = batches[number],
            batch.phase == .performing || batch.phase == .overdue
        else { return }
        close(number)
        slowestBatch = max(slowestBatch, now - batch.began)
        for step in batch.steps where isOpen(step, in: batch) { steps[step].answered = true }
        switch answer {
        case .success(let outcomes) where outcomes.count == batch.steps.count:
            for (index, step) in batch.steps.enumerated() where isOpen(step, in: batch) {
                take(outcomes[index], of: step, ownID: batch.ownIDs[index], at: now)
            }
            noteThrottling(batch, outcomes)
        case .success(let outcomes):
            let words = "\(outcomes.count) outcomes came back for \(Words.steps(batch.steps.count))"
            for step in batch.steps where isOpen(step, in: batch) { doubt(step, words, at: now) }
        case .failure(let error):
            failed(batch, error, at: now)
        }
    }

    /// Whether the step still waits for the answer of this batch.
    private func isOpen(_ step: Int, in batch: OpenBatch) -> Bool {
        guard steps[step].batch == Int32(batch.number) else { return false }
        return steps[step].phase == .begun || steps[step].phase == .doubt
    }

    private mutating func noteThrottling(_ batch: OpenBatch, _ outcomes: [StepOutcome]) {
        let transient = outcomes.count {
            if case .failed(let failure) = $0 { return failure.class == .transient }
            return false
        }
        if transient * 2 > outcomes.count {
            lines[batch.line].throttle.throttled(by: batch.number, latest: lastNumber)
        } else {
            lines[batch.line].throttle.succeeded()
        }
    }

    private mutating func failed(_ batch: OpenBatch, _ error: AdapterError, at now: Instant) {
        switch error {
        case .transient(let message, let retryAfter):
            lines[batch.line].throttle.throttled(by: batch.number, latest: lastNumber)
            if let retryAfter { lines[batch.line].rest(until: now + retryAfter) }
            for step in batch.steps where isOpen(step, in: batch) {
                tryAgain(step, because: message, comesBack: retryAfter, at: now)
            }
        case .permanent(let message):
            // The connection is refused, not the person: nobody needs `rehome retry` afterwards.
            for step in batch.steps where isOpen(step, in: batch) {
                settle(step, .failed(StepOutcome.Failure(.transient, message)), at: now)
            }
            closeLine(batch.line, message, at: now)
        case .outcomeUnknown(let message):
            for step in batch.steps where isOpen(step, in: batch) { doubt(step, message, at: now) }
        }
    }

    private mutating func take(
        _ outcome: StepOutcome, of step: Int, ownID: String?, at now: Instant
    ) {
        switch outcome {
        case .done, .conflict, .gone:
            settle(step, outcome, ownID: ownID, at: now)
        case .already:
            settle(step, steps[step].mayBeOurs ? .done : .already, ownID: ownID, at: now)
        case .underway(let until):
            steps[step].accepted = true
            steps[step].mayBeOurs = true
            steps[step].deadline = max(steps[step].deadline, until)
            watch(step, at: max(until, now))
        case .failed(let failure):
            switch failure.class {
            case .transient: tryAgain(step, because: failure.message, comesBack: nil, at: now)
            case .permanent: settle(step, outcome, at: now)
            case .outcomeUnknown: doubt(step, failure.message, at: now)
            }
        }
    }

    /// Ends an attempt of which it is known that nothing came. With `comesBack` the deployment itself
    /// asked for time, which is no attempt of the step.
    mutating func tryAgain(
        _ step: Int, because message: String, comesBack: Duration?, at now: Instant
    ) {
        let outcome = StepOutcome.failed(StepOutcome.Failure(.transient, message))
        let policy = orders.limits.retry
        if comesBack != nil, Int(steps[step].postponed) + 1 < min(policy.postponements, 255) {
            steps[step].attempt -= 1
            note(step, outcome, at: now)
            putOff(step, atLeast: comesBack, at: now)
            return
        }
        guard Int(steps[step].attempt) < policy.attempts else {
            return settle(step, outcome, at: now)
        }
        note(step, outcome, at: now)
        let wait = policy.delay(after: Int(steps[step].attempt), atLeast: comesBack, &jitter)
        comeBack(step, at: now + wait)
    }

    /// Writes an outcome down, once nobody can be working on the step any more.
    mutating func note(_ step: Int, _ outcome: StepOutcome, at now: Instant) {
        outbox.add(
            .stepSettled(
                run: orders.run.id, step: orders.moves[step].move.step, outcome: outcome, at: now))
    }

    /// Gives a step its last outcome in this run.
    mutating func settle(
        _ step: Int, _ outcome: StepOutcome, ownID: String? = nil, at now: Instant
    ) {
        note(step, outcome, at: now)
        switch outcome {
        case .done:
            outbox.add(home(of: step, ownID: ownID, movedByUs: true))
            finish(step, .done, at: now)
        case .already:
            if !orders.moves[step].isRecorded {
                outbox.add(home(of: step, ownID: ownID, movedByUs: false))
            }
            finish(step, .already, at: now)
        case .conflict: finish(step, .conflict, at: now)
        case .gone: finish(step, .gone, at: now)
        case .failed(let failure):
            if failure.class != .permanent {
                stages[orders.lanes[orders.moves[step].lane].stage].comesAgain += 1
            }
            finish(step, .failed, at: now)
        case .underway: preconditionFailure("what is under way is not settled")
        }
        tempo.add(1, at: now)
    }

    private func home(of step: Int, ownID: String?, movedByUs: Bool) -> LedgerEntry {
        let order = orders.moves[step]
        return .homeSettled(
            connection: lines[orders.lanes[order.lane].connection].name,
            SettledHome(
                resource: order.move.resource.folded(by: orders.folding),
                ownID: ownID ?? order.move.ownID,
                pool: order.move.to, former: movedByUs ? order.move.from : nil,
                placement: order.placement, bySelection: order.bySelection, movedByUs: movedByUs))
    }

    /// Counts a step that has come to its end in this run, and lets go on what hung on it.
    mutating func finish(_ step: Int, _ phase: StepState.Phase, at now: Instant) {
        precondition(!steps[step].phase.isFinal, "a step ends once")
        let index = orders.lanes[orders.moves[step].lane].stage
        move(step, to: phase)
        stages[index].unfinished -= 1
        switch phase {
        case .done:
            counts.done += 1
            stages[index].done += 1
        case .already: counts.already += 1
        case .gone: counts.gone += 1
        case .conflict:
            counts.conflict += 1
            stages[index].conflicts += 1
            if stages[index].isStale, breach == nil { breach = .stale(stage: index) }
        case .failed:
            counts.failed += 1
            stages[index].failed += 1
            if stages[index].isOverBudget, breach == nil {
                breach = .budget(stage: index)
                haltWave(of: index, at: now)
            }
        case .stuck:
            counts.inDoubt += 1
            stages[index].stuck += 1
        case .blocked, .unseen: stages[index].comesAgain += 1
        default: break
        }
        release(
            dependentsOf: step, isMet: phase == .done || phase == .already || phase == .gone,
            at: now)
        if stages[index].isSettled {
            enterStages(at: now)
            endWave(of: index, at: now)
        }
    }

    private mutating func release(dependentsOf step: Int, isMet: Bool, at now: Instant) {
        for dependent in dependents[step] ?? [] where steps[dependent].phase == .waiting {
            if !isMet {
                finish(dependent, .blocked, at: now)
                continue
            }
            steps[dependent].unmet -= 1
            let stage = orders.lanes[orders.moves[dependent].lane].stage
            if steps[dependent].unmet == 0, stages[stage].isEntered { makeReady(dependent) }
        }
    }
}
