/// Homes in a real PostgreSQL: what hands in the database, odd names and lost connections do to them.

import AdapterKamailio
import Adapters
import Foundation
import Model
import Postgres
import TestSupport
import Testing

@Suite(.enabled(if: KamailioDatabase.isThere, KamailioDatabase.hint))
struct KamailioAdapterTests {
    private static let pools = ["legacy.uc.test": 1, "modern.uc.test": 2]

    /// Two sets with a member each, and some users on the first.
    private func database(_ users: [String]) throws -> KamailioDatabase {
        let database = try KamailioDatabase()
        try database.addSet(1)
        try database.addSet(2)
        for user in users { try database.add(user, "uc.test", 1) }
        return database
    }

    private func move(
        _ user: String, from: String = "legacy.uc.test", to: String = "modern.uc.test"
    ) -> Move {
        Move(
            step: StepID(high: 1, low: UInt64(user.utf8.reduce(7) { $0 &* 31 &+ UInt64($1) })),
            resource: ResourceID(kind: .user, name: user), ownID: nil, from: from, to: to)
    }

    private func perform(
        _ moves: [Move], on adapter: any Adapter, within seconds: Int64 = 30
    ) async throws -> [StepOutcome] {
        try await adapter.perform(
            Batch(run: RunID("r"), number: 1, moves: moves),
            deadline: KamailioDatabase.now + .seconds(seconds))
    }

    @Test func `user parts are data, and compared exactly`() async throws {
        let odd = [
            "o'brien", "%61lice", "alice", "Alice", "a;b", "a\\b", "\"quoted\"", "ünï", "{a,b}",
            "a@b",
            String(repeating: "x", count: 250), "'); DROP TABLE usr_preferences; --", "null", " ",
        ]
        let database = try database(odd)
        try await database.with(Self.pools) { adapter in
            var seen: Set<String> = []
            var cursor: Cursor?
            repeat {
                let page = try await adapter.observe(
                    .everything(attributes: []), after: cursor, limit: 3)
                for row in 0..<page.homes.count { seen.insert(page.homes.table[row].name) }
                cursor = page.next
            } while cursor != nil
            #expect(seen == Set(odd.map { "\($0)@uc.test" }))
            let moved = odd.filter { $0 != "Alice" }.map { move("\($0)@UC.test") }
            let outcomes = try await perform(moved, on: adapter)
            #expect(outcomes.allSatisfy { $0 == .done }, "\(outcomes)")
        }
        let homes = try database.homes()
        #expect(homes["Alice@uc.test"] == "1")
        #expect(homes.filter { $0.value == "2" }.count == odd.count - 1)
    }

    @Test func `each move of a batch is judged by the row as it is now`() async throws {
        let database = try database(["stays", "goes", "went", "elsewhere"])
        try database.addSet(3)
        try database.run("UPDATE usr_preferences SET value = '2' WHERE username = 'went'")
        try database.run("UPDATE usr_preferences SET value = '3' WHERE username = 'elsewhere'")
        try await database.with(Self.pools) { adapter in
            let outcomes = try await perform(
                [
                    move("goes@uc.test"), move("went@uc.test"), move("elsewhere@uc.test"),
                    move("gone@uc.test"), move("stays@uc.test", to: "nowhere.uc.test"),
                ], on: adapter)
            #expect(outcomes[0] == .done && outcomes[1] == .already && outcomes[3] == .gone)
            #expect(
                outcomes[2] == .conflict("it lives on dispatcher-set-3, not on legacy.uc.test"))
            guard case .failed(let failure) = outcomes[4] else {
                Issue.record("\(outcomes[4])")
                return
            }
            #expect(failure.class == .permanent)
        }
        let homes = try database.homes()
        #expect(homes["goes@uc.test"] == "2" && homes["stays@uc.test"] == "1")
    }

    @Test func `a set that is closed, or has no members, takes nobody`() async throws {
        for flags in [4, 12] {
            let database = try KamailioDatabase()
            try database.addSet(1)
            try database.addSet(2, flags: flags)
            try database.add("ana", "uc.test", 1)
            try await database.with(Self.pools) { adapter in
                let outcomes = try await perform([move("ana@uc.test")], on: adapter)
                #expect("\(outcomes)".contains("takes nobody"), "\(outcomes)")
            }
            #expect(try database.homes() == ["ana@uc.test": "1"])
        }
    }

    @Test func `a pool that no setting names any more is let go by its owner`() async throws {
        let database = try database([])
        try await database.with(Self.pools) { adapter in
            let claim = PoolClaim(pool: "modern.uc.test", from: nil, to: "uc/1")
            let owner = try await adapter.claim(claim)
            #expect(owner == "uc/1")
        }
        try await database.with(["legacy.uc.test": 1]) { adapter in
            let page = try await adapter.observe(
                .everything(attributes: []), after: nil, limit: 1)
            let seen = try #require(page.pools.first { $0.owner == .present("uc/1") })
            let owner = try await adapter.claim(
                PoolClaim(pool: seen.fqdn, from: "uc/1", to: nil))
            #expect(owner == nil)
        }
        #expect(try database.connection.run("SELECT 1 FROM rehome_owners").rows == 0)
    }

    @Test func `who waits for another hand sees what it did`() async throws {
        let database = try database(["ana"])
        try database.addSet(3)
        let hasLocked = DispatchSemaphore(value: 0)
        let hand = Thread { Self.holdUntilSomebodyWaits(database, hasLocked, then: "COMMIT") }
        hand.start()
        try await database.with(Self.pools) { adapter in
            await Self.wait(for: hasLocked)
            let outcomes = try await perform([move("ana@uc.test")], on: adapter)
            #expect(outcomes[0].isConflictOf("dispatcher-set-3"), "\(outcomes)")
        }
        #expect(try database.homes() == ["ana@uc.test": "3"])
    }

    @Test func `a server that ends the connection in mid-batch has done nothing of it`()
        async throws
    {
        let database = try database(["ana", "bo"])
        try database.addSet(3)
        let hasLocked = DispatchSemaphore(value: 0)
        let ending = """
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE application_name = 'rehome' AND datname = current_database()
            """
        let hand = Thread { Self.holdUntilSomebodyWaits(database, hasLocked, then: ending) }
        hand.start()
        try await database.with(Self.pools) { adapter in
            await Self.wait(for: hasLocked)
            let moves = [move("ana@uc.test"), move("bo@uc.test")]
            let error = await #expect(throws: AdapterError.self) {
                try await perform(moves, on: adapter)
            }
            guard case .transient? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            let homes = try database.homes()
            #expect(Set(homes.values) == ["1"])
            let outcomes = try await perform(moves, on: adapter)
            #expect(outcomes == [.done, .done])
        }
    }

    /// Changes the home of everybody, and says something when another connection waits for it; what
    /// was not committed then is taken back.
    private static func holdUntilSomebodyWaits(
        _ database: KamailioDatabase, _ hasLocked: DispatchSemaphore, then statement: String
    ) {
        // Whatever goes wrong here, nobody waits for ever.
        defer { hasLocked.signal() }
        guard let hand = try? database.connection, (try? hand.run("BEGIN")) != nil,
            (try? hand.run("UPDATE usr_preferences SET value = '3'")) != nil
        else {
            Issue.record("the hand could not change the homes")
            return
        }
        hasLocked.signal()
        // Unlike pg_stat_activity, this is not the same for the whole transaction.
        let waiting = "SELECT 1 FROM pg_locks WHERE NOT granted"
        for _ in 0..<10_000 {
            if let rows = try? hand.run(waiting).rows, rows > 0 { break }
            _ = try? hand.run("SELECT pg_sleep(0.002)")
        }
        _ = try? hand.run(statement)
    }

    private static func wait(for semaphore: DispatchSemaphore) async {
        await withCheckedContinuation { continuation in
            Thread {
                semaphore.wait()
                continuation.resume()
            }.start()
        }
    }

    @Test func `a batch that cannot begin before its deadline does nothing`() async throws {
        let database = try database(["ana"])
        let hand = try database.connection
        try hand.run("BEGIN")
        try hand.run("UPDATE usr_preferences SET last_modified = now()")
        try await database.with(Self.pools) { adapter in
            let error = await #expect(throws: AdapterError.self) {
                try await perform([move("ana@uc.test")], on: adapter, within: 1)
            }
            guard case .transient? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            try hand.run("ROLLBACK")
            #expect(try await perform([move("ana@uc.test")], on: adapter) == [.done])
        }
    }

    @Test func `a connection that was ended is made anew, and nothing is done twice`() async throws
    {
        let database = try database(["ana", "bo"])
        try await database.with(Self.pools) { adapter in
            #expect(try await perform([move("ana@uc.test")], on: adapter) == [.done])
            try database.run(
                """
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE application_name = 'rehome' AND datname = current_database()
                """)
            let error = await #expect(throws: AdapterError.self) {
                try await perform([move("bo@uc.test")], on: adapter)
            }
            guard case .transient? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            let outcomes = try await perform(
                [move("ana@uc.test"), move("bo@uc.test")], on: adapter)
            #expect(outcomes == [.already, .done])
        }
    }

    @Test func `a look that finds the connection ended leaves the next one a new one`()
        async throws
    {
        let database = try database(["ana"])
        let ana = Scope.resources([move("ana@uc.test").resource])
        try await database.with(Self.pools) { adapter in
            _ = try await adapter.observe(ana, after: nil, limit: 10)
            try database.run(
                """
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE application_name = 'rehome' AND datname = current_database()
                """)
            await #expect(throws: AdapterError.self) {
                try await adapter.observe(ana, after: nil, limit: 10)
            }
            let page = try await adapter.observe(ana, after: nil, limit: 10)
            #expect(page.homes.count == 1)
        }
    }

    @Test func `a database that is none of Kamailio's says so`() async throws {
        let database = try KamailioDatabase()
        let connection = database.document(Self.pools, database: database.server.info("postgres"))
        let error = await #expect(throws: AdapterError.self) {
            try await KamailioDatabase.open(connection) { _ in }
        }
        #expect(error?.message.contains("no table usr_preferences") == true)
        let nowhere = database.document(Self.pools, database: "host=/nowhere dbname=x")
        let unreachable = await #expect(throws: AdapterError.self) {
            try await KamailioDatabase.open(nowhere) { _ in }
        }
        guard case .transient? = unreachable else {
            Issue.record("\(String(describing: unreachable))")
            return
        }
    }
}

extension StepOutcome {
    fileprivate func isConflictOf(_ pool: String) -> Bool {
        if case .conflict(let words) = self { words.contains(pool) } else { false }
    }
}
