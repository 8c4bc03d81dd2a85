/// What happens to people between one apply and the next: they are taken off the manifests, renamed, and
/// replaced by others. Seen through the program, and through the deployment's own log.

import Foundation
import TestSupport
import Testing

struct ComingAndGoingTests {
    /// A placement that lists people one by one, and takes back whom a commit takes off.
    private static func list(_ estate: SmallEstate, _ people: [Int]) throws {
        try estate.write(
            "list.yaml",
            """
            apiVersion: rehome.dev/v1
            kind: Placement
            metadata: {name: list}
            spec:
              pool: new
              users: [\(people.map(estate.person).joined(separator: ", "))]
              onRemoval: return
              accept: [meetings, clients, features]
              acceptUnknown: [meetings, clients]

            """)
    }

    private static func small(_ folder: URL) throws -> SmallEstate {
        let estate = try SmallEstate(in: folder, users: 20)
        try estate.edit(
            "users: [{select: {pool: old}}]\n  apps: [{select: {pool: old}}]", to: "users: []")
        try list(estate, Array(1...12))
        return estate
    }

    private static func homes(_ estate: SmallEstate, on pool: String) throws -> Int {
        try estate.query(
            estate.deployment,
            "SELECT count(*) FROM homes WHERE resource LIKE 'user/%' AND pool = '\(pool)'")[0]
    }

    @Test func `who is taken off a placement that returns goes back once, and stays`() async throws
    {
        try await withTemporaryFolder { folder in
            let estate = try Self.small(folder)
            let rehome = try Program(in: folder)
            try rehome("apply", "--yes", expecting: 0)
            try Self.list(estate, Array(1...10))
            try rehome("apply", "--yes", expecting: 0)
            #expect(try Self.homes(estate, on: SmallEstate.new) == 10)
            let back: [String] = try estate.query(
                estate.deployment,
                "SELECT name FROM moves WHERE to_pool = '\(SmallEstate.old)' ORDER BY name")
            #expect(back == [estate.person(11), estate.person(12)])
            // Neither asked back again, nor called drift.
            try rehome("plan", "--detailed-exitcode", expecting: 0)
            try rehome("drift", expecting: 0)
        }
    }

    /// The rail judges one commit: what an apply has let go is not held against later commits.
    @Test func `a commit that lets many go is overridden once`() async throws {
        try await withTemporaryFolder { folder in
            let estate = try Self.small(folder)
            let rehome = try Program(in: folder)
            try rehome("apply", "--yes", expecting: 0)
            try Self.list(estate, [1])
            let list = folder.appending(path: "list.yaml")
            let text = try String(contentsOf: list, encoding: .utf8)
            try estate.write(
                "list.yaml", text.replacingOccurrences(of: "return", with: "leave"))
            try rehome("apply", "--yes", expecting: 4).expectSentence("desired-shrunken")
            let digest = try #require(try rehome.json("plan")["digest"] as? String)
            try rehome(
                "apply", "--yes", "--override", "desired-shrunken@\(digest.prefix(12))",
                "--reason", "the pilot is over", expecting: 0)
            try rehome("apply", "--yes", expecting: 0)
            #expect(try Self.homes(estate, on: SmallEstate.new) == 12)
        }
    }

    @Test func `somebody renamed is declared under both names, and moves once`() async throws {
        try await withTemporaryFolder { folder in
            let estate = try Self.small(folder)
            let rehome = try Program(in: folder)
            try rehome("apply", "--yes", expecting: 0)
            try estate.change(
                estate.deployment,
                """
                UPDATE resources SET name = 'nova@small.example'
                WHERE name = '\(estate.person(3))'
                """)
            let renamed = try rehome("plan", "--detailed-exitcode", expecting: 0)
            #expect(renamed.output.contains("[renamed]"), "\(renamed.output)")
            try rehome("drift", expecting: 0)
            let why = try rehome("why", estate.person(3), expecting: 0)
            #expect(why.output.contains("user/nova@small.example on small"), "\(why.output)")
            // Taken off the list, she goes back under the name she has now.
            try Self.list(estate, [1, 2] + Array(4...12))
            try rehome("apply", "--yes", expecting: 0)
            let back: [String] = try estate.query(
                estate.deployment,
                "SELECT name FROM moves WHERE to_pool = '\(SmallEstate.old)'")
            #expect(back == ["nova@small.example"])
        }
    }

    /// The first apply saw everybody who is declared, whomever it moved.
    @Test func `who was seen and not yet moved is bound to the account that was seen`() async throws
    {
        try await withTemporaryFolder { folder in
            let estate = try Self.small(folder)
            let rehome = try Program(in: folder)
            try rehome("apply", "--yes", "--only", estate.person(1), expecting: 0)
            try estate.change(
                estate.deployment,
                """
                UPDATE resources SET name = 'nova@small.example' WHERE name = '\(estate.person(3))';
                UPDATE resources SET own_id = 'somebody-else' WHERE name = '\(estate.person(5))';
                """)
            let plan = try rehome("plan", expecting: 0)
            plan.expectOutput("[renamed]")
            plan.expectOutput("[other-identity]")
            try rehome("why", estate.person(3), expecting: 0).expectOutput("nova@small.example")
            try rehome("why", "nova@small.example", expecting: 0)
                .expectOutput(estate.person(3))
            try rehome("apply", "--yes", expecting: 0)
            let moved: [String] = try estate.query(
                estate.deployment, "SELECT name FROM moves ORDER BY name")
            #expect(moved.contains("nova@small.example"))
            #expect(!moved.contains(estate.person(5)) && moved.count == 11)
        }
    }
}
