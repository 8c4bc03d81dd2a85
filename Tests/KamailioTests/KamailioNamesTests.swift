/// Users whose names differ by the case of their user parts, through the program, on a real database.

import Foundation
import TestSupport
import Testing

@Suite(.enabled(if: KamailioDatabase.isThere, KamailioDatabase.hint))
struct KamailioNamesTests {
    private let database: KamailioDatabase

    init() throws { database = try KamailioDatabase() }

    /// An estate of two pools; people live on the first.
    private var manifests: String {
        """
        apiVersion: rehome.dev/v1
        kind: Estate
        metadata: {name: uc}
        spec: {ledger: {url: "sqlite:.rehome/ledger.db"}}
        ---
        apiVersion: rehome.dev/v1
        kind: Connection
        metadata: {name: uc}
        spec:
          adapter: kamailio
          settings:
            database: \(database.server.info(database.name))
            pools: {legacy.uc.test: {set: 1, locations: none}, modern.uc.test: {set: 2, locations: none}}
        ---
        apiVersion: rehome.dev/v1
        kind: Pool
        metadata: {name: legacy}
        spec: {connection: uc, site: uc, product: kamailio, fqdn: legacy.uc.test}
        ---
        apiVersion: rehome.dev/v1
        kind: Pool
        metadata: {name: modern}
        spec: {connection: uc, site: uc, product: kamailio, fqdn: modern.uc.test}
        ---
        apiVersion: rehome.dev/v1
        kind: Policy
        metadata: {name: default}
        spec: {limits: {moves: {perRun: 100, percent: 100}}}

        """
    }

    private func withEstate(
        of users: [String], _ body: (Program) throws -> Void
    ) async throws {
        for set in [1, 2] { try database.addSet(set) }
        for user in users { try database.add(user, "uc.test", 1) }
        try await withTemporaryFolder { folder in
            let program = Program(folder: folder)
            try program.write("estate.yaml", manifests)
            try body(program)
        }
    }

    /// The program in a folder of manifests.
    private struct Program {
        let folder: URL

        func write(_ name: String, _ text: String) throws {
            try Data(text.utf8).write(to: folder.appending(path: name))
        }

        func text(_ name: String) throws -> String {
            String(decoding: try Data(contentsOf: folder.appending(path: name)), as: UTF8.self)
        }

        func place(_ users: String...) throws {
            try write(
                "placement.yaml",
                """
                apiVersion: rehome.dev/v1
                kind: Placement
                metadata: {name: modern}
                spec:
                  pool: modern
                  users:

                """ + users.map { "    - \($0)\n" }.joined())
        }

        @discardableResult
        func call(_ arguments: String..., expecting code: Int32 = 0) throws -> String {
            let result = try CommandLineTool.rehome().run(
                arguments, in: folder, deadline: .seconds(60))
            result.expectExit(code)
            return result.output + result.errors
        }
    }

    @Test func `both move, by a host in any case, and nobody else does`() async throws {
        try await withEstate(of: ["Alice", "alice", "ALICE"]) { program in
            try program.call("export", "--into", "today")
            let nothing = try program.call("plan", "--detailed-exitcode")
            #expect(nothing.contains("Nothing to do"), "\(nothing)")
            try program.place("Alice@uc.test", "sip:alice@UC.test")
            #expect(try program.call("plan").contains("2 to move"))
            try program.call("apply", "--yes")
            #expect(
                try database.homes()
                    == ["Alice@uc.test": "2", "alice@uc.test": "2", "ALICE@uc.test": "1"])
            let done = try program.call("plan", "--detailed-exitcode")
            #expect(done.contains("Nothing to do"), "\(done)")
            try program.call("history", "--verify")
        }
    }

    @Test func `a hold, a part and an answer are about the one who is written so`() async throws {
        try await withEstate(of: ["Alice", "alice"]) { program in
            try program.place("Alice@uc.test", "alice@uc.test")
            try program.call("hold", "alice@UC.test", "--reason", "desk phone")
            try program.call("apply", "--yes")
            #expect(try database.homes() == ["Alice@uc.test": "2", "alice@uc.test": "1"])
            try program.call(
                "hold", "--release", "ALICE@uc.test", "--reason", "wrong one", expecting: 1)
            try program.call("hold", "--release", "alice@uc.test", "--reason", "done")
            #expect(try program.call("plan", "--only", "alice@uc.test").contains("1 to move"))
            #expect(!(try program.call("plan", "--only", "Alice@uc.test").contains("to move")))
            let here = try program.call("why", "Alice@uc.test")
            #expect(here.contains("modern") && here.contains("done"), "\(here)")
            #expect(!(try program.call("why", "alice@uc.test").contains("done")))
            try program.call("apply", "--yes")
            #expect(try database.homes() == ["Alice@uc.test": "2", "alice@uc.test": "2"])
        }
    }

    @Test func `drift is that of one, and accepting it leaves the other's entry`() async throws {
        try await withEstate(of: ["Alice", "alice"]) { program in
            try program.place("Alice@uc.test", "alice@uc.test")
            try program.call("apply", "--yes")
            try database.run("UPDATE usr_preferences SET value = '1' WHERE username = 'Alice'")
            let drift = try program.call("drift", expecting: 2)
            #expect(
                drift.contains("user/Alice@uc.test") && !drift.contains("user/alice@"), "\(drift)")
            try program.call("accept", "--write")
            let placement = try program.text("placement.yaml")
            #expect(placement.contains("- alice@uc.test") && !placement.contains("Alice"))
            #expect(try program.text("accepted.yaml").contains("- Alice@uc.test"))
            try program.call("drift")
            #expect(try program.call("apply", "--yes").contains("Nothing to do"))
            #expect(try database.homes() == ["Alice@uc.test": "1", "alice@uc.test": "2"])
            try program.call("history", "--verify")
        }
    }
}
