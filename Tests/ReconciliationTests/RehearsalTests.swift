/// What a rehearsal says is what happens: the same estate is rehearsed, and then really moved on a clock that
/// is set ahead.

import AdapterEmbedded
import Execution
import Ledgers
import Model
import Reconciliation
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

    @Test func `what no adapter moves, and what was paused, is for people`() async throws {
        var world = Self.world(failing: Self.roomy)
        world.residents.append(
            World.Resident(
                "madrid", kind: .responseGroups, seen: .on("legacy"), desired: "modern"))
        for index in world.capabilities.moves.indices
        where world.capabilities.moves[index].kind == .responseGroups {
            world.capabilities.moves[index].means = .operator
        }
        let reality = try await Reality(world)
        try await reality.ledger.commit(
            [
                .instructed(
                    Instruction(
                        .pause(.rollout("madrid"), until: nil), reason: "a strike",
                        by: Actor(account: "jm", host: "test"), at: World.now))
            ], under: nil, by: Actor(account: "jm", host: "test"), at: World.now)
        let rehearsal = try await reality.rehearse()
        #expect(rehearsal.isWhole, "\(rehearsal.breaks)")
        #expect(rehearsal.moved == 200)
        #expect(
            rehearsal.deeds.map(\.words) == [
                "end the pause by jm@test (a strike)",
                "move by hand: 1 response-groups from legacy to modern",
            ])
        // Who is moved by hand holds up no wave: it is over without him.
        #expect(rehearsal.deeds.map(\.wave) == ["madrid/pilot", "madrid/late"])
    }

    @Test func `exports that can only be read are rehearsed, and it says so`() async throws {
        var world = Self.world(failing: Self.roomy)
        world.capabilities.performs = false
        let rehearsal = try await Reality(world).rehearse()
        #expect(rehearsal.isWhole && rehearsal.moved == 200)
        #expect(rehearsal.assumptions.contains { $0.hasPrefix("madrid can only be read") })
    }

    @Test func `after a pilot its steps say how long one takes`() async throws {
        var world = Self.world(failing: Self.roomy)
        world.rollouts[0].upTo = "pilot"
        let reality = try await Reality(world)
        let before = try await reality.rehearse()
        #expect(before.assumptions.contains { $0.hasPrefix("nobody knows how long a step") })
        _ = try await reality.applyUntilNothingIsLeft()
        let moved = await reality.moved
        #expect(moved > 0 && moved < 50)
        let after = try await reality.rehearse()
        #expect(
            after.assumptions.contains {
                $0.hasPrefix("a step on madrid takes 1 s: the median of ")
                    && $0.hasSuffix(", \(moved) steps, in the ledger")
            }, "\(after.assumptions)")
        #expect(after.moved == 200 - moved)
    }
}
