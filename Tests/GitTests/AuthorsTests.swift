/// Who changed the manifests, as far as the repository knows.

import Foundation
import Git
import TestSupport
import Testing

struct AuthorsTests {
    @Test func `those since a commit are named, and who was last in any case`() async throws {
        try await withTemporaryFolder { outer in
            let git = try GitFolder(outer)
            func commit(_ path: String, by name: String) throws -> String {
                try git.write(name, path)
                try git.git("add", "--all")
                try git.git(
                    "commit", "--quiet", "--message", "a change", "--author",
                    "\(name) <\(name)@contoso.example>")
                return try git.git("rev-parse", "HEAD")
            }
            let first = try commit("estate/a.yaml", by: "ana")
            _ = try commit("estate/a.yaml", by: "ben")
            let third = try commit("estate/a.yaml", by: "carl")
            // What somebody does elsewhere in the repository is no change of the manifests.
            _ = try commit("other/b.yaml", by: "dora")
            let repository = GitRepository(holding: outer.appending(path: "estate"))
            let since = await repository.authors(since: first)
            #expect(since == ["ben@contoso.example", "carl@contoso.example"])
            for commit in [third, nil, "no-such-commit", "--all"] {
                let last = await repository.authors(since: commit)
                #expect(last == ["carl@contoso.example"], "\(commit ?? "none")")
            }
        }
    }

    @Test func `outside of a repository nobody is`() async throws {
        try await withTemporaryFolder { folder in
            let nobody = await GitRepository(holding: folder).authors(since: nil)
            #expect(nobody.isEmpty)
        }
    }
}
