/// How waves went, through the built program: nothing but the ledger is needed for it.

import Foundation
import TestSupport
import Testing

@Suite struct ReportTests {
    /// Twelve people: a pilot of two, of whom one fails, then everybody.
    private static func rollout(in folder: URL, privacy: String = "") throws -> (
        SmallEstate, Program
    ) {
        let estate = try SmallEstate(
            in: folder, users: 12, faults: ["permanent for user/user0002@small.example"])
        if !privacy.isEmpty {
            let limits = "spec: {limits: {moves: {perRun: 1000, percent: 100}}"
            try estate.edit(limits + "}", to: limits + ", privacy: {mask: [\(privacy)]}}")
        }
        try estate.write(
            "rollout.yaml",
            """
            apiVersion: rehome.dev/v1
            kind: Rollout
            metadata: {name: small}
            spec:
              placements: [small]
              waves:
                - {name: pilot, users: [user0001@small.example, user0002@small.example], soak: 48h, change: CHG-17}
                - {name: rest, percent: 100, apps: all}
              gates:
                before: [services-running]
                after: [{name: message-both-ways, every: 1h, attempts: 3}]
              accept: [meetings, clients]
              acceptUnknown: [meetings, clients]

            """)
        return (estate, try Program(in: folder))
    }

    private func text(_ name: String, in folder: URL) throws -> String {
        try String(contentsOf: folder.appending(path: name), encoding: .utf8)
    }

    @Test func `the ledger alone says how a wave went, to anybody who asks`() async throws {
        try await withTemporaryFolder { folder in
            let (_, rehome) = try Self.rollout(in: folder)
            try rehome("report", expecting: 0).expectOutput("No wave has begun")
            try rehome(
                "report", "small/pilot", "--notices", "before", "--out", "before.csv", expecting: 0)
            let before = try text("before.csv", in: folder)
            #expect(before.contains("user0001@small.example,small/pilot,old,new,"), "\(before)")
            #expect(!before.contains("user0003") && before.contains("CHG-17"))

            try rehome("apply", "--yes")
            try rehome("adapter", "embedded", "advance", "2h", expecting: 0)
            try rehome("probe", expecting: 0)
            // Nobody is asked any more: the deployment is not there.
            try FileManager.default.removeItem(at: folder.appending(path: ".rehome/small.db"))
            let report = try rehome("report", "small/pilot", expecting: 0)
            for words in [
                "small/pilot: resting", "CHG-17", "with 2 members", "1 failed", "user0002",
            ] {
                report.expectOutput(words)
            }
            report.expectOutput("message-both-ways after")
            let json = try rehome.json("report", "small")
            let waves = try #require(json["waves"] as? [[String: Any]])
            let counts = try #require(waves.first?["counts"] as? [String: Int])
            #expect(waves.count == 1 && counts["done"] == 1 && counts["failed"] == 1)

            try rehome("report", "-o", "html", "--out", "waves.html", expecting: 0)
            #expect(try text("waves.html", in: folder).hasPrefix("<!DOCTYPE html>"))
            var outputs = Outputs()
            outputs.add(try rehome("report", "-o", "markdown", expecting: 0), "markdown")
            try outputs.expectHarmless(in: folder)

            let after = try rehome("report", "small/pilot", "--notices", "after", expecting: 0)
            after.expectOutput("user0001@small.example,small/pilot,old,new,20")
            after.expectOutput("Nothing is to be done.")
            report.expectOutput("broke")
            #expect(!after.output.contains("user0002"))
        }
    }

    @Test func `a pack holds all that is recorded of a wave`() async throws {
        try await withTemporaryFolder { folder in
            let (_, rehome) = try Self.rollout(in: folder)
            try rehome("apply", "--yes")
            try rehome("report", "small/pilot", "--pack", "pack.json", expecting: 0)
            let data = try Data(contentsOf: folder.appending(path: "pack.json"))
            let pack = try #require(
                try JSONSerialization.jsonObject(with: data) as? [String: Any])
            #expect(pack["format"] as? String == "rehome.audit-pack/1")
            #expect(pack["whole"] as? Bool == true)
            let beginning = try #require((pack["beginnings"] as? [[String: Any]])?.first)
            let deeds = try #require(beginning["events"] as? [[String: Any]])
                .compactMap { $0["deed"] as? String }
            #expect(deeds.contains("started") && deeds.contains("measured"), "\(deeds)")
            #expect((beginning["outcomes"] as? [Any])?.count == 2)
            let plan = try #require((pack["plans"] as? [[String: Any]])?.first)
            #expect((plan["steps"] as? [String])?.isEmpty == false)
            // The head is one that the ledger knows.
            let head = try #require(pack["auditHead"] as? String)
            try rehome("history", "--verify", "--anchor", head, expecting: 0)
        }
    }

    @Test func `a pack of a changed ledger is written, and says so`() async throws {
        try await withTemporaryFolder { folder in
            let (estate, rehome) = try Self.rollout(in: folder)
            try rehome("apply", "--yes")
            try estate.change(
                estate.ledger, "UPDATE audit SET line = replace(line, 'user0001', 'user0009')")
            try rehome("report", "small/pilot", "--pack", "pack.json", expecting: 1)
                .expectSentence("the audit chain is broken")
            let pack = try text("pack.json", in: folder)
            #expect(pack.contains("\"whole\": false"))
        }
    }

    @Test func `who came back is told, and gets no letter that he moved`() async throws {
        try await withTemporaryFolder { folder in
            let (_, rehome) = try Self.rollout(in: folder)
            try rehome("apply", "--yes")
            try rehome(
                "rollback", "small/pilot", "--yes", "--accept", "meetings", "--accept", "clients",
                "--accept", "features", "--accept-unknown", "meetings", "--accept-unknown",
                "clients", expecting: 0)
            let report = try rehome("report", "small/pilot", expecting: 0)
            report.expectOutput("small/pilot: taken back")
            report.expectOutput("user/user0001@small.example")
            let after = try rehome("report", "small/pilot", "--notices", "after", expecting: 0)
            #expect(!after.output.contains("user0001"))
        }
    }

    @Test func `a policy that masks people masks them in reports, and lets no letters out`()
        async throws
    {
        try await withTemporaryFolder { folder in
            let (_, rehome) = try Self.rollout(in: folder, privacy: "comments, logs, files")
            try rehome("apply", "--yes")
            try rehome("report", "small/pilot", "--pack", "pack.json", expecting: 0)
            try rehome("report", "-o", "html", "--out", "waves.html", expecting: 0)
            let all =
                try text("pack.json", in: folder) + text("waves.html", in: folder)
                + rehome("report").output + rehome("report", "-o", "markdown").output
            #expect(!all.contains("@small.example") && all.contains("user/u:"))
            try rehome("report", "small/pilot", "--notices", "after", expecting: 1)
                .expectSentence("letters must name them")
            try rehome(
                "report", "small/pilot", "--notices", "before", "--out", "a.csv", expecting: 1
            ).expectSentence("letters must name them", "privacy.mask")
        }
    }

    @Test func `what is not there is said in a sentence`() async throws {
        try await withTemporaryFolder { folder in
            let (_, rehome) = try Self.rollout(in: folder)
            try rehome("report", "nobody", expecting: 1).expectSentence("nobody is not declared")
            try rehome("report", "small/pilot", "--pack", "p.json", expecting: 1)
                .expectSentence("nothing is recorded of small/pilot")
            try rehome("report", "--pack", "p.json", expecting: 64)
                .expectSentence("want one wave")
        }
    }
}
