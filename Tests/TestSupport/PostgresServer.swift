/// A PostgreSQL server of the tests' own: `shared` is made when the first test asks, and ended with the
/// process; a lab has another.

import Foundation
import Synchronization
package import Testing

package struct PostgresServer: Sendable {
    /// The folder of the server's socket, or its address.
    package let socket: String
    /// On 127.0.0.1, for programs that know no sockets.
    package let port: Int
    /// Its superuser.
    let account: String
    /// The certificate that it shows on 127.0.0.1, which nobody signed but itself; nil without TLS.
    package var certificate: String?

    /// Nil where the machine has no PostgreSQL; tests that need it are then skipped, with this sentence.
    package static let shared: PostgresServer? = try? start()
    package static let hint: Comment =
        "no PostgreSQL server to test against: apt-get install postgresql"
    /// Whether the programs are there of which a server can be made.
    static var isThere: Bool { (try? tool("initdb")) != nil }

    /// A libpq connection string for one of its databases.
    package func info(_ database: String) -> String {
        "host=\(socket) port=\(port) user=\(account) dbname=\(database)"
    }

    /// Runs statements, or whole files of them, as its superuser.
    package func run(_ database: String, _ arguments: [String]) throws {
        try psql(database, arguments).expectExit(0)
    }

    /// The rows of a query, each as text with its columns parted by `|`.
    package func rows(_ database: String, _ query: String) throws -> [String] {
        let result = try psql(database, ["-At", "-c", query])
        result.expectExit(0)
        return result.output.split(separator: "\n").map(String.init)
    }

    private func psql(
        _ database: String, _ arguments: [String]
    ) throws -> CommandLineTool.Result {
        try Self.tool("psql").run(
            [
                "-qX", "-v", "ON_ERROR_STOP=1", "-h", socket, "-p", "\(port)", "-U", account,
                "-d", database,
            ]
                + arguments, in: FileManager.default.temporaryDirectory)
    }

    private static func start() throws -> PostgresServer {
        // Short: the path of a socket has at most 107 bytes.
        let folder = "/tmp/rehome-pg-\(getpid())"
        try? FileManager.default.removeItem(atPath: folder)
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o755])
        // The server refuses to run as root.
        let wrapper =
            getuid() == 0
            ? ["/usr/bin/setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] : []
        if getuid() == 0 {
            try CommandLineTool(path: "/usr/bin/env").run(
                ["chown", "postgres", folder], in: URL(filePath: "/tmp")
            ).expectExit(0)
        }
        let data = "\(folder)/data"
        let initdb = try tool("initdb").run(
            ["-D", data, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "-N"],
            in: URL(filePath: folder), under: wrapper)
        initdb.expectExit(0)
        try certify(folder, wrapper)
        // No other process of tests has this number; below those that labs and clients get.
        let port = 10_000 + Int(getpid()) % 10_000
        let server = try run(
            wrapper + [
                try tool("postgres").path, "-D", data, "-c", "listen_addresses=127.0.0.1,127.0.0.2",
                "-c", "port=\(port)", "-c", "unix_socket_directories=\(folder)",
                "-c", "fsync=off", "-c", "ssl=on", "-c", "ssl_cert_file=\(folder)/server.crt",
                "-c", "ssl_key_file=\(folder)/server.key",
            ], in: folder)
        endAtExit(server, folder)
        try awaitReadiness(folder, port)
        return PostgresServer(
            socket: folder, port: port, account: "postgres", certificate: "\(folder)/server.crt")
    }

    /// Makes the certificate that the server shows.
    private static func certify(_ folder: String, _ wrapper: [String]) throws {
        try tool("openssl").run(
            [
                "req", "-new", "-x509", "-days", "2", "-nodes", "-subj", "/CN=localhost", "-addext",
                "subjectAltName=IP:127.0.0.1", "-out", "server.crt", "-keyout", "server.key",
            ], in: URL(filePath: folder), under: wrapper
        ).expectExit(0)
    }

    /// Starts a program that goes on; what it says is in `log`.
    private static func run(_ words: [String], in folder: String) throws -> pid_t {
        try Data().write(to: URL(filePath: "\(folder)/log"))
        let log = FileHandle(forWritingAtPath: "\(folder)/log")
        let process = Process()
        process.executableURL = URL(filePath: words[0])
        process.arguments = Array(words.dropFirst())
        process.currentDirectoryURL = URL(filePath: folder)
        process.standardOutput = log
        process.standardError = log
        process.standardInput = FileHandle.nullDevice
        try process.run()
        return process.processIdentifier
    }

    /// Asks until the server answers, or a deadline says that it never will.
    private static func awaitReadiness(_ folder: String, _ port: Int) throws {
        let ready = try tool("pg_isready")
        // Asking takes some milliseconds each time.
        for _ in 0..<3000 {
            if try ready.run(["-q", "-h", folder, "-p", "\(port)"], in: URL(filePath: folder)).code
                == 0
            {
                return
            }
        }
        throw Missing(name: "an answer of the server: see \(folder)/log")
    }

    private static func tool(_ name: String) throws -> CommandLineTool {
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql"))
        let folders =
            (versions ?? []).sorted { $0.count == $1.count ? $0 > $1 : $0.count > $1.count }
            .map { "/usr/lib/postgresql/\($0)/bin" }
            + (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(
                String.init)
        let path = folders.map { "\($0)/\(name)" }.first {
            FileManager.default.isExecutableFile(atPath: $0)
        }
        guard let path else { throw Missing(name: name) }
        return CommandLineTool(path: path)
    }

    private struct Missing: Error {
        var name: String
    }

    /// What `atexit` takes is a C function, so what it needs lies here.
    private static let ending = Mutex<(server: pid_t, folder: String)?>(nil)

    private static func endAtExit(_ server: pid_t, _ folder: String) {
        ending.withLock { $0 = (server, folder) }
        atexit {
            guard let (server, folder) = PostgresServer.ending.withLock({ $0 }) else { return }
            kill(server, SIGQUIT)
            try? FileManager.default.removeItem(atPath: folder)
        }
    }
}
