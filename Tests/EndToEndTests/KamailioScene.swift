/// Where the story of a Kamailio deployment takes place: a lab whose people are registered, a repository of
/// manifests that says where they live, and what can be seen of them from outside of the program.

import Foundation
import SIP
import TestSupport
import Testing

struct KamailioScene: Sendable {
    let lab: KamailioLab
    let rehome: Program
    /// User parts: `u1` and so on. All of them begin on legacy.
    let people: [String]
    /// A user agent that lives on no device of the lab.
    let agent: SIPAgent
    /// The pool of the account in whose name it writes.
    var witness = KamailioLab.Server.legacy

    /// Every change of a home leaves a line, so that one done twice is seen.
    private static let changes = """
        CREATE TABLE changes (username text, old text, new text);
        CREATE FUNCTION changes() RETURNS trigger LANGUAGE plpgsql AS
            'BEGIN INSERT INTO changes VALUES (new.username, old.value, new.value); RETURN new; END';
        CREATE TRIGGER changes AFTER UPDATE ON usr_preferences
            FOR EACH ROW EXECUTE FUNCTION changes();
        """

    /// Sets the scene and takes it away again, whatever happens.
    ///
    /// `limits` are those of the connection, as in `batch: 50, rate: 6000/min`.
    static func with(
        users: Int, limits: String = "batch: 500", _ body: (KamailioScene) async throws -> Void
    ) async throws {
        let preparation = try CommandLineTool.rehome().run(
            ["adapter", "kamailio", "sql"], in: URL(filePath: "/"))
        preparation.expectExit(0)
        let options = KamailioLab.Options(preparation: preparation.output + Self.changes)
        try await KamailioLab.with(options) { lab in
            try await SIPAgent.with(
                local: SIPEndpoint(host: "127.0.0.24", port: 0), .udp, seed: UInt64(lab.port)
            ) { agent in
                let scene = try KamailioScene(lab, users, agent)
                try scene.limit(limits)
                try scene.commit("a deployment, and how hard it may be driven")
                try await body(scene)
            }
        }
    }

    private init(_ lab: KamailioLab, _ users: Int, _ agent: SIPAgent) throws {
        let folder = lab.folder.appending(path: "manifests")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        self.lab = lab
        self.agent = agent
        rehome = try Program(in: folder)
        people = (1...users).map { "u\($0)" }
        try run(
            "homes",
            """
            INSERT INTO usr_preferences (username, domain, attribute, type, value)
            SELECT 'u' || n, 'uc.test', 'home_pool', 1, '1' FROM generate_series(1, \(users)) n
            """)
        try registerAll()
        try lab.manifests(into: folder)
        try git("init", "--quiet")
        try write(".gitignore", ".rehome/\n")
    }

    /// Every device registers, as devices do from time to time by themselves.
    func registerAll() throws {
        let devices = try lab.register(people)
        #expect(devices == KamailioLab.Counts(succeeded: people.count, failed: 0))
    }
}

// The manifests
extension KamailioScene {
    /// Puts a baseline beside the deployment, and gives back what export said.
    @discardableResult
    func writeDownWhereEverybodyIs() throws -> CommandLineTool.Result {
        let result = try rehome("export", "--into", "today", expecting: 0)
        try commit("where everybody is today")
        return result
    }

    /// Everybody and every application to modern; who is there for probes stays.
    func declareThatEverybodyMoves(accepting prices: [String] = []) throws {
        try write(
            "everybody.yaml",
            """
            apiVersion: rehome.dev/v1
            kind: Placement
            metadata: {name: everybody}
            spec:
              pool: modern
              users: [{select: {pool: legacy}}]
              apps: [{select: {pool: legacy}}]
              except: [probe-legacy@uc.test, probe-modern@uc.test]
              accept: [\(prices.joined(separator: ", "))]

            """)
        try commit("everybody moves to modern")
    }

    func commit(_ message: String) throws {
        try git("add", "--all")
        try git("commit", "--quiet", "-m", message)
    }

    func remove(_ name: String) throws { try git("rm", "-r", "--quiet", name) }

    func revertLastCommit() throws { try git("revert", "--no-edit", "HEAD") }

    private func limit(_ limits: String) throws { try edit("batch: 500", to: limits) }

    /// Replaces a piece of the manifests, which must be there.
    func edit(_ piece: String, to replacement: String, in name: String = "estate.yaml") throws {
        let file = rehome.folder.appending(path: name)
        let text = try String(contentsOf: file, encoding: .utf8)
        try #require(text.contains(piece), "\(name) has no \(piece)")
        try write(name, text.replacing(piece, with: replacement))
    }

    func write(_ name: String, _ text: String) throws {
        try Data(text.utf8).write(to: rehome.folder.appending(path: name))
    }

    private func git(_ arguments: String...) throws {
        var own = ["HOME": lab.folder.path, "GIT_CONFIG_NOSYSTEM": "1"]
        for role in ["AUTHOR", "COMMITTER"] {
            own["GIT_\(role)_NAME"] = "Ana"
            own["GIT_\(role)_EMAIL"] = "ana@uc.test"
        }
        try CommandLineTool(path: "/usr/bin/env").run(
            ["git"] + arguments, in: rehome.folder, environment: own
        ).expectExit(0)
    }
}

// What the world looks like
extension KamailioScene {
    /// A hand in a database, which rehome knows nothing of.
    func run(_ database: String, _ statement: String) throws {
        try lab.postgres.run(database, ["-c", statement])
    }

    /// How many people live on legacy and on modern, as the fronts' database has it.
    func homes() throws -> [KamailioLab.Server: Int] {
        let rows = try lab.postgres.rows(
            "homes",
            "SELECT value, count(*) FROM usr_preferences WHERE username ~ '^u' GROUP BY value")
        return Dictionary(
            uniqueKeysWithValues: rows.map { row in
                let columns = row.split(separator: "|")
                return (columns[0] == "1" ? .legacy : .modern, Int(columns[1]) ?? -1)
            })
    }

    /// How many people have a device in the own database of a pool.
    func registered(_ pool: KamailioLab.Server) throws -> Int {
        let rows = try lab.postgres.rows(
            pool.rawValue, "SELECT count(DISTINCT username) FROM location WHERE username ~ '^u'")
        return Int(rows.first ?? "") ?? -1
    }

    /// Everybody lives on a pool, and has a device there and nowhere else.
    func expectEverybody(
        on pool: KamailioLab.Server, sourceLocation: Testing.SourceLocation = #_sourceLocation
    ) throws {
        let other: KamailioLab.Server = pool == .legacy ? .modern : .legacy
        #expect(try homes() == [pool: people.count], sourceLocation: sourceLocation)
        #expect(try registered(pool) == people.count, sourceLocation: sourceLocation)
        #expect(try registered(other) == 0, sourceLocation: sourceLocation)
    }

    /// Every home was changed, and none of them twice.
    func expectChangedOnce(
        sourceLocation: Testing.SourceLocation = #_sourceLocation
    ) throws {
        let counts = try lab.postgres.rows(
            "homes",
            "SELECT count(*), count(DISTINCT username) FROM changes WHERE username ~ '^u'")
        #expect(counts == ["\(people.count)|\(people.count)"], sourceLocation: sourceLocation)
    }

    /// Nothing is left to do, nobody is where he was not left, and the record is whole.
    func expectNothingToDo(
        sourceLocation: Testing.SourceLocation = #_sourceLocation
    ) throws {
        let plan = try rehome(
            "plan", "--detailed-exitcode", expecting: 0, sourceLocation: sourceLocation)
        plan.expectOutput("Nothing to do", sourceLocation: sourceLocation)
        #expect(!plan.output.contains("stray"), sourceLocation: sourceLocation)
        try rehome("drift", expecting: 0, sourceLocation: sourceLocation)
        try rehome("history", "--verify", expecting: 0, sourceLocation: sourceLocation)
    }
}
