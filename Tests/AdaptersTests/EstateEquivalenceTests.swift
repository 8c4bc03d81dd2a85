/// The file and the value in memory are one deployment: what the simulation shows of one holds for the
/// other.

import AdapterEmbedded
import Adapters
import Conformance
import Foundation
import Model
import TestSupport
import Testing

@Suite struct EstateEquivalenceTests {
    @Test(arguments: 1...4)
    func `the same history has the same outcomes, homes and log in both`(seed: Int) async throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        let takes = seed.isMultiple(of: 2) ? Duration.seconds(90) : .zero
        let fixture = Self.fixture(&generator)
        try await withTemporaryFolder { folder in
            var deployment = Deployment(folder: folder)
            deployment.pools = fixture.pools
            deployment.seeds = fixture.seeds
            deployment.moveTakes = takes > .zero ? "90s" : nil
            let clock = deployment.clock
            let memory = MemoryAdapter(
                try fixture.memoryEstate(), clock: { clock.now }, moveTakes: takes)
            try await deployment.with { file in
                for number in 1...40 {
                    let batch = Batch(
                        run: RunID("r"), number: number, moves: Self.moves(fixture, &generator))
                    let deadline = clock.now + .seconds(60)
                    let left = try await file.perform(batch, deadline: deadline)
                    let right = try await memory.perform(batch, deadline: deadline)
                    #expect(left == right, "seed \(seed), batch \(number)")
                    #expect(try await Self.homes(file) == Self.homes(memory))
                    #expect(
                        try await Self.answers(file, clock.now)
                            == Self.answers(memory, clock.now), "seed \(seed), batch \(number)")
                    #expect(
                        try await Self.change(number, file, clock.now)
                            == Self.change(number, memory, clock.now))
                    clock.advance(.seconds(Int64.random(in: 0...60, using: &generator)))
                }
                let claim = PoolClaim(pool: "OCS.A.example", from: nil, to: "a/1")
                #expect(try await file.claim(claim) == memory.claim(claim))
                #expect(try await Self.pools(file) == Self.pools(memory))
            }
            let log = try deployment.log
            #expect(log.count > 5)
            #expect(await memory.estate.log == log)
        }
    }

    private static func fixture(_ generator: inout SeededGenerator) -> AdapterFixture {
        let pools = [
            ("ocs.a.example", Product.ocs2007r2), ("lync.b.example", .lync2013),
            ("sfb.c.example", .sfb2019),
        ].map { fqdn, product in
            AdapterFixture.EquippedPool(
                fqdn: fqdn, product: product, capacity: Int.random(in: 3...8, using: &generator))
        }
        let resources = (0..<12).map { number in
            let kind = Kind.allCases[number < 9 ? 0 : number - 8]
            let id = ResourceID(kind: kind, name: "n\(number == 8 ? 7 : number)@x.example")
            return ObservedResource(
                id: id, ownID: kind == .user ? .present("id-\(number)") : .absent,
                home: .present(.pool(pools.randomElement(using: &generator)?.fqdn ?? "")),
                attributes: kind == .user ? ["Department": .absent] : [:])
        }
        return AdapterFixture(pools: pools, resources: resources)
    }

    private static func moves(
        _ fixture: AdapterFixture, _ generator: inout SeededGenerator
    ) -> [Move] {
        let pools = fixture.pools.map(\.fqdn) + ["NOWHERE.example"]
        return (0..<4).map { index in
            var id = ResourceID(kind: .user, name: "gone@x.example")
            if let resource = fixture.resources.randomElement(using: &generator) {
                id = generator.oneIn(12) ? id : resource.id
            }
            return Move(
                step: StepID(high: 1, low: generator.next()), resource: id,
                ownID: generator.oneIn(9) ? "id-\(index)" : nil,
                from: pools.randomElement(using: &generator) ?? "",
                to: pools.randomElement(using: &generator) ?? "")
        }
    }

    /// To all questions, about all pools and pairs.
    private static func answers(
        _ adapter: any Adapter, _ now: Instant
    ) async throws -> [Evidence] {
        var answers: [Evidence] = []
        for question in Probe.Question.allCases {
            for pools in [
                ["ocs.a.example", "LYNC.b.example"], ["sfb.c.example", "ocs.a.example"],
            ] {
                let probe = Probe(question, question.isBetweenTwo ? pools : [pools[0]])
                answers.append(try await adapter.probe(probe, deadline: now + .seconds(60)))
            }
        }
        return answers
    }

    /// Now and then a pool is closed, opened or removed, as far as that goes.
    private static func change(
        _ number: Int, _ adapter: any Adapter, _ now: Instant
    ) async throws -> StepOutcome {
        let actions: [PoolChange.Action] = [.close, .reopen, .close, .remove]
        let pools = ["ocs.a.example", "lync.b.example", "nowhere.example"]
        return try await adapter.change(
            PoolChange(actions[number % 4], pool: pools[number % 3], fence: nil),
            deadline: now + .seconds(60))
    }

    private static func pools(_ adapter: any Adapter) async throws -> [ObservedPool] {
        try await adapter.observe(.everything(attributes: []), after: nil, limit: 1).pools
            .sorted { $0.fqdn < $1.fqdn }
    }

    private static func homes(_ adapter: any Adapter) async throws -> [String] {
        let page = try await adapter.observe(
            .everything(attributes: ["Department"]), after: nil, limit: 100)
        return (0..<page.homes.count).map { row in
            let homes = page.homes
            let department = homes.attribute("Department")?[row]
            return
                "\(homes.table[row]) \(homes.ownID(at: row)) \(homes.home(at: row)) \(String(describing: department))"
        }
    }
}
