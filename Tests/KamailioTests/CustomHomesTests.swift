/// Homes in a table of the operator's own, and the look at a deployment before anything is trusted to it.

import AdapterKamailio
import Adapters
import Foundation
import Model
import Postgres
import TestSupport
import Testing

@Suite(.enabled(if: KamailioDatabase.isThere, KamailioDatabase.hint))
struct CustomHomesTests {
    private static let pools = ["legacy.uc.test": 1, "modern.uc.test": 2]
    private let line = LabAdapterTests()

    private func document(_ database: KamailioDatabase, _ homes: [String: String]) -> Connection {
        var document = database.document(Self.pools)
        document.settings["homes"] = Setting(
            .map(homes.mapValues { Setting(.text($0), at: KamailioDatabase.place) }),
            at: KamailioDatabase.place)
        return document
    }

    @Test(arguments: ["integer", "text", "varchar(8)"])
    func `homes move in a column of another table, whatever its type`(type: String) async throws {
        let database = try KamailioDatabase()
        try database.addSet(1)
        try database.addSet(2)
        try database.run(
            #"CREATE TABLE "my Users" (login text, realm text, "pool;" \#(type), other text)"#)
        try database.run(
            #"INSERT INTO "my Users" SELECT 'u' || n, 'uc.test', '1', 'kept' FROM generate_series(1, 50) n"#
        )
        let custom = document(
            database,
            ["table": "my Users", "user": "login", "domain": "realm", "pool": "pool;"])
        try await KamailioDatabase.open(custom) { adapter in
            var seen = 0
            var cursor: Cursor?
            repeat {
                let page = try await adapter.observe(
                    .everything(attributes: []), after: cursor, limit: 7)
                seen += page.homes.count
                cursor = page.next
            } while cursor != nil
            #expect(seen == 50)
            let moves = (1...50).map {
                line.move("u\($0)", LabAdapterTests.legacy, LabAdapterTests.modern)
            }
            let outcomes = try await line.perform(moves, adapter)
            #expect(outcomes.allSatisfy { $0 == .done }, "\(outcomes)")
        }
        let rows = try database.connection.run(
            #"SELECT DISTINCT "pool;"::text, other FROM "my Users""#)
        #expect(rows.rows == 1 && rows.text(0, 0) == "2" && rows.text(0, 1) == "kept")
    }

    @Test func `a column that is not there is told by its name`() async throws {
        let database = try KamailioDatabase()
        let error = await #expect(throws: AdapterError.self) {
            try await KamailioDatabase.open(
                document(database, ["table": "subscriber_homes", "pool": "home"])
            ) { _ in }
        }
        #expect(error?.message.contains("no table subscriber_homes") == true)
        let column = await #expect(throws: AdapterError.self) {
            try await KamailioDatabase.open(
                document(database, ["table": "dispatcher", "pool": "home"])
            ) { _ in }
        }
        #expect(column?.message.contains("dispatcher has no column home") == true)
    }

    @Test func `a check tells what is there and what is missing, and changes nothing`()
        async throws
    {
        let database = try KamailioDatabase()
        try database.addSet(1)
        try database.addSet(2)
        try database.addSet(3)
        for (user, set) in [("ana", 1), ("bo", 2), ("cy", 3)] {
            try database.add(user, "uc.test", set)
        }
        try database.run("DROP TRIGGER rehome_guard_update ON usr_preferences")
        let before = try database.homes()
        try await KamailioDatabase.with(database.document(Self.pools)) { adapter in
            let failed = try await adapter.checkup().filter { $0.verdict == .failed }
            #expect(
                failed.map { "\($0.subject): \($0.words)" } == [
                    "homes on set 3: 1 user, which no setting names",
                    "guard: nobody is homed on a closed set by another hand: no",
                ])
        }
        #expect(try database.homes() == before)
    }
}
