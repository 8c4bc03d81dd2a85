/// The promises of the port, kept by a real PostgreSQL with Kamailio's own tables.

import AdapterKamailio
import Adapters
import Conformance
import Model
import TestSupport
import Testing

@Suite(.enabled(if: KamailioDatabase.isThere, KamailioDatabase.hint))
struct KamailioConformanceTests {
    static let subject = AdapterSubject(
        "kamailio",
        cannotShow: [
            .products, .gaps, .inFlight, .capacity, .duplicates, .apps, .ownIDs, .homeless,
            .folding, .attributes,
        ]
    ) { fixture, body in
        let database = try KamailioDatabase()
        var sets: [String: Int] = [:]
        for (index, pool) in fixture.pools.enumerated() {
            sets[pool.fqdn] = index + 1
            try database.addSet(index + 1)
        }
        for resource in fixture.resources {
            guard case .present(.pool(let pool)) = resource.home, let set = sets[pool],
                let at = resource.id.name.lastIndex(of: "@")
            else { continue }
            let name = resource.id.name
            try database.add(String(name[..<at]), String(name[name.index(after: at)...]), set)
        }
        try await database.with(sets) { adapter in
            try await body(
                AdapterDeployment(
                    adapter: adapter, letPass: { _ in }, now: { KamailioDatabase.now }))
        }
    }

    @Test(arguments: AdapterSuite.cases)
    func `Kamailio's homes keep what the port promises`(test: AdapterSuite.Case) async throws {
        try await AdapterSuite.run(test, on: Self.subject)
    }
}
