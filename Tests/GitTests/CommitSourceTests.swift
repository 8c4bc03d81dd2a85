/// Manifests of a commit, read from Git's objects.

import Foundation
import Git
import Manifests
import TestSupport
import Testing

struct CommitSourceTests {
    private func read(
        _ path: String, at revision: String = "HEAD", of folder: URL, limit: Int = 100
    ) async throws -> Result<[UInt8], FileSourceError> {
        let repository = GitRepository(holding: folder)
        let commit = try await repository.commit(named: revision)
        return try await repository.reading(commit) { source in
            Result { () throws(FileSourceError) in try source.read(path, limit: limit) }
        }
    }

    private func words(_ text: String) -> Result<[UInt8], FileSourceError> {
        .success(Array(text.utf8))
    }

    @Test func `manifests are found below the folder, as a folder finds them`() async throws {
        try await withTemporaryFolder { outer in
            let git = try GitFolder(outer)
            for path in [
                "estate/b.yaml", "estate/a.yml", "estate/sites/c.yaml", "estate/.rehome/d.yaml",
                "estate/.hidden.yaml", "estate/e.yaml.bak", "other/f.yaml", "estate-old/g.yaml",
            ] {
                try git.write("", path)
            }
            try git.commit()
            try git.write("", "estate/uncommitted.yaml")
            let folder = outer.appending(path: "estate")
            let repository = GitRepository(holding: folder)
            let commit = try await repository.commit(named: "main")
            let paths = try await repository.reading(commit) { source in
                Result { () throws(FileSourceError) in try source.manifestPaths(limit: 10) }
            }
            #expect(try paths.get() == ["a.yml", "b.yaml", "sites/c.yaml"])
            let tooMany = try await repository.reading(commit) { source in
                Result { () throws(FileSourceError) in try source.manifestPaths(limit: 2) }
            }
            #expect(tooMany == .failure(.tooMany(limit: 2)))
        }
    }

    @Test func `files are read as they were committed, whatever the work tree says now`()
        async throws
    {
        try await withTemporaryFolder { outer in
            let git = try GitFolder(outer)
            try git.write("as\r\ncommitted\n", "people/all.txt")
            try git.write("*.txt text eol=lf filter=shout\n", ".gitattributes")
            try git.write("", "estate/a.yaml")
            try git.commit()
            // A filter that would run if anything did.
            try git.git("config", "filter.shout.smudge", "touch \(outer.path)/ran; cat")
            try git.write("changed", "people/all.txt")
            let folder = outer.appending(path: "estate")
            let read = try await read("../people/all.txt", of: folder)
            #expect(read == words("as\ncommitted\n"))
            #expect(!FileManager.default.fileExists(atPath: "\(outer.path)/ran"))
        }
    }

    @Test func `links are followed inside the commit, and never out of it`() async throws {
        try await withTemporaryFolder { outer in
            let git = try GitFolder(outer)
            try git.write("inside", "people/inside.txt")
            try git.link("people/good.txt", to: "inside.txt")
            try git.link("people/far.txt", to: "../estate/way/inside.txt")
            try git.write("", "estate/a.yaml")
            try git.link("estate/way", to: "../people")
            try git.link("people/out.txt", to: "../../secret.txt")
            try git.link("people/absolute.txt", to: "/etc/hostname")
            try git.link("people/loop.txt", to: "loop.txt")
            try git.commit()
            let folder = outer.appending(path: "estate")
            for path in ["../people/good.txt", "way/inside.txt", "../people/far.txt"] {
                #expect(try await read(path, of: folder) == words("inside"), "\(path)")
            }
            for path in [
                "../people/out.txt", "../people/absolute.txt", "../people/loop.txt",
                "../../secret.txt", "/etc/hostname",
            ] {
                let read = try await read(path, of: folder)
                #expect(read == .failure(.outsideRepository), "\(path)")
            }
        }
    }

    @Test func `what is no file, too large or not there says so`() async throws {
        try await withTemporaryFolder { folder in
            let git = try GitFolder(folder)
            try git.write("12345", "five.txt")
            try git.write("", "empty.txt")
            try git.write("", "people/a.txt")
            try git.commit()
            #expect(try await read("empty.txt", of: folder, limit: 0) == .success([]))
            #expect(try await read("five.txt", of: folder, limit: 5) == words("12345"))
            #expect(
                try await read("five.txt", of: folder, limit: 4) == .failure(.tooLarge(limit: 4)))
            #expect(try await read("people", of: folder) == .failure(.notAFile))
            #expect(try await read("none.txt", of: folder) == .failure(.absent))
            #expect(try await read("five.txt/x", of: folder) == .failure(.absent))
        }
    }

    @Test func `a name that git does not know is told, and never taken for an option`()
        async throws
    {
        try await withTemporaryFolder { folder in
            let git = try GitFolder(folder)
            try git.write("", "a.yaml")
            try git.commit()
            let repository = GitRepository(holding: folder)
            for name in ["nowhere", "--all", "-n", "HEAD~7", ""] {
                await #expect(throws: GitError.noCommit(name), "\(name)") {
                    try await repository.commit(named: name)
                }
            }
            let commit = try await repository.commit(named: "HEAD")
            #expect(commit.count == 40)
            #expect(try git.git("rev-parse", "main") == commit)
        }
    }

    @Test func `a folder in no repository has no commits`() async throws {
        try await withTemporaryFolder { folder in
            let repository = GitRepository(holding: folder)
            let error = await #expect(throws: GitError.self) {
                try await repository.commit(named: "HEAD")
            }
            #expect(error?.message.contains("not a git repository") == true)
            #expect(await repository.revisionOfCleanFolder() == nil)
        }
    }

    @Test func `a folder is at a commit only while nothing in it differs`() async throws {
        try await withTemporaryFolder { outer in
            let git = try GitFolder(outer)
            try git.write("one", "estate/a.yaml")
            try git.commit()
            let repository = GitRepository(holding: outer.appending(path: "estate"))
            let head = try git.git("rev-parse", "HEAD")
            #expect(await repository.revisionOfCleanFolder() == head)
            try git.write("elsewhere", "other.txt")
            #expect(await repository.revisionOfCleanFolder() == head)
            try git.write("new", "estate/b.yaml")
            #expect(await repository.revisionOfCleanFolder() == nil)
        }
    }
}
