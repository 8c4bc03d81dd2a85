/// From what is there to what is asked for and back, through the program, on a real database.

import Adapters
import Foundation
import Postgres
import TestSupport
import Testing

@Suite(.enabled(if: KamailioDatabase.isThere, KamailioDatabase.hint))
struct KamailioStoryTests {
    private static let password = "o'pen \\sesame"

    private func manifests(_ database: KamailioDatabase) -> String {
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
            password: {secret: env:KAMAILIO_PASSWORD}
            pools: {legacy.uc.test: {set: 1, locations: none}, modern.uc.test: {set: 2, locations: none}}
          limits: {concurrency: 2, batch: 500}
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
        spec: {limits: {moves: {perRun: 5000, percent: 100}}}

        """
    }

    private let placement = """
        apiVersion: rehome.dev/v1
        kind: Placement
        metadata: {name: modern}
        spec: {pool: modern, users: [{select: {pool: legacy}}]}

        """

    private func call(
        _ folder: URL, _ arguments: String..., expecting code: Int32
    ) throws -> String {
        let result = try CommandLineTool.rehome().run(
            arguments, in: folder, environment: ["KAMAILIO_PASSWORD": Self.password],
            deadline: .seconds(60))
        result.expectExit(code)
        #expect(!(result.output + result.errors).contains("sesame"), "a secret was printed")
        return result.output + result.errors
    }

    private func expectNothingToDo(_ folder: URL) throws {
        let plan = try call(folder, "plan", "--detailed-exitcode", expecting: 0)
        #expect(plan.contains("Nothing to do"), "\(plan)")
    }

    private func write(_ name: String, _ text: String, in folder: URL) throws {
        try Data(text.utf8).write(to: folder.appending(path: name))
    }

    @Test func `two thousand users move, drift is named, and a revert takes them back`()
        async throws
    {
        let database = try KamailioDatabase()
        try database.addSet(1)
        try database.addSet(2)
        try database.run(
            """
            INSERT INTO usr_preferences (username, domain, attribute, type, value)
            SELECT 'u' || n, 'uc.test', 'home_pool', 1, '1' FROM generate_series(1, 2000) n
            """)
        try await withTemporaryFolder { folder in
            try write("estate.yaml", manifests(database), in: folder)
            _ = try call(folder, "validate", expecting: 0)
            _ = try call(folder, "export", "--into", "today", expecting: 0)
            try expectNothingToDo(folder)
            try write("placement.yaml", placement, in: folder)
            #expect(try call(folder, "plan", expecting: 0).contains("2,000 to move"))
            _ = try call(folder, "apply", "--yes", expecting: 0)
            #expect(Set(try database.homes().values) == ["2"])
            try expectNothingToDo(folder)

            try database.run("UPDATE usr_preferences SET value = '1' WHERE username = 'u7'")
            // Of three looks, the one in the middle reads what changed, the others everything.
            for looks in ["1", "3"] {
                let drift = try call(
                    folder, "drift", "--confirm", looks, "--every", "1s", expecting: 2)
                #expect(drift.contains("user/u7@uc.test"), "\(drift)")
            }
            _ = try call(folder, "apply", "--yes", expecting: 0)
            #expect(try database.homes()["u7@uc.test"] == "1")

            try FileManager.default.removeItem(at: folder.appending(path: "placement.yaml"))
            _ = try call(folder, "apply", "--yes", expecting: 0)
            #expect(Set(try database.homes().values) == ["1"])
            let owners = try database.connection.run("SELECT owner FROM rehome_owners")
            #expect(owners.rows == 2)
        }
    }

    /// Every change of a home leaves a line, so that one done twice is seen.
    private static let witness = """
        CREATE TABLE witness (username text, old text, new text);
        CREATE FUNCTION witness() RETURNS trigger LANGUAGE plpgsql AS
            'BEGIN INSERT INTO witness VALUES (new.username, old.value, new.value); RETURN new; END';
        CREATE TRIGGER witness AFTER UPDATE ON usr_preferences
            FOR EACH ROW EXECUTE FUNCTION witness();
        """

    @Test(arguments: ["before-commit:3", "after-commit:3", "before-commit:5", "after-commit:5"])
    func `a run that is killed goes on, and moves nobody twice`(kill: String) async throws {
        let database = try KamailioDatabase()
        try database.addSet(1)
        try database.addSet(2)
        try database.server.run(database.name, ["-c", Self.witness])
        try database.run(
            """
            INSERT INTO usr_preferences (username, domain, attribute, type, value)
            SELECT 'u' || n, 'uc.test', 'home_pool', 1, '1' FROM generate_series(1, 900) n
            """)
        try await withTemporaryFolder { folder in
            try write(
                "estate.yaml", manifests(database).replacing("batch: 500", with: "batch: 100"),
                in: folder)
            try write("placement.yaml", placement, in: folder)
            let killed = try CommandLineTool.rehome().run(
                ["apply", "--yes"], in: folder,
                environment: ["KAMAILIO_PASSWORD": Self.password, "REHOME_KILL": kill])
            #expect(killed.ending == .signal(SIGKILL))
            _ = try call(folder, "apply", "--yes", expecting: 0)
            #expect(Set(try database.homes().values) == ["2"])
            let moved = try database.connection.run(
                "SELECT count(*), count(DISTINCT username) FROM witness")
            #expect(moved.text(0, 0) == "900" && moved.text(0, 1) == "900")
            _ = try call(folder, "history", "--verify", expecting: 0)
        }
    }

    @Test func `the database is spoken to under TLS, or not at all`() async throws {
        let database = try KamailioDatabase()
        let certificate = try #require(database.server.certificate)
        func info(_ host: String, _ root: String) -> String {
            "host=\(host) port=\(database.server.port) user=postgres dbname=\(database.name) sslmode=verify-full sslrootcert=\(root)"
        }
        let sets = ["legacy.uc.test": 1, "modern.uc.test": 2]
        let safe = database.document(sets, database: info("127.0.0.1", certificate))
        try await KamailioDatabase.open(safe) { _ in
            let rows = try database.connection.run(
                "SELECT s.ssl FROM pg_stat_ssl s JOIN pg_stat_activity a USING (pid) WHERE a.application_name = 'rehome' AND a.datname = current_database()"
            )
            #expect(rows.rows == 1 && rows.text(0, 0) == "t")
        }
        // Another name than the certificate's, and a certificate that nobody vouches for.
        for bad in [info("127.0.0.2", certificate), info("127.0.0.1", "/nowhere/root.crt")] {
            let error = await #expect(throws: AdapterError.self) {
                try await KamailioDatabase.open(database.document(sets, database: bad)) { _ in }
            }
            #expect(error?.message.contains("certificate") == true, "\(String(describing: error))")
        }
    }

    @Test func `a secret that cannot be had is told by its name`() async throws {
        let database = try KamailioDatabase()
        try await withTemporaryFolder { folder in
            try write("estate.yaml", manifests(database), in: folder)
            try write("placement.yaml", placement, in: folder)
            let result = try CommandLineTool.rehome().run(["plan"], in: folder)
            result.expectExit(1)
            #expect(result.errors.contains("env:KAMAILIO_PASSWORD"), "\(result.errors)")
        }
    }

    @Test func `a database that is away is a gap, and moves nobody`() async throws {
        let database = try KamailioDatabase()
        try await withTemporaryFolder { folder in
            let away = manifests(database).replacing(
                "host=\(database.server.socket)", with: "host=/nowhere")
            try write("estate.yaml", away, in: folder)
            try write("placement.yaml", placement, in: folder)
            let plan = try call(folder, "plan", expecting: 0)
            #expect(plan.contains("Not read"), "\(plan)")
            #expect(plan.contains("/nowhere"), "\(plan)")
        }
    }
}
