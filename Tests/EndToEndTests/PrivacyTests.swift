/// Where the policy masks people, no address leaves the program, and the ledger turns pseudonyms back.

import Foundation
import TestSupport
import Testing

struct PrivacyTests {
    private static func masked(_ folder: URL) throws -> SmallEstate {
        let estate = try SmallEstate(
            in: folder, users: 12, faults: ["permanent for user/user0003@small.example"])
        try estate.edit(
            "spec: {limits: {moves: {perRun: 1000, percent: 100}}}",
            to:
                "spec: {limits: {moves: {perRun: 1000, percent: 100}}, privacy: {mask: [comments, logs, files]}}"
        )
        return estate
    }

    @Test func `logs and files name nobody`() async throws {
        try await withTemporaryFolder { folder in
            let estate = try Self.masked(folder)
            let rehome = try Program(in: folder)
            try estate.write(
                "hold.yaml",
                """
                apiVersion: rehome.dev/v1
                kind: Hold
                metadata: {name: board}
                spec: {resources: [user/nobody@small.example], reason: board week, owner: jm}

                """)
            let commands = [
                ["validate"], ["plan"], ["plan", "-o", "json"],
                ["plan", "-o", "json", "--out", "plan.json"],
                ["plan", "--out", "plan.txt"], ["apply", "--yes"], ["drift"],
                ["drift", "-o", "json"], ["history"], ["why", estate.person(5)],
                ["why", estate.person(5), "-o", "json"], ["why", "nobody@small.example"],
            ]
            for arguments in commands {
                let result = try rehome.tool.run(arguments, in: folder)
                let all = result.output + result.errors
                #expect(!all.contains("@small.example"), "\(arguments): \(all)")
            }
            for file in ["plan.json", "plan.txt"] {
                let text = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
                #expect(!text.contains("@small.example") && text.contains("u:"), "\(file)")
            }
            let moved: [String] = try estate.query(
                estate.deployment, "SELECT name FROM moves ORDER BY name")
            #expect(moved.filter { $0.contains("@") }.count == 11)
        }
    }

    @Test func `a pseudonym is the same every time, and the ledger turns it back`() async throws {
        try await withTemporaryFolder { folder in
            let estate = try Self.masked(folder)
            let rehome = try Program(in: folder)
            try rehome("apply", "--yes", "--only", estate.person(1))
            let steps = try #require(try rehome.json("plan")["steps"] as? [[String: Any]])
            let names = steps.compactMap { $0["resource"] as? String }
                .filter { $0.hasPrefix("user/") }
            #expect(names.count == 11 && Set(names).count == 11)
            let again = try #require(try rehome.json("plan")["steps"] as? [[String: Any]])
            #expect(
                again.compactMap { $0["resource"] as? String }.filter { names.contains($0) }
                    == names)
            let person = try #require(names.first).dropFirst("user/".count)
            let why = try rehome("why", String(person), expecting: 0)
            #expect(why.output.contains("@small.example on small"), "\(why.output)")
            try rehome("why", "u:000000000000", expecting: 1).expectSentence("u:000000000000")
        }
    }

    /// A reviewed plan in a file is applied by the names of its steps, which mask nobody.
    @Test func `a masked plan file can be applied`() async throws {
        try await withTemporaryFolder { folder in
            let estate = try Self.masked(folder)
            let rehome = try Program(in: folder)
            try rehome("plan", "-o", "json", "--out", "plan.json", "--only", estate.person(2))
            try rehome("apply", "plan.json", "--yes", expecting: 0)
            let moved: [String] = try estate.query(estate.deployment, "SELECT name FROM moves")
            #expect(moved == [estate.person(2)])
        }
    }
}
