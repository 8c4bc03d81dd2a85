/// Calls that have no place here, or only a few places: the outside is at the edge, and nothing runs
/// where nobody waits for it. Each rule names what to write instead.

import TestSupport
import Testing

/// A piece of code that may stand only in files whose path begins with one of `allowed`.
private struct Ban: Sendable, CustomTestStringConvertible {
    var code: String
    var instead: String
    var allowed: [String] = []
    /// What makes a line harmless that has the code.
    var unless: String?
    /// Where the rule holds.
    var folders = ["Sources"]

    var testDescription: String { code }
}

private let everywhere = ["Sources", "Tests"]
private let program = "Sources/rehome/"

private let bans: [Ban] = [
    // The outside comes in as a parameter.
    Ban(code: "Date()", instead: "take the time as a parameter", allowed: [program]),
    Ban(code: "Date.now", instead: "take the time as a parameter", allowed: [program]),
    Ban(code: "UUID()", instead: "take the id as a parameter", allowed: [program]),
    Ban(
        code: "SystemRandomNumberGenerator", instead: "take a generator as a parameter",
        allowed: [program]),
    Ban(code: ".random(in:", instead: "give a generator: random(in:using:)", unless: "using:"),
    Ban(code: "print(", instead: "return text; only the program prints", allowed: [program]),
    Ban(code: "debugPrint(", instead: "return text; only the program prints"),
    Ban(code: "ProcessInfo", instead: "take it as a parameter", allowed: [program]),
    Ban(
        code: "FileManager", instead: "read through the edge that owns the files",
        allowed: [
            program, "Sources/Manifests/FileSource.swift", "Sources/AdapterEmbedded/",
            "Sources/LedgerSQLite/", "Sources/Signing/",
        ]),
    // What cannot be answered for.
    Ban(
        code: "fatalError(",
        instead: "precondition with a sentence, or throw what a world can cause"),
    Ban(code: "try!", instead: "try, in a function that throws", folders: everywhere),
    Ban(code: "as!", instead: "as? with guard, or #require", folders: everywhere),
    Ban(code: "Task {", instead: "a task group, so that somebody waits", folders: everywhere),
    Ban(
        code: "Task.detached", instead: "a task group, so that somebody waits", folders: everywhere),
    Ban(
        code: "@unchecked Sendable", instead: "a value, an actor, or Mutex from Synchronization",
        folders: everywhere),
    Ban(
        code: "nonisolated(unsafe)", instead: "a value, an actor, or Mutex from Synchronization",
        folders: everywhere),
    Ban(code: "public ", instead: "package: this is an application", folders: everywhere),
    Ban(
        code: "Thread.sleep", instead: "the executor's clock; tests never sleep",
        folders: everywhere),
    Ban(code: "usleep(", instead: "the executor's clock; tests never sleep", folders: everywhere),
]

struct BannedTests {
    @Test(arguments: bans)
    private func `a banned call stands only where it may`(ban: Ban) throws {
        for file in try SourceFile.all(in: ban.folders) {
            for number in breaches(of: ban, in: file) {
                Issue.record("\(file.path):\(number): `\(ban.code)`: \(ban.instead)")
            }
        }
    }

    /// Decisions are synchronous, so that a simulator can make them too.
    @Test func `nothing is awaited where decisions are made`() throws {
        let files = try SourceFile.all(in: ["Sources"]).filter {
            ["Model", "Planning", "Reporting"].contains($0.target) || $0.name == "RunMachine"
        }
        for file in files {
            for number in breaches(of: Ban(code: "await", instead: ""), in: file) {
                Issue.record(
                    "\(file.path):\(number): `await`: return what to do, and let Execution do it")
            }
        }
    }

    @Test func `nothing is left to do in a comment`() throws {
        // Put together here, or this file would break its own rule.
        let marks = ["TO" + "DO", "FIX" + "ME", "X" + "XX"]
        for file in try SourceFile.all(in: everywhere) {
            for mark in marks where file.text.holds(mark) {
                Issue.record("\(file.path) has a \(mark): do it, or file it")
            }
        }
    }

    /// A rule for a file that is gone is a rule that nobody sees broken.
    @Test func `every file that a ban allows exists`() throws {
        let paths = try Clone.files(in: "Sources")
        for ban in bans {
            for allowed in ban.allowed where !paths.contains(where: { $0.hasPrefix(allowed) }) {
                Issue.record("the ban of `\(ban.code)` allows \(allowed), which does not exist")
            }
        }
    }

    @Test func `a planted call is found, a sentence about it is not`() {
        let file = SourceFile(
            path: "Sources/Model/Plan.swift",
            text: """
                /// Never calls Date().
                let words = "Date() and \\(Date())"
                let more = #"Date() "quoted" Date()"#
                let other = myDate()
                let now = Date()
                """)
        #expect(breaches(of: Ban(code: "Date()", instead: ""), in: file) == [2, 5])
    }
}

/// Line numbers where the code stands as a word of its own.
private func breaches(of ban: Ban, in file: SourceFile) -> [Int] {
    // Most files hold nothing of the kind, and looking at each of their lines takes long.
    guard !ban.allowed.contains(where: { file.path.hasPrefix($0) }), file.text.holds(ban.code)
    else { return [] }
    return file.code.enumerated().compactMap { index, line in
        if let harmless = ban.unless, line.contains(harmless) { return nil }
        return line.ranges(of: ban.code).contains { range in
            guard range.lowerBound > line.startIndex,
                let first = ban.code.first, first.isLetter
            else { return true }
            let before = line[line.index(before: range.lowerBound)]
            return !before.isLetter && !before.isNumber && before != "_"
        } ? index + 1 : nil
    }
}
