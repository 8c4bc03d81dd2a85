/// A rehearsal through the built program: it says when waves begin, and then they do, on the clock of the
/// embedded deployment; and nothing of what it looked at is another one afterwards.

import Foundation
import GRDB
import TestSupport
import Testing

@Suite struct RehearsalProgramTests {
    private struct Scene {
        let estate: SmallEstate
        let rehome: Program

        init(in folder: URL, budget: String = "{failures: 50%}") throws {
            estate = try SmallEstate(in: folder, users: 60)
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
                    - {name: pilot, users: [user0001@small.example], soak: 30h}
                    - {name: rest, percent: 100, apps: all}
                  gates: {before: [services-running], after: [message-both-ways]}
                  windows: [{days: [], from: "02:00", to: "04:00", zone: UTC}]
                  budget: \(budget)
                  accept: [meetings, clients]
                  acceptUnknown: [meetings, clients]

                """)
        }

        /// When the deployment's own clock stands at a wave's beginning, as rehearsed.
        func beginnings() throws -> [String: Date] {
            let json = try rehome.json("rehearse")
            #expect(json["format"] as? String == "rehome.rehearsal/1")
            #expect(json["whole"] as? Bool == true)
            let waves = try #require(json["waves"] as? [[String: Any]])
            let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
            return try waves.reduce(into: [:]) { dates, wave in
                let began = try #require(wave["began"] as? String)
                let plain = try? Date(began, strategy: .iso8601)
                dates[try #require(wave["wave"] as? String)] = try plain ?? style.parse(began)
            }
        }

        /// The beginning of the rehearsal: now, by the deployment's clock.
        func now() throws -> Date {
            let json = try rehome.json("rehearse")
            let from = try #require(json["from"] as? String)
            return try Date.ISO8601FormatStyle(includingFractionalSeconds: true).parse(from)
        }

        /// Waves that began, as the ledger has it.
        func began() throws -> [String] {
            try estate.query(
                estate.ledger,
                "SELECT wave FROM readable_waves WHERE deed = 'started' ORDER BY link")
        }

        /// Sets the clock to ten minutes before or after a time, and applies.
        func apply(_ minutes: Int, after time: Date) throws {
            let seconds = Int(time.timeIntervalSince(try now())) + minutes * 60
            try rehome("adapter", "embedded", "advance", "\(seconds)s", expecting: 0)
            try rehome("apply", "--yes")
        }

        /// Every row of every table of the deployment. Its file has counters that SQLite sets at each look.
        var deployment: [String] {
            get throws {
                try DatabaseQueue(path: estate.deployment.path).read { database in
                    let tables = try String.fetchAll(
                        database, sql: "SELECT name FROM sqlite_master WHERE type = 'table'")
                    return try tables.sorted().flatMap { table in
                        try Row.fetchAll(database, sql: "SELECT * FROM \"\(table)\"").map {
                            "\(table): \($0)"
                        }
                    }
                }
            }
        }

        var ledger: Data { get throws { try Data(contentsOf: estate.ledger) } }
    }

    @Test func `waves begin on the embedded clock when the rehearsal said`() async throws {
        try await withTemporaryFolder { folder in
            let scene = try Scene(in: folder)
            let dates = try scene.beginnings()
            let pilot = try #require(dates["small/pilot"])
            let rest = try #require(dates["small/rest"])
            try scene.apply(-10, after: pilot)
            #expect(try scene.began().isEmpty)
            try scene.apply(10, after: pilot)
            #expect(try scene.began() == ["small/pilot"])
            // What is rehearsed in the middle of the way is what was rehearsed at its beginning.
            let again = try #require(try scene.beginnings()["small/rest"])
            #expect(abs(again.timeIntervalSince(rest)) < 1)
            try scene.apply(-10, after: rest)
            #expect(try scene.began() == ["small/pilot"])
            try scene.apply(10, after: rest)
            #expect(try scene.began() == ["small/pilot", "small/rest"])
            try scene.estate.expectMovedOnce()
        }
    }

    @Test func `a rehearsal leaves the ledger and all that lives there as they were`() async throws
    {
        try await withTemporaryFolder { folder in
            let scene = try Scene(in: folder)
            try scene.apply(10, after: try #require(try scene.beginnings()["small/pilot"]))
            let ledger = try scene.ledger
            let deployment = try scene.deployment
            #expect(deployment.count > 60)
            for form in ["text", "json", "html"] {
                try scene.rehome("rehearse", "--failures", "20", "-o", form, expecting: 0)
            }
            #expect(try scene.ledger == ledger)
            #expect(try scene.deployment == deployment)
            #expect(try scene.began() == ["small/pilot"])
        }
    }

    @Test func `a snapshot is rehearsed without anything to reach`() async throws {
        try await withTemporaryFolder { folder in
            let scene = try Scene(in: folder)
            try scene.rehome("observe", "--out", "seen.json", expecting: 0)
            try FileManager.default.removeItem(at: folder.appending(path: ".rehome"))
            let page = try scene.rehome(
                "rehearse", "--observed", "seen.json", "-o", "html", "--out", "page.html",
                expecting: 0)
            #expect(page.output.isEmpty)
            let html = try String(contentsOf: folder.appending(path: "page.html"), encoding: .utf8)
            #expect(html.contains("<svg") && html.contains("small/pilot"))
            #expect(!FileManager.default.fileExists(atPath: scene.estate.deployment.path))
        }
    }

    @Test func `it begins when a person says`() async throws {
        try await withTemporaryFolder { folder in
            let scene = try Scene(in: folder)
            let json = try scene.rehome.json("rehearse", "--from", "2030-01-01T12:00")
            #expect(json["from"] as? String == "2030-01-01T12:00:00Z")
            let waves = try #require(json["waves"] as? [[String: Any]])
            #expect(
                waves.map { $0["began"] as? String } == [
                    "2030-01-02T02:00:00Z", "2030-01-04T02:00:00Z",
                ])
        }
    }

    @Test func `a budget that breaks is told, and what is no sense is refused`() async throws {
        try await withTemporaryFolder { folder in
            let scene = try Scene(in: folder, budget: "{failures: 1%, atLeast: 1}")
            let broken = try scene.rehome(
                "rehearse", "--failures", "30", "--detailed-exitcode", expecting: 2)
            broken.expectOutput("budget: ")
            broken.expectOutput("does not come to its end")
            try scene.rehome("rehearse", "--from", "2001-01-01", expecting: 1)
                .expectSentence("is over already")
            try scene.rehome("rehearse", "--from", "tomorrow", expecting: 1)
                .expectSentence("is no time")
            try scene.rehome("rehearse", "--failures", "101", expecting: 64)
        }
    }
}
