/// The shell around the machine, over a ledger in memory and a small adapter.

import Adapters
import Execution
import Ledgers
import Model
import Synchronization
import Testing

/// A deployment of one dictionary, which answers when it is told to.
final class SmallAdapter: Adapter {
    let capabilities = Capabilities(
        performs: true, comparesAndSwaps: true, checksFencing: false, claims: false,
        endsWithRunner: true, selectableBy: [], moves: [])
    private let homes: Mutex<[ResourceID: String]>
    private let batches = Mutex(0)
    private let whileMoving: @Sendable (Int) async -> Void

    init(_ orders: RunOrders, whileMoving: @escaping @Sendable (Int) async -> Void = { _ in }) {
        homes = Mutex(
            Dictionary(
                orders.moves.map { ($0.move.resource, $0.move.from) },
                uniquingKeysWith: { one, _ in one }))
        self.whileMoving = whileMoving
    }

    var pools: [String] { homes.withLock { $0.values.sorted() } }
    var performed: Int { batches.withLock { $0 } }

    /// Two pages, to see that both are read.
    func observe(
        _ scope: Scope, after cursor: Cursor?, limit: Int
    ) async throws(AdapterError) -> Page {
        guard case .resources(let all) = scope else { throw .permanent("not asked for here") }
        let half = all.count / 2
        let part = cursor == nil ? all[..<half] : all[half...]
        var seen = Homes()
        for id in part {
            guard let pool = homes.withLock({ $0[id] }) else { continue }
            seen.append(ObservedResource(id: id, ownID: .absent, home: .present(.pool(pool))))
        }
        return Page(pools: [], homes: seen, gaps: [], next: cursor == nil ? Cursor("half") : nil)
    }

    func claim(_ claim: PoolClaim) async throws(AdapterError) -> String? { throw .claimsNothing }

    func probe(_ probe: Probe, deadline: Instant) async throws(AdapterError) -> Evidence {
        throw .probesNothing
    }

    func change(
        _ change: PoolChange, deadline: Instant
    ) async throws(AdapterError) -> StepOutcome {
        throw .closesNothing
    }

    func perform(
        _ batch: Batch, deadline: Instant
    ) async throws(AdapterError) -> [StepOutcome] {
        batches.withLock { $0 += 1 }
        await whileMoving(batch.number)
        return homes.withLock { homes in
            batch.moves.map { move in
                homes[move.resource] = move.to
                return .done
            }
        }
    }
}

/// Time that passes only by sleeping.
final class SmallClock: Sendable {
    private let time = Mutex(Harness.start)

    var clock: RunClock {
        RunClock(
            now: { self.time.withLock { $0 } },
            sleep: { until in
                try Task.checkCancellation()
                self.time.withLock { $0 = max($0, until) }
            })
    }
}

struct ExecutorTests {
    private let actor = Actor(account: "tester", host: "here")

    private func executor(
        _ adapters: [String: any Adapter], _ ledger: any Ledger
    ) async throws -> Executor {
        let lease = try await ledger.acquireLease(by: actor, at: Harness.start)
        // Sleeping jumps far ahead of what is under way, so nothing here may depend on a deadline.
        let stopped = RunClock(now: { Harness.start }, sleep: { _ in try await endlessly() })
        return Executor(
            adapters: adapters, ledger: ledger, lease: lease, actor: actor, clock: stopped)
    }

    @Test func `a run moves everybody and its ledger knows it`() async throws {
        let orders = RunOrders.moving(23)
        let adapter = SmallAdapter(orders)
        let ledger = MemoryLedger(id: "l1")
        let told = Mutex<[RunProgress]>([])
        let run = try await executor(["madrid": adapter], ledger).run(
            orders, stop: AsyncStream { _ in },
            progress: { state in told.withLock { $0.append(state) } })
        #expect(run.outcome == .succeeded)
        #expect(Set(adapter.pools) == ["new.contoso.example"])
        let recorded = await ledger.runs()
        #expect(recorded == [run])
        let steps = await ledger.steps(of: run.id)
        #expect(steps.count == 23)
        #expect(steps.allSatisfy { $0.outcome == .done })
        let memory = await ledger.memory(comparedBy: .whole)
        #expect(memory.homes["madrid"]?.count == 23)
        #expect(memory.inDoubt.isEmpty)
        #expect(told.withLock { $0.last?.counts.done } == 23)
    }

    @Test func `a stop ends the run after what is in flight`() async throws {
        let orders = RunOrders.moving(20, concurrency: 1)
        let (stop, press) = AsyncStream.makeStream(of: RunMachine.Stop.self)
        let (heard, hear) = AsyncStream.makeStream(of: Void.self)
        let adapter = SmallAdapter(orders) { number in
            guard number == 1 else { return }
            press.yield(.interrupt)
            // In flight until the machine has heard of it.
            for await _ in heard { break }
        }
        let ledger = MemoryLedger(id: "l1")
        let run = try await executor(["madrid": adapter], ledger).run(
            orders, stop: stop, progress: { if $0.isEnding { hear.yield() } })
        #expect(run.outcome == .interrupted)
        #expect(run.counts.done == 5)
        #expect(adapter.performed == 1)
        #expect(await ledger.memory(comparedBy: .whole).inDoubt.isEmpty)
    }

    @Test func `the ledger's refusal is thrown`() async throws {
        let orders = RunOrders.moving(5)
        let ledger = MemoryLedger(id: "l1")
        let executor = try await executor(["madrid": SmallAdapter(orders)], ledger)
        await ledger.release(
            try await ledger.renew(
                Lease(holder: actor, token: 1, expires: nil), at: Harness.start))
        await #expect(throws: LedgerError.leaseLost) {
            try await executor.run(orders, stop: AsyncStream { _ in }, progress: { _ in })
        }
    }

    @Test func `a connection without an adapter is said`() async throws {
        let orders = RunOrders.moving(5)
        let run = try await executor([:], MemoryLedger(id: "l1")).run(
            orders, stop: AsyncStream { _ in }, progress: { _ in })
        #expect(run.outcome == .failed)
        #expect(run.reason == "madrid: there is no way to reach madrid; 5 steps not begun")
    }

    @Test func `cancelling the task stops the run like Ctrl-C`() async throws {
        let orders = RunOrders.moving(20, concurrency: 1)
        let (begun, begin) = AsyncStream.makeStream(of: Void.self)
        let adapter = SmallAdapter(orders) { _ in
            begin.yield()
            try? await endlessly()
        }
        let ledger = MemoryLedger(id: "l1")
        let executor = try await executor(["madrid": adapter], ledger)
        let outcome = try await withThrowingTaskGroup(of: Run.self) { group in
            group.addTask {
                try await executor.run(orders, stop: AsyncStream { _ in }, progress: { _ in })
            }
            for await _ in begun { break }
            group.cancelAll()
            return try await group.next()?.outcome
        }
        #expect(outcome == .interrupted)
        #expect(await ledger.memory(comparedBy: .whole).inDoubt.isEmpty)
    }
}

/// Sleeps until its task is cancelled.
private func endlessly() async throws {
    let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
    for await _ in stream {}
    continuation.finish()
    try Task.checkCancellation()
}
