/// What dies beside rehome: a pool, its database, the database of the fronts. Nobody is moved to what is
/// down, the reason is said, and all is well when it is back.

import Foundation
import TestSupport
import Testing

extension KamailioStoryTests {
    struct Trouble {
        @Test func `a pool that dies is left alone, then given up, and cleaned when it is back`()
            async throws
        {
            // Slow enough that the front sees it long before the end, by two pings without an answer:
            // three seconds of thirty, so that a busy machine has ten times as long.
            try await KamailioScene.with(users: 600, limits: "batch: 50, rate: 1200/min") { scene in
                try await killPool(scene)
                try takeItsDatabase(scene)
                try await evacuate(scene)
                try await cleanUp(scene)
            }
        }

        private func killPool(_ scene: KamailioScene) async throws {
            try scene.writeDownWhereEverybodyIs()
            try scene.declareThatEverybodyMoves()
            var seen = 0
            let halted = try await doing(
                { try scene.rehome("apply", "--yes", expecting: 7) },
                while: {
                    try scene.awaitMoved(100)
                    try scene.lab.kill(.modern)
                    try scene.awaitState("I", of: 2)
                    seen = try scene.homes()[.modern] ?? 0
                })
            halted.expectOutput("modern.uc.test takes no requests, as front")
            // Two batches of 50 may have looked at the pool just before the front knew.
            let moved = try scene.homes()[.modern] ?? 0
            #expect((100..<600).contains(moved) && moved <= seen + 100, "\(moved), \(seen)")
            // They move in the order of their names.
            try await scene.expectAnswer("503 Home Pool Unavailable", of: "u100")
            try await scene.expectReached("u99", on: .legacy)
            try await scene.expectApps(on: .legacy)
        }

        /// What was on the machine goes with it: nobody can read who was registered there.
        private func takeItsDatabase(_ scene: KamailioScene) throws {
            try scene.run("homes", "ALTER DATABASE modern ALLOW_CONNECTIONS false")
            try scene.run(
                "homes",
                """
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'modern'
                """)
        }

        private func evacuate(_ scene: KamailioScene) async throws {
            let moved = try scene.homes()[.modern] ?? 0
            try scene.revertLastCommit()
            try demandThatServicesRun(scene)
            let plan = try scene.rehome("plan", expecting: 0)
            plan.expectOutput("\(moved) to move")
            plan.expectOutput("[member-down]")
            plan.expectOutput("its registrations cannot be read")
            let evacuation = ["apply", "--yes", "--evacuate", "modern", "--reason", "it burns"]
            // That their devices must register again is a price, and nobody can say how high it is.
            let refused = try scene.rehome.tool.run(evacuation, in: scene.rehome.folder)
            refused.expectExit(4)
            refused.expectSentence("--accept outage --accept-unknown outage --expect")
            let digest = try #require(plan.output.firstMatch(of: /Plan ([0-9a-f]{12})/)?.1)
            let done = try scene.rehome.tool.run(
                evacuation + [
                    "--accept", "outage", "--accept-unknown", "outage", "--expect", String(digest),
                ], in: scene.rehome.folder)
            done.expectExit(0)
            done.expectOutput("\(moved) of \(moved) done")
            #expect(try scene.homes() == [.legacy: 600])
            try scene.registerAll()
            try await scene.expectAllAnswered { try await scene.expectReached("u100", on: .legacy) }
        }

        /// Nobody moves while the pool is down that he would leave, unless a person gives it up.
        private func demandThatServicesRun(_ scene: KamailioScene) throws {
            try scene.write(
                "rollout.yaml",
                """
                apiVersion: rehome.dev/v1
                kind: Rollout
                metadata: {name: back}
                spec:
                  placements: [today-legacy]
                  waves: [{name: all, percent: 100, apps: all}]
                  gates: {before: [services-running]}

                """)
            try scene.commit("only where services run")
            let homes = try scene.homes()
            // Its price comes first; without it the gate would hold them.
            try scene.rehome("apply", "--yes", expecting: 4)
                .expectSentence("waits for the gate services-running")
            #expect(try scene.homes() == homes)
        }

        private func cleanUp(_ scene: KamailioScene) async throws {
            try scene.run("homes", "ALTER DATABASE modern ALLOW_CONNECTIONS true")
            let strays = try scene.registered(.modern)
            #expect(strays >= 100)
            try scene.lab.start(.modern)
            try scene.awaitState("A", of: 2)
            let plan = try scene.rehome("plan", "--detailed-exitcode", expecting: 0)
            plan.expectOutput("\(strays) users are registered on modern.uc.test and live elsewhere")
            plan.expectOutput("[stray-registrations]")
            try scene.rehome("adapter", "kamailio", "sweep", expecting: 0)
                .expectOutput("modern.uc.test: \(strays) registrations taken away")
            try scene.expectEverybody(on: .legacy)
            try scene.expectNothingToDo()
            try scene.rehome("probe", expecting: 0)
        }

        @Test func `a database that dies in the middle of a batch is waited for`() async throws {
            try await KamailioScene.with(users: 600, limits: "batch: 50, rate: 6000/min") { scene in
                try scene.declareThatEverybodyMoves()
                _ = try await doing(
                    { try scene.rehome("apply", "--yes", expecting: 0) },
                    while: {
                        try scene.awaitMoved(100)
                        try scene.lab.kill(.postgres)
                        try scene.lab.start(.postgres)
                    })
                try scene.rehome("adapter", "kamailio", "sweep", expecting: 0)
                try scene.expectEverybody(on: .modern)
                try scene.expectChangedOnce()
                try await scene.expectApps(on: .modern)
                try scene.expectNothingToDo()
                try await scene.expectAllAnswered {
                    try await scene.expectReached("u100", on: .modern)
                }
            }
        }
    }
}

extension KamailioScene {
    /// Asks until so many have moved.
    fileprivate func awaitMoved(_ count: Int) throws {
        // Asking takes some milliseconds each time.
        for _ in 0..<2000 where try homes()[.modern] ?? 0 >= count { return }
        Issue.record("\(count) people never moved")
    }

    /// Asks the front until it sees the members of a set in a state, such as `A` for active.
    func awaitState(_ state: String, of set: Int) throws {
        for _ in 0..<2000 {
            let answer = try lab.ask(.front, "dispatcher.list")
            let object = try JSONSerialization.jsonObject(with: Data(answer.utf8)) as? [String: Any]
            let sets = (object?["result"] as? [String: Any])?["RECORDS"] as? [[String: Any]] ?? []
            let flags = sets.compactMap { $0["SET"] as? [String: Any] }
                .filter { $0["ID"] as? Int == set }
                .flatMap { $0["TARGETS"] as? [[String: Any]] ?? [] }
                .compactMap { ($0["DEST"] as? [String: Any])?["FLAGS"] as? String }
            if !flags.isEmpty, flags.allSatisfy({ $0.hasPrefix(state) }) { return }
        }
        Issue.record("set \(set) is never \(state)")
    }
}
