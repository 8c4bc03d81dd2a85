/// Rehome is killed in the middle, again and again: the next one goes on, nothing is done twice, and
/// nobody who calls notices.

import Foundation
import TestSupport
import Testing

extension KamailioStoryTests {
    struct Kills {
        @Test func `a run that is killed goes on, moves nobody twice, and loses no message`()
            async throws
        {
            try await KamailioScene.with(users: 1000, limits: "batch: 50, rate: 6000/min") {
                scene in
                try scene.declareThatEverybodyMoves()
                try await scene.expectAllAnswered {
                    let moved = try killAtCommits(scene)
                    try killAtSomeMoment(scene)
                    #expect(try scene.homes()[.modern] ?? 0 >= moved)
                    try scene.rehome("apply", "--yes", expecting: 0)
                }
                try scene.expectEverybody(on: .modern)
                try scene.expectChangedOnce()
                try await scene.expectApps(on: .modern)
                try scene.expectNothingToDo()
            }
        }

        /// Before and after the ledger knows of a batch. Returns how many have moved by then.
        private func killAtCommits(_ scene: KamailioScene) throws -> Int {
            for commit in ["after-commit:6", "before-commit:6"] {
                let killed = try scene.rehome(
                    "apply", "--yes", environment: ["REHOME_KILL": commit])
                #expect(killed.ending == .signal(SIGKILL), "\(killed.errors)")
            }
            let moved = try scene.homes()[.modern] ?? 0
            #expect((1..<1000).contains(moved), "\(moved) of 1000 moved")
            return moved
        }

        /// In the middle of a batch, of a transaction, of anything.
        private func killAtSomeMoment(_ scene: KamailioScene) throws {
            let killed = try scene.rehome(
                "apply", "--yes", interrupted: .kill(after: .seconds(2)))
            #expect(killed.ending == .signal(SIGKILL), "\(killed.output)")
        }
    }
}
