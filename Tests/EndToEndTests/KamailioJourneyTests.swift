/// A whole migration on real servers, with traffic: a pilot whose gates are messages and calls, a pool that dies
/// on day two, the way back, forward again, waves, and the end of the old pool.

import Foundation
import TestSupport
import Testing

extension KamailioStoryTests {
    struct Journey {
        private static let rollout = """
            apiVersion: rehome.dev/v1
            kind: Rollout
            metadata: {name: everybody}
            spec:
              placements: [everybody]
              waves:
                - {name: pilot, users: [u1@uc.test, u2@uc.test, u3@uc.test], soak: 3s}
                - {name: half, percent: 50}
                - {name: rest, percent: 100, apps: all}
              gates:
                before: [services-running, administrable, replication-current]
                after: [{name: message-both-ways, every: 1s, attempts: 2}, {name: call-both-ways, every: 1s}]

            """

        @Test func `a pilot goes, comes back, goes again, all follow, and the old pool ends`()
            async throws
        {
            try await KamailioScene.with(users: 400) { scene in
                try scene.writeDownWhereEverybodyIs()
                try scene.declareThatEverybodyMoves()
                try scene.write("rollout.yaml", Self.rollout)
                try scene.commit("in waves")
                try await scene.expectAllAnswered {
                    let pilot = try scene.rehome("apply", "--yes", expecting: 8)
                    pilot.expectOutput("everybody/pilot: waits for its soak")
                    #expect(try scene.homes() == [.legacy: 397, .modern: 3])
                }
                try await kill(scene)
                try await takeBack(scene)
                try await goAgain(scene)
                try await retire(scene)
            }
        }

        /// The pool of the pilot dies while it rests: its gates say so, and the rollout halts.
        private func kill(_ scene: KamailioScene) async throws {
            try scene.lab.kill(.modern)
            try scene.awaitState("I", of: 2)
            for _ in 1...2 {
                // A gate is due again when its second has passed, by the clock of real servers.
                try await Task.sleep(for: .milliseconds(1100))
                try scene.rehome("probe", expecting: 7).expectOutput("message-both-ways")
            }
            let halted = try scene.rehome("apply", "--yes", expecting: 8)
            halted.expectOutput("a person, because the gate")
            #expect(try scene.homes() == [.legacy: 397, .modern: 3])
            try scene.lab.start(.modern)
            try scene.awaitState("A", of: 2)
        }

        /// The pool is back, and nobody trusts it yet: the pilot goes back, and stays there.
        private func takeBack(_ scene: KamailioScene) async throws {
            try scene.registerAll()
            let said = try scene.rehome("rollback", "everybody/pilot", "--dry-run", expecting: 0)
            said.expectOutput("modern -> legacy  3 users")
            said.expectOutput("nothing breaks")
            try await scene.expectAllAnswered {
                try scene.rehome("rollback", "everybody/pilot", "--yes", "--write", expecting: 0)
                try scene.rehome("apply", "--yes", expecting: 8)
            }
            try scene.expectEverybody(on: .legacy)
            try scene.commit("the pilot is over")
            try scene.rehome("plan", expecting: 0).expectOutput("upTo: none")
        }

        private func goAgain(_ scene: KamailioScene) async throws {
            try scene.revertLastCommit()
            try scene.rehome("plan", expecting: 0).expectOutput("[rolled-back]")
            try scene.rehome(
                "resume", "--all-taken-back", "--reason", "it runs for a week now", expecting: 0)
            try await scene.expectAllAnswered {
                try scene.rehome("apply", "--yes", expecting: 8)
                #expect(try scene.homes() == [.legacy: 397, .modern: 3])
                // The soak of the pilot, by the clock of real servers.
                try await Task.sleep(for: .milliseconds(3100))
                try scene.rehome("apply", "--yes", expecting: 0)
            }
            try scene.expectEverybody(on: .modern)
            try await scene.expectApps(on: .modern)
            try scene.expectNothingToDo()
            let report = try scene.rehome("report", expecting: 0)
            report.expectOutput("everybody/pilot: taken back")
            report.expectOutput("everybody/rest: complete")
        }

        /// Proven, closed, rested, approved and taken out, while everybody goes on writing and calling.
        private func retire(_ before: KamailioScene) async throws {
            var scene = before
            scene.witness = .modern
            try scene.run("homes", "DELETE FROM usr_preferences WHERE username = 'probe-legacy'")
            try scene.run("legacy", "DELETE FROM location")
            try scene.edit("        probe: probe-legacy@uc.test\n", to: "")
            try scene.edit("percent: 100}}}", to: "percent: 100}, retirements: {rest: 2s}}}")
            try scene.edit("fqdn: legacy.uc.test}", to: "fqdn: legacy.uc.test, state: retired}")
            try scene.remove("today")
            try scene.commit("legacy has done its work")
            for row in ["dns", "backup"] {
                try scene.rehome("attest", "legacy", row, "--how", "I looked", expecting: 0)
            }
            try await scene.expectAllAnswered {
                try scene.rehome("apply", "--yes", expecting: 8)
                    .expectSentence("was closed to arrivals")
                let answer = try scene.lab.postgres.rows(
                    "homes", "SELECT count(*) FROM dispatcher WHERE setid = 1 AND flags & 4 <> 0")
                #expect(answer == ["1"])
                let plan = try scene.rehome.json("plan", expecting: 0)
                let digest = try #require(plan["digest"] as? String)
                try scene.rehome("approve", digest, "--reason", "nobody is left", expecting: 0)
                // Its rest, by the clock of real servers.
                try await Task.sleep(for: .milliseconds(2100))
                try scene.rehome("apply", "--yes", expecting: 0).expectSentence("was taken out")
                #expect(!(try scene.lab.ask(.front, "dispatcher.list").contains("127.0.0.11")))
                try scene.lab.kill(.legacy)
            }
            try scene.expectEverybody(on: .modern)
            try scene.expectNothingToDo()
        }
    }
}
