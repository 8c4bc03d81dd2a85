/// A snapshot carries a plan to a machine that reaches nothing.

import Foundation
import TestSupport
import Testing

struct ObserveTests {
    @Test func `a plan over a snapshot is the plan, and reaches nothing`() async throws {
        try await withTemporaryFolder { folder in
            let estate = try SmallEstate(in: folder)
            let rehome = try Program(in: folder)
            try rehome("apply", "--yes", "--only", estate.person(3), expecting: 0)
            try rehome("hold", estate.person(5), "--reason", "board week", expecting: 0)
            let live = try rehome.json("plan")
            try rehome("observe", "--out", "snapshot.json", expecting: 0)
                .expectOutput("remembers")

            // Neither the deployment nor the ledger is there any more.
            for name in [".rehome", "users.csv"] {
                try? FileManager.default.removeItem(at: folder.appending(path: name))
            }
            let over = try rehome.json("plan", "--observed", "snapshot.json")
            for member in ["digest", "summary", "stages", "steps", "left", "findings", "refusals"] {
                let one = try JSONSerialization.data(
                    withJSONObject: try #require(live[member]),
                    options: [.sortedKeys, .fragmentsAllowed])
                let other = try JSONSerialization.data(
                    withJSONObject: try #require(over[member]),
                    options: [.sortedKeys, .fragmentsAllowed])
                #expect(one == other, "\(member) differs")
            }
            #expect(!FileManager.default.fileExists(atPath: estate.ledger.path))
            #expect(!FileManager.default.fileExists(atPath: estate.deployment.path))
        }
    }

    @Test func `an attribute that the snapshot was taken without decides nothing`() async throws {
        try await withTemporaryFolder { folder in
            let estate = try SmallEstate(in: folder)
            let rehome = try Program(in: folder)
            try rehome("observe", "--out", "snapshot.json", expecting: 0)
            let selection = """
                apiVersion: rehome.dev/v1
                kind: Placement
                metadata: {name: finance}
                spec: {pool: new, users: [{select: {department: Finance}}]}
                """
            for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
                guard name.hasSuffix(".yaml") else { continue }
                let file = folder.appending(path: name)
                let documents = try String(contentsOf: file, encoding: .utf8)
                    .components(separatedBy: "---\n").filter { !$0.contains("kind: Placement") }
                try Data(documents.joined(separator: "---\n").utf8).write(to: file)
            }
            try estate.write("finance.yaml", selection)
            let plan = try rehome("plan", "--observed", "snapshot.json", expecting: 0)
            plan.expectOutput("the snapshot was taken without it")
            let summary = try #require(
                try rehome.json("plan", "--observed", "snapshot.json")["summary"] as? [String: Any])
            #expect(summary["move"] as? Int == 0)
        }
    }

    @Test func `what is no snapshot is named, and where people are masked there is none`()
        async throws
    {
        try await withTemporaryFolder { folder in
            let estate = try SmallEstate(in: folder)
            let rehome = try Program(in: folder)
            try rehome("plan", "--observed", "nothing.json", expecting: 1)
                .expectSentence("nothing.json cannot be read")
            try rehome("plan", "-o", "json", "--out", "plan.json", expecting: 0)
            try rehome("plan", "--observed", "plan.json", expecting: 1)
                .expectSentence("the format is rehome.plan/1", "rehome observe --out")
            try estate.edit("percent: 100}}", to: "percent: 100}}, privacy: {mask: [files]}")
            try rehome("observe", "--out", "masked.json", expecting: 1)
                .expectSentence("masks people", "privacy.mask")
        }
    }
}
