/// A rollout through the built program, on the clock of the embedded deployment: a pilot, gates, soaks,
/// waves, and what comes between.

import Foundation
import Synchronization
import TestSupport
import Testing

@Suite struct JourneyTests {
    /// Sixty people and three apps: a pilot of two by name, a third by percent, then everybody.
    fileprivate struct Journey {
        let estate: SmallEstate
        let rehome: Program

        static let waves = """
            \("      ")- {name: pilot, users: [user0001@small.example, user0002@small.example], soak: 48h}
            \("      ")- {name: third, percent: 33, soak: 1h}
            \("      ")- {name: rest, percent: 100, apps: all}
            """

        init(
            in folder: URL, faults: [String] = [], waves: String = waves, more: String = ""
        ) throws {
            estate = try SmallEstate(in: folder, users: 60, faults: faults)
            rehome = try Program(in: folder)
            try write(waves: waves, more: more)
        }

        func write(waves: String = waves, more: String = "") throws {
            try estate.write(
                "rollout.yaml",
                """
                apiVersion: rehome.dev/v1
                kind: Rollout
                metadata: {name: small}
                spec:
                  placements: [small]
                  waves:
                \(waves)
                  gates:
                    before: [services-running]
                    after: [{name: message-both-ways, every: 1h, attempts: 3}]
                  accept: [meetings, clients]
                  acceptUnknown: [meetings, clients]
                \(more)

                """)
        }

        func advance(_ span: String) throws {
            try rehome("adapter", "embedded", "advance", span, expecting: 0)
        }

        func moved() throws -> Set<String> {
            Set(
                try estate.query(
                    estate.deployment, "SELECT kind || '/' || name FROM moves") as [String])
        }

        /// The deeds that the ledger has of waves, gates left out.
        func deeds() throws -> [String] {
            try estate.query(
                estate.ledger,
                "SELECT wave || ' ' || deed FROM readable_waves WHERE gate IS NULL ORDER BY link")
        }
    }

    @Test func `a rollout goes wave by wave, and whoever runs it again goes on with it`()
        async throws
    {
        try await withTemporaryFolder { folder in
            let journey = try Journey(in: folder)
            let first = try journey.rehome("apply", "--yes", expecting: 8)
            first.expectOutput("small/pilot: waits for its soak")
            #expect(
                try journey.moved()
                    == ["user/user0001@small.example", "user/user0002@small.example"])
            // Nothing more before the pilot has rested, however often somebody asks.
            try journey.advance("47h")
            try journey.rehome("apply", "--yes", expecting: 8)
            #expect(try journey.moved().count == 2)
            try journey.advance("1h")
            try journey.rehome("apply", "--yes", expecting: 8)
            let third = try journey.moved()
            #expect(third.count > 10 && third.count < 35, "\(third.count) after a third")
            #expect(third.allSatisfy { $0.hasPrefix("user/") })
            try journey.advance("1h")
            // The last wave rests not at all, so its end is known at once.
            try journey.rehome("apply", "--yes", expecting: 0)
            try journey.estate.expectMovedOnce()
            try journey.estate.expectRemembered()
            try journey.rehome("plan", "--detailed-exitcode", expecting: 0)
            try journey.rehome("apply", "--yes", expecting: 0)
            #expect(
                try journey.deeds() == [
                    "small/pilot started", "small/pilot settled", "small/pilot completed",
                    "small/third started", "small/third settled", "small/third completed",
                    "small/rest started", "small/rest settled", "small/rest completed",
                ])
            try journey.rehome("history", "--verify", expecting: 0)
        }
    }

    @Test func `a gate that fails on day two halts the rollout until a person goes on`()
        async throws
    {
        try await withTemporaryFolder { folder in
            let journey = try Journey(
                in: folder, faults: ["probe message-both-ways fails from 24h to 30h"])
            try journey.rehome("apply", "--yes", expecting: 8)
            try journey.advance("24h")
            for _ in 1...2 {
                try journey.rehome("probe", expecting: 7).expectOutput("failed")
                try journey.advance("1h")
            }
            // Failing twice of three times holds, and is no verdict yet.
            try journey.rehome("plan").expectOutput("its soak")
            try journey.rehome("probe", expecting: 7)
            journey.expectHalted(try journey.rehome("plan"))
            // It passes again, the soak is over, and nothing begins: a person has to look first.
            try journey.advance("40h")
            journey.expectHalted(try journey.rehome("apply", "--yes", expecting: 8))
            #expect(try journey.moved().count == 2)
            try journey.rehome(
                "resume", "small", "--reason", "the gateway was mended", expecting: 0)
            try journey.rehome("apply", "--yes", expecting: 8)
            #expect(try journey.moved().count > 10)
        }
    }

    @Test func `a gate before a wave lets nobody move while it does not pass`() async throws {
        try await withTemporaryFolder { folder in
            let journey = try Journey(
                in: folder, faults: ["probe services-running fails to 2h"])
            let refused = try journey.rehome("apply", "--yes", expecting: 8)
            refused.expectOutput("the gate services-running")
            #expect(try journey.moved().isEmpty)
            #expect(try journey.deeds().isEmpty)
            // It is not measured again before its time.
            try journey.rehome("probe", expecting: 0).expectOutput("No gate is due")
            try journey.advance("2h")
            try journey.rehome("apply", "--yes", expecting: 8)
            #expect(try journey.moved().count == 2)
        }
    }

    @Test func `several waves in one apply are one object for programs`() async throws {
        try await withTemporaryFolder { folder in
            let journey = try Journey(
                in: folder,
                waves: Journey.waves.replacing(", soak: 48h", with: "")
                    .replacing(", soak: 1h", with: ""))
            let last = try journey.rehome.json("apply", "--yes")
            #expect((last["run"] as? [String: Any])?["outcome"] as? String == "succeeded")
            #expect(try journey.moved().count == 63)
        }
    }

    @Test func `a rail that is lifted for one plan is lifted for one wave`() async throws {
        try await withTemporaryFolder { folder in
            let journey = try Journey(
                in: folder, waves: Journey.waves.replacing(", soak: 48h", with: ""))
            try journey.estate.edit("percent: 100}", to: "percent: 1}")
            try journey.rehome("apply", "--yes", expecting: 4)
            let digest = try #require(try journey.rehome.json("plan")["digest"] as? String)
            try journey.rehome(
                "apply", "--yes", "--override", "moves-percent@\(digest)", "--reason", "the pilot",
                expecting: 8)
            #expect(try journey.moved().count == 2)
        }
    }

    @Test func `members are fixed when a wave begins, and who comes later goes later`()
        async throws
    {
        try await withTemporaryFolder { folder in
            let journey = try Journey(in: folder, faults: ["kill after batch 1"])
            let killed = try journey.rehome("apply", "--yes")
            #expect(killed.ending == .signal(SIGKILL), "\(killed.errors)")
            #expect(try journey.deeds() == ["small/pilot started"])
            // In mid-wave the manifest wants everybody in the pilot.
            try journey.write(waves: "      - {name: pilot, percent: 100, apps: all, soak: 48h}")
            try journey.rehome("apply", "--yes", expecting: 8)
            #expect(try journey.moved().count == 2)
            let plan = try journey.rehome("plan")
            plan.expectOutput("small/late")
            try journey.advance("48h")
            try journey.rehome("apply", "--yes", expecting: 8)
            #expect(try journey.moved().count == 63)
            try journey.advance("48h")
            try journey.rehome("apply", "--yes", expecting: 0)
            try journey.estate.expectMovedOnce()
        }
    }

    @Test func `a commit says how far the rollout goes, and a window when`() async throws {
        try await withTemporaryFolder { folder in
            let journey = try Journey(in: folder, more: "  upTo: pilot")
            try journey.rehome("apply", "--yes", expecting: 8)
            try journey.advance("48h")
            try journey.rehome("apply", "--yes", expecting: 8).expectOutput("upTo: pilot")
            #expect(try journey.moved().count == 2)
            // A window that opened an hour ago for half an hour opens again tomorrow.
            let now = try journey.minuteOfTheDay() + 24 * 60
            func clock(_ minutes: Int) -> String {
                String(format: "%02d:%02d", minutes / 60 % 24, minutes % 60)
            }
            try journey.write(
                more:
                    "  windows: [{from: \"\(clock(now - 60))\", to: \"\(clock(now - 30))\", zone: UTC}]"
            )
            try journey.rehome("apply", "--yes", expecting: 8).expectOutput("its window")
            #expect(try journey.moved().count == 2)
            try journey.advance("1390m")
            try journey.rehome("apply", "--yes", expecting: 8)
            #expect(try journey.moved().count > 10)
        }
    }

    @Test func `four runners at once begin one wave, and nobody moves twice`() async throws {
        try await withTemporaryFolder { folder in
            let journey = try Journey(in: folder)
            for (moved, rest) in [(2...2, "48h"), (11...34, "1h")] {
                let codes = try journey.applyAtOnce(4)
                // Who comes while another one acts ends with 6.
                #expect(codes.contains(8) && codes.allSatisfy { [6, 8].contains($0) }, "\(codes)")
                #expect(moved.contains(try journey.moved().count))
                try journey.advance(rest)
            }
            #expect(try journey.applyAtOnce(4).contains(0))
            try journey.estate.expectMovedOnce()
            let deeds = try journey.deeds()
            #expect(deeds.count == 9 && Set(deeds).count == 9, "\(deeds)")
            try journey.rehome("history", "--verify", expecting: 0)
        }
    }

    @Test func `too many failures halt the wave for every run until a person goes on`()
        async throws
    {
        try await withTemporaryFolder { folder in
            let broken = "permanent for user/user0001@small.example"
            let journey = try Journey(
                in: folder, faults: [broken],
                waves: "      - {name: rest, percent: 100, apps: all}",
                more: "  budget: {failures: 0%, atLeast: 0}")
            try journey.rehome("apply", "--yes", expecting: 7)
            let moved = try journey.moved()
            try journey.rehome("apply", "--yes", expecting: 8).expectOutput(
                "a person, because 1 of its members failed")
            #expect(try journey.moved() == moved)
            try journey.rehome("resume", "small", "--reason", "one broken account", expecting: 0)
            try journey.rehome("apply", "--yes", expecting: 0)
            #expect(try journey.moved().count == 62)
            // Who failed and is tried again goes with a wave of its own.
            try journey.estate.edit("\"\(broken)\"", to: "")
            try journey.rehome("retry", "--all", "--reason", "mended", expecting: 0)
            try journey.rehome("plan").expectOutput("small/late")
            try journey.rehome("apply", "--yes", expecting: 0)
            try journey.estate.expectMovedOnce()
        }
    }
}

extension JourneyTests.Journey {
    /// How so many applies ended that began at the same time.
    fileprivate func applyAtOnce(_ count: Int) throws -> [Int32] {
        let codes = Mutex<[Int32]>([])
        DispatchQueue.concurrentPerform(iterations: count) { _ in
            let result = try? rehome.tool.run(["apply", "--yes"], in: rehome.folder)
            guard case .exit(let code) = result?.ending else { return }
            codes.withLock { $0.append(code) }
        }
        let ended = codes.withLock { $0 }
        try #require(ended.count == count, "not all of them ended by themselves")
        return ended
    }

    /// By the clock of the deployment, in UTC.
    fileprivate func minuteOfTheDay() throws -> Int {
        let plan = try rehome.json("plan", expecting: 0)
        let time = try #require(plan["asOf"] as? String)
        let parts = time.split(whereSeparator: { "T:Z".contains($0) }).compactMap { Int($0) }
        try #require(parts.count >= 2)
        return parts[0] * 60 + parts[1]
    }

    fileprivate func expectHalted(
        _ result: CommandLineTool.Result,
        sourceLocation: Testing.SourceLocation = #_sourceLocation
    ) {
        result.expectOutput(
            "a person, because the gate message-both-ways failed", sourceLocation: sourceLocation)
    }
}
