/// An estate whose policy wants approvals, and keys of OpenSSH for the people who give them.

import Foundation
import TestSupport
import Testing

/// A small estate in Git, whose policy wants approvals, with keys for whoever is named.
struct ApprovalScene {
    let folder: URL
    let estate: SmallEstate
    let rehome: Program

    init(in folder: URL, approvals: String, keys: [String] = []) throws {
        self.folder = folder
        estate = try SmallEstate(in: folder, users: 12)
        try estate.edit("percent: 100}}}", to: "percent: 100}}, approvals: {\(approvals)}}")
        rehome = try Program(in: folder)
        try FileManager.default.createDirectory(
            at: folder.appending(path: "keys"), withIntermediateDirectories: true)
        var lines = ""
        for name in keys {
            try shell("ssh-keygen -q -t ed25519 -N '' -f keys/\(name)")
            let key = try String(
                contentsOf: folder.appending(path: "keys/\(name).pub"), encoding: .utf8)
            lines += "\(name)@small.example \(key)"
        }
        if !keys.isEmpty { try estate.write("approvers", lines) }
    }

    func shell(_ line: String) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", line]
        process.currentDirectoryURL = folder
        process.environment = [
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin",
            "HOME": folder.path, "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "author@small.example",
            "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "other@small.example",
        ]
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(line)")
    }

    func commit() throws {
        try estate.write(".gitignore", ".rehome/\nkeys/\n")
        try shell("git init -q -b main 2>/dev/null; git add -A && git commit -q -m change")
    }

    /// One wave, with a gate that a person attests and one that is measured on both sides.
    func writeRollout() throws {
        try estate.write(
            "rollout.yaml",
            """
            apiVersion: rehome.dev/v1
            kind: Rollout
            metadata: {name: small}
            spec:
              placements: [small]
              waves: [{name: all, percent: 100, apps: all}]
              gates:
                before: [{name: emergency-calls, attested: true}, services-running]
                after: [services-running]

            """)
    }

    func digest() throws -> String {
        try #require(try rehome.json("plan", ".")["digest"] as? String)
    }

    /// What a stage waits for, and what releases it.
    func standing(of stage: String) throws -> String {
        let stages = try #require(try rehome.json("plan", ".")["stages"] as? [[String: Any]])
        let found = try #require(stages.first { $0["id"] as? String == stage })
        let standing = try #require(found["standing"] as? [String: Any])
        return [standing["for"], standing["releasedBy"]].compactMap { $0 as? String }
            .joined(separator: ", released by ")
    }

    /// Approves an attestation with the key of somebody.
    @discardableResult
    func vouch(
        for name: String, with key: String, expecting code: Int32
    ) throws -> CommandLineTool.Result {
        try rehome(
            "approve", "--attestation", name, "--reason", "I was there", "--sign-with",
            "keys/\(key)", expecting: code)
    }
}

func withApprovalScene(
    approvals: String, keys: [String] = [], _ body: (ApprovalScene) async throws -> Void
) async throws {
    try await withTemporaryFolder { folder in
        try await body(try ApprovalScene(in: folder, approvals: approvals, keys: keys))
    }
}
