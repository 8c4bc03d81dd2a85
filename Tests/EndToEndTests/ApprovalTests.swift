/// People agree to plans and decide about gates, through the program, with keys of OpenSSH.

import Foundation
import TestSupport
import Testing

@Suite(.serialized) struct ApprovalTests {
    @Test func `two keys let an apply go on, and neither the author's nor one key twice`()
        async throws
    {
        try await withApprovalScene(
            approvals: "move: 2, signers: approvers", keys: ["author", "ben", "carl"]
        ) { scene in
            let rehome = scene.rehome
            try scene.commit()
            let digest = String(try scene.digest().prefix(12))
            try rehome("apply", "--yes", expecting: 5).expectSentence(
                "0 of 2 approvals for moves", "rehome approve \(digest) --reason WORDS")
            func approve(with name: String) throws -> CommandLineTool.Result {
                try rehome(
                    "approve", digest, "--reason", "read it", "--sign-with", "keys/\(name)",
                    expecting: 0)
            }
            try approve(with: "author").expectOutput("author@small.example wrote the change")
            try approve(with: "ben").expectOutput("1 of 2 approvals for moves")
            try approve(with: "ben").expectOutput("old -> new")
            try rehome("apply", "--yes", expecting: 5).expectSentence(
                "1 of 2", "approved by ben@small.example", "wrote the change")
            try approve(with: "carl").expectOutput("go on: rehome apply")
            try rehome("apply", "--yes", expecting: 0)
            try scene.estate.expectMovedOnce()
            try rehome("history", "--verify", expecting: 0)
        }
    }

    @Test func `a signature is made elsewhere, and one that was meddled with does not count`()
        async throws
    {
        try await withApprovalScene(approvals: "move: 1, signers: approvers", keys: ["ben"]) {
            scene in
            let rehome = scene.rehome
            let digest = try scene.digest()
            let text = try rehome("approve", digest, "--print", expecting: 0).output
            try scene.estate.write("keys/text", text)
            try scene.shell("ssh-keygen -q -Y sign -n rehome-approval -f keys/ben keys/text")
            func record(_ principal: String, expecting code: Int32) throws -> CommandLineTool.Result
            {
                try rehome(
                    "approve", digest, "--signature", "keys/text.sig", "--principal", principal,
                    "--reason", "by mail", expecting: code)
            }
            try record("carl@small.example", expecting: 1).expectSentence("none for this plan")
            try rehome("approve", digest, "--reason", "no key", expecting: 1)
                .expectSentence("approvals are signatures here")
            try record("ben@small.example", expecting: 0).expectOutput("go on: rehome apply")
            let ledger = scene.estate.ledger
            let armor: [String] = try scene.estate.query(ledger, "SELECT signature FROM consents")
            // What the ledger says of a signature is looked at anew.
            try scene.estate.change(ledger, "UPDATE consents SET principal = 'carl@small.example'")
            try rehome("apply", "--yes", expecting: 5).expectSentence(
                "0 of 1", "the approval of carl@small.example does not count")
            try scene.estate.change(ledger, "UPDATE consents SET principal = 'ben@small.example'")
            #expect(armor.count == 1)
            try rehome("apply", "--yes", expecting: 0)
            try scene.estate.expectMovedOnce()
        }
    }

    @Test func `an account approves a plan, and its steps stay approved when there are fewer`()
        async throws
    {
        try await withApprovalScene(approvals: "move: 1") { scene in
            let rehome = scene.rehome
            try rehome("plan", ".", "-o", "json", "--out", "plan.json", expecting: 0)
            try rehome("approve", "ffffffffffff", "--reason", "x", expecting: 5)
                .expectSentence("the plan is")
            try rehome("approve", "plan.json", expecting: 64).expectSentence("--reason")
            try rehome("approve", "plan.json", "--reason", "read", "--as", "the boss", expecting: 0)
                .expectOutput("1 of 1 approval for moves")
            try rehome(
                "hold", scene.estate.person(1), "--reason", "not today", expecting: 0)
            try rehome("apply", "--yes", expecting: 0)
            let moved: [Int] = try scene.estate.query(
                scene.estate.deployment, "SELECT count(*) FROM moves")
            #expect(moved == [scene.estate.resources - 1])
        }
    }

    @Test func `a way back wants approvals of its own`() async throws {
        try await withApprovalScene(approvals: "move: 1") { scene in
            let rehome = scene.rehome
            let digest = try #require(try rehome.json("plan", expecting: 0)["digest"] as? String)
            try rehome("approve", digest, "--reason", "read", expecting: 0)
            try rehome("apply", "--yes", expecting: 0)
            let prices = [
                "--accept", "meetings", "--accept", "clients", "--accept", "features",
                "--accept-unknown", "meetings", "--accept-unknown", "clients",
            ]
            func rollback(expecting code: Int32) throws -> CommandLineTool.Result {
                let result = try rehome.tool.run(
                    ["rollback", "--campaign", "--yes"] + prices, in: scene.folder)
                result.expectExit(code)
                return result
            }
            let refused = try rollback(expecting: 5)
            let back = try #require(
                refused.errors.firstMatch(of: /rehome approve ([0-9a-f]{12}) --rollback campaign/)
            ).output.1
            func onNew() throws -> [Int] {
                try scene.estate.query(
                    scene.estate.deployment,
                    "SELECT count(*) FROM homes WHERE pool = '\(SmallEstate.new)'")
            }
            #expect(try onNew() == [scene.estate.resources])
            // What was agreed to forward is another plan, with other steps.
            try rehome("approve", String(back), "--reason", "x", expecting: 5)
            let approved = try rehome(
                "approve", String(back), "--rollback", "campaign", "--reason", "they cannot call",
                expecting: 0)
            approved.expectOutput("1 of 1 approval for moves")
            approved.expectOutput("go on: rehome rollback --campaign .")
            _ = try rollback(expecting: 0)
            #expect(try onNew() == [0])
        }
    }

    @Test func `a person opens, closes and attests gates`() async throws {
        try await withApprovalScene(approvals: "move: 0") { scene in
            let rehome = scene.rehome
            try scene.writeRollout()
            let attested = "small/all/emergency-calls"
            let measured = "small/all/services-running"
            try rehome("apply", "--yes", expecting: 8)
            try rehome("approve", attested, "--reason", "trust me", expecting: 1)
                .expectSentence("rehome probe --attest \(attested)")
            try rehome("approve", measured, "--reason", "which?", expecting: 1)
                .expectSentence("--before or --after")
            try rehome("approve", "small/all/nothing", "--reason", "x", expecting: 1)
                .expectSentence("has no gate nothing")
            try rehome(
                "probe", "--attest", measured, "--before", "--how", "x", "--until", "2999-01-01",
                expecting: 1
            ).expectSentence("is measured, and not attested")
            try rehome("probe", "--attest", attested, "--how", "x", expecting: 64)
            try rehome(
                "approve", measured, "--before", "--close", "--reason", "wait for Monday",
                expecting: 0
            ).expectOutput("Closed: gate services-running before small/all")
            try rehome(
                "probe", "--attest", attested, "--how", "called 112", "--until", "2999-01-01",
                expecting: 0
            ).expectOutput("called 112")
            let waits = try rehome("apply", "--yes", expecting: 8)
            #expect((waits.output + waits.errors).contains("wait for Monday"))
            try rehome("approve", measured, "--before", "--reason", "it is Monday", expecting: 0)
                .expectOutput("Opened")
            try rehome("apply", "--yes", expecting: 0)
            try scene.estate.expectMovedOnce()
        }
    }
}
