/// The promises of the port, kept by a real PostgreSQL with Kamailio's own tables.

import AdapterKamailio
import Adapters
import Conformance
import Model
import TestSupport
import Testing

@Suite(.enabled(if: KamailioDatabase.isThere, KamailioDatabase.hint))
struct KamailioConformanceTests {
    private static let cannotShow: Set<AdapterSuite.Feature> = [
        .products, .gaps, .inFlight, .capacity, .duplicates, .apps, .ownIDs, .homeless, .attributes,
        .removal,
    ]

    static let subject = AdapterSubject(
        "kamailio", cannotShow: cannotShow, folding: KamailioCatalog.folding
    ) { fixture, body in
        let database = try KamailioDatabase()
        for set in sets(fixture).values { try database.addSet(set) }
        try await run(fixture, in: database, database.document(sets(fixture)), body)
    }

    private static func sets(_ fixture: AdapterFixture) -> [String: Int] {
        Dictionary(
            uniqueKeysWithValues: fixture.pools.enumerated().map { ($1.fqdn, $0 + 1) })
    }

    private static func run(
        _ fixture: AdapterFixture, in database: KamailioDatabase, _ document: Connection,
        _ body: (AdapterDeployment) async throws -> Void
    ) async throws {
        let sets = sets(fixture)
        for resource in fixture.resources {
            guard case .present(.pool(let pool)) = resource.home, let set = sets[pool],
                let at = resource.id.name.lastIndex(of: "@")
            else { continue }
            let name = resource.id.name
            try database.add(String(name[..<at]), String(name[name.index(after: at)...]), set)
        }
        try await KamailioDatabase.open(document) { adapter in
            try await body(
                AdapterDeployment(
                    adapter: adapter, letPass: { _ in }, now: { KamailioDatabase.now }))
        }
    }

    @Test(arguments: AdapterSuite.cases)
    func `Kamailio's homes keep what the port promises`(test: AdapterSuite.Case) async throws {
        try await AdapterSuite.run(test, on: Self.subject)
    }

    /// The same with fronts that ask and pools that run: one lab, its tables emptied for each case.
    @Test(.enabled(if: KamailioLab.isThere, KamailioLab.hint))
    func `running servers keep what the port promises`() async throws {
        try await KamailioLab.with { lab in
            // A third pool, of which a server of the first is a member too.
            try lab.database.run(
                "INSERT INTO dispatcher (setid, destination, flags) SELECT 3, destination, 8 FROM dispatcher WHERE setid = 1"
            )
            _ = try lab.ask(.front, "dispatcher.reload")
            let subject = AdapterSubject(
                "kamailio, running", cannotShow: Self.cannotShow, folding: KamailioCatalog.folding
            ) { fixture, body in
                try lab.database.run(
                    "TRUNCATE usr_preferences, rehome_owners, rehome_fences, rehome_fronts")
                var document = lab.document
                document.settings["apps"] = nil
                document.settings["probes"] = nil
                document.settings["pools"] =
                    lab.database.document(Self.sets(fixture)).settings["pools"]
                try await Self.run(fixture, in: lab.database, document, body)
            }
            for test in AdapterSuite.cases { try await AdapterSuite.run(test, on: subject) }
        }
    }
}
