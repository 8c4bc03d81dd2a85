/// A pool comes to its end through the program: moved off, proven, closed, rested, taken out, remembered.

import Foundation
import TestSupport
import Testing

@Suite(.serialized) struct RetirementTests {
    private struct Scene {
        let estate: SmallEstate
        let rehome: Program

        init(in folder: URL, approvals: Int = 0) throws {
            estate = try SmallEstate(in: folder, users: 5)
            rehome = try Program(in: folder)
            try estate.edit(
                "limits: {moves: {perRun: 1000, percent: 100}}",
                to:
                    "limits: {moves: {perRun: 1000, percent: 100}, retirements: {rest: 2h}}, approvals: {retire: \(approvals)}"
            )
        }

        func retire() throws {
            try estate.edit(
                "fqdn: \(SmallEstate.old), state: serving",
                to: "fqdn: \(SmallEstate.old), state: retired")
        }

        func attestAll() throws {
            for row in [
                "management-store", "branch-appliances", "pairing", "associations", "dns",
                "backup", "sign-ins",
            ] {
                try rehome("attest", "old", row, "--how", "I looked", expecting: 0)
            }
        }

        func state() throws -> String {
            let states: [String] = try estate.query(
                estate.deployment, "SELECT state FROM pools WHERE fqdn = '\(SmallEstate.old)'")
            return try #require(states.first)
        }

        func deeds() throws -> [String] {
            try estate.query(
                estate.ledger,
                "SELECT deed || coalesce(' ' || change, '') FROM readable_retirements WHERE deed <> 'attested'"
            )
        }

        /// Applies until it is no longer killed, at one commit later each time.
        ///
        /// - Parameters:
        ///   - side: Whether it dies before a commit or after it.
        ///   - holds: What is true of the state of the pool after each death.
        /// - Returns: How often it was killed.
        /// - Throws: What starting the program or reading its ledger throws.
        func applyKilled(_ side: String, _ holds: (String) throws -> Bool) throws -> Int {
            for commit in 1...20 {
                let result = try rehome.tool.run(
                    ["apply", "--yes"], in: rehome.folder,
                    environment: ["REHOME_KILL": "\(side)-commit:\(commit)"])
                guard result.ending == .signal(SIGKILL) else { return commit - 1 }
                #expect(try holds(try state()), "killed \(side) commit \(commit)")
            }
            Issue.record("it was killed 20 times and has not come to an end")
            return 20
        }

        func stages() throws -> [String: String] {
            let result = try rehome("plan", "-o", "json")
            let object = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
            let plan = try #require(object as? [String: Any])
            let stages = try #require(plan["stages"] as? [[String: Any]])
            var standing: [String: String] = [:]
            for stage in stages {
                let state = stage["standing"] as? [String: Any]
                let words = [state?["state"], state?["for"]].compactMap { $0 as? String }
                standing[stage["id"] as? String ?? ""] = words.joined(separator: " ")
            }
            return standing
        }
    }

    @Test
    func `a pool is moved off, proven, closed, rested, and taken out, one apply after the other`()
        async throws
    {
        try await withTemporaryFolder { folder in
            let scene = try Scene(in: folder)
            try moveOff(scene)
            try close(scene)
            try scene.rehome("adapter", "embedded", "advance", "3h", expecting: 0)
            try takeOut(scene)

            // Its document is the tombstone.
            #expect(try scene.stages()["retire/old/removal"] == "done")
            try scene.rehome("apply", "--yes", expecting: 0)
            try scene.rehome("drift", expecting: 0)
            try scene.rehome("history", "--verify", expecting: 0)
        }
    }

    private func moveOff(_ scene: Scene) throws {
        try scene.retire()
        let blocked = try scene.rehome("plan")
        blocked.expectOutput("user/user0001@small.example: asked for on new (estate.yaml:")
        blocked.expectOutput("retirement-blocked")

        // The apply of the last move closes nothing.
        try scene.rehome("apply", "--yes")
        try scene.estate.expectMovedOnce()
        #expect(try scene.state() == "open")
        #expect(try scene.deeds() == [])
        #expect(try scene.stages()["retire/old"]?.contains("nobody states") == true)
        try scene.rehome("apply", "--yes")
        #expect(try scene.state() == "open")
    }

    private func close(_ scene: Scene) throws {
        try scene.attestAll()
        let closing = try scene.rehome("apply", "--yes")
        closing.expectSentence("was asked: nothing is left there", "was closed to arrivals")
        #expect(try scene.state() == "closed")
        #expect(try scene.stages()["retire/old/removal"] == "waiting its rest")

        // It rests, whatever is applied meanwhile.
        try scene.rehome("apply", "--yes")
        #expect(try scene.state() == "closed")
    }

    private func takeOut(_ scene: Scene) throws {
        let plan = try scene.rehome("plan")
        plan.expectOutput("the point of no return: old is taken out, and this cannot be undone")
        let removing = try scene.rehome("apply", "--yes", expecting: 0)
        removing.expectSentence("was taken out")
        #expect(try scene.state() == "removed")
        #expect(
            try scene.deeds() == [
                "probed", "probed", "intended fence", "changed fence", "probed", "probed",
                "intended remove", "changed remove",
            ])
    }

    @Test func `a closed pool is opened again when its document asks for that`() async throws {
        try await withTemporaryFolder { folder in
            let scene = try Scene(in: folder, approvals: 1)
            try scene.rehome("apply", "--yes")
            try scene.retire()
            try scene.attestAll()
            try scene.rehome("apply", "--yes")
            #expect(try scene.state() == "closed")
            try scene.rehome("adapter", "embedded", "advance", "3h", expecting: 0)
            // Nobody approved, so nothing that cannot be undone is done.
            try scene.rehome("apply", "--yes")
            #expect(try scene.state() == "closed")
            #expect(try scene.stages()["retire/old/removal"] == "waiting approvals, 0 of 1 so far")
            try approveAndProbe(scene)

            try scene.estate.edit(
                "fqdn: \(SmallEstate.old), state: retired",
                to: "fqdn: \(SmallEstate.old), state: serving")
            let plan = try scene.rehome("plan")
            plan.expectOutput("reopen/old: begins with apply")
            try scene.rehome("apply", "--yes").expectSentence("was opened again")
            #expect(try scene.state() == "open")
            #expect(try scene.stages()["reopen/old"] == nil)
        }
    }

    /// A schedule keeps the proof fresh, and takes nothing out.
    private func approveAndProbe(_ scene: Scene) throws {
        let digest = try #require(
            try scene.rehome.json("plan", expecting: 0)["digest"] as? String)
        try scene.rehome("approve", digest, "--reason", "all are gone", expecting: 0)
        try scene.rehome("probe", expecting: 0)
            .expectOutput("\(SmallEstate.old) was asked: nothing is left there")
        #expect(try scene.deeds().last == "probed")
        #expect(try scene.state() == "closed")
    }

    /// At each commit in turn, of the apply that closes the pool and of the one that takes it out.
    @Test(arguments: ["before", "after"])
    func `killed at any commit on the way to its end, a pool ends all the same`(side: String)
        async throws
    {
        try await withTemporaryFolder { folder in
            let scene = try Scene(in: folder)
            try scene.rehome("apply", "--yes")
            try scene.retire()
            try scene.attestAll()
            let closing = try scene.applyKilled(side) { state in
                try scene.deeds().contains("intended fence") || state == "open"
            }
            #expect(try scene.state() == "closed")
            #expect(closing >= 2)
            try scene.rehome("adapter", "embedded", "advance", "3h", expecting: 0)
            let removing = try scene.applyKilled(side) { state in
                try scene.deeds().contains("intended remove") || state == "closed"
            }
            #expect(try scene.state() == "removed")
            #expect(removing >= 2)
            #expect(try scene.stages()["retire/old/removal"] == "done")
            try scene.rehome("history", "--verify", expecting: 0)
        }
    }

    @Test func `who approved that a pool is taken out need not do so again for another plan`()
        async throws
    {
        try await withTemporaryFolder { folder in
            let scene = try Scene(in: folder, approvals: 1)
            try scene.rehome("apply", "--yes")
            try scene.retire()
            try scene.attestAll()
            try scene.rehome("apply", "--yes")
            try scene.rehome("adapter", "embedded", "advance", "3h", expecting: 0)
            let plan = try scene.rehome.json("plan", expecting: 0)
            let digest = try #require(plan["digest"] as? String)
            try scene.rehome("approve", digest, "--reason", "all are gone", expecting: 0)

            // Somebody else is asked for elsewhere: another plan, with the same end of the same pool.
            try scene.estate.write(
                "third.yaml",
                """
                apiVersion: rehome.dev/v1
                kind: Pool
                metadata: {name: third}
                spec: {connection: small, site: small, product: sfb-2019, fqdn: third.small.example, state: serving}
                ---
                apiVersion: rehome.dev/v1
                kind: Placement
                metadata: {name: third}
                spec: {pool: third, users: [user0001@small.example]}

                """)
            #expect(try scene.rehome.json("plan")["digest"] as? String != digest)
            #expect(try scene.stages()["retire/old/removal"]?.contains("approvals") == false)
            try scene.rehome("apply", "--yes", expecting: 0)
            #expect(try scene.state() == "removed")
        }
    }

    @Test func `what no proof has is not attested`() async throws {
        try await withTemporaryFolder { folder in
            let scene = try Scene(in: folder)
            try scene.rehome("attest", "old", "dns", "--how", "x", expecting: 1)
                .expectSentence("nothing is to be proven of it")
            try scene.retire()
            try scene.rehome("attest", "old", "weather", "--how", "x", expecting: 1)
                .expectSentence("has no row weather", "rows: user")
            try scene.rehome("attest", "old", "in-flight", "--how", "x", expecting: 1)
                .expectSentence("nobody's word replaces that")
        }
    }
}
