/// A database with Kamailio's own tables, for one test.

import AdapterKamailio
import Adapters
import Conformance
import Foundation
import Model
import Postgres
import TestSupport
import Testing

struct KamailioDatabase {
    let server: PostgresServer
    let name: String

    static let hint: Comment =
        "no PostgreSQL, or none of Kamailio's tables: apt-get install postgresql kamailio-postgres-modules"
    private static let tables = "/usr/share/kamailio/postgres"

    static var isThere: Bool {
        FileManager.default.fileExists(atPath: "\(tables)/avpops-create.sql")
            && PostgresServer.shared != nil
    }

    /// Made once; every test gets a copy of it.
    private static let template: Bool = {
        guard let server = PostgresServer.shared else { return false }
        do {
            try server.run("postgres", ["-c", "CREATE DATABASE kamailio_template"])
            for table in ["standard", "avpops", "dispatcher", "dialplan", "usrloc"] {
                try server.run("kamailio_template", ["-f", "\(tables)/\(table)-create.sql"])
            }
            try server.run(
                "kamailio_template", ["-c", KamailioCatalog.preparation(attribute: "home_pool")])
            return true
        } catch {
            return false
        }
    }()

    /// One that is there.
    init(server: PostgresServer, name: String) {
        self.server = server
        self.name = name
    }

    init() throws {
        server = try #require(PostgresServer.shared)
        try #require(Self.template)
        name = "t\(UUID().uuidString.replacing("-", with: "").lowercased())"
        // Copies of one database wait for each other, and psql does not.
        try Self.copying.withLock {
            try server.run(
                "postgres", ["-c", "CREATE DATABASE \(name) TEMPLATE kamailio_template"])
        }
    }

    /// What the adapter is told that the time is.
    static let now = Instant(millisecondsSince1970: 1_795_384_800_000)

    private static let copying = NSLock()

    var connection: PostgresConnection {
        get throws { try PostgresConnection(server.info(name), password: nil, name: "a test") }
    }

    func run(_ statement: String, _ values: [String?] = []) throws {
        try connection.run(statement, values)
    }

    /// Values of `usr_preferences`, by user.
    func homes() throws -> [String: String] {
        let rows = try connection.run(
            "SELECT username || '@' || domain, value FROM usr_preferences ORDER BY 1")
        return Dictionary(
            (0..<rows.rows).map { (rows.text($0, 0) ?? "", rows.text($0, 1) ?? "") },
            uniquingKeysWith: { "\($0) and \($1)" })
    }

    func add(_ user: String, _ domain: String, _ set: Int) throws {
        try run(
            "INSERT INTO usr_preferences (username, domain, attribute, type, value) VALUES ($1, $2, 'home_pool', 1, $3)",
            [user, domain, "\(set)"])
    }

    /// A dispatcher set with one member.
    func addSet(_ set: Int, flags: Int = 0) throws {
        try run(
            "INSERT INTO dispatcher (setid, destination, flags) VALUES ($1, $2, $3)",
            ["\(set)", "sip:127.0.0.\(10 + set):5060", "\(flags)"])
    }

    static let place = SourceLocation(file: "estate.yaml", line: 3, column: 5)

    func document(
        _ pools: [String: Int], database: String? = nil, locations: [String: String] = [:]
    ) -> Connection {
        let place = Self.place
        func text(_ value: String) -> Setting { Setting(.text(value), at: place) }
        let sets = Dictionary(
            uniqueKeysWithValues: pools.map { fqdn, set in
                var keys = ["set": text("\(set)")]
                keys["locations"] = text(locations[fqdn] ?? "none")
                return (fqdn, Setting(.map(keys), at: place))
            })
        return Connection(
            name: "uc", adapter: "kamailio",
            settings: [
                "database": text(database ?? server.info(name)),
                "pools": Setting(.map(sets), at: place),
            ], limits: Connection.Limits(concurrency: 1, batch: 50, rate: nil), location: place)
    }

    func with<Result>(
        _ pools: [String: Int], _ body: (any Adapter) async throws -> Result
    ) async throws -> Result {
        try await Self.open(document(pools), body)
    }

    static func open<Result>(
        _ connection: Connection, _ body: (any Adapter) async throws -> Result
    ) async throws -> Result {
        try await with(connection) { try await body($0) }
    }

    /// The adapter itself, with what it can do beside the port.
    static func with<Result>(
        _ connection: Connection, _ body: (KamailioAdapter) async throws -> Result
    ) async throws -> Result {
        let noSecret: (SecretReference) async throws -> String = { _ in "" }
        return try await KamailioAdapter.with(
            connection, clock: { now }, randomSeed: { .random(in: .min ... .max) },
            secret: noSecret, body)
    }
}
