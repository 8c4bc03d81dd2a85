/// The promises, asked of a simulated history after everything that happens.

import AdapterEmbedded
import Adapters
import Execution
import Ledgers
import Model

/// What the history has shown so far, and whether it was allowed to.
struct Invariants {
    /// What somebody moved behind rehome's back: conflicts and drift are explained by that alone.
    var touchedByHand: Set<ResourceID> = []
    var leavers: Set<ResourceID> = []
    /// Whom nobody can know under his former address.
    var strangers: Set<ResourceID> = []
    /// The deployment's own ids of people, by the addresses under which we meant to remember them.
    var knownIDs: [ResourceID: String] = [:]
    var newNames: [ResourceID: ResourceID] = [:]
    var formerNames: [ResourceID: ResourceID] = [:]
    /// Waves that are over, as `ROLLOUT/` and their place.
    var completeWaves: Set<String> = []
    /// FQDNs of pools that somebody opened behind rehome's back.
    var reopenedByHand: Set<String> = []
    var endsOfPools = EndsOfPools()
    /// Steps that were taken back, and that nobody let go forward again.
    private(set) var takenBack: Set<StepID> = []
    /// Lines of each deployment's log that were looked at.
    var read: [String: Int] = [:]
    /// Intents that are durable, and how often the deployment acted on each.
    var intents: [Intent: IntendedStep] = [:]
    var acted: [Intent: Int] = [:]
    /// Those of which the ledger has an outcome: nobody may be working on them any more.
    var closed: Set<Intent> = []
    /// Intents that were recorded when it was already said that they must not be acted on, and why.
    private var silenced: [Intent: String] = [:]
    private var attempts: [Deed: [Intent]] = [:]
    var stageOf: [RunID: [StepID: Int]] = [:]
    private var stagesOf: [RunID: [Stage]] = [:]
    var tallies: [RunID: [Tally]] = [:]
    private var underWay: [RunID: [Int: UnderWay]] = [:]
    private var begun: [(at: Instant, connection: String, run: RunID, steps: Int)] = []

    struct Intent: Hashable {
        var run: RunID
        var batch: Int
        var step: StepID
    }

    private struct Deed: Hashable {
        var run: RunID
        var step: StepID
    }

    /// A batch without an answer, and those of its steps of which the ledger holds no outcome.
    private struct UnderWay {
        var connection: String
        var moves: [Move]
        var open: Set<StepID>
    }

    /// What is known of a stage of a run.
    struct Tally {
        var members: Int
        var allowance: Int
        var failed = 0
        var inFlight = 0
        var moved = 0
    }
}

/// What is asked where it happens.
extension Invariants {
    mutating func began(_ orders: RunOrders) {
        var stages: [StepID: Int] = [:]
        var members = orders.stages.map { _ in 0 }
        for order in orders.moves {
            let stage = orders.lanes[order.lane].stage
            stages[order.move.step] = stage
            members[stage] += 1
        }
        stageOf[orders.run.id] = stages
        stagesOf[orders.run.id] = orders.stages
        tallies[orders.run.id] = zip(orders.stages, members).map { stage, members in
            let wave = orders.journey[stage]?.start?.members ?? 0
            return Tally(
                members: members, allowance: stage.budget.allowance(of: max(members, wave)))
        }
    }

    /// No batch begins without a durable intent, nor without a lease that covers its deadline; no limit
    /// is exceeded; what may not be repeated is not.
    mutating func begins(
        _ batch: Batch, _ connection: String, _ deadline: Instant, _ runner: Runner,
        _ simulator: Simulator
    ) -> String? {
        guard let lease = runner.lease, let orders = runner.orders else { return "no lease" }
        if !simulator.ledger.isHeld(lease, at: simulator.now) {
            return "batch \(batch.number) begins without the lease"
        }
        // By the ledger's book, whatever the runner believes.
        if !simulator.ledger.isHeld(lease, at: deadline) {
            return "batch \(batch.number) could outlive the lease"
        }
        for move in batch.moves {
            if runner.retired.contains(move.to) { return "\(move.resource) goes to a retired pool" }
            let intent = Intent(run: batch.run, batch: batch.number, step: move.step)
            guard let intended = intents[intent] else {
                return "\(move.resource) begins without a durable intent"
            }
            let place = stageOf[batch.run]?[move.step]
            if let words = strays(move, place.map { orders.stages[$0] }, simulator) { return words }
            if let words = silenced[intent] { return "\(move.resource) begins, and \(words)" }
            if let words = repeats(move, intended, connection, simulator) { return words }
            if case .source? = runner.seen[move.resource.folded(by: .whole)]?.sighting(of: move) {
                continue
            }
            return "\(move.resource) begins and was not seen on \(move.from)"
        }
        underWay[batch.run, default: [:]][batch.number] = UnderWay(
            connection: connection, moves: batch.moves, open: Set(batch.moves.map(\.step)))
        begun.append((simulator.now, connection, batch.run, batch.moves.count))
        return exceeds(batch, connection, orders, simulator)
    }

    /// What may not be repeated is never asked for again once it happened.
    private func repeats(
        _ move: Move, _ intended: IntendedStep, _ connection: String, _ simulator: Simulator
    ) -> String? {
        guard !intended.repeatable else { return nil }
        let last = simulator.deployments[connection]?.log.last {
            $0.resource.folded(by: .whole) == move.resource.folded(by: .whole)
        }
        return last?.step == move.step ? "\(move.resource) is repeated and may not be" : nil
    }

    private mutating func exceeds(
        _ batch: Batch, _ connection: String, _ orders: RunOrders, _ simulator: Simulator
    ) -> String? {
        guard let limits = orders.connections.first(where: { $0.name == connection })?.limits
        else { return "\(connection) is not in the orders" }
        let open = underWay[batch.run, default: [:]].values.filter { $0.connection == connection }
        if open.count > limits.concurrency { return "\(open.count) batches are under way" }
        let stages = stageOf[batch.run] ?? [:]
        let isWhole = orders.lanes.contains { $0.batch == nil }
        if batch.moves.count > limits.batch, !isWhole { return "a batch is too large" }
        if let rate = limits.rate, !isWhole {
            let lately = begun.filter {
                $0.connection == connection && $0.run == batch.run
                    && $0.at + rate.per > simulator.now
            }
            // Between the decision and the deed a look, a commit and a stall may pass.
            let slack = min(limits.batch, rate.steps) * (limits.concurrency + 1)
            let steps = lately.reduce(0) { $0 + $1.steps }
            if steps > rate.steps + slack { return "\(steps) steps began in \(rate.per)" }
        }
        for move in batch.moves {
            guard let stage = stages[move.step] else { return "\(move.resource) is no order" }
            tallies[batch.run]?[stage].inFlight += 1
        }
        for tally in tallies[batch.run] ?? [] where !isWhole {
            // What the deployment did is at least what the run knows to have succeeded.
            let window = max(1, tally.allowance + tally.moved)
            if tally.inFlight > window {
                return "\(tally.inFlight) steps are in flight, and \(window) may be"
            }
        }
        return nil
    }

    mutating func answered(
        _ orders: RunOrders, _ number: Int
    ) {
        let run = orders.run.id
        guard let call = underWay[run]?.removeValue(forKey: number) else { return }
        for move in call.moves {
            guard let stage = stageOf[run]?[move.step] else { continue }
            if call.open.contains(move.step) { tallies[run]?[stage].inFlight -= 1 }
        }
    }

    func isIntended(_ resource: ResourceID, in run: RunID) -> Bool {
        intents.values.contains { $0.run == run && $0.move.resource == resource }
    }

    /// What somebody meant to record, whatever became of it.
    mutating func hear(_ entries: [LedgerEntry]) {
        for entry in entries {
            switch entry {
            case .takenBack(let steps): takenBack.formUnion(steps)
            case .bound(_, let resources):
                for bound in resources { knownIDs[bound.resource] = bound.ownID }
            case .homeSettled(_, let home): knownIDs[home.resource] = home.ownID
            case .instructed(let instruction):
                if case .goForward(let steps) = instruction.deed { takenBack.subtract(steps) }
            default: break
            }
        }
    }

    /// What the ledger is told is true.
    mutating func commit(_ entries: [LedgerEntry], _ simulator: Simulator) -> String? {
        for entry in entries {
            switch entry {
            case .batchIntended(let steps):
                for step in steps {
                    let intent = Intent(run: step.run, batch: step.batch, step: step.move.step)
                    if intents[intent] != nil { return "\(step.move.resource) is intended twice" }
                    if takenBack.contains(step.move.step) {
                        return "\(step.move.resource) goes forward by itself, and was taken back"
                    }
                    intents[intent] = step
                    let stage = stageOf[step.run]?[step.move.step]
                    silenced[intent] = Self.silence(
                        over: step, of: stage.flatMap { stagesOf[step.run]?[$0].rollout }, simulator
                    )
                    attempts[Deed(run: step.run, step: step.move.step), default: []].append(intent)
                    let tally = stage.flatMap { tallies[step.run]?[$0] }
                    if let tally, tally.failed > tally.allowance {
                        return "\(step.move.resource) begins beyond the budget"
                    }
                }
            case .stepSettled(let run, let step, let outcome, _):
                settled(step, in: run)
                closed.formUnion(attempts[Deed(run: run, step: step)] ?? [])
                if case .failed(let failure) = outcome, failure.class == .permanent,
                    let stage = stageOf[run]?[step]
                {
                    tallies[run]?[stage].failed += 1
                }
            case .homeSettled(let connection, let home):
                if let words = isFalse(home, connection, simulator) { return words }
            case .wave(let event) where event.deed == .settled:
                if let words = unfinished(event.wave, simulator) { return words }
            default: break
            }
        }
        return nil
    }

    /// Observing may settle a step before its batch has answered.
    private mutating func settled(_ step: StepID, in run: RunID) {
        guard let stage = stageOf[run]?[step] else { return }
        for number in (underWay[run] ?? [:]).keys
        where underWay[run]?[number]?.open.remove(step) != nil {
            tallies[run]?[stage].inFlight -= 1
        }
    }

    /// Whether a home that is settled as ours was never true in the world.
    private func isFalse(
        _ home: SettledHome, _ connection: String, _ simulator: Simulator
    ) -> String? {
        // Whoever has another name now was there under his former one.
        func isSame(_ id: ResourceID, _ ownID: String?) -> Bool {
            id.folded(by: .whole) == home.resource.folded(by: .whole)
                || (ownID != nil && ownID == home.ownID)
        }
        let wasThere =
            simulator.deployments[connection]?.log.contains {
                isSame($0.resource, $0.ownID)
                    && $0.to == home.pool
                    && $0.arrives <= simulator.now
            } ?? false
        let began = simulator.estate.residents.contains {
            isSame($0.id, $0.ownID) && $0.pool == home.pool
        }
        if wasThere || (began && !home.movedByUs) { return nil }
        // Whose address went through other hands cannot be followed by it.
        if touchedByHand.contains(person(home.resource)) { return nil }
        return "\(home.resource) is recorded on \(home.pool) and never was there"
    }
}
