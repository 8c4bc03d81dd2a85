/// What a page shows is what a person gets: every console block is run in order on a scratch copy, and
/// its output compared. `RECORD=1` writes the pages anew, and the test still fails and says so.

import Foundation
import TestSupport
import Testing

struct ConsoleTests {
    @Test(arguments: ["README.md", "docs/tutorial.md", "docs/reference/cli.md"])
    func `a page shows what a person gets`(path: String) async throws {
        let text = try Repository.text(path)
        let page = Page(text)
        try #require(!page.blocks.isEmpty, "\(path) has no console block")
        try await withTemporaryFolder { scratch in
            try FileManager.default.copyItem(
                at: Repository.root.appending(path: "manifests"),
                to: scratch.appending(path: "manifests"))
            let outputs = try page.blocks.map { block in
                try block.commands.map { try run($0, in: scratch) }
            }
            if ProcessInfo.processInfo.environment["RECORD"] == "1" {
                expectGolden(page.rewritten(with: try kept(page, outputs)), path)
            } else {
                try compare(page, with: outputs, path: path)
            }
        }
    }

    /// A shell runs the line, as a person's would: pages may use pipes, `cat` and `sed`. A page shows
    /// results; progress on stderr differs from run to run and is left out, unless the line asks for it.
    private func run(_ command: ConsoleBlock.Command, in folder: URL) throws -> [String] {
        let rehome = try CommandLineTool.rehome()
        let binaries = URL(filePath: rehome.path).deletingLastPathComponent().path
        let result = try CommandLineTool(path: "/bin/sh").run(
            ["-c", command.line], in: folder,
            environment: ["PATH": "\(binaries):/usr/local/bin:/usr/bin:/bin"])
        #expect(!result.overran, "`\(command.line)` does not end")
        // Whoever runs the tests is nobody in particular.
        let here = "\(NSUserName())@\(ProcessInfo.processInfo.hostName)"
        let output = result.output.replacingOccurrences(of: here, with: "you@here")
        var lines = output.split(separator: "\n", omittingEmptySubsequences: false)
            .map(String.init)
        if lines.last == "" { lines.removeLast() }
        return lines
    }

    /// Where nothing but times, ids and digests differ, the page stays as it was.
    private func kept(_ page: Page, _ outputs: [[[String]]]) throws -> [[[String]]] {
        try zip(page.blocks, outputs).map { block, printed in
            try zip(block.commands, printed).map { command, output in
                let shown = try Volatile.normalized(command.output)
                return shown == (try Volatile.normalized(output)) ? command.output : output
            }
        }
    }

    private func compare(_ page: Page, with outputs: [[[String]]], path: String) throws {
        for (block, printed) in zip(page.blocks, outputs) {
            for (command, output) in zip(block.commands, printed) {
                let shown = try Volatile.normalized(command.output)
                let real = try Volatile.normalized(output)
                if shown == real { continue }
                let place =
                    zip(shown, real).enumerated().first { $1.0 != $1.1 }?.offset
                    ?? min(shown.count, real.count)
                Issue.record(
                    """
                    \(path):\(command.number): `\(command.line)` prints something else, from line \(place + 1) on
                    the page:    \(place < shown.count ? shown[place] : "(end)")
                    the program: \(place < real.count ? real[place] : "(end)")
                    all of it:
                    \(output.joined(separator: "\n"))
                    to write the page anew: .ci/record DocumentationTests
                    """)
            }
        }
    }
}

struct PageTests {
    @Test func `a page is read as blocks of commands`() {
        let page = Page(
            """
            # A page
            ```yaml
            $ not a command
            ```
            ```console
            $ one \\
                two
            out

            more
            $ three
            ```
            """)
        #expect(page.blocks.count == 1)
        #expect(page.blocks[0].commands.map(\.line) == ["one \\\n    two", "three"])
        #expect(page.blocks[0].commands.map(\.output) == [["out", "", "more"], []])
        #expect(page.blocks[0].commands.map(\.number) == [6, 11])
    }

    @Test func `a page is written anew with nothing else touched`() {
        let page = Page("a\n```console\n$ one\nold\n$ two\n```\nb\n```console\n$ three\n```\n")
        #expect(
            page.rewritten(with: [[["new", "lines"], []], [["x"]]])
                == "a\n```console\n$ one\nnew\nlines\n$ two\n```\nb\n```console\n$ three\nx\n```\n")
    }

    @Test func `times, runs and digests do not matter, numbers do`() throws {
        let one = try Volatile.normalized([
            "run 20261122-221319-1f3a at 2026-11-22T22:13:19Z took 1.8 s, 412/s, sha256:7f3c9a1e00",
            "1,043 moves  to lync-bcn",
        ])
        #expect(one == ["run RUN at TIME took TOOK, RATE, DIGEST", "1,043 moves to lync-bcn"])
        let other = try Volatile.normalized(["1,044 moves to lync-bcn", "until 2035-12-31"])
        #expect(other == ["1,044 moves to lync-bcn", "until 2035-12-31"])
    }
}
