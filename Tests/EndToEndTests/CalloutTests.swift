/// Gates that call out, through the built program: a board over HTTP, programs, and definitions that are
/// refused.

import Foundation
import TestSupport
import Testing

@Suite struct CalloutTests {
    private static func trials(_ names: [String]) -> String {
        names.map { "{name: \($0), call: \($0), trial: true}" }.joined(separator: ", ")
    }

    private static func definition(_ name: String, _ url: String) -> String {
        """
        apiVersion: rehome.dev/v1
        kind: Callout
        metadata: {name: \(name)}
        spec: {url: "\(url)"}
        ---

        """
    }

    private static let unreadable =
        "its answer cannot be read: wanted {\"verdict\": \"passed|failed|inconclusive\", \"words\": \"...\"}"

    private static let insecure =
        "plain: inconclusive, no secure connection comes about, or its certificate is not trusted"

    private static let answersOverHTTP = [
        "passed: passed, CHG0042 is approved",
        "failed: failed, frozen \u{1b}[31muntil Monday",
        "unsure: inconclusive, it cannot say",
        "broken: inconclusive, it answers 500", "empty: inconclusive, it answers 204",
        "garbage: inconclusive, \(unreadable)", "other: inconclusive, \(unreadable)",
        "away: inconclusive, it answers 302 and points elsewhere, which is not followed",
        "kept: inconclusive, it answers 307 and points elsewhere, which is not followed",
        "huge: inconclusive, its answer is longer than 65536 bytes",
        "hangs: inconclusive, no answer within 1s",
        "drips: inconclusive, no answer within 1s",
        "deaf: inconclusive, nobody listens there",
    ]

    @Test func `a board answers over HTTP, and what is no clear answer is none`() async throws {
        try await withTemporaryFolder { folder in
            let stage = try CalloutStage(in: folder)
            let server = try CalloutServer(in: stage.beside)
            defer { server.close() }
            let paths = [
                "passed", "failed", "unsure", "broken", "empty", "garbage", "other", "away", "kept",
                "huge",
            ]
            let slow = ["hangs", "drips"]
            try stage.define(
                paths.map { server.callout($0) }.joined()
                    + slow.map { server.callout($0, more: ", timeout: 1s") }.joined()
                    + Self.definition("deaf", "http://127.0.0.1:1/")
                    + Self.definition("plain", "https://127.0.0.1:\(server.port)/passed"))
            try stage.write(
                before: Self.trials(paths + slow + ["deaf", "plain", "unnamed"])
                    + ", {name: go, attested: true}")
            try stage.rehome("apply", "--yes", expecting: 8, environment: stage.environment)
            #expect(try stage.moved() == 0)
            var measured = try stage.measured()
            let unnamed = measured.popLast() ?? ""
            let plain = measured.popLast() ?? ""
            #expect(
                measured == Self.answersOverHTTP)
            #expect(plain == Self.insecure)
            #expect(
                unnamed.contains("\(stage.definitions.path) defines no such call-out"), "\(unnamed)"
            )
            // Nobody went where a redirect points.
            let requests = try server.requests()
            #expect(requests.map(\.path) == (paths + slow).map { "/\($0)" })
            #expect(requests.allSatisfy { $0.signed == "well" && $0.type == "application/json" })
            let digest = try stage.digest()
            #expect(try Set(stage.plans("passed")) == [digest])
            #expect(try stage.plans("unnamed") == ["none"], "nobody was asked")
        }
    }

    private static let scripts: [(name: String, text: String)] = [
        ("silent", "exit 0"), ("reads", "grep -q '\"gate\":\"reads\"' && echo \"$1 $2\""),
        ("says-no", "echo 'one call failed'; echo more; exit 1"),
        ("complains", "echo 'no route' >&2; exit 1"),
        ("object", "echo '{\"verdict\": \"failed\", \"words\": \"as JSON\"}'"),
        ("crashes", "echo '{\"verdict\": \"passed\"}'; echo 'out of memory' >&2; exit 3"),
        ("no-object", "echo '{\"verdict\": '"), ("killed", "kill -KILL $$"),
        ("acts-up", "printf '\\033[2Jall \\033[31mred\\n'"),
        ("talks", "head -c 10000000 /dev/zero | tr '\\0' 'x'"),
        (
            "bare",
            "env | cut -d= -f1 | grep -v '^_$\\|^PWD$\\|^SHLVL$' | sort | xargs; pwd >&2"
        ),
    ]

    private static func endings(_ mark: String) -> [String] {
        [
            "silent: passed, ", "reads: passed, two words ; touch \(mark)",
            "says-no: failed, one call failed", "complains: failed, no route",
            "object: failed, as JSON",
            "crashes: inconclusive, it ended with 3: out of memory",
            "no-object: inconclusive, it ended with 0, and its answer cannot be read",
            "killed: inconclusive, signal 9 ended it",
            "acts-up: passed, \u{1b}[2Jall \u{1b}[31mred",
            "talks: passed, " + String(repeating: "x", count: 300) + "...",
            // The tests have no HOME.
            "bare: passed, LANG PATH",
            "hangs: inconclusive, no answer within 1s", "leaves: passed, started",
        ]
    }

    @Test func `a program answers by how it ends`() async throws {
        try await withTemporaryFolder { folder in
            let stage = try CalloutStage(in: folder)
            let absent = "[\(stage.beside.path)/absent]"
            try stage.define(
                try Self.scripts.map { try stage.script($0.name, $0.text) }.joined()
                    + stage.script("hangs", "sleep 600 & sleep 600", timeout: "1s")
                    + stage.script("leaves", "sleep 601 & echo started")
                    + "apiVersion: rehome.dev/v1\nkind: Callout\nmetadata: {name: absent}\nspec: {command: \(absent)}\n"
            )
            try stage.write(
                before: Self.trials(Self.scripts.map(\.name) + ["hangs", "leaves", "absent"])
                    + ", {name: go, attested: true}")
            let result = try stage.rehome(
                "apply", "--yes", expecting: 8, environment: stage.environment)
            let printed = result.output + result.errors
            #expect(!printed.contains("\u{1b}"), "\(printed)")
            var measured = try stage.measured()
            let unstarted = measured.popLast() ?? ""
            #expect(
                measured == Self.endings(stage.mark.path))
            #expect(
                unstarted.hasPrefix("absent: inconclusive, it cannot be started"), "\(unstarted)")
            #expect(try stage.marks() == 0, "a shell saw an argument")
            #expect(
                try Self.isRunning("sleep 60[01]") == false, "what a call-out started outlives it")
        }
    }

    private static func isRunning(_ pattern: String) throws -> Bool {
        let found = try CommandLineTool(path: "/usr/bin/env").run(
            ["pgrep", "-f", "^\(pattern)$"], in: URL(filePath: "/"))
        return found.code == 0
    }

    @Test func `a board that says no lets nobody move, and it is asked about each plan`()
        async throws
    {
        try await withTemporaryFolder { folder in
            let stage = try CalloutStage(in: folder)
            let script =
                "cat > \(stage.beside.path)/asked; echo mark >> $MARK; exit $(cat \(stage.beside.path)/code)"
            try stage.define(
                try stage.script("board", script) + stage.script("smoke", "echo mark >> $MARK"))
            try stage.write(
                before: "{name: board, call: board, every: 1h}", after: "{name: smoke, call: smoke}"
            )
            try stage.write(code: 1)
            try stage.rehome("apply", "--yes", expecting: 8, environment: stage.environment)
                .expectOutput("the gate board (failed 1 of 3 times: the call-out board")
            try stage.rehome("probe", expecting: 0, environment: stage.environment)
                .expectOutput("No gate is due")
            #expect(try stage.marks() == 1 && stage.moved() == 0)
            // Passed for this plan; another plan is another question, although the answer is fresh.
            try stage.write(code: 0)
            try stage.advance("1h")
            try stage.rehome("probe", expecting: 0, environment: stage.environment)
            try stage.rehome("probe", expecting: 0, environment: stage.environment)
            #expect(try stage.marks() == 2)
            let first = try stage.digest()
            try stage.rehome("plan", expecting: 0).expectOutput("small/all: begins with apply")
            try stage.estate.edit(
                "users: [{select: {pool: old}}]", to: "users: [user0001@small.example]")
            try stage.rehome("plan", expecting: 0).expectOutput("it was asked about another plan")
            try stage.rehome("apply", "--yes", expecting: 8, environment: stage.environment)
            #expect(try stage.moved() == 4)
            let plans = try stage.plans("board")
            #expect(plans.count == 3 && plans[1] == first && plans[2] != first)
            try stage.expectAsked(about: plans[2], members: 4)
            // After the wave, it is asked about the plan that began it.
            #expect(try stage.plans("smoke") == [plans[2]])
            try stage.rehome("report", "small/all").expectOutput("board before")
            try stage.rehome("history", "--verify", expecting: 0)
        }
    }

    @Test func `looking and planning start nothing and ask nobody`() async throws {
        try await withTemporaryFolder { folder in
            let stage = try CalloutStage(in: folder)
            let server = try CalloutServer(in: stage.beside)
            defer { server.close() }
            try stage.define(
                try server.callout("passed") + stage.script("smoke", "echo mark >> $MARK"))
            try stage.write(
                before: "{name: passed, call: passed}, {name: smoke, call: smoke}",
                after: "{name: smoke, call: smoke}")
            let environment = stage.environment
            try stage.rehome("validate", expecting: 0, environment: environment)
            let plan = try stage.rehome("plan", expecting: 0, environment: environment)
            plan.expectOutput(
                "gates: passed (calls out), smoke (calls out); then gates: smoke (calls out)")
            try stage.rehome("observe", "--out", "now.json", expecting: 0, environment: environment)
            try stage.rehome(
                "plan", "--observed", "now.json", expecting: 0, environment: environment)
            try stage.rehome("status", environment: environment)
            try stage.rehome("why", "small/all", environment: environment)
            #expect(try server.requests().isEmpty && stage.marks() == 0)
            try stage.rehome("apply", "--yes", expecting: 8, environment: environment)
            #expect(try server.requests().count == 1 && stage.marks() == 2)
        }
    }

    @Test func `gates that take longer than their interval are measured once in a command`()
        async throws
    {
        try await withTemporaryFolder { folder in
            let stage = try CalloutStage(in: folder)
            let slow = "echo mark >> $MARK; sleep 1.2; exit 1"
            try stage.define(try stage.script("one", slow) + stage.script("other", slow))
            // While one is asked the other is due again, and so on without an end.
            let gates = "{name: one, call: one, every: 1s}, {name: other, call: other, every: 1s}"
            try stage.write(before: gates)
            try stage.rehome("apply", "--yes", expecting: 8, environment: stage.environment)
            #expect(try stage.marks() == 2)
            try stage.advance("1s")
            try stage.rehome("probe", expecting: 7, environment: stage.environment)
            #expect(try stage.marks() == 4)
            #expect(try stage.measured().count == 4 && stage.moved() == 0)
        }
    }

    @Test func `definitions in the repository are refused before anything is asked`()
        async throws
    {
        try await withTemporaryFolder { folder in
            let stage = try CalloutStage(in: folder)
            let inside = stage.estate.folder.appending(path: "callouts.txt")
            let board = try stage.script("board", "echo mark >> $MARK")
            try stage.define(board)
            try Data(board.utf8).write(to: inside)
            try stage.write(before: "{name: board, call: board}")
            let files = FileManager.default
            let link = stage.beside.appending(path: "link")
            try files.createSymbolicLink(at: link, withDestinationURL: inside)
            let back = stage.estate.folder.appending(path: "back")
            try files.createSymbolicLink(at: back, withDestinationURL: stage.definitions)
            for path in [
                "callouts.txt", link.path, back.path, "../manifests/../manifests/callouts.txt",
            ] {
                let refused = try stage.rehome("apply", "--yes", "--callouts", path, expecting: 1)
                refused.expectSentence("lies in the repository", "move it out")
            }
            #expect(try stage.marks() == 0)
        }
    }

    @Test func `what defines a call-out is judged before anybody is asked`() async throws {
        try await withTemporaryFolder { folder in
            let stage = try CalloutStage(in: folder)
            let board = try stage.script("board", "echo mark >> $MARK")
            try stage.write(before: "{name: board, call: board}")
            let files = FileManager.default
            // A program that a change of manifests could bring is in the repository, too.
            let program = stage.estate.folder.appending(path: "program")
            try files.copyItem(at: stage.beside.appending(path: "board"), to: program)
            try stage.define(
                board.replacing(stage.beside.appending(path: "board").path, with: program.path))
            try stage.rehome("apply", "--yes", expecting: 1, environment: stage.environment)
                .expectSentence("starts \(program.path)", "install the program outside")
            // Where nothing defines it, nobody is asked, and what is missing is named.
            try stage.rehome("apply", "--yes", "--callouts", "../nowhere.yaml", expecting: 8)
                .expectOutput("there is no file ../nowhere.yaml")
            #expect(try stage.marks() == 0 && stage.moved() == 0)
            try stage.define(board.replacing("command:", with: "comand:"))
            try stage.rehome("apply", "--yes", expecting: 3, environment: stage.environment)
                .expectSentence("callouts.yaml:4:8: error: unknown key \"comand\"", "did you mean")
            // Mended, it is asked at once.
            try stage.define(board)
            try stage.rehome("apply", "--yes", expecting: 8, environment: stage.environment)
            #expect(try stage.marks() == 1 && stage.moved() == stage.estate.resources)
        }
    }
}
