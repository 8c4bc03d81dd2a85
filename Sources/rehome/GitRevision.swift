/// The commit of a folder, asked of git without letting the repository run anything.

import Foundation

enum GitRevision {
    /// The commit where everything below the folder is exactly as committed; nil in every other case,
    /// also without git.
    static func of(_ folder: URL) -> String? {
        guard let commit = git(["rev-parse", "--verify", "HEAD"], in: folder),
            git(["status", "--porcelain", "--untracked-files=normal", "--", "."], in: folder) == ""
        else { return nil }
        return commit
    }

    private static func git(_ arguments: [String], in folder: URL) -> String? {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments =
            [
                "git", "--no-optional-locks", "-c", "core.fsmonitor=false", "-c",
                "core.hooksPath=/dev/null", "-c", "core.pager=cat",
            ] + arguments
        process.currentDirectoryURL = folder
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return nil }
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { return nil }
        return String(decoding: data, as: UTF8.self)
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
