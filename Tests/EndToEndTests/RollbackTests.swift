/// Going back: at a price that is named first, for as long as nobody says otherwise, and from wherever it
/// was killed. The deployment's own log is the witness.

import Foundation
import TestSupport
import Testing

struct RollbackTests {
    private static let prices = [
        "--accept", "meetings", "--accept", "clients", "--accept", "features",
        "--accept-unknown", "meetings", "--accept-unknown", "clients",
    ]

    /// A pilot of some, and the rest.
    private static func estate(in folder: URL, faults: [String] = []) throws -> SmallEstate {
        let estate = try SmallEstate(in: folder, users: 40, faults: faults)
        try estate.write(
            "rollout.yaml",
            """
            apiVersion: rehome.dev/v1
            kind: Rollout
            metadata: {name: small}
            spec:
              placements: [small]
              upTo: pilot
              waves:
                - {name: pilot, percent: 50}
                - {name: rest, percent: 100, apps: all}

            """)
        return estate
    }

    private static func homes(_ estate: SmallEstate, on pool: String) throws -> Int {
        try estate.query(
            estate.deployment, "SELECT count(*) FROM homes WHERE pool = '\(pool)'")[0]
    }

    private static func rollback(
        _ rehome: Program, _ arguments: String..., expecting code: Int32? = nil,
        sourceLocation: Testing.SourceLocation = #_sourceLocation
    ) throws -> CommandLineTool.Result {
        let result = try rehome.tool.run(
            ["rollback", "small/pilot"] + arguments, in: rehome.folder)
        if let code { result.expectExit(code, sourceLocation: sourceLocation) }
        return result
    }

    private static func rollbackAccepted(
        _ rehome: Program, _ more: String...
    ) throws -> CommandLineTool.Result {
        try rehome.tool.run(
            ["rollback", "small/pilot", "--yes", "--write"] + prices + more, in: rehome.folder)
    }

    @Test func `a pilot goes back at its price, and stays back until it is resumed`() async throws {
        try await withTemporaryFolder { folder in
            let estate = try Self.estate(in: folder)
            let rehome = try Program(in: folder)
            try rehome("apply", "--yes")
            let moved = try Self.homes(estate, on: SmallEstate.new)
            #expect(moved > 5)

            let refused = try Self.rollback(rehome, "--yes", expecting: 4)
            refused.expectSentence(
                "--accept clients --accept-unknown clients --accept features --accept meetings "
                    + "--accept-unknown meetings")
            #expect(try Self.homes(estate, on: SmallEstate.new) == moved)
            let said = try Self.rollback(rehome, "--dry-run", expecting: 4)
            said.expectOutput("+  upTo: none")
            said.expectOutput("Lync 2013")
            #expect(try Self.homes(estate, on: SmallEstate.new) == moved)

            let manifests = try Data(contentsOf: folder.appending(path: "rollout.yaml"))
            try Self.takeBack(rehome, asReviewed: said)
            #expect(try Self.homes(estate, on: SmallEstate.new) == 0)
            #expect(
                try String(contentsOf: folder.appending(path: "rollout.yaml"), encoding: .utf8)
                    .contains("  upTo: none\n"))
            try rehome("validate", expecting: 0)
            // What was written is enough for itself, and is not needed for it.
            try rehome("apply", "--yes")
            #expect(try Self.homes(estate, on: SmallEstate.new) == 0)
            try manifests.write(to: folder.appending(path: "rollout.yaml"))
            try rehome("plan").expectOutput("blocked: \(moved) users for new [rolled-back]")
            try rehome("apply", "--yes", expecting: 8)
            #expect(try Self.homes(estate, on: SmallEstate.new) == 0)

            try rehome("resume", "--all-taken-back", "--reason", "the second attempt", expecting: 0)
            try rehome("apply", "--yes")
            #expect(try Self.homes(estate, on: SmallEstate.new) == moved)
            try rehome("history", "--verify", expecting: 0)
        }
    }

    /// Only as it was reviewed.
    private static func takeBack(
        _ rehome: Program, asReviewed said: CommandLineTool.Result
    ) throws {
        let other = try rollbackAccepted(rehome, "--expect", "0123456789ab")
        other.expectExit(5)
        other.expectSentence("review the plan of now: rehome rollback small/pilot")
        let digest = try #require(said.output.firstMatch(of: /Plan ([0-9a-f]{12})/)).output.1
        try rollbackAccepted(rehome, "--expect", String(digest)).expectExit(0)
    }

    @Test(arguments: [4, 5])
    func `killed on the way back, it goes on where it was`(batch: Int) async throws {
        try await withTemporaryFolder { folder in
            // The pilot takes two batches at least, so the way back has the next ones.
            let estate = try Self.estate(in: folder)
            let rehome = try Program(in: folder)
            try rehome("apply", "--yes")
            let moved = try Self.homes(estate, on: SmallEstate.new)
            let killed = try rehome.tool.run(
                ["rollback", "small/pilot", "--yes"] + Self.prices, in: folder,
                environment: ["REHOME_KILL": "after-commit:\(batch - 1)"])
            #expect(killed.ending == .signal(SIGKILL), "\(killed.errors)")
            // Nobody goes forward meanwhile.
            let before = try Self.homes(estate, on: SmallEstate.new)
            try rehome("apply", "--yes")
            #expect(try Self.homes(estate, on: SmallEstate.new) <= before)
            try Self.rollbackAccepted(rehome).expectExit(0)
            #expect(try Self.homes(estate, on: SmallEstate.new) == 0)
            let back: [String] = try estate.query(
                estate.deployment,
                "SELECT name FROM moves WHERE to_pool = '\(SmallEstate.old)'")
            #expect(back.count == moved && Set(back).count == moved)
            try rehome("history", "--verify", expecting: 0)
        }
    }

    @Test func `one person goes forward again, the others stay`() async throws {
        try await withTemporaryFolder { folder in
            let estate = try SmallEstate(in: folder, users: 12)
            let rehome = try Program(in: folder)
            try rehome("apply", "--yes")
            let all = try Self.homes(estate, on: SmallEstate.new)
            let back = try rehome.tool.run(
                ["rollback", "--campaign", "--yes"] + Self.prices, in: folder)
            back.expectExit(0)
            #expect(try Self.homes(estate, on: SmallEstate.old) == all)
            // Going on with what is over leads nowhere, by whatever name.
            let again = try rehome.tool.run(
                ["rollback", "--campaign", "--yes"] + Self.prices, in: folder)
            again.expectExit(0)
            let person = estate.person(3)
            try rehome("resume", "--taken-back", person, "--reason", "she asked", expecting: 0)
            try rehome("apply", "--yes")
            #expect(try Self.homes(estate, on: SmallEstate.new) == 1)
            let other = try rehome(
                "resume", "--taken-back", person, "--reason", "once more", expecting: 1)
            other.expectSentence("was not taken back")
        }
    }

    @Test func `what never began cannot be taken back`() async throws {
        try await withTemporaryFolder { folder in
            _ = try Self.estate(in: folder)
            let rehome = try Program(in: folder)
            try rehome("rollback", "small/pilot", expecting: 1).expectSentence("no ledger yet")
            try rehome("apply", "--yes")
            try rehome("rollback", "small/rest", "--yes", expecting: 1)
                .expectSentence("small/rest has not begun")
            try rehome("rollback", "20260101-000000-0000", "--yes", expecting: 1)
                .expectSentence("no run 20260101-000000-0000 is recorded")
        }
    }
}
