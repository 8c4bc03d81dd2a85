/// What a second person says while an apply goes on, through the program and two processes.

import Foundation
import TestSupport
import Testing

@Suite(.serialized) struct InstructionTests {
    /// An estate whose moves are slow enough to say something in between, and an apply that has begun.
    private struct SlowApply {
        let estate: SmallEstate
        let rehome: Program
        private let ended: AsyncStream<Result<CommandLineTool.Result, any Error>>

        init(in folder: URL, users: Int = 60, perMinute: Int = 300) throws {
            let estate = try SmallEstate(in: folder, users: users)
            try estate.edit(
                "{concurrency: 2, batch: 10}",
                to: "{concurrency: 1, batch: 5, rate: \(perMinute)/min}")
            let rehome = try Program(in: folder)
            let (ended, ending) = AsyncStream<Result<CommandLineTool.Result, any Error>>
                .makeStream()
            // Waiting for a process blocks its thread, which must be none that the tests share.
            Thread.detachNewThread { ending.yield(Result { try rehome("apply", "--yes") }) }
            self.ended = ended
            self.estate = estate
            self.rehome = rehome
            try begins()
        }

        /// Asks until the first move was made. Nothing is awaited meanwhile: a test that gives its thread
        /// away may get it back when the apply has ended.
        private func begins() throws {
            for _ in 0..<500 {
                try rehome("history")
                // The deployment's file appears when it is whole; one opened before would be made by us.
                if FileManager.default.fileExists(atPath: estate.deployment.path),
                    let moved = try? moved(), moved > 0
                {
                    return
                }
            }
            Issue.record("the apply did not begin")
        }

        func end() async throws -> CommandLineTool.Result {
            var ends = ended.makeAsyncIterator()
            return try #require(await ends.next()).get()
        }

        func moved() throws -> Int {
            let counts: [Int] = try estate.query(
                estate.deployment, "SELECT count(*) FROM moves")
            return counts[0]
        }

        func pool(of number: Int) throws -> String? {
            let pools: [String] = try estate.query(
                estate.deployment,
                "SELECT pool FROM homes WHERE resource = 'user/\(estate.person(number))'")
            return pools.first
        }

        func outcomes() throws -> [String] {
            try estate.query(estate.ledger, "SELECT outcome FROM runs ORDER BY number")
        }
    }

    @Test func `an apply that is paused finishes what is in flight, waits, and goes on later`()
        async throws
    {
        try await withTemporaryFolder { folder in
            let slow = try SlowApply(in: folder)
            let paused = try slow.rehome("pause", "--reason", "the line is down", expecting: 0)
            paused.expectOutput("Paused: the whole estate (the line is down)")
            paused.expectOutput("finishes what is in flight")

            let ended = try await slow.end()
            ended.expectExit(8)
            ended.expectOutput("the pause by")
            let moved = try slow.moved()
            #expect(moved > 0 && moved < slow.estate.resources)
            #expect(try slow.outcomes() == ["waiting"])

            // Nothing begins, however often somebody applies.
            try slow.rehome("apply", "--yes", expecting: 8)
            #expect(try slow.moved() == moved)
            try slow.rehome("resume", expecting: 64)
            try slow.rehome("resume", "--reason", "it is up", expecting: 0)
            try slow.rehome("resume", "--reason", "it is up", expecting: 1)
                .expectSentence("it is not paused")
            try slow.rehome("apply", "--yes", expecting: 0)
            try slow.estate.expectMovedOnce()
            try slow.estate.expectRemembered()
            try slow.rehome("history", "--verify", expecting: 0)
        }
    }

    @Test func `a person who is held in mid-run is not moved, and is when released`() async throws {
        try await withTemporaryFolder { folder in
            let slow = try SlowApply(in: folder)
            let person = slow.estate.person(60)
            let told = try slow.rehome.json(
                "hold", person, "--reason", "board week", "--owner", "jm", "--until", "2999-12-05")
            #expect(told["format"] as? String == "rehome.instruction/1")
            #expect(told["resources"] as? [String] == ["user/\(person)"])
            #expect(told["until"] as? String == "2999-12-05T23:59:59Z")
            #expect(told["running"] is String)

            let ended = try await slow.end()
            ended.expectExit(0)
            ended.expectOutput("1 step held")
            #expect(try slow.pool(of: 60) == SmallEstate.old)
            #expect(try slow.moved() == slow.estate.resources - 1)

            let plan = try slow.rehome.json("plan")
            let summary = try #require(plan["summary"] as? [String: Any])
            #expect(summary["held"] as? Int == 1 && summary["move"] as? Int == 0)
            try slow.rehome("why", person, expecting: 0).expectOutput("board week (jm)")
            try slow.rehome("drift", expecting: 0).expectOutput("board week (jm)")
            try slow.rehome("status", expecting: 0)
                .expectOutput("Held by rehome hold: 1 resource")

            try slow.rehome(
                "hold", "--release", person, "--reason", "the board has gone", expecting: 0)
            try slow.rehome("apply", "--yes", expecting: 0)
            try slow.estate.expectMovedOnce()
        }
    }

    @Test func `a cancelled apply ends after what is in flight, and the next one goes on`()
        async throws
    {
        try await withTemporaryFolder { folder in
            let slow = try SlowApply(in: folder)
            try slow.rehome("cancel", "--reason", "the wrong list", expecting: 0)
                .expectOutput("Cancelled: run")
            let ended = try await slow.end()
            ended.expectExit(1)
            ended.expectOutput("it was cancelled: the wrong list")
            #expect(try slow.outcomes() == ["cancelled"])
            #expect(try slow.moved() < slow.estate.resources)
            try slow.rehome("cancel", "--reason", "again", expecting: 1)
                .expectSentence("no run goes on")
            try slow.rehome("apply", "--yes", expecting: 0)
            try slow.estate.expectMovedOnce()
            try slow.estate.expectRemembered()
        }
    }

    @Test func `the next revision's apply waits with 6, and the run leaves the next stage to it`()
        async throws
    {
        try await withTemporaryFolder { folder in
            let slow = try SlowApply(in: folder)
            let holdsThirty = """
                ---
                apiVersion: rehome.dev/v1
                kind: Hold
                metadata: {name: late}
                spec: {resources: [\(slow.estate.person(60))], reason: board week, owner: jm}
                """
            let manifests = folder.appending(path: "late.yaml")
            try Data(holdsThirty.utf8).write(to: manifests)
            let refused = try slow.rehome("apply", "--yes", expecting: 6)
            refused.expectSentence("was told that this revision comes next", "rehome cancel")

            let ended = try await slow.end()
            ended.expectOutput("takes its place")
            #expect(try slow.outcomes() == ["superseded"])
            // The users' stage was finished but for the held; the apps after it were not begun.
            #expect(try slow.pool(of: 60) == SmallEstate.old)
            #expect(try slow.moved() == 59)
            try slow.rehome("apply", "--yes", expecting: 0)
            #expect(try slow.moved() == slow.estate.resources - 1)
        }
    }

    @Test func `retry takes up again what failed for good`() async throws {
        try await withTemporaryFolder { folder in
            let estate = try SmallEstate(
                in: folder, users: 5, faults: ["permanent for user/user0003@small.example"])
            let rehome = try Program(in: folder)
            try rehome("apply", "--yes", expecting: 7)
            // It is set aside, so that the next apply does nothing about it.
            try rehome("apply", "--yes")
            let moves = "SELECT count(*) FROM moves WHERE name = '\(estate.person(3))'"
            let moved: [Int] = try estate.query(estate.deployment, moves)
            #expect(moved == [0])
            try rehome("retry", estate.person(4), "--reason", "mended", expecting: 1)
                .expectSentence("is not set aside")

            try estate.edit("\"permanent for user/user0003@small.example\"", to: "")
            try rehome("retry", estate.person(3), "--reason", "mended", expecting: 0)
                .expectOutput("Taken up again: 1 step (mended)")
            try rehome("apply", "--yes", expecting: 0)
            try estate.expectMovedOnce()
            try rehome("retry", "--all", expecting: 1).expectSentence("nothing is set aside")
        }
    }
}
