/// Real Kamailios on loopback addresses: a front and two pools, over a database of one test.

import Adapters
import Foundation
import Postgres
import TestSupport
import Testing

/// A process of the lab, ended with the test that started it, whatever happens.
final class KamailioServer {
    private let process: Process
    private let folder: URL

    static let program = "/usr/sbin/kamailio"
    static var isThere: Bool {
        KamailioDatabase.isThere && FileManager.default.isExecutableFile(atPath: program)
    }
    static let hint: Comment =
        "no Kamailio: apt-get install kamailio kamailio-postgres-modules"

    /// Starts one of the configurations beside this file.
    init(_ configuration: String, blanks: [String: String], in folder: URL) throws {
        self.folder = folder
        var text = try Repository.text("Tests/KamailioTests/Lab/\(configuration).cfg")
        for (blank, value) in blanks { text = text.replacing("@\(blank)@", with: value) }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let file = folder.appending(path: "kamailio.cfg")
        try Data(text.utf8).write(to: file)
        let log = folder.appending(path: "log")
        try Data().write(to: log)
        process = Process()
        process.executableURL = URL(filePath: Self.program)
        process.arguments = [
            "-f", file.path, "-DD", "-E", "-m", "64", "-M", "8", "-Y", folder.path, "-w",
            folder.path, "-P", folder.appending(path: "pid").path,
        ]
        let handle = try FileHandle(forWritingTo: log)
        process.standardOutput = handle
        process.standardError = handle
        process.standardInput = FileHandle.nullDevice
        try process.run()
    }

    /// The whole group: a main process that is killed leaves its children, and one that is asked does
    /// not hear it, because a test's threads have their signals blocked and so has what they start.
    deinit {
        kill(-process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    var log: String {
        (try? String(contentsOf: folder.appending(path: "log"), encoding: .utf8)) ?? ""
    }
}

/// A front, a pool `legacy` (set 1) and a pool `modern` (set 2).
struct KamailioLab {
    let database: KamailioDatabase
    let front: SIPAddress
    /// The pools' own databases, by FQDN.
    let pools: [String: KamailioDatabase]
    private let servers: [KamailioServer]

    /// One lab at a time: its addresses are fixed, so that its configurations can be read.
    static let sets = ["legacy.uc.test": 1, "modern.uc.test": 2]

    init(in folder: URL) throws {
        database = try KamailioDatabase()
        let port = try SIPSocket.freePort()
        front = SIPAddress(host: "127.0.0.10", port: port)
        var servers: [KamailioServer] = []
        var pools: [String: KamailioDatabase] = [:]
        for (set, name) in ["legacy", "modern"].enumerated() {
            let address = "127.0.0.\(11 + set)"
            try database.run(
                "INSERT INTO dispatcher (setid, destination, flags) VALUES ($1, $2, 8)",
                ["\(set + 1)", "sip:\(address):\(port)"])
            let own = try KamailioDatabase()
            pools["\(name).uc.test"] = own
            servers.append(
                try KamailioServer(
                    "pool",
                    blanks: [
                        "NAME": name, "ADDRESS": address, "PORT": "\(port)",
                        "DATABASE": own.url,
                    ], in: folder.appending(path: name)))
        }
        servers.append(
            try KamailioServer(
                "front",
                blanks: ["ADDRESS": front.host, "PORT": "\(port)", "DATABASE": database.url],
                in: folder.appending(path: "front")))
        self.servers = servers
        self.pools = pools
    }

    /// Asks all three for life until they answer; a server that never does shows its log.
    func awaitReadiness() throws {
        for host in ["127.0.0.11", "127.0.0.12", front.host] {
            let socket = try SIPSocket()
            let address = SIPAddress(host: host, port: front.port)
            let answer = try socket.ask(
                "OPTIONS", "sip:\(host):\(front.port)", at: address, attempts: 200)
            guard answer?.hasPrefix("SIP/2.0 200") == true else {
                throw Silent(host: host, logs: servers.map(\.log).joined(separator: "\n"))
            }
        }
    }

    /// How many contacts a pool has.
    func registered(_ pool: String) throws -> Int {
        let database = try #require(pools["\(pool).uc.test"])
        return try Int(database.connection.run("SELECT count(*) FROM location").text(0, 0) ?? "")
            ?? -1
    }

    /// The deployment as rehome sees it, registrations of its pools included.
    func with<Result>(_ body: (any Adapter) async throws -> Result) async throws -> Result {
        let document = database.document(
            Self.sets, locations: pools.mapValues { $0.server.info($0.name) })
        return try await KamailioDatabase.open(document, body)
    }

    struct Silent: Error {
        var host: String
        var logs: String
    }
}
