/// What a rehearsal says is what happens: the same estate is rehearsed, and then really moved on a clock that
/// is set ahead.

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

struct RehearsalTests {
    private static func wave(_ name: String, _ percent: Double, soak: Duration? = nil) -> Wave {
        Wave(
            name: name, renamedFrom: nil, percent: percent, selections: [], takesAllApps: false,
            soak: soak, change: nil, location: World.place)
    }

    /// Two hundred people in three waves; two minutes each night in which batches may begin.
    private static func world(failing budget: Policy.Share) -> World {
        var world = World(
            residents: (0..<200).map {
                World.Resident("user\($0)@contoso.example", seen: .on("legacy"), desired: "modern")
            }, capabilities: EmbeddedCatalog.capabilities(settles: .zero))
        world.rollouts = [
            Rollout(
                name: "madrid", renamedFrom: nil, placements: ["on-modern"], upTo: nil,
                waves: [
                    wave("pilot", 5, soak: .seconds(36 * 3600)),
                    wave("half", 50, soak: .seconds(3600)), wave("rest", 100),
                ], relations: Rollout.Relations(mode: .bestEffort, file: nil), gatesBefore: [],
                gatesAfter: [], budget: budget, onBreach: .halt,
                windows: [
                    Rollout.Window(days: [], from: 22 * 60, to: 22 * 60 + 1, zone: "UTC")
                ], consent: PriceConsent(), closureMax: nil, location: World.place)
        ]
        return world
    }

    private static let roomy = Policy.Share(percent: 100, atLeast: 1000)

    @Test func `waves begin and end when the rehearsal said`() async throws {
        let reality = try await Reality(Self.world(failing: Self.roomy))
        let rehearsal = try await reality.rehearse()
        #expect(rehearsal.isWhole && rehearsal.breaks.isEmpty, "\(rehearsal.breaks)")
        #expect(await reality.ledger.head().number == 0, "a rehearsal wrote into the ledger")
        #expect(await reality.moved == 0, "a rehearsal moved somebody")

        let stop = try await reality.applyUntilNothingIsLeft()
        #expect(stop == nil)
        #expect(await reality.moved == 200)
        let journey = await reality.ledger.memory(comparedBy: .whole).journey
        #expect(rehearsal.waves.map(\.name) == ["madrid/pilot", "madrid/half", "madrid/rest"])
        for wave in rehearsal.waves {
            let progress = try #require(WaveID(wave.name).flatMap { journey[$0] })
            #expect(wave.began == progress.startedAt, "\(wave.name) began")
            #expect(wave.settled == progress.settledAt, "\(wave.name) was settled")
            #expect(wave.completed == progress.completedAt, "\(wave.name) was complete")
            #expect(wave.members == progress.start?.members)
        }
        #expect(rehearsal.to == reality.time.now())
        #expect(rehearsal.runs == (await reality.ledger.runs().count))
        // A wave that does not fit into one night takes two.
        #expect(rehearsal.waves.map(\.windowsUsed).max() ?? 0 > 1)
        #expect(rehearsal.waves.allSatisfy { $0.moved == $0.members })
    }

    @Test func `a budget breaks where the rehearsal said, with the same who fail`() async throws {
        let reality = try await Reality(
            Self.world(failing: Policy.Share(percent: 4, atLeast: 1)), failures: 10)
        let rehearsal = try await reality.rehearse()
        let end = try #require(rehearsal.breaks.first)
        #expect(end.kind == .budget && end.isEnd && !rehearsal.isWhole)

        let stop = try #require(try await reality.applyUntilNothingIsLeft())
        #expect(stop.outcome == .halted)
        #expect(stop.reason == end.words)
        #expect(stop.ended == end.at)
        #expect(rehearsal.moved == (await reality.moved))
    }

    @Test func `what people must do is listed, and is done`() async throws {
        var world = Self.world(failing: Self.roomy)
        world.rollouts[0].upTo = "pilot"
        world.consent = PriceConsent()
        world.policy.approvals.move = 2
        world.rollouts[0].gatesBefore = [
            Rollout.GateUse(Gate(name: "help-desk", isAttested: true), location: World.place)
        ]
        let reality = try await Reality(world)
        let rehearsal = try await reality.rehearse()
        #expect(rehearsal.isWhole, "\(rehearsal.breaks)")
        let words = rehearsal.deeds.map { "\($0.wave ?? "-"): \($0.words.prefix(20))" }
        #expect(
            words.filter { $0.contains("approve the plan") }.map { $0.prefix { $0 != ":" } }
                == ["madrid/pilot", "madrid/half", "madrid/rest"])
        #expect(words.filter { $0.contains("attest a gate") }.count == 3)
        #expect(words.filter { $0.hasPrefix("madrid/half: let madrid go on") }.count == 1)
        // What is given once is asked for once.
        #expect(Set(rehearsal.deeds.map { "\($0)" }).count == rehearsal.deeds.count)
    }

    @Test func `a rail that a person may lift is a break, and what is behind it is seen`()
        async throws
    {
        var world = Self.world(failing: Self.roomy)
        world.policy.limits.movesPerRun = 60
        world.pools[1].capacity = 150
        let rehearsal = try await Reality(world).rehearse()
        #expect(rehearsal.isWhole)
        #expect(
            rehearsal.breaks.map { "\($0.wave ?? "") \($0.kind.word)" } == [
                "madrid/half moves-per-run", "madrid/rest moves-per-run", "madrid/rest capacity",
            ])
        #expect(rehearsal.breaks.allSatisfy { !$0.isEnd && !$0.hint.isEmpty })
    }

    @Test func `windows that are too short for a move to show never end`() async throws {
        var world = Self.world(failing: Self.roomy)
        world.capabilities = EmbeddedCatalog.capabilities(settles: .seconds(300))
        let rehearsal = try await Reality(world).rehearse()
        let end = try #require(rehearsal.breaks.last)
        #expect(end.kind == .never && end.wave == "madrid/pilot" && end.isEnd)
        #expect(rehearsal.moved == 0 && !rehearsal.isWhole)
    }

    @Test func `a freeze holds up, and says so`() async throws {
        var world = Self.world(failing: Self.roomy)
        let from = World.now + .seconds(86_400)
        world.policy.freezes = [
            Policy.Freeze(
                from: ManifestTime(text: "then", instant: from),
                to: ManifestTime(text: "later", instant: from + .seconds(10 * 86_400)),
                reason: "year end")
        ]
        let plain = try await Reality(Self.world(failing: Self.roomy)).rehearse()
        let held = try await Reality(world).rehearse()
        #expect(held.isWhole && held.to > plain.to + .seconds(8 * 86_400))
        #expect(held.breaks.map(\.kind) == [.freeze])
        #expect(held.waves[1].waits.contains { $0.cause == .freeze })
    }
}

/// A deployment in memory, on a clock that batches set ahead: a second for each move.
private struct Reality: Edges {
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
private struct Paced: Adapter {
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
