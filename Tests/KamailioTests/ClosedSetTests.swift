/// Whether a set of a real dispatcher table is closed, as whoever plans has to see it.

import Adapters
import Model
import TestSupport
import Testing

@Suite(.enabled(if: KamailioDatabase.isThere, KamailioDatabase.hint))
struct ClosedSetTests {
    @Test func `a set is closed, open, or neither where a part of it is disabled`() async throws {
        let database = try KamailioDatabase()
        try database.addSet(2)
        try database.run(
            "INSERT INTO dispatcher (setid, destination) VALUES (2, 'sip:127.0.0.99:5060')")
        let open = try await closed(database)
        #expect(open == .present(false))
        try database.run(
            "UPDATE dispatcher SET flags = 4 WHERE destination = 'sip:127.0.0.99:5060'")
        guard case .unknown? = try await closed(database) else {
            Issue.record("half of it is disabled")
            return
        }
        try database.run("UPDATE dispatcher SET flags = flags | 4")
        let shut = try await closed(database)
        #expect(shut == .present(true))
    }

    private func closed(_ database: KamailioDatabase) async throws -> Fact<Bool>? {
        try await database.with(["modern.uc.test": 2]) { adapter in
            let page = try await adapter.observe(.everything(attributes: []), after: nil, limit: 1)
            return page.pools.first { $0.fqdn == "modern.uc.test" }?.closed
        }
    }
}
