/// A deployment of Kamailio as a team lives with it: everybody moves to another pool and back by commits,
/// and nobody who writes or calls notices.

import Foundation
import TestSupport
import Testing

/// Scenes follow one another, each with a lab of its own.
@Suite(.serialized, .enabled(if: KamailioLab.isThere, KamailioLab.hint))
struct KamailioStoryTests {
    @Test func `two thousand people move and come back, and nobody who calls notices`()
        async throws
    {
        try await KamailioScene.with(users: 2000) { scene in
            try await writeDownWhatIsThere(scene)
            try await moveEverybody(scene)
            try changeOneByHand(scene)
            try await takeEverybodyBack(scene)
        }
    }

    private func writeDownWhatIsThere(_ scene: KamailioScene) async throws {
        try scene.rehome("validate", expecting: 0)
        let probes = try scene.rehome("probe", expecting: 0)
        for question in [
            "services-running", "administrable", "replication-current", "apps-answering",
        ] {
            for pool in ["legacy", "modern"] {
                probes.expectOutput("\(question) of \(pool): passed")
            }
        }
        probes.expectOutput("message-both-ways between legacy and modern: passed")
        probes.expectOutput("call-both-ways between legacy and modern: passed")
        probes.expectOutput("Probes: 10 passed, 0 failed, 0 inconclusive")

        try scene.writeDownWhereEverybodyIs().expectOutput("2,002 users, 3 service addresses")
        try scene.rehome("plan", "--detailed-exitcode", expecting: 0).expectOutput("Nothing to do")
        try await scene.expectReached("u7", on: .legacy)
        try await scene.expectApps(on: .legacy)
    }

    private func moveEverybody(_ scene: KamailioScene) async throws {
        try scene.declareThatEverybodyMoves()
        try await scene.expectAllAnswered {
            try scene.rehome("plan", "--detailed-exitcode", expecting: 2)
                .expectOutput("2,003 to move")
            try scene.rehome("apply", "--yes", expecting: 0).expectOutput("2,003 of 2,003 done")
        }
        try scene.expectEverybody(on: .modern)
        try scene.expectChangedOnce()
        try await scene.expectReached("u7", on: .modern)
        try await scene.expectApps(on: .modern)
        try scene.expectNothingToDo()
    }

    private func changeOneByHand(_ scene: KamailioScene) throws {
        try scene.run("homes", "UPDATE usr_preferences SET value = '1' WHERE username = 'u7'")
        try scene.rehome("drift", expecting: 2).expectOutput("user/u7@uc.test")
        try scene.rehome("apply", "--yes", expecting: 0)
        #expect(try scene.homes() == [.legacy: 1, .modern: 1999])
    }

    private func takeEverybodyBack(_ scene: KamailioScene) async throws {
        // The hand took no registrations along: the device has to come by itself.
        try scene.registerAll()
        try scene.revertLastCommit()
        try await scene.expectAllAnswered {
            try scene.rehome("apply", "--yes", expecting: 0).expectOutput("2,002 of 2,002 done")
        }
        try scene.expectEverybody(on: .legacy)
        try await scene.expectReached("u7", on: .legacy)
        try await scene.expectApps(on: .legacy)
        try scene.expectNothingToDo()
    }

    @Test func `people who are not reached are noticed by all who write and call`() async throws {
        try await KamailioScene.with(users: 20) { scene in
            let heard = try await scene.listen {
                try scene.run("legacy", "DELETE FROM location")
                // So much happens meanwhile that each of them tries again.
                for _ in 1...5 { try scene.rehome("plan", expecting: 0) }
            }
            #expect(heard.counts.values.allSatisfy { $0.failed > 0 }, "\(heard)")
            #expect(heard.answers["480 Not Registered At legacy"] ?? 0 > 0, "\(heard)")
        }
    }
}
