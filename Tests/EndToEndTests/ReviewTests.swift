/// A change in Git, reviewed against what it is based on.

import Foundation
import TestSupport
import Testing

struct ReviewTests {
    @Test func `a change is told from what was pending before, live and over a snapshot`()
        async throws
    {
        try await withTemporaryFolder { folder in
            let estate = try SmallEstate(in: folder)
            let rehome = try Program(in: folder)
            try git(folder, "init", "--quiet", "--initial-branch=main")
            try estate.write(".gitignore", ".rehome/\nsnapshot.json\n")
            try estate.edit("users: [{select: {pool: old}}]", to: "users: [{file: people.txt}]")
            try estate.write("people.txt", people(1...3, estate))
            try commit(folder)
            try rehome("apply", "--yes", "--only", estate.person(1), expecting: 0)
            try estate.write("people.txt", people(2...5, estate))
            try git(folder, "checkout", "--quiet", "-b", "change")
            try commit(folder)

            let live = try rehome("plan", "--base", "main", expecting: 0)
            live.expectOutput("this change: 2 steps")
            live.expectOutput("pending, asked for before: 5 steps")
            try rehome("observe", "--out", "snapshot.json", expecting: 0)
            let over = try rehome(
                "plan", "--base", "main", "--observed", "snapshot.json", expecting: 0)
            #expect(withoutTimes(over.output) == withoutTimes(live.output))

            let plan = try rehome.json("plan", "--base", "HEAD~1")
            let sections = try #require(plan["steps"] as? [[String: Any]]).reduce(into: [:]) {
                $0[$1["section"] as? String ?? "none", default: 0] += 1
            }
            #expect(sections == ["change": 2, "pending": 5])
        }
    }

    @Test func `a base that is not valid, not there or not known is said`() async throws {
        try await withTemporaryFolder { folder in
            let estate = try SmallEstate(in: folder)
            let rehome = try Program(in: folder)
            try rehome("plan", "--base", "main", expecting: 1)
                .expectSentence("not a git repository")
            try git(folder, "init", "--quiet", "--initial-branch=main")
            try git(folder, "add", "users.csv")
            try commit(folder, all: false)
            try rehome("plan", "--base", "HEAD", expecting: 0)
                .expectOutput("it holds no manifests here: all is of this change")
            try rehome("plan", "--base", "nowhere", expecting: 1)
                .expectSentence("there is no commit 'nowhere'", "fetch it")
            try estate.edit("kind: Placement", to: "kind: Palcement")
            try commit(folder)
            try estate.edit("kind: Palcement", to: "kind: Placement")
            try rehome("plan", "--base", "HEAD", expecting: 0)
                .expectOutput("its manifests are not valid")
        }
    }

    @Test func `a change that takes masking away shows nobody in its own review`() async throws {
        try await withTemporaryFolder { folder in
            let estate = try SmallEstate(in: folder, users: 5)
            let rehome = try Program(in: folder)
            try git(folder, "init", "--quiet", "--initial-branch=main")
            try estate.edit("percent: 100}}", to: "percent: 100}}, privacy: {mask: [comments]}")
            try commit(folder)
            try estate.edit(", privacy: {mask: [comments]}", to: "")
            let shown = try rehome("plan", "-o", "markdown", expecting: 0)
            shown.expectOutput(estate.person(1))
            let review = try rehome("plan", "-o", "markdown", "--base", "HEAD", expecting: 0)
            #expect(!review.output.contains(estate.person(1)), "\(review.output)")
            review.expectOutput("u:")
        }
    }

    private func people(_ numbers: ClosedRange<Int>, _ estate: SmallEstate) -> String {
        numbers.map { estate.person($0) + "\n" }.joined()
    }

    private func withoutTimes(_ text: String) -> String {
        text.replacing(/as of \S+:/, with: "as of")
    }

    private func commit(_ folder: URL, all: Bool = true) throws {
        if all { try git(folder, "add", "--all") }
        try git(folder, "commit", "--quiet", "--message", "a change")
    }

    private func git(_ folder: URL, _ arguments: String...) throws {
        let result = try CommandLineTool(path: "/usr/bin/git").run(
            arguments, in: folder,
            environment: [
                "HOME": folder.path, "GIT_CONFIG_GLOBAL": "/dev/null",
                "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@small.example",
                "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@small.example",
            ])
        result.expectExit(0)
    }
}
