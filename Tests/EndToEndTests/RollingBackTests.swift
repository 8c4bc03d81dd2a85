/// `onBreach: roll-back` through the built program: what breaks nothing goes back by itself, and what does
/// waits for a person. The deployment's own log is the witness.

import Foundation
import TestSupport
import Testing

@Suite struct RollingBackTests {
    /// Forty people: a pilot of two that rests a day, then everybody.
    private struct Scene {
        let estate: SmallEstate
        let rehome: Program

        /// Between pools of one product every way back is free.
        init(in folder: URL, faults: [String], product: String = "lync-2013") throws {
            estate = try SmallEstate(in: folder, users: 40, faults: faults)
            try estate.edit("product: sfb-2019", to: "product: \(product)")
            rehome = try Program(in: folder)
            try estate.write(
                "rollout.yaml",
                """
                apiVersion: rehome.dev/v1
                kind: Rollout
                metadata: {name: small}
                spec:
                  placements: [small]
                  waves:
                    - {name: pilot, users: [user0001@small.example, user0002@small.example], soak: 24h}
                    - {name: rest, percent: 100, apps: all}
                  gates: {after: [{name: message-both-ways, every: 1h, attempts: 2}]}
                  budget: {failures: 0%, atLeast: 0}
                  onBreach: roll-back
                  accept: [meetings, clients, features]
                  acceptUnknown: [meetings, clients]

                """)
        }

        func advance(_ span: String) throws {
            try rehome("adapter", "embedded", "advance", span, expecting: 0)
        }

        func onNew() throws -> Int {
            try estate.query(
                estate.deployment,
                "SELECT count(*) FROM homes WHERE pool = '\(SmallEstate.new)'")[0]
        }
    }

    @Test func `a pilot whose gate fails goes back by itself, and stays back`() async throws {
        try await withTemporaryFolder { folder in
            let scene = try Scene(in: folder, faults: ["probe message-both-ways fails from 2h"])
            try scene.rehome("apply", "--yes", expecting: 8)
            #expect(try scene.onNew() == 2)
            try scene.advance("2h")
            try scene.rehome("apply", "--yes", expecting: 8)
            #expect(try scene.onNew() == 2)
            try scene.advance("1h")
            // Measuring moves nobody, also where it is the last straw.
            try scene.rehome("probe", expecting: 7)
            #expect(try scene.onNew() == 2)

            let back = try scene.rehome("apply", "--yes", expecting: 7)
            back.expectSentence(
                "small/pilot goes back by itself (onBreach: roll-back), because the gate message-both-ways failed"
            )
            back.expectOutput("2 of 2 done")
            back.expectOutput("+  upTo: none")
            #expect(try scene.onNew() == 0)

            try scene.advance("48h")
            try scene.rehome("apply", "--yes", expecting: 8)
            #expect(try scene.onNew() == 0)
            try scene.rehome("plan").expectOutput("[rolled-back]")
            try scene.rehome("history", "--verify", expecting: 0)
        }
    }

    @Test func `a wave that fails too often goes back in the apply that halted it`() async throws {
        try await withTemporaryFolder { folder in
            let scene = try Scene(
                in: folder, faults: ["permanent for user/user0007@small.example"])
            try scene.rehome("apply", "--yes", expecting: 8)
            try scene.advance("24h")
            let back = try scene.rehome("apply", "--yes", "-o", "json", expecting: 7)
            back.expectSentence("small/rest goes back by itself")
            // The pilot rested and is over: it stays where it is.
            #expect(try scene.onNew() == 2)
            let witness: [String] = try scene.estate.query(
                scene.estate.deployment,
                "SELECT name FROM moves GROUP BY kind, name HAVING count(*) > 2")
            #expect(witness.isEmpty)
            let waves: [String] = try scene.estate.query(
                scene.estate.ledger,
                "SELECT wave || ' ' || deed FROM readable_waves WHERE gate IS NULL ORDER BY link")
            #expect(waves.suffix(2) == ["small/rest breached", "small/rest taken-back"])
        }
    }

    @Test func `what has a price waits for a person, and that is said beforehand`() async throws {
        try await withTemporaryFolder { folder in
            let scene = try Scene(
                in: folder, faults: ["probe message-both-ways fails"], product: "sfb-2019")
            try scene.rehome("plan").expectOutput("[halts-instead]")
            try scene.rehome("apply", "--yes", expecting: 8)
            try scene.advance("1h")
            let halted = try scene.rehome("apply", "--yes", expecting: 8)
            halted.expectSentence("small/pilot is not taken back by itself")
            halted.expectSentence("a person has to accept")
            #expect(try scene.onNew() == 2)
        }
    }
}
