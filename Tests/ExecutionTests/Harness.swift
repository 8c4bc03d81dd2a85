/// Drives a machine through virtual time over a small world, one effect after the other: no clock, no
/// threads, and a log of all that happened.

import Adapters
import Execution
import Ledgers
import Model

/// A world of homes, a ledger that takes everything, and an agenda of what is under way.
struct Harness {
    static let start = Instant(millisecondsSince1970: 1_800_000_000_000)

    private(set) var machine: RunMachine
    private(set) var now = Harness.start
    let orders: RunOrders
    /// Where each resource lives; nil is gone.
    var homes: [ResourceID: Home] = [:]
    var ownIDs: [ResourceID: String] = [:]
    var gaps: [Gap] = []
    var lookTakes = Duration.milliseconds(10)
    var performTakes = Duration.milliseconds(100)
    var commitTakes = Duration.milliseconds(5)
    /// Answers a batch when its time is over; the default moves everybody.
    var answer: (inout Harness, Batch) -> Result<[StepOutcome], AdapterError>? = { $0.moveAll($1) }
    /// Answers a look; nil looks at the world.
    var look: (inout Harness, [ResourceID]) -> Result<Glance, AdapterError>? = { world, _ in
        .success(world.glance)
    }
    var refuseCommit: (Int) -> LedgerError? = { _ in nil }
    var leaseLength: Duration?
    /// What people have recorded, and by which commit of the run.
    var said: [Instruction] = []
    var saysAtCommit = 1

    private(set) var commits: [[LedgerEntry]] = []
    private(set) var batches: [(batch: Batch, connection: String, at: Instant, deadline: Instant)] =
        []
    private(set) var looks: [(resources: [ResourceID], at: Instant)] = []
    private(set) var progress: [RunProgress] = []
    private(set) var renewals: [Instant] = []
    private(set) var ending: RunMachine.Ending?
    /// Batches that are being performed, and the most there were at once.
    private(set) var underWay = 0
    private(set) var underWayMost = 0

    private var agenda: [(at: Instant, order: Int, item: Item)] = []
    private var order = 0

    private enum Item {
        case effect(RunMachine.Effect)
        case event(RunMachine.Event)
    }

    init(_ orders: RunOrders, leaseLength: Duration? = nil) {
        self.orders = orders
        self.leaseLength = leaseLength
        machine = RunMachine(
            orders, leaseExpires: leaseLength.map { Harness.start + $0 }, at: Harness.start)
        for order in orders.moves { homes[order.move.resource] = .pool(order.move.from) }
    }

    /// Brings an event in at some time after the start.
    mutating func send(_ event: RunMachine.Event, after span: Duration) {
        schedule(.event(event), at: Harness.start + span)
    }

    /// Runs until the machine finishes.
    mutating func run() -> Run? {
        act(on: machine.next(after: .started, at: now))
        var turns = 0
        while ending == nil, turns < 200_000, !agenda.isEmpty {
            turns += 1
            advance()
        }
        if case .ended(let run) = ending { return run }
        return nil
    }

    /// The run as it ended; throws what kept it from ending.
    mutating func finish() throws -> Run {
        if let run = run() { return run }
        throw NotEnded(ending: ending, at: now)
    }

    private struct NotEnded: Error {
        var ending: RunMachine.Ending?
        var at: Instant
    }

    var entries: [LedgerEntry] { commits.flatMap { $0 } }
    var intents: [IntendedStep] {
        entries.flatMap { entry in
            if case .batchIntended(let steps) = entry { return steps }
            return []
        }
    }
    var settledHomes: [SettledHome] {
        entries.compactMap { entry in
            if case .homeSettled(_, let home) = entry { return home }
            return nil
        }
    }

    func outcomes(of order: Int) -> [StepOutcome] {
        entries.compactMap { entry in
            if case .stepSettled(_, orders.moves[order].move.step, let outcome, _) = entry {
                return outcome
            }
            return nil
        }
    }
}

/// The loop.
extension Harness {
    private mutating func schedule(_ item: Item, at time: Instant) {
        order += 1
        agenda.append((max(time, now), order, item))
    }

    private mutating func advance() {
        let index = agenda.indices.min { one, other in
            (agenda[one].at, agenda[one].order) < (agenda[other].at, agenda[other].order)
        }
        guard let index else { return }
        let item = agenda.remove(at: index)
        now = item.at
        switch item.item {
        case .event(let event): act(on: machine.next(after: event, at: now))
        case .effect(let effect):
            if let event = carryOut(effect) { act(on: machine.next(after: event, at: now)) }
        }
    }

    private mutating func act(on effects: [RunMachine.Effect]) {
        for effect in effects {
            switch effect {
            case .record: schedule(.effect(effect), at: now + commitTakes)
            case .observe(_, _, let resources):
                looks.append((resources, now))
                schedule(.effect(effect), at: now + lookTakes)
            case .perform(let batch, let connection, let deadline):
                batches.append((batch, connection, now, deadline))
                underWay += 1
                underWayMost = max(underWayMost, underWay)
                schedule(.effect(effect), at: now + performTakes)
            case .sleep(let until): schedule(.event(.woke), at: until)
            case .renewLease:
                renewals.append(now)
                schedule(.effect(effect), at: now + commitTakes)
            case .report(let state): progress.append(state)
            case .finish(let ending): self.ending = ending
            }
        }
    }

    private mutating func carryOut(_ effect: RunMachine.Effect) -> RunMachine.Event? {
        switch effect {
        case .record(let entries, _):
            if let error = refuseCommit(commits.count + 1) { return .ledgerRefused(error) }
            commits.append(entries)
            return .recorded(
                upTo: commits.count, heard: commits.count == saysAtCommit ? said : [])
        case .observe(let number, _, let resources):
            return look(&self, resources).map { .observed(number, $0) }
        case .perform(let batch, _, _):
            underWay -= 1
            return answer(&self, batch).map { .performed(batch.number, $0) }
        case .renewLease:
            let actor = Actor(account: "tester", host: "here")
            return .leaseRenewed(
                Lease(holder: actor, token: 1, expires: leaseLength.map { now + $0 }))
        case .sleep, .report, .finish: return nil
        }
    }
}

/// The world.
extension Harness {
    mutating func moveAll(_ batch: Batch) -> Result<[StepOutcome], AdapterError> {
        .success(
            batch.moves.map { move in
                homes[move.resource] = .pool(move.to)
                return .done
            })
    }

    var glance: Glance {
        var seen = Homes()
        for order in orders.moves {
            guard let home = homes[order.move.resource] else { continue }
            seen.append(
                ObservedResource(
                    id: order.move.resource,
                    ownID: ownIDs[order.move.resource].map { .present($0) }
                        ?? order.move.ownID.map { .present($0) } ?? .absent,
                    home: .present(home)))
        }
        return Glance(homes: seen, gaps: gaps)
    }
}
