/// Registrations: what a move costs, and what stays where its users do not live any more.

import AdapterKamailio
import Adapters
import Foundation
import Model
import Postgres
import TestSupport
import Testing

@Suite(.serialized, .enabled(if: KamailioDatabase.isThere, KamailioDatabase.hint))
struct RegistrationTests {
    private static let pools = ["legacy.uc.test": 1, "modern.uc.test": 2]
    private let line = LabAdapterTests()

    /// Fronts' database and one of each pool; no server runs.
    private struct Deployment {
        let homes: KamailioDatabase
        let legacy: KamailioDatabase
        let modern: KamailioDatabase

        init(_ users: [String]) throws {
            homes = try KamailioDatabase()
            legacy = try KamailioDatabase()
            modern = try KamailioDatabase()
            try homes.addSet(1)
            try homes.addSet(2)
            for user in users { try homes.add(user, "uc.test", 1) }
        }

        var document: Connection {
            homes.document(
                RegistrationTests.pools,
                locations: [
                    "legacy.uc.test": legacy.server.info(legacy.name),
                    "modern.uc.test": modern.server.info(modern.name),
                ])
        }
    }

    @Test func `devices on a connection of their pool are a price, and are not carried`()
        async throws
    {
        let deployment = try Deployment(["ana", "bo", "cy"])
        try deployment.legacy.run(LabAdapterTests.contact("ana", socket: "tcp:127.0.0.11:5060"))
        try deployment.legacy.run(LabAdapterTests.contact("bo"))
        // By way of a front, whose connection it is.
        try deployment.legacy.run(
            "INSERT INTO location (username, domain, contact, ruid, socket, path, expires) VALUES ('cy', 'uc.test', 'sip:cy@127.0.0.20', 'r-cy', 'tcp:127.0.0.11:5060', '<sip:127.0.0.10;lr>', now() AT TIME ZONE 'UTC' + interval '1 hour')"
        )
        try await KamailioDatabase.open(deployment.document) { adapter in
            let homes = try await adapter.observe(
                .everything(attributes: []), after: nil, limit: 10
            ).homes
            let lost = (0..<homes.count).map { homes.count(of: .outage, at: $0) }
            #expect(lost == [.present(1), .present(0), .present(0)])
            let moves = ["ana", "bo", "cy"].map {
                line.move($0, LabAdapterTests.legacy, LabAdapterTests.modern)
            }
            #expect(try await line.perform(moves, adapter) == [.done, .done, .done])
        }
        let carried = try deployment.modern.connection.run(
            "SELECT username, socket FROM location ORDER BY 1")
        #expect((0..<carried.rows).map { carried.text($0, 0) } == ["bo", "cy"])
        #expect(carried.isNull(0, 1))
    }

    @Test func `what a price rests on is unknown where nobody can read it`() async throws {
        let deployment = try Deployment(["ana"])
        try deployment.legacy.run("ALTER TABLE location RENAME TO away")
        try await KamailioDatabase.open(deployment.document) { adapter in
            let page = try await adapter.observe(
                .everything(attributes: []), after: nil, limit: 10)
            guard case .unknown = page.homes.count(of: .outage, at: 0) else {
                Issue.record("\(page.homes.count(of: .outage, at: 0))")
                return
            }
            #expect(page.gaps.contains { $0.pool == "legacy.uc.test" && $0.fact == "outage" })
        }
    }

    @Test func `strays are told and swept, and who came back keeps his`() async throws {
        let deployment = try Deployment(["ana", "bo"])
        try deployment.modern.run(LabAdapterTests.contact("ana"))
        try deployment.modern.run(LabAdapterTests.contact("bo"))
        try deployment.modern.run(LabAdapterTests.contact("nobody"))
        try await KamailioDatabase.open(deployment.document) { adapter in
            let notices = try await line.notices(adapter)
            #expect(notices.map(\.rule) == [.strayRegistrations])
            #expect(notices.first?.count == 2 && notices.first?.pool == "modern.uc.test")
            // bo comes to the pool by another hand, before anybody sweeps.
            try deployment.homes.run(
                "UPDATE usr_preferences SET value = '2' WHERE username = 'bo'")
            _ = try await line.perform(
                [line.move("ana", LabAdapterTests.legacy, LabAdapterTests.legacy)], adapter)
            #expect(try left(on: deployment.modern) == ["bo", "nobody"])
        }
        try deployment.homes.run("UPDATE usr_preferences SET value = '1'")
        try await KamailioDatabase.with(deployment.document) { adapter in
            let swept = try await adapter.sweep()
            #expect(swept.map(\.contacts) == [0, 1])
        }
        // Whose home nobody knows is left alone.
        #expect(try left(on: deployment.modern) == ["nobody"])
    }

    private func left(on database: KamailioDatabase) throws -> [String] {
        let rows = try database.connection.run("SELECT username FROM location ORDER BY 1")
        return (0..<rows.rows).compactMap { rows.text($0, 0) }
    }

    @Test func `work under an older lease is refused, whatever it is`() async throws {
        let deployment = try Deployment(["ana", "bo"])
        try await KamailioDatabase.open(deployment.document) { adapter in
            #expect(adapter.capabilities.checksFencing)
            func batch(_ user: String, _ token: Int64) -> Batch {
                var batch = Batch(
                    run: RunID("r"), number: 1,
                    moves: [line.move(user, LabAdapterTests.legacy, LabAdapterTests.modern)])
                batch.fence = Fence(ledger: "7f3c", token: token)
                return batch
            }
            func perform(_ batch: Batch, _ adapter: any Adapter) async throws -> [StepOutcome] {
                try await adapter.perform(batch, deadline: KamailioDatabase.now + .seconds(30))
            }
            #expect(try await perform(batch("ana", 7), adapter) == [.done])
            // Somebody took over, in another process.
            let taken = try await KamailioDatabase.open(deployment.document) { other in
                try await perform(batch("ana", 8), other)
            }
            #expect(taken == [.already])
            let error = await #expect(throws: AdapterError.self) {
                try await perform(batch("bo", 7), adapter)
            }
            guard case .permanent(let words)? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(words.contains("another runner has taken over"), "\(words)")
            #expect(words.contains("delete its row in rehome_fences"), "\(words)")
            #expect(try deployment.homes.homes()["bo@uc.test"] == "1")
            // Another ledger has leases of its own.
            var stranger = batch("bo", 1)
            stranger.fence = Fence(ledger: "other", token: 1)
            #expect(try await perform(stranger, adapter) == [.done])
        }
    }

    @Test func `a ledger from a copy acts again when its row is taken away`() async throws {
        let deployment = try Deployment(["ana"])
        func move(under token: Int64) async throws -> [StepOutcome] {
            try await KamailioDatabase.open(deployment.document) { adapter in
                var batch = Batch(
                    run: RunID("r"), number: 2,
                    moves: [line.move("ana", LabAdapterTests.legacy, LabAdapterTests.modern)])
                batch.fence = Fence(ledger: "7f3c", token: token)
                return try await adapter.perform(
                    batch, deadline: KamailioDatabase.now + .seconds(30))
            }
        }
        try deployment.homes.run("INSERT INTO rehome_fences VALUES ('7f3c', 8)")
        await #expect(throws: AdapterError.self) { try await move(under: 3) }
        #expect(try deployment.homes.homes()["ana@uc.test"] == "1")
        // As the refusal says.
        try deployment.homes.run("DELETE FROM rehome_fences WHERE ledger = '7f3c'")
        #expect(try await move(under: 3) == [.done])
    }
}
