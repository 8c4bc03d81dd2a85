/// The built program as a person has it: a process with arguments, a folder, an environment and a
/// deadline. Tests that use it know nothing of the modules inside.

package import Foundation
package import Testing

package struct CommandLineTool: Sendable {
    package let path: String

    package init(path: String) { self.path = path }

    /// The program that was built with these tests; `REHOME_BINARY` names another.
    package static func rehome() throws -> CommandLineTool {
        if let path = ProcessInfo.processInfo.environment["REHOME_BINARY"] {
            return CommandLineTool(path: path)
        }
        let beside = try #require(Bundle.main.executableURL).resolvingSymlinksInPath()
            .deletingLastPathComponent().appending(path: "rehome")
        try #require(
            FileManager.default.isExecutableFile(atPath: beside.path),
            "there is no \(beside.path): build it with swift build --build-tests")
        return CommandLineTool(path: beside.path)
    }

    /// What a run left behind.
    package struct Result: Sendable {
        package enum Ending: Hashable, Sendable {
            case exit(Int32)
            case signal(Int32)
        }

        package let command: String
        package let ending: Ending
        package let output: String
        package let errors: String
        /// Whether it had to be killed because its deadline passed.
        package let overran: Bool

        /// Nil when a signal ended it.
        package var code: Int32? {
            if case .exit(let code) = ending { code } else { nil }
        }
    }

    /// A signal that is sent to the program after a while, if it still runs.
    package struct Interruption: Sendable {
        package let signal: Int32
        package let after: Duration

        package init(signal: Int32, after: Duration) {
            self.signal = signal
            self.after = after
        }

        package static func kill(after: Duration) -> Interruption {
            Interruption(signal: SIGKILL, after: after)
        }
    }

    /// Runs to the end, or to the deadline, and then kills. Output goes to files, so that no pipe can
    /// fill up.
    ///
    /// `environment` is added to a small one of the test's own; nothing of the person who runs the
    /// tests reaches the program but PATH. `wrapper` is a command that runs the program with its
    /// arguments, such as one that limits it or runs it as somebody else.
    package func run(
        _ arguments: [String], in folder: URL, environment: [String: String] = [:],
        under wrapper: [String] = [], input: String = "", interrupted: Interruption? = nil,
        deadline: Duration = .seconds(120)
    ) throws -> Result {
        let scratch = FileManager.default.temporaryDirectory
            .appending(path: "rehome-tool-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: scratch) }

        let process = Process()
        process.currentDirectoryURL = folder
        process.environment = Self.environment(adding: environment)
        let words = wrapper + [path] + arguments
        process.executableURL = URL(filePath: words[0])
        process.arguments = Array(words.dropFirst())
        try Data(input.utf8).write(to: scratch.appending(path: "in"))
        process.standardInput = try FileHandle(
            forReadingFrom: scratch.appending(path: "in"))
        process.standardOutput = try Self.emptyFile(scratch.appending(path: "out"))
        process.standardError = try Self.emptyFile(scratch.appending(path: "err"))
        let overran = try Self.finish(process, interrupted, deadline)

        return Result(
            command: (["rehome"] + arguments).joined(separator: " "),
            ending: process.terminationReason == .exit
                ? .exit(process.terminationStatus) : .signal(process.terminationStatus),
            output: try Self.text(scratch.appending(path: "out")),
            errors: try Self.text(scratch.appending(path: "err")),
            overran: overran)
    }

    /// Starts, interrupts, waits; true when the deadline passed and it was killed.
    private static func finish(
        _ process: Process, _ interruption: Interruption?, _ deadline: Duration
    ) throws -> Bool {
        let ended = DispatchSemaphore(value: 0)
        process.terminationHandler = { _ in ended.signal() }
        try process.run()
        if let interruption {
            if ended.wait(timeout: .now() + interruption.after.seconds) == .success { return false }
            kill(process.processIdentifier, interruption.signal)
        }
        if ended.wait(timeout: .now() + deadline.seconds) == .success { return false }
        kill(process.processIdentifier, SIGKILL)
        ended.wait()
        return true
    }

    private static func environment(adding more: [String: String]) -> [String: String] {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        let own = [
            "PATH": path, "LANG": "C.UTF-8", "NO_COLOR": "1", "SWIFT_BACKTRACE": "enable=no",
        ]
        return own.merging(more) { _, new in new }
    }

    private static func emptyFile(_ url: URL) throws -> FileHandle {
        try Data().write(to: url)
        return try FileHandle(forWritingTo: url)
    }

    private static func text(_ url: URL) throws -> String {
        String(decoding: try Data(contentsOf: url), as: UTF8.self)
    }
}

extension CommandLineTool.Result {
    /// Records a failure with everything that the program said, unless it ended with this code.
    package func expectExit(
        _ expected: Int32, sourceLocation: Testing.SourceLocation = #_sourceLocation
    ) {
        if ending == .exit(expected), !overran { return }
        Issue.record(
            """
            `\(command)` ended with \(ending)\(overran ? " at its deadline" : ""), expected \(expected)
            stdout: \(output.suffix(2000))
            stderr: \(errors.suffix(2000))
            """, sourceLocation: sourceLocation)
    }
}

extension Duration {
    fileprivate var seconds: Double {
        Double(components.seconds) + Double(components.attoseconds) / 1e18
    }
}
