/// A repository as a team has it: a bare one in the middle, clones around it, a runner that stays and
/// reviewers that are thrown away. What a CI would do is done by running its scripts.

import Foundation
import GRDB
import TestSupport
import Testing

struct Forge {
    /// Everything lies below it.
    let folder: URL
    /// The clone of a person.
    let desk: URL
    /// The clone of the runner that has the ledger and reaches the deployment.
    let runner: URL
    /// What only that runner has.
    let state: URL

    static let old = "old.small.example"
    static let new = "new.small.example"

    /// A scaffold with the deployment filled in, committed, pushed, and its ledger made.
    ///
    /// `limits` are those of the connection, as in `rate: 300/min`.
    init(in folder: URL, users: Int = 20, limits: String = "") throws {
        self.folder = folder
        desk = folder.appending(path: "desk")
        runner = folder.appending(path: "runner")
        state = folder.appending(path: "state")
        try shell("mkdir home state && git init --quiet --bare -b main origin.git", in: folder)
        try shell("git clone --quiet origin.git desk", in: folder)
        let ledger = "sqlite:\(state.path)/ledger.db"
        try shell(
            "rehome init --ci github --ci gitlab --ci azure --name small --ledger '\(ledger)'",
            in: desk)
        try fillIn(users: users, limits: limits)
        try shell("git config core.hooksPath .githooks", in: desk)
        try commit("the first commit")
        try shell("git clone --quiet origin.git runner", in: folder)
        try shell("rehome apply --new-ledger --reason 'the first apply' --yes", in: runner)
    }

    private func fillIn(users: Int, limits: String) throws {
        let deployment = """
            apiVersion: rehome.dev/v1
            kind: Connection
            metadata: {name: small}
            spec:
              adapter: embedded
              settings: {estate: ../state/small.db, seed: [users.csv]}
              limits: {\(limits)}
            ---
            \(pool("old", "lync-2013", Self.old))
            ---
            \(pool("new", "sfb-2019", Self.new))

            """
        try write("deployment.yaml", deployment)
        let rows = (1...users).map { number in
            let guid = "00000000-0000-4000-8000-" + String(100_000_000_000 + number)
            return "\(guid),sip:\(person(number)),\(Self.old),True,User \(number)\r\n"
        }
        try write(
            "users.csv", "Guid,SipAddress,RegistrarPool,Enabled,DisplayName\r\n" + rows.joined())
        try declare([])
    }

    private func pool(_ name: String, _ product: String, _ fqdn: String) -> String {
        """
        apiVersion: rehome.dev/v1
        kind: Pool
        metadata: {name: \(name)}
        spec: {connection: small, site: small, product: \(product), fqdn: \(fqdn)}
        """
    }

    func person(_ number: Int) -> String { "user\(number)@small.example" }

    /// Who is to live on the new pool, as a file at the desk.
    func declare(_ numbers: [Int]) throws {
        try write(
            "new.yaml",
            """
            apiVersion: rehome.dev/v1
            kind: Placement
            metadata: {name: new}
            spec:
              pool: new
              users: [\(numbers.map(person).joined(separator: ", "))]

            """)
    }

    func write(_ name: String, _ text: String) throws {
        try Data(text.utf8).write(to: desk.appending(path: name))
    }

    /// Everything at the desk, to the branch that is applied.
    func commit(_ message: String) throws {
        try shell("git add --all && git commit --quiet -m '\(message)'", in: desk)
        try shell("git push --quiet origin HEAD:main", in: desk)
    }

    /// A line as somebody types it, or a CI runs it: with this rehome on the PATH, and nothing of
    /// whoever runs the tests.
    @discardableResult
    func shell(
        _ line: String, in folder: URL, environment: [String: String] = [:],
        expecting code: Int32 = 0, interrupted: CommandLineTool.Interruption? = nil,
        sourceLocation: Testing.SourceLocation = #_sourceLocation
    ) throws -> CommandLineTool.Result {
        let rehome = try CommandLineTool.rehome().path
        let binaries = URL(filePath: rehome).deletingLastPathComponent().path
        var own = [
            "PATH": "\(binaries):/usr/local/bin:/usr/bin:/bin", "REHOME": rehome,
            "HOME": self.folder.appending(path: "home").path, "GIT_CONFIG_NOSYSTEM": "1",
        ]
        for role in ["AUTHOR", "COMMITTER"] {
            own["GIT_\(role)_NAME"] = "Ana"
            own["GIT_\(role)_EMAIL"] = "ana@small.example"
        }
        let result = try CommandLineTool(path: "/bin/bash").run(
            ["-c", line], in: folder, environment: own.merging(environment) { _, new in new },
            interrupted: interrupted)
        result.expectExit(code, sourceLocation: sourceLocation)
        return result
    }

    /// Who lives on the new pool by now, asked of the deployment and not of the program.
    func moved() throws -> Set<String> {
        let queue = try DatabaseQueue(path: state.appending(path: "small.db").path)
        return try queue.read { database in
            Set(
                try String.fetchAll(
                    database, sql: "SELECT substr(resource, 6) FROM homes WHERE pool = ?",
                    arguments: [Self.new]))
        }
    }

    /// What a script left in its folder of results.
    func result(_ name: String, of clone: URL) throws -> String {
        try String(contentsOf: clone.appending(path: "out/\(name)"), encoding: .utf8)
    }
}
