/// Whose a pool is, and who belongs to whom.

import Foundation
import TestSupport
import Testing

struct OwnershipTests {
    @Test func `a pool of another estate is left alone until that estate hands it over`()
        async throws
    {
        try await withTemporaryFolder { outer in
            let one = try folder("one", in: outer)
            let two = try folder("two", in: outer)
            let estate = try SmallEstate(in: one, users: 6)
            let other = try SmallEstate(in: two, users: 6)
            // Two repositories, one deployment.
            try other.edit(
                "metadata: {name: small}\nspec: {ledger", to: "metadata: {name: big}\nspec: {ledger"
            )
            try other.edit(".rehome/small.db", to: "../one/.rehome/small.db")
            let rehome = try Program(in: one)
            let stranger = try Program(in: two)

            try rehome("apply", "--yes", "--only", estate.person(1), expecting: 0)
            let ledger: [String] = try estate.query(estate.ledger, "SELECT id FROM ledger")
            let owners: [String] = try estate.query(
                estate.deployment, "SELECT DISTINCT owner FROM pools")
            #expect(owners == ["small/\(try #require(ledger.first))"])

            try stranger("apply", "--yes", expecting: 0).expectOutput("[pool-claimed]")
            let moved: [String] = try estate.query(
                estate.deployment, "SELECT name FROM moves ORDER BY number")
            #expect(moved == [estate.person(1)])

            // The first estate lets go of everything: its pools, and who was placed on them.
            try estate.write("estate.yaml", Self.withoutPools)
            try rehome("plan", expecting: 0).expectOutput("[pool-released]")
            try rehome("apply", "--yes", expecting: 0)
            let left: [String] = try estate.query(
                estate.deployment, "SELECT fqdn FROM pools WHERE owner IS NOT NULL")
            #expect(left == [])
            try stranger("apply", "--yes", expecting: 0)
            let homes: [String] = try estate.query(
                estate.deployment, "SELECT DISTINCT pool FROM homes")
            #expect(homes == [SmallEstate.new])
        }
    }

    @Test func `a hold holds those who are bound to the held, in the plan and in a run`()
        async throws
    {
        try await withTemporaryFolder { folder in
            let estate = try SmallEstate(in: folder, users: 6)
            try estate.edit(
                "seed: [users.csv, apps.csv]", to: "seed: [users.csv, apps.csv, ties.csv]")
            try estate.write(
                "ties.csv",
                "Resource,Relation,Other\n\(estate.person(2)),delegate,\(estate.person(1))\n")
            let rehome = try Program(in: folder)
            try rehome("hold", estate.person(1), "--reason", "board week", expecting: 0)
            try rehome("plan", expecting: 0).expectOutput("[held-with]")
            try rehome("apply", "--yes", expecting: 0)
            let stayed: [String] = try estate.query(
                estate.deployment,
                "SELECT resource FROM homes WHERE pool = '\(SmallEstate.old)' ORDER BY resource")
            #expect(stayed == [1, 2].map { "user/\(estate.person($0))" })
            try rehome("drift", expecting: 0).expectOutput("held")
            let why = try rehome("why", estate.person(2), expecting: 0)
            why.expectOutput("bound to user/\(estate.person(1))")
        }
    }

    /// The first estate's manifests, with another pool in the place of its own.
    private static let withoutPools = """
        apiVersion: rehome.dev/v1
        kind: Estate
        metadata: {name: small}
        spec: {ledger: {url: "sqlite:.rehome/ledger.db"}}
        ---
        apiVersion: rehome.dev/v1
        kind: Connection
        metadata: {name: small}
        spec: {adapter: embedded, settings: {estate: .rehome/small.db}}
        ---
        apiVersion: rehome.dev/v1
        kind: Pool
        metadata: {name: spare}
        spec: {connection: small, site: small, product: sfb-2019, fqdn: spare.small.example, state: serving}
        ---
        apiVersion: rehome.dev/v1
        kind: Placement
        metadata: {name: spare}
        spec: {pool: spare, users: [{select: {pool: spare}}]}

        """

    private func folder(_ name: String, in outer: URL) throws -> URL {
        let folder = outer.appending(path: name)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }
}
