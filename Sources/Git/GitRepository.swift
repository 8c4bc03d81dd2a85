/// The repository that holds a folder, asked through the program `git` without letting it run anything
/// that the repository brings: no hook, no filter, no pager, no fetch.

package import Foundation
import Subprocess

/// A folder in the work tree of a Git repository.
///
/// `git` is the only program that it starts. Objects are read as they were committed: neither line ends
/// nor filters of `.gitattributes` change them.
package struct GitRepository: Sendable {
    private let folder: String

    package init(holding folder: URL) {
        self.folder = folder.path(percentEncoded: false)
    }

    /// The commit where everything below the folder is exactly as committed; nil in every other case,
    /// also without git.
    package func revisionOfCleanFolder() async -> String? {
        guard let commit = try? await text("rev-parse", "--verify", "HEAD"),
            let changes = try? await text(
                "status", "--porcelain", "--untracked-files=normal", "--ignore-submodules=dirty",
                "--", "."),
            changes.isEmpty
        else { return nil }
        return commit
    }

    /// The full id of the commit that a person names: a branch, a tag, `HEAD~1`, the first digits of an
    /// id. Throws `.noCommit` where there is none of that name here.
    package func commit(named revision: String) async throws(GitError) -> String {
        do {
            return try await text(
                "rev-parse", "--verify", "--end-of-options", "\(revision)^{commit}")
        } catch GitError.refused {
            // What git says of a name that it does not know helps less than what to do about it.
            _ = try await prefix()
            throw .noCommit(revision)
        }
    }

    /// The e-mail addresses of who changed the folder since a commit, and of who did so last; nobody
    /// where git cannot say.
    package func authors(since commit: String?) async -> Set<String> {
        var addresses = ""
        if let last = try? await text(
            "log", "-1", "--no-show-signature", "--format=%ae", "HEAD", "--", ".")
        {
            addresses = last
        }
        if let commit,
            let more = try? await text(
                "log", "--max-count=10000", "--no-show-signature", "--format=%ae",
                "--end-of-options", "\(commit)..HEAD", "--", ".")
        {
            addresses += "\n" + more
        }
        return Set(addresses.split(separator: "\n").map(String.init))
    }

    /// What is read of a commit at this folder's place in the tree.
    ///
    /// `read` takes what it needs from the source that it is given and may find that a file is not
    /// there yet; it is called again with what it asked for, and what it said when it asked for nothing
    /// more is the answer.
    package func reading<Result>(
        _ commit: String, _ read: (CommitSource) -> Result
    ) async throws(GitError) -> Result {
        let listing = try await output(
            ["ls-tree", "-r", "-l", "-z", "--full-tree", commit], limit: Self.listingBytesMax)
        var source = CommitSource(
            tree: try CommitTree(listing), folder: try await prefix(), revision: commit)
        // List files name no further files, so the second round is the last; links may take some more.
        for _ in 0..<Self.roundsMax {
            let result = read(source)
            let wanted = source.takeWanted()
            if wanted.isEmpty { return result }
            source.add(try await blobs(wanted))
        }
        throw .unreadable("files of \(commit) name further files without end")
    }

    /// A tree of a million files.
    private static let listingBytesMax = 256_000_000
    private static let roundsMax = 16
}

extension GitRepository {
    /// The folder's place in the tree, empty or ending in `/`.
    private func prefix() async throws(GitError) -> String {
        try await text("rev-parse", "--show-prefix")
    }

    private func blobs(_ wanted: [CommitTree.File]) async throws(GitError) -> [String: [UInt8]] {
        let names = wanted.map(\.object).joined(separator: "\n") + "\n"
        let bytes = wanted.reduce(0) { $0 + $1.size + 128 }
        let output = try await output(
            ["cat-file", "--batch"], input: Array(names.utf8), limit: bytes)
        return try CommitTree.blobs(output)
    }

    private func text(_ arguments: String...) async throws(GitError) -> String {
        let output = try await output(arguments, limit: 1_000_000)
        return String(decoding: output, as: UTF8.self).trimmingCharacters(in: .newlines)
    }

    private func output(
        _ arguments: [String], input: [UInt8] = [], limit: Int
    ) async throws(GitError) -> [UInt8] {
        let status: TerminationStatus
        let bytes: [UInt8]
        let errors: String?
        do {
            let result = try await run(
                .name("git"), arguments: Arguments(Self.harmless + ["-C", folder] + arguments),
                environment: .inherit.updating(Self.silent), input: .array(input),
                output: .bytes(limit: limit), error: .string(limit: 64_000))
            (status, bytes, errors) = (
                result.terminationStatus, result.standardOutput, result.standardError
            )
        } catch {
            throw .unreadable("git cannot be asked: \(error)")
        }
        guard status.isSuccess else { throw .refused(Self.firstLine(errors ?? "")) }
        return bytes
    }

    private static let harmless = [
        "--no-optional-locks", "--no-replace-objects", "--literal-pathspecs", "--no-pager",
        "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c",
        "protocol.allow=never",
    ]

    private static let silent: [Environment.Key: String?] = [
        "GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1", "LC_ALL": "C",
    ]

    private static func firstLine(_ text: String) -> String {
        let line = text.split(separator: "\n").first.map(String.init) ?? "it said nothing"
        return line.hasPrefix("fatal: ") ? String(line.dropFirst("fatal: ".count)) : line
    }
}
