/// What a rehearsal is compared with: the same estate on a deployment in memory, really applied.

import AdapterEmbedded
import Adapters
import Execution
import Ledgers
import Manifests
import Model
import Reconciliation
import Synchronization
import TestSupport
import Testing

/// A deployment in memory, on a clock that batches set ahead: a second for each move.
struct Reality: Edges {
    let desired: DesiredState
    let time = VirtualTime(at: World.now)
    let adapter: Paced
    let ledger = MemoryLedger(id: "7f3c9a1e")
    let failures: Double
    private let seeds = Seeds()

    private final class Seeds: Sendable {
        let last = Atomic<UInt64>(0)
    }

    init(_ world: World, failures: Double = 0) async throws {
        var desired = world.desired
        desired.connections[0].limits = Connection.Limits(concurrency: 1, batch: 10, rate: nil)
        self.desired = desired
        self.failures = failures
        var estate = MemoryEstate()
        for pool in world.pools {
            estate.put(EstatePool(fqdn: pool.fqdn, product: pool.product))
        }
        for resident in world.residents {
            guard case .on(let pool) = resident.seen else { continue }
            try EstateRules.add(
                EstateRecord(
                    id: resident.id, ownID: resident.ownID.map { .present($0) } ?? .absent,
                    pool: World.fqdn(pool)), to: &estate)
        }
        adapter = Paced(
            MemoryAdapter(estate, clock: time.now), time, failures, world.capabilities)
    }

    var moved: Int { get async { await adapter.inner.estate.log.count } }

    private var reconciler: Reconciler { Reconciler(source: MemoryFileSource([:]), edges: self) }

    func rehearse() async throws -> Rehearsal {
        var wish = RehearsalWish()
        wish.failures = failures
        return try await reconciler.rehearse(desired, wish, at: time.now())
    }

    /// Applies, goes to the first moment that the plan names, and applies again. Returns the run that halted.
    func applyUntilNothingIsLeft() async throws -> Run? {
        let (stops, _) = AsyncStream<RunMachine.Stop>.makeStream()
        let talk = ApplyTalk(
            settling: { _, _ in }, confirm: { _ in true }, progress: { _ in }, measured: { _ in },
            ended: { _ in }, stop: stops)
        let order = ApplyOrder(by: Actor(account: "jm", host: "test"))
        for _ in 0..<100 {
            let applied = try await reconciler.apply(desired, order, talk)
            if case .ran(_, let run, _, _) = applied, run.outcome == .halted { return run }
            let plan = try await reconciler.plan(desired, .wholeEstate)
            let closings = plan.stages.filter { $0.standing.state == .open && !plan.steps.isEmpty }
            if closings.isEmpty {
                guard let next = plan.stages.compactMap(\.standing.earliest).min() else {
                    return nil
                }
                time.advance(to: next)
            } else {
                // Its window is open for too short a time for one more batch.
                time.advance(to: time.now() + .seconds(1))
            }
        }
        Issue.record("it does not end")
        return nil
    }

    var catalog: AdapterCatalog { AdapterCatalog([:]) }

    func withAdapter<Result: Sendable>(
        _ connection: Connection, of desired: DesiredState,
        _ body: @Sendable (any Adapter) async throws -> Result
    ) async throws -> Result { try await body(adapter) }

    func openLedger(
        _ address: LedgerAddress, for purpose: LedgerPurpose
    ) async throws(LedgerError) -> (any Ledger)? { ledger }

    func randomSeed() -> UInt64 { seeds.last.wrappingAdd(1, ordering: .relaxed).newValue }

    /// Nothing here is paced by time: who sleeps waits for a deadline that does not come.
    func clock(for desired: DesiredState) async throws -> RunClock {
        RunClock(now: time.now, sleep: { _ in try await Task.sleep(for: .seconds(3600)) })
    }
}

/// Takes a second for each move of a batch, and lets the same steps fail that a rehearsal does.
struct Paced: Adapter {
    let inner: MemoryAdapter
    let time: VirtualTime
    let failing: UInt64
    let capabilities: Capabilities

    init(
        _ inner: MemoryAdapter, _ time: VirtualTime, _ failures: Double, _ able: Capabilities
    ) {
        self.inner = inner
        self.time = time
        failing = UInt64(failures * 10_000)
        capabilities = able
    }

    func observe(
        _ scope: Scope, after cursor: Cursor?, limit: Int
    ) async throws(AdapterError) -> Page {
        try await inner.observe(scope, after: cursor, limit: limit)
    }

    func probe(_ probe: Probe, deadline: Instant) async throws(AdapterError) -> Evidence {
        try await inner.probe(probe, deadline: deadline)
    }

    func perform(
        _ batch: Batch, deadline: Instant
    ) async throws(AdapterError) -> [StepOutcome] {
        var outcomes: [StepOutcome] = []
        for move in batch.moves {
            if move.step.low % 1_000_000 < failing {
                outcomes.append(.failed(StepOutcome.Failure(.permanent, "it fails")))
            } else {
                var one = batch
                one.moves = [move]
                outcomes += try await inner.perform(one, deadline: deadline)
            }
        }
        time.advance(to: time.now() + .seconds(batch.moves.count))
        return outcomes
    }

    func claim(_ claim: PoolClaim) async throws(AdapterError) -> String? {
        try await inner.claim(claim)
    }

    func change(
        _ change: PoolChange, deadline: Instant
    ) async throws(AdapterError) -> StepOutcome {
        try await inner.change(change, deadline: deadline)
    }
}
