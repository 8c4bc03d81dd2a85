/// Drift written back into manifests, in whatever style they are written: afterwards nothing is left to
/// do, and every comment is where it was.

import Foundation
import TestSupport
import Testing

struct AcceptTests {
    /// One placement for each style in which a list can be written, with people of its own.
    private static let manifests = """
        # who we are: this comment stays
        apiVersion: rehome.dev/v1
        kind: Placement
        metadata: {name: block}
        spec:
          pool: new
          users:
            # the first one
            - user0001@small.example
            - user0002@small.example # beside her
            - 'user0003@small.example'
            - "user0004@small.example"   # quoted
            - sip:User0005@Small.Example
          # after the list
        ---
        apiVersion: rehome.dev/v1
        kind: Placement
        metadata: {name: flow}
        spec: {pool: new, users: [user0006@small.example, 'user0007@small.example',
          user0008@small.example], apps: [access-number/+34955550100]}  # the end of it
        ---
        apiVersion: rehome.dev/v1
        kind: Placement
        metadata: {name: alone}
        spec:
          pool: new
          users:  # only one
            - user0009@small.example
        ---
        apiVersion: rehome.dev/v1
        kind: Placement
        metadata: {name: listed}
        spec:
          pool: new
          users: [{file: people.csv}]
        ---
        apiVersion: rehome.dev/v1
        kind: Placement
        metadata: {name: chosen}
        spec:
          pool: new
          users: [{select: {department: Sales}}]

        """

    private static func estate(_ folder: URL) throws -> SmallEstate {
        let estate = try SmallEstate(in: folder, users: 20)
        try estate.edit(
            "users: [{select: {pool: old}}]\n  apps: [{select: {pool: old}}]", to: "users: []")
        try estate.write("styles.yaml", manifests)
        try estate.write("people.csv", "address,note\r\nuser0010@small.example,\"a, b\"\r\n")
        return estate
    }

    private static func move(_ estate: SmallEstate, _ resources: [String]) throws {
        for resource in resources {
            try estate.change(
                estate.deployment,
                """
                UPDATE resources SET home = (SELECT id FROM pools WHERE fqdn = '\(SmallEstate.old)')
                WHERE kind || '/' || name = '\(resource)' COLLATE NOCASE
                """)
        }
    }

    private static func comments(_ text: String) -> [String] {
        text.split(separator: "\n").compactMap { line in
            line.firstRange(of: "#").map { String(line[$0.lowerBound...]) }
        }
    }

    /// Whoever is moved away by hand, accepting leaves nothing to do and nothing that drifts.
    @Test(arguments: 0..<8)
    func `accept then plan is empty, and no comment is lost`(seed: Int) async throws {
        try await withTemporaryFolder { folder in
            let estate = try Self.estate(folder)
            let rehome = try Program(in: folder)
            try rehome("apply", "--yes", expecting: 0)
            var random = SeededGenerator(seed: UInt64(seed))
            var moved = (1...20).filter { _ in random.oneIn(2) }.map {
                "user/\(estate.person($0))"
            }
            if random.oneIn(2) { moved.append("access-number/+34955550100") }
            try Self.move(estate, moved)
            try rehome("drift", expecting: 2)
            let before = try String(
                contentsOf: folder.appending(path: "styles.yaml"), encoding: .utf8)

            try rehome("accept", "--write", expecting: 0)

            let again = "again: swift test --filter AcceptTests, seed \(seed)"
            try rehome("validate", expecting: 0)
            let plan = try rehome("plan", "--detailed-exitcode", expecting: 0)
            #expect(plan.output.contains("Nothing to do"), "\(plan.output)\n\(again)")
            try rehome("drift", expecting: 0)
            let after = try String(
                contentsOf: folder.appending(path: "styles.yaml"), encoding: .utf8)
            #expect(
                Set(Self.comments(before)).subtracting(["# beside her", "# quoted"])
                    .isSubset(of: Self.comments(after)), "\(after)\n\(again)")
            // Accepted homes are settled ones: from now on they can be asked elsewhere.
            try rehome("apply", "--yes", expecting: 0)
            try rehome("accept", expecting: 0).expectSentence("Nothing is accepted")
        }
    }

    @Test func `what it prints is a patch that git applies`() async throws {
        try await withTemporaryFolder { folder in
            let estate = try Self.estate(folder)
            let rehome = try Program(in: folder)
            let git = { (arguments: [String]) in
                try CommandLineTool(path: "/usr/bin/git").run(arguments, in: folder)
            }
            try git(["init", "-q"]).expectExit(0)
            try rehome("apply", "--yes", expecting: 0)
            try Self.move(
                estate,
                [1, 2, 6, 7, 9, 10, 15].map { "user/\(estate.person($0))" }
                    + ["access-number/+34955550100"])
            let patch = try rehome("accept", expecting: 0)
            try estate.write("the.patch", patch.output)
            try git(["apply", "--check", "the.patch"]).expectExit(0)
            try git(["apply", "the.patch"]).expectExit(0)
            try FileManager.default.removeItem(at: folder.appending(path: "the.patch"))
            try rehome("plan", "--detailed-exitcode", expecting: 0).expectOutput("Nothing to do")
            // Once more: what is accepted later joins the same file.
            try Self.move(estate, ["user/\(estate.person(3))"])
            try rehome("accept", "--write", expecting: 0)
            try rehome("plan", "--detailed-exitcode", expecting: 0).expectOutput("Nothing to do")
            let accepted = try String(
                contentsOf: folder.appending(path: "accepted.yaml"), encoding: .utf8)
            #expect(accepted.split(separator: "---").count == 3, "\(accepted)")
        }
    }

    @Test func `who is gone is declared no more, where an entry named him`() async throws {
        try await withTemporaryFolder { folder in
            let estate = try Self.estate(folder)
            let rehome = try Program(in: folder)
            try rehome("apply", "--yes", expecting: 0)
            for gone in [1, 10] {
                let row = "SELECT row FROM resources WHERE name = '\(estate.person(gone))'"
                try estate.change(
                    estate.deployment, "DELETE FROM attributes WHERE row = (\(row))")
                try estate.change(
                    estate.deployment, "DELETE FROM resources WHERE row = (\(row))")
            }
            let accepted = try rehome("accept", "--write", expecting: 2)
            accepted.expectSentence("user0010@small.example", "list file")
            let left = try String(
                contentsOf: folder.appending(path: "styles.yaml"), encoding: .utf8)
            #expect(!left.contains("user0001@small.example"))
            try rehome("drift", expecting: 2).expectOutput("user0010@small.example")
        }
    }

    /// An anchor is more than one place: a person looks at it.
    @Test func `an entry that cannot be edited safely is named, and the rest accepted`()
        async throws
    {
        try await withTemporaryFolder { folder in
            let estate = try Self.estate(folder)
            try estate.write(
                "styles.yaml",
                Self.manifests.replacingOccurrences(
                    of: "- user0002@small.example", with: "- &two user0002@small.example"))
            let rehome = try Program(in: folder)
            try rehome("apply", "--yes", expecting: 0)
            try Self.move(estate, ["user/\(estate.person(1))", "user/\(estate.person(2))"])
            let accepted = try rehome("accept", "--write", expecting: 2)
            accepted.expectSentence("user0002@small.example", "styles.yaml:10")
            let drift = try rehome("drift", expecting: 2)
            #expect(drift.output.contains("user0002") && !drift.output.contains("user0001"))
        }
    }
}
