/// What a person attests counts once somebody else approves it, through the program, with keys of OpenSSH.

import Foundation
import TestSupport
import Testing

@Suite(.serialized) struct AttestationTests {
    private static let gate = "small/all/emergency-calls"
    private static let waits =
        "waits for 1 approval), released by rehome approve --attestation \(gate) --reason WORDS"

    /// An estate with a gate that is to be attested, and the keys of Ben and of whoever runs this.
    private func withGate(_ body: (ApprovalScene) throws -> Void) async throws {
        try await withApprovalScene(
            approvals: "attest: 1, signers: approvers", keys: ["ben", NSUserName()]
        ) { scene in
            try scene.writeRollout()
            try body(scene)
        }
    }

    @discardableResult
    private func attest(_ words: String, in scene: ApprovalScene) throws -> CommandLineTool.Result {
        try scene.rehome(
            "probe", "--attest", Self.gate, "--how", words, "--until", "2999-01-01", expecting: 0)
    }

    private func isWaiting(_ scene: ApprovalScene) throws -> Bool {
        try scene.standing(of: "small/all").hasSuffix(Self.waits)
    }

    @Test func `what a person attests of a gate counts once somebody else signs it`() async throws {
        try await withGate { scene in
            let rehome = scene.rehome
            try scene.vouch(for: Self.gate, with: "ben", expecting: 1)
                .expectSentence("nobody attests \(Self.gate) now")
            try attest("called 112", in: scene).expectSentence(
                "it counts once somebody else approves it",
                "rehome approve --attestation \(Self.gate)")
            #expect(try isWaiting(scene))
            try rehome("apply", "--yes", expecting: 8)
            try rehome("approve", "--attestation", Self.gate, "--reason", "x", expecting: 1)
                .expectSentence("approvals are signatures here")
            try scene.vouch(for: Self.gate, with: NSUserName(), expecting: 1)
                .expectSentence("cannot approve it too")
            #expect(try isWaiting(scene))
            let vouched = try scene.vouch(for: Self.gate, with: "ben", expecting: 0)
            vouched.expectOutput("the gate emergency-calls before small/all holds")
            vouched.expectOutput("1 of 1 approval, by ben@small.example")
            try rehome("apply", "--yes", expecting: 0)
            try scene.estate.expectMovedOnce()
            try rehome("history", "--verify", expecting: 0)
        }
    }

    @Test func `a signature under an attestation is looked at anew, and is for these words alone`()
        async throws
    {
        try await withGate { scene in
            let rehome = scene.rehome
            try attest("called 112", in: scene)
            try scene.vouch(for: Self.gate, with: "ben", expecting: 0)
            #expect(try !isWaiting(scene))
            func meddle(_ name: String) throws {
                try scene.estate.change(
                    scene.estate.ledger,
                    "UPDATE consents SET principal = '\(name)@small.example'")
            }
            try meddle("carl")
            #expect(try isWaiting(scene))
            try meddle("ben")
            #expect(try !isWaiting(scene))
            try attest("called 112 again", in: scene)
            #expect(try isWaiting(scene))

            let text = try rehome("approve", "--attestation", Self.gate, "--print", expecting: 0)
            #expect(text.output.hasPrefix("rehome-attestation/1\nestate small\nledger "))
            try scene.estate.write("keys/text", text.output)
            try scene.shell("ssh-keygen -q -Y sign -n rehome-approval -f keys/ben keys/text")
            let said = try rehome.json(
                "approve", "--attestation", Self.gate, "--signature", "keys/text.sig",
                "--principal", "ben@small.example", "--reason", "by mail")
            #expect(said["how"] as? String == "called 112 again")
            #expect(said["approvals"] as? [String] == ["ben@small.example"])
            #expect(said["isMet"] as? Bool == true)
            try rehome("apply", "--yes", expecting: 0)
        }
    }

    @Test func `a pool is closed once somebody else approves every row that was attested`()
        async throws
    {
        try await withApprovalScene(
            approvals: "attest: 1, signers: approvers", keys: ["ben"]
        ) { scene in
            let rehome = scene.rehome
            try rehome("apply", "--yes", expecting: 0)
            try scene.estate.edit(
                "fqdn: \(SmallEstate.old), state: serving",
                to: "fqdn: \(SmallEstate.old), state: retired")
            let rows = [
                "management-store", "branch-appliances", "pairing", "associations", "dns", "backup",
                "sign-ins",
            ]
            for row in rows {
                try rehome("attest", "old", row, "--how", "I looked", expecting: 0)
                    .expectSentence("rehome approve --attestation old/\(row)")
            }
            func states() throws -> [String] {
                try scene.estate.query(
                    scene.estate.deployment,
                    "SELECT state FROM pools WHERE fqdn = '\(SmallEstate.old)'")
            }
            for row in rows {
                try rehome("apply", "--yes", expecting: 8)
                #expect(try states() == ["open"])
                #expect(
                    try scene.standing(of: "retire/old").hasSuffix(
                        "released by rehome approve --attestation old/\(row) --reason WORDS"))
                try scene.vouch(for: "old/\(row)", with: "ben", expecting: 0)
                    .expectOutput("it counts now")
            }
            try rehome("apply", "--yes").expectSentence("was closed to arrivals")
            #expect(try states() == ["closed"])
        }
    }

    @Test func `nobody approves what he attests, nor what waits for no approval`() async throws {
        try await withApprovalScene(approvals: "attest: 1") { scene in
            let rehome = scene.rehome
            try scene.writeRollout()
            let gate = "small/all/emergency-calls"
            let other = "small/all/services-running"
            func vouch(_ name: String, _ words: String..., expecting code: Int32) throws
                -> CommandLineTool.Result
            {
                let arguments = ["approve", "--attestation", name, "--reason", "x"] + words
                let result = try rehome.tool.run(arguments, in: scene.folder)
                result.expectExit(code)
                return result
            }
            try rehome(
                "probe", "--attest", gate, "--how", "called 112", "--until", "2999-01-01",
                expecting: 0)
            try vouch(gate, "--as", "ben", expecting: 1).expectSentence("cannot approve it too")
            try vouch(other, "--before", expecting: 1).expectSentence(
                "is measured, and not attested")
            try vouch("old/dns", expecting: 1).expectSentence("nobody attests dns of old now")
            _ = try vouch("small", expecting: 64)
            _ = try vouch(gate, "--close", expecting: 64)
            try rehome("apply", "--yes", expecting: 8)
            let consents: [Int] = try scene.estate.query(
                scene.estate.ledger, "SELECT count(*) FROM consents")
            #expect(consents == [0])
            try scene.estate.edit("attest: 1", to: "attest: 0")
            try vouch(gate, expecting: 1).expectSentence("counts here without an approval")
            try rehome("apply", "--yes", expecting: 0)
            try scene.estate.expectMovedOnce()
        }
    }
}
