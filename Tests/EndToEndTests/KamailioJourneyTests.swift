/// A rollout on real servers, with traffic: a pilot whose gates are messages and calls, a pool that dies while it
/// rests, and waves when it is back.

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

        @Test func `waves go as gates allow, and nobody who calls notices`() async throws {
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
                try await killAndMend(scene)
                try await goOn(scene)
            }
        }

        /// The pool of the pilot dies while it rests: its gates say so, and the rollout halts.
        private func killAndMend(_ scene: KamailioScene) async throws {
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
            try scene.rehome(
                "resume", "everybody", "--reason", "the server was mended", expecting: 0)
        }

        private func goOn(_ scene: KamailioScene) async throws {
            try scene.registerAll()
            try await scene.expectAllAnswered {
                // As above.
                try await Task.sleep(for: .milliseconds(1100))
                try scene.rehome("apply", "--yes", expecting: 0)
            }
            try scene.expectEverybody(on: .modern)
            try scene.expectChangedOnce()
            try await scene.expectApps(on: .modern)
            try scene.expectNothingToDo()
        }
    }
}
