/// The commands as a person or a pipeline calls them: what they print where, and how they end.

import Foundation
import TestSupport
import Testing

struct CommandTests {
    @Test func `declare, plan, apply, and there is nothing left to do`() async throws {
        try await withTemporaryFolder { folder in
            let estate = try SmallEstate(in: folder)
            let rehome = try Program(in: folder)
            try rehome("validate", expecting: 0)
            try rehome("plan", expecting: 0)
            try rehome("plan", "--detailed-exitcode", expecting: 2)
            try rehome("apply", "--yes", expecting: 0)
            try rehome("plan", "--detailed-exitcode", expecting: 0)
            try rehome("drift", expecting: 0)
            try estate.expectMovedOnce()
            try estate.expectRemembered()
        }
    }

    @Test func `narrowed to one person, nobody else moves`() async throws {
        try await withTemporaryFolder { folder in
            let estate = try SmallEstate(in: folder)
            let rehome = try Program(in: folder)
            try rehome("apply", "--yes", "--only", estate.person(7), expecting: 0)
            let moved: [String] = try estate.query(estate.deployment, "SELECT name FROM moves")
            #expect(moved == [estate.person(7)])
            try rehome("plan", "--only", estate.person(7), "--detailed-exitcode", expecting: 0)
            try rehome("plan", "--site", "smal", expecting: 1).expectSentence("smal", "small")
            try rehome("apply", "--yes", "--site", "small", expecting: 0)
            try estate.expectMovedOnce()
        }
    }

    @Test func `drift that every look shows alarms`() async throws {
        try await withTemporaryFolder { folder in
            let estate = try SmallEstate(in: folder)
            let rehome = try Program(in: folder)
            try rehome("apply", "--yes", expecting: 0)
            try rehome("drift", "--confirm", "3", "--every", "0s", expecting: 0)
            try rehome(
                "adapter", "embedded", "move", "user/\(estate.person(4))", "old", expecting: 0)
            let found = try rehome("drift", "--confirm", "3", "--every", "0s", expecting: 2)
            found.expectOutput("moved (alarms): 1 user")
            try rehome("drift", "--confirm", "0", expecting: 64)
        }
    }

    @Test func `why answers about pools, stages and rails`() async throws {
        try await withTemporaryFolder { folder in
            let estate = try SmallEstate(in: folder)
            let rehome = try Program(in: folder)
            try estate.edit("perRun: 1000", to: "perRun: 5")
            try rehome("why", "pool/new", expecting: 0).expectOutput("120 users, old -> new")
            try rehome("why", "pool/nwe", expecting: 1).expectSentence("nwe", "new, old")
            try rehome("why", "stage/open", expecting: 0).expectOutput("120 users, old -> new")
            try rehome("why", "rail/moves-per-run", expecting: 0)
                .expectOutput("limits.moves.perRun: 5, at estate.yaml:")
            try rehome("why", "rail/moves", expecting: 1).expectSentence("moves-per-run")
            for subject in ["pool/new", "stage/open", "rail/price"] {
                let answer = try rehome.json("why", subject)
                #expect(answer["about"] as? String == subject)
            }
        }
    }

    @Test func `a second apply writes no run`() async throws {
        try await withTemporaryFolder { folder in
            let estate = try SmallEstate(in: folder)
            let rehome = try Program(in: folder)
            try rehome("apply", "--yes", expecting: 0)
            try rehome("apply", "--yes", expecting: 0)
            #expect(try estate.query(estate.ledger, "SELECT count(*) FROM runs") == [1])
        }
    }

    @Test func `the same input gives the same plan`() async throws {
        try await withTemporaryFolder { folder in
            _ = try SmallEstate(in: folder)
            let rehome = try Program(in: folder)
            let one = try rehome.json("plan")
            let other = try rehome.json("plan")
            #expect(one["format"] as? String == "rehome.plan/1")
            for key in ["digest", "summary", "stages", "steps", "left", "undo", "findings"] {
                let left = one[key] as? NSObject
                #expect(left != nil && left == other[key] as? NSObject, "\(key)")
            }
        }
    }

    @Test func `without a terminal and without --yes nothing is done`() async throws {
        try await withTemporaryFolder { folder in
            let estate = try SmallEstate(in: folder)
            let rehome = try Program(in: folder)
            try rehome("apply", expecting: 5).expectSentence("--yes")
            #expect(try estate.query(estate.deployment, "SELECT count(*) FROM moves") == [0])
        }
    }

    @Test func `what is wrong with manifests is said all at once, with places`() async throws {
        try await withTemporaryFolder { folder in
            let estate = try SmallEstate(in: folder)
            let rehome = try Program(in: folder)
            try estate.edit("pool: new", to: "pool: nwe")
            try estate.edit("kind: Policy", to: "kind: Polciy")
            for command in ["validate", "plan", "apply", "drift"] {
                let invalid = try rehome(command, expecting: 3)
                let said = invalid.output + invalid.errors
                #expect(said.contains("estate.yaml:"), "\(said)")
                #expect(said.contains("nwe") && said.contains("Polciy"), "\(said)")
                #expect(said.contains("error:") && said.contains("did you mean"), "\(said)")
            }
        }
    }

    @Test func `a rail refuses, a named override lifts it once`() async throws {
        try await withTemporaryFolder { folder in
            let estate = try SmallEstate(in: folder)
            let rehome = try Program(in: folder)
            try estate.edit("perRun: 1000", to: "perRun: 5")
            let digest = try #require(try rehome.json("plan")["digest"] as? String)
            try rehome("plan", expecting: 0)
            try rehome("plan", "--detailed-exitcode", expecting: 4)
            let refused = try rehome("apply", "--yes", expecting: 4)
            #expect((refused.output + refused.errors).contains("moves-per-run"))
            #expect(try estate.query(estate.deployment, "SELECT count(*) FROM moves") == [0])

            try rehome(
                "apply", "--yes", "--override", "moves-per-run@\(digest)", "--reason", "a test",
                expecting: 0)
            try estate.expectMovedOnce()
            #expect(
                try estate.query(estate.ledger, "SELECT reason FROM consents") == ["a test"])
        }
    }

    @Test func `a saved plan is applied as it was reviewed`() async throws {
        try await withTemporaryFolder { folder in
            let estate = try SmallEstate(in: folder)
            let rehome = try Program(in: folder)
            try rehome("plan", "-o", "json", "--out", "plan.json", expecting: 0)
            try rehome("apply", "plan.json", "--yes", expecting: 0)
            try estate.expectMovedOnce()
            try estate.expectRemembered()
        }
    }

    @Test func `what was not reviewed is not applied`() async throws {
        try await withTemporaryFolder { folder in
            let estate = try SmallEstate(in: folder)
            let rehome = try Program(in: folder)
            try estate.edit(
                "users: [{select: {pool: old}}]", to: "users: [\(estate.person(1))]")
            try rehome("plan", "-o", "json", "--out", "plan.json", expecting: 0)
            try estate.edit(
                "users: [\(estate.person(1))]",
                to: "users: [\(estate.person(1)), \(estate.person(2))]")
            let refused = try rehome("apply", "--expect", "plan.json", "--yes", expecting: 5)
            #expect((refused.output + refused.errors).contains(estate.person(2)))
            #expect(try estate.query(estate.deployment, "SELECT count(*) FROM moves") == [0])
        }
    }

    @Test func `somebody moved by hand is drift, and is left alone`() async throws {
        try await withTemporaryFolder { folder in
            let estate = try SmallEstate(in: folder)
            let rehome = try Program(in: folder)
            try rehome("apply", "--yes", expecting: 0)
            try estate.change(
                estate.deployment,
                """
                UPDATE resources SET home = (SELECT id FROM pools WHERE fqdn = '\(SmallEstate.old)')
                WHERE name = '\(estate.person(7))'
                """)
            let drifted = try rehome("drift", expecting: 2)
            #expect(drifted.output.contains(estate.person(7)), "\(drifted.output)")
            #expect(drifted.output.contains("moved"), "\(drifted.output)")
            try rehome("apply", "--yes")
            let home: [String] = try estate.query(
                estate.deployment,
                "SELECT pool FROM homes WHERE resource = 'user/\(estate.person(7))'")
            #expect(home == [SmallEstate.old])
        }
    }

    @Test func `why answers for a person`() async throws {
        try await withTemporaryFolder { folder in
            let estate = try SmallEstate(in: folder)
            let rehome = try Program(in: folder)
            try rehome("apply", "--yes", expecting: 0)
            let answer = try rehome("why", "user/\(estate.person(3))", expecting: 0)
            #expect(answer.output.contains("new"), "\(answer.output)")
            try rehome("why", "user/nobody@small.example").expectSentence("nobody@small.example")
        }
    }

    @Test func `a changed ledger is found out`() async throws {
        try await withTemporaryFolder { folder in
            let estate = try SmallEstate(in: folder)
            let rehome = try Program(in: folder)
            try rehome("apply", "--yes", expecting: 0)
            try rehome("history", "--verify", expecting: 0)
            try estate.change(
                estate.ledger,
                "UPDATE audit SET line = replace(line, 'user0001', 'user0002')")
            try rehome("history", "--verify", expecting: 1)
        }
    }

    @Test func `results go to stdout, the rest to stderr, and nothing is coloured`() async throws {
        try await withTemporaryFolder { folder in
            _ = try SmallEstate(in: folder)
            let rehome = try Program(in: folder)
            let plan = try rehome("plan", expecting: 0)
            #expect(!plan.output.isEmpty)
            #expect(!plan.output.contains("\u{1B}"))
            let coloured = try rehome(
                "plan", expecting: 0, environment: ["FORCE_COLOR": "1", "NO_COLOR": ""])
            #expect(coloured.output.contains("\u{1B}["))
        }
    }
}
