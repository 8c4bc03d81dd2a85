/// Every adapter, on every promise of the port.

import AdapterEmbedded
import AdapterInventory
import Adapters
import Conformance
import Foundation
import Model
import TestSupport
import Testing

@Suite struct AdapterConformanceTests {
    static let subjects = [inMemory, inFile, inventory]

    @Test(arguments: subjects, AdapterSuite.cases)
    func `an adapter keeps what the port promises`(
        subject: AdapterSubject, test: AdapterSuite.Case
    ) async throws {
        try await AdapterSuite.run(test, on: subject)
    }

    static let inMemory = AdapterSubject("embedded, in memory") { fixture, body in
        let clock = ManualClock()
        let adapter = MemoryAdapter(
            try fixture.memoryEstate(), clock: { clock.now }, moveTakes: fixture.moveTakes,
            hiding: fixture.hidden)
        try await body(
            AdapterDeployment(
                adapter: adapter, letPass: { clock.advance($0) }, now: { clock.now }))
    }

    static let inFile = AdapterSubject("embedded, in a file") { fixture, body in
        try await withTemporaryFolder { folder in
            var deployment = Deployment(folder: folder)
            deployment.pools = fixture.pools
            deployment.seeds = fixture.seeds
            deployment.faults = fixture.hidden.compactMap { $0.pool.map { "hide pool \($0)" } }
            if fixture.moveTakes > .zero {
                deployment.moveTakes = "\(fixture.moveTakes.milliseconds)ms"
            }
            let estate = deployment.estate
            let clock = deployment.clock
            try await deployment.with { adapter in
                try await body(
                    AdapterDeployment(
                        adapter: adapter,
                        letPass: { try EmbeddedAdapter.advance(estate: estate, by: $0) },
                        now: { clock.now }))
            }
        }
    }

    static let inventory = AdapterSubject(
        "inventory", cannotShow: [.moves, .products, .gaps, .inFlight, .capacity]
    ) { fixture, body in
        let clock = ManualClock()
        let deployment = InventoryDeployment(
            files: fixture.exports, pools: fixture.pools.map(\.fqdn))
        try await deployment.with { adapter in
            try await body(
                AdapterDeployment(
                    adapter: adapter, letPass: { clock.advance($0) }, now: { clock.now }))
        }
    }

    @Test func `the suite notices an adapter that pretends`() async throws {
        let pretender = AdapterSubject("a pretender") { fixture, body in
            let clock = ManualClock()
            let adapter = Pretender(
                honest: MemoryAdapter(try fixture.memoryEstate(), clock: { clock.now }))
            try await body(
                AdapterDeployment(
                    adapter: adapter, letPass: { clock.advance($0) }, now: { clock.now }))
        }
        var broken: Set<String> = []
        for test in AdapterSuite.cases {
            if try await AdapterSuite.judge(test, on: pretender) != nil {
                broken.insert(test.title)
            }
        }
        #expect(broken.contains("moving everything leaves nothing to move"))
        #expect(broken.contains("the second time, all of it was done already"))
        #expect(broken.contains("a home elsewhere is a conflict that names the pool"))
        #expect(broken.contains("what cannot be read is said, in every scope"))
        #expect(
            broken.contains("a pool that is home to anybody is neither proven empty nor closed"))
        #expect(broken.contains("a closed pool takes nobody until it is opened again"))
        #expect(broken.contains("a pool is removed once it is closed, and only once"))
        #expect(!broken.contains("everything is seen once, with its name, id and home"))
    }
}

/// Says done to everything, and does nothing.
private struct Pretender: Adapter {
    let honest: MemoryAdapter

    var capabilities: Capabilities { honest.capabilities }

    func observe(
        _ scope: Scope, after cursor: Cursor?, limit: Int
    ) async throws(AdapterError) -> Page {
        try await honest.observe(scope, after: cursor, limit: limit)
    }

    func perform(
        _ batch: Batch, deadline: Instant
    ) async throws(AdapterError) -> [StepOutcome] {
        batch.moves.map { _ in .done }
    }

    func claim(_ claim: PoolClaim) async throws(AdapterError) -> String? {
        try await honest.claim(claim)
    }

    func probe(_ probe: Probe, deadline: Instant) async throws(AdapterError) -> Evidence {
        Evidence(probe, [Evidence.Check("everything", .passed, "fine")])
    }

    func change(
        _ change: PoolChange, deadline: Instant
    ) async throws(AdapterError) -> StepOutcome {
        .done
    }
}
