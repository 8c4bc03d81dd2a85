/// The Kamailio lab of `Tests/EndToEnd/Kamailio` for the time of a closure: real fronts, pools, people
/// who call each other, all on loopback addresses.

package import Foundation
package import Testing

/// A front or two, the pools `legacy` (dispatcher set 1) and `modern` (set 2), and their databases
/// `homes`, `legacy` and `modern`. Labs have ports of their own, so that several may run at once.
package struct KamailioLab: Sendable {
    package enum Server: String, CaseIterable, Sendable {
        case front, front2, legacy, modern, postgres

        package var host: String {
            switch self {
            case .front: "127.0.0.10"
            case .front2: "127.0.0.15"
            case .legacy: "127.0.0.11"
            case .modern: "127.0.0.12"
            case .postgres: "127.0.0.1"
            }
        }
    }

    /// How a lab is made.
    package struct Options: Sendable {
        /// SQL for the database of the fronts, such as `KamailioCatalog.preparation`.
        package var preparation: String
        /// One, or two.
        package var fronts: Int
        /// Fronts look homes up in an htable, and not in the database.
        package var keepsHomesInMemory: Bool
        /// Seconds between two reloads of a front; 5 is Kamailio's own default.
        package var reloadDelta: Int

        package init(
            preparation: String = "", fronts: Int = 1, keepsHomesInMemory: Bool = false,
            reloadDelta: Int = 5
        ) {
            self.preparation = preparation
            self.fronts = fronts
            self.keepsHomesInMemory = keepsHomesInMemory
            self.reloadDelta = reloadDelta
        }
    }

    /// Where its data and logs are, `log/front` among them.
    package let folder: URL
    /// Of SIP and of JSON-RPC, on the host of each server.
    package let port: UInt16
    /// Who connects to it owns all tables.
    package let postgres: PostgresServer
    package let hasTwoFronts: Bool
    package let keepsHomesInMemory: Bool

    package static var isThere: Bool {
        let files = [
            "/usr/sbin/kamailio", "/usr/share/kamailio/postgres/avpops-create.sql", "/usr/bin/sipp",
            "/usr/bin/curl",
        ]
        return PostgresServer.isThere
            && files.allSatisfy { FileManager.default.fileExists(atPath: $0) }
    }
    package static let hint: Comment = """
        no Kamailio lab: apt-get install kamailio kamailio-postgres-modules sip-tester postgresql curl
        """

    /// Brings a lab up until all of it answers, and ends all that it started, whatever happens.
    package static func with<Result>(
        _ options: Options, _ body: (KamailioLab) async throws -> Result
    ) async throws -> Result {
        try await withTemporaryFolder { folder in
            let preparation = folder.appending(path: "preparation.sql")
            try Data(options.preparation.utf8).write(to: preparation)
            let environment = [
                "FRONTS": "\(options.fronts)", "RELOAD_DELTA": "\(options.reloadDelta)",
                "CACHE": options.keepsHomesInMemory ? "htable" : "none",
            ]
            // Also after an `up` that did not succeed: what it started before stands there still.
            defer {
                do {
                    try script("lab", ["down", folder.path])
                } catch {
                    Issue.record(error)
                }
            }
            try script("lab", ["up", folder.path, preparation.path], environment)
            return try await body(KamailioLab(in: folder))
        }
    }

    private init(in folder: URL) throws {
        let text = try String(contentsOf: folder.appending(path: "settings"), encoding: .utf8)
        let settings = Dictionary(
            text.split(separator: "\n").map { line in
                let parts = line.split(separator: "=", maxSplits: 1)
                return (parts[0], parts.count == 2 ? String(parts[1]) : "")
            }, uniquingKeysWith: { _, last in last })
        self.folder = folder
        port = try #require(UInt16(settings["PORT"] ?? ""))
        hasTwoFronts = settings["FRONTS"] == "2"
        keepsHomesInMemory = settings["CACHE"] == "htable"
        postgres = PostgresServer(
            socket: Server.postgres.host,
            port: try #require(Int(settings["DATABASE_PORT"] ?? "")), account: "kamailio")
    }

    /// Starts a server that was killed, and waits until it answers.
    package func start(_ server: Server) throws {
        try Self.script("lab", ["start", server.rawValue, folder.path])
    }

    /// Kills a server with all its children, and waits until none is left.
    package func kill(_ server: Server) throws {
        try Self.script("lab", ["kill", server.rawValue, folder.path])
    }

    /// Writes Estate, Connection, Pools and Policy.
    package func manifests(into other: URL) throws {
        try Self.script("lab", ["manifests", other.path, folder.path])
    }

    /// What a server answers over JSON-RPC, as text; also when the answer is an error.
    package func ask(_ server: Server, _ method: String, _ parameters: String = "[]") throws
        -> String
    {
        let question =
            #"{"jsonrpc": "2.0", "id": 1, "method": "\#(method)", "params": \#(parameters)}"#
        let result = try CommandLineTool(path: "/usr/bin/curl").run(
            ["-s", "-m", "10", "http://\(server.host):\(port)/RPC", "-d", question], in: folder)
        result.expectExit(0)
        return result.output
    }

    @discardableResult
    static func script(
        _ name: String, _ arguments: [String], _ environment: [String: String] = [:]
    ) throws -> String {
        let path = Repository.root.appending(path: "Tests/EndToEnd/Kamailio/\(name)").path
        // A test's threads have their signals blocked, and what they start inherits that: no server
        // would hear that it is to end.
        let result = try CommandLineTool(path: path).run(
            arguments, in: URL(filePath: "/"), environment: environment,
            under: ["/usr/bin/env", "--default-signal"])
        guard result.code == 0 else {
            throw Failure(description: "\(name) \(arguments):\n\(result.output)\(result.errors)")
        }
        return result.output
    }

    /// What a script said when it could not do what it was asked for.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String

        package init(description: String) { self.description = description }
    }
}
