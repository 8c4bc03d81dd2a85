/// Names are data everywhere: in every form of every command nothing obeys them, and nothing loses them.

import Foundation
import Model
import TestSupport
import Testing

struct HostileNamesTests {
    @Test func `hostile names go through every output of every command`() async throws {
        try await withTemporaryFolder { folder in
            let estate = try HostileEstate.make(in: folder)
            let rehome = try Program(in: folder)
            var outputs = Outputs()
            for form in ["text", "json", "jsonl", "markdown"] {
                outputs.add(try rehome("plan", "-o", form, expecting: 0), form)
            }
            outputs.add(try rehome("observe", "--out", "snapshot.json", expecting: 0), "text")
            outputs.add(try rehome("plan", "--observed", "snapshot.json", expecting: 0), "text")
            try expectAllNamed(try rehome.json("plan"))
            outputs.add(try rehome("apply", "--yes", expecting: 0), "text")
            let left: [Int] = try estate.query(
                estate.deployment, "SELECT count(*) FROM homes WHERE pool <> '\(SmallEstate.new)'")
            #expect(left == [0])

            try askWhy(rehome, &outputs)
            let held = "response-groups/\(HostileEstate.names[0])"
            outputs.add(
                try rehome("hold", held, "--reason", HostileEstate.names[1], expecting: 0), "text")
            try estate.change(
                estate.deployment,
                "UPDATE resources SET home = (SELECT id FROM pools WHERE fqdn = '\(SmallEstate.old)')"
            )
            for form in ["text", "json", "markdown", "junit"] {
                outputs.add(try rehome("drift", "-o", form, expecting: 2), form)
            }
            for command in ["status", "history"] {
                outputs.add(try rehome(command, expecting: 0), "text")
                outputs.add(try rehome(command, "-o", "json", expecting: 0), "json")
            }
            outputs.add(try rehome("history", "--verify", expecting: 0), "text")
            // Whom no manifest can name is not accepted, and said.
            outputs.add(try rehome("accept", expecting: 2), "patch")
            try outputs.expectHarmless(in: folder)
            #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "run").path))
        }
    }

    @Test func `an export of hostile names loads, asks nobody to move, and is refused nowhere`()
        async throws
    {
        try await withTemporaryFolder { folder in
            let estate = try HostileEstate.make(in: folder)
            try estate.edit(
                "users: [{select: {pool: old}}]\n  apps: [{select: {pool: old}}]", to: "users: []")
            let rehome = try Program(in: folder)
            var outputs = Outputs()
            outputs.add(try rehome("export", "--into", "today", expecting: 0), "text")
            outputs.add(try rehome("validate", expecting: 0), "text")
            let plan = try rehome("plan", "--detailed-exitcode", expecting: 0)
            outputs.add(plan, "text")
            plan.expectOutput("Nothing to do")
            try outputs.expectHarmless(in: folder)
        }
    }

    @Test func `what hostile manifests say is told and not obeyed`() async throws {
        try await withTemporaryFolder { folder in
            let estate = try HostileEstate.make(in: folder)
            let rehome = try Program(in: folder)
            let document = try JSONSerialization.data(withJSONObject: [
                "apiVersion": "rehome.dev/v1", "kind": "Placement",
                "metadata": ["name": "hostile"],
                "spec": [
                    "pool": HostileEstate.names[5], "users": HostileEstate.users,
                    HostileEstate.names[6]: HostileEstate.names[1],
                ],
            ])
            try estate.write("hostile.yaml", String(decoding: document, as: UTF8.self))
            var outputs = Outputs()
            for form in ["text", "json", "sarif", "junit"] {
                outputs.add(try rehome("validate", "-o", form, expecting: 3), form)
            }
            try outputs.expectHarmless(in: folder)
        }
    }

    private func askWhy(_ rehome: Program, _ outputs: inout Outputs) throws {
        for id in HostileEstate.users.map({ "user/\($0)" }) {
            outputs.add(try rehome("why", id, expecting: 0), "text")
            outputs.add(try rehome("why", id, "-o", "json", expecting: 0), "json")
        }
    }

    /// Every name stands in the plan as it is in the deployment.
    private func expectAllNamed(_ plan: [String: Any]) throws {
        let steps = try #require(plan["steps"] as? [[String: Any]])
        let named = Set(steps.compactMap { $0["resource"] as? String })
        let wanted =
            HostileEstate.users.map { "user/\($0)" }
            + HostileEstate.names.map { "response-groups/\($0)" }
        for id in wanted {
            #expect(named.contains(id), "\(id.debugDescription) is not in the plan")
        }
        #expect(steps.count == wanted.count)
    }
}
