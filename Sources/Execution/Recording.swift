/// What becomes durable, and when: one commit at a time, an intent before its batch, outcomes with
/// whatever commit comes next.

import Adapters
import Ledgers
import Model

/// Entries that wait for a commit.
struct Outbox: Sendable {
    /// The plan and the run: they go ahead of the first commit, so that a run that does nothing leaves
    /// nothing.
    private var opening: [LedgerEntry]
    private var entries: [LedgerEntry] = []
    var isRecording = false

    init(opening: [LedgerEntry]) { self.opening = opening }

    var isEmpty: Bool { entries.isEmpty }
    /// Whether nothing was ever written, and nothing waits to be.
    var isUntouched: Bool { entries.isEmpty && !opening.isEmpty && !isRecording }

    mutating func add(_ entry: LedgerEntry) { entries.append(entry) }

    mutating func take(with last: [LedgerEntry]) -> [LedgerEntry] {
        let all = opening + entries + last
        opening = []
        entries = []
        isRecording = true
        return all
    }
}

extension RunMachine {
    /// Commits intents of batches that were looked at, and outcomes with them; outcomes alone only when
    /// no intent is about to come.
    mutating func commit(at now: Instant, _ effects: inout [Effect]) {
        guard !outbox.isRecording, ended == nil else { return }
        let checked = batches.values.filter { $0.phase == .checked }.map(\.number).sorted()
        var intents: [LedgerEntry] = []
        for number in checked {
            guard mayBegin else {
                release(number)
                continue
            }
            guard let intent = intend(number, at: now) else {
                askForLease(&effects)
                break
            }
            intents.append(intent)
        }
        let isPreparing = batches.values.contains {
            $0.phase == .observing || $0.phase == .checked
        }
        guard !intents.isEmpty || (!outbox.isEmpty && !isPreparing) else { return }
        effects.append(.record(outbox.take(with: intents), heardUpTo: heardUpTo))
    }

    /// The intent of a batch; nil where it could outlive the lease.
    private mutating func intend(_ number: Int, at now: Instant) -> LedgerEntry? {
        guard let batch = batches[number] else { return nil }
        let limits = orders.limits
        let span = limits.batchDeadline + limits.stepDeadline * batch.steps.count
        let deadline = now + lease.fitted(span)
        guard lease.covers(deadline) else { return nil }
        let lane = orders.lanes[batch.lane]
        let settles = deadline + lane.settles
        var intended: [IntendedStep] = []
        for (index, step) in batch.steps.enumerated() {
            steps[step].attempt += 1
            steps[step].batch = Int32(number)
            steps[step].deadline = settles
            steps[step].answered = false
            let order = orders.moves[step]
            intended.append(
                IntendedStep(
                    run: orders.run.id, batch: number, connection: lines[batch.line].name,
                    move: bound(order.move, to: batch.ownIDs[index]), placement: order.placement,
                    bySelection: order.bySelection, attempt: Int(steps[step].attempt), at: now,
                    deadline: settles, repeatable: lane.repeatable))
        }
        batches[number]?.phase = .recording
        batches[number]?.deadline = deadline
        return .batchIntended(intended)
    }

    /// A move of a resource whose id nobody knew when it was planned is bound to the id just seen.
    private func bound(_ move: Move, to ownID: String?) -> Move {
        var move = move
        move.ownID = move.ownID ?? ownID
        return move
    }

    /// What was committed is durable: batches whose intent it held begin.
    mutating func recorded(at now: Instant, _ effects: inout [Effect]) {
        outbox.isRecording = false
        if let ended {
            isFinished = true
            effects.append(.finish(.ended(ended)))
            return
        }
        let ready = batches.values.filter { $0.phase == .recording }.map(\.number).sorted()
        for number in ready {
            leaveOutHeld(of: number, at: now)
            guard let batch = batches[number] else { continue }
            if let why = whyNot(batch, at: now) {
                abandon(batch, because: why, at: now)
            } else {
                perform(batch, &effects)
            }
        }
    }

    /// Why a batch whose intent is durable does not begin after all; nil where it does.
    private func whyNot(_ batch: OpenBatch, at now: Instant) -> String? {
        if !mayBegin { return "the run ends" }
        if now >= batch.deadline { return "the ledger took too long" }
        return isHalted(orders.lanes[batch.lane].stage, at: now).map {
            "it waits for \($0.waitsFor ?? "its turn")"
        }
    }

    /// Resources of a batch that are held since it was looked at.
    private mutating func leaveOutHeld(of number: Int, at now: Instant) {
        guard !held.isEmpty, var batch = batches[number] else { return }
        let kept = batch.steps.indices.filter { !held.contains(batch.steps[$0]) }
        guard kept.count < batch.steps.count else { return }
        for step in batch.steps where held.contains(step) {
            steps[step].attempt -= 1
            note(step, Self.notBegun("it is held"), at: now)
            leaveAlone(step, at: now)
        }
        giveBack(batch.steps.count - kept.count, on: batch.line)
        batch.ownIDs = kept.map { batch.ownIDs[$0] }
        batch.steps = kept.map { batch.steps[$0] }
        batches[number] = batch
        if kept.isEmpty { close(number) }
    }

    private static func notBegun(_ why: String) -> StepOutcome {
        .failed(StepOutcome.Failure(.transient, "it did not begin: \(why)"))
    }

    private mutating func perform(_ batch: OpenBatch, _ effects: inout [Effect]) {
        batches[batch.number]?.phase = .performing
        batches[batch.number]?.until = batch.deadline + orders.limits.grace
        for step in batch.steps { move(step, to: .begun) }
        let moves = zip(batch.steps, batch.ownIDs).map { bound(orders.moves[$0].move, to: $1) }
        let connection = lines[batch.line].name
        var order = Batch(run: orders.run.id, number: batch.number, moves: moves)
        order.fence = orders.fence
        order.evacuated = orders.evacuated[connection] ?? []
        effects.append(.perform(order, connection: connection, deadline: batch.deadline))
    }

    /// The intent is durable, and the batch will not begin after all: that is recorded too, so that
    /// nobody takes its steps for being in doubt.
    private mutating func abandon(_ batch: OpenBatch, because why: String, at now: Instant) {
        for step in batch.steps {
            steps[step].attempt -= 1
            note(step, Self.notBegun(why), at: now)
            putOff(step, atLeast: nil, at: now)
        }
        close(batch.number)
    }

    mutating func renewLease(at now: Instant, _ effects: inout [Effect]) {
        guard ended == nil, let time = lease.nextRenewal else { return }
        if time <= now {
            askForLease(&effects)
        } else {
            wake(at: time)
        }
    }

    private mutating func askForLease(_ effects: inout [Effect]) {
        guard !lease.isRenewing else { return }
        lease.isRenewing = true
        effects.append(.renewLease)
    }

    /// The ledger takes nothing more: what has not begun never will, what is in flight is awaited.
    mutating func refused(_ error: LedgerError) {
        guard refusal == nil else { return }
        refusal = error
        outbox.isRecording = false
        looks = [:]
        for number in batches.keys.sorted() where batches[number]?.phase != .performing {
            batches[number] = nil
        }
    }
}
