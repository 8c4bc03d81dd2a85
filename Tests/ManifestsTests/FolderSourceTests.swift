/// A folder of manifests on a disk, with everything that people and strangers put there.

import Foundation
import Manifests
import Model
import TestSupport
import Testing

struct FolderSourceTests {
    private func write(_ text: String, _ path: String, in folder: URL) throws {
        let url = folder.appending(path: path)
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
    }

    private func link(_ path: String, to target: String, in folder: URL) throws {
        try FileManager.default.createSymbolicLink(
            atPath: folder.appending(path: path).path, withDestinationPath: target)
    }

    @Test func `manifests are found below the folder, but nothing that begins with a dot`()
        async throws
    {
        try await withTemporaryFolder { folder in
            for path in [
                "b.yaml", "a.yml", "sites/madrid/c.yaml", ".rehome/d.yaml", ".hidden.yaml",
                "sites/.git/e.yaml", "f.yaml.bak", "g.json",
            ] {
                try write("", path, in: folder)
            }
            let paths = try FolderSource(root: folder).manifestPaths(limit: 10)
            #expect(paths == ["a.yml", "b.yaml", "sites/madrid/c.yaml"])
            #expect(throws: FileSourceError.tooMany(limit: 2)) {
                try FolderSource(root: folder).manifestPaths(limit: 2)
            }
        }
    }

    @Test func `links to folders are not followed, so that nothing goes round in circles`()
        async throws
    {
        try await withTemporaryFolder { folder in
            try write("", "a/b.yaml", in: folder)
            try link("a/again", to: "..", in: folder)
            #expect(try FolderSource(root: folder).manifestPaths(limit: 10) == ["a/b.yaml"])
        }
    }

    @Test func `nothing outside the folder is read`() async throws {
        try await withTemporaryFolder { outer in
            try write("secret", "secret.txt", in: outer)
            try write("secret", "estate-old/secret.txt", in: outer)
            let folder = outer.appending(path: "estate")
            try write("inside", "people/inside.txt", in: folder)
            try link("people/link.txt", to: "../../secret.txt", in: folder)
            try link("people/good.txt", to: "inside.txt", in: folder)
            try link("out", to: "..", in: folder)
            let source = FolderSource(root: folder)
            for path in [
                "../secret.txt", "people/link.txt", "people/../../secret.txt", "/etc/hostname",
                "out/secret.txt", "../estate-old/secret.txt", "a\0b",
            ] {
                #expect(throws: FileSourceError.outsideRepository, "\(path)") {
                    try source.read(path, limit: 100)
                }
            }
            #expect(try source.read("people/good.txt", limit: 100) == Array("inside".utf8))
        }
    }

    @Test func `the repository is the work tree that holds the folder`() async throws {
        try await withTemporaryFolder { outer in
            try write("gitdir: elsewhere", ".git", in: outer)
            try write("shared", "people/all.txt", in: outer)
            try write("", "estates/madrid/estate.yaml", in: outer)
            let source = FolderSource(root: outer.appending(path: "estates/madrid"))
            #expect(
                try source.read("../../people/all.txt", limit: 100) == Array("shared".utf8))
            #expect(throws: FileSourceError.outsideRepository) {
                try source.read("../../../elsewhere.txt", limit: 100)
            }
        }
    }

    @Test func `what is no file, too large or not there says so`() async throws {
        try await withTemporaryFolder { folder in
            try write("12345", "five.txt", in: folder)
            try write("", "empty.txt", in: folder)
            #expect(mkfifo(folder.appending(path: "pipe").path, 0o600) == 0)
            let source = FolderSource(root: folder)
            #expect(try source.read("empty.txt", limit: 0) == [])
            #expect(try source.read("five.txt", limit: 5).count == 5)
            #expect(throws: FileSourceError.tooLarge(limit: 4)) {
                try source.read("five.txt", limit: 4)
            }
            #expect(throws: FileSourceError.notAFile) { try source.read("pipe", limit: 100) }
            #expect(throws: FileSourceError.notAFile) { try source.read(".", limit: 100) }
            #expect(throws: FileSourceError.absent) { try source.read("none.txt", limit: 100) }
            #expect(throws: FileSourceError.absent) { try source.read("five.txt/x", limit: 100) }
        }
    }

    @Test func `a folder that is not there is told like an empty one`() async throws {
        try await withTemporaryFolder { folder in
            let loaded = load(FolderSource(root: folder.appending(path: "nowhere")))
            #expect(loaded.diagnostics.map(\.rule) == ["no-manifests"])
        }
    }

    @Test func `the revision is what the caller found out`() async throws {
        try await withTemporaryFolder { folder in
            try write(pools, "estate.yaml", in: folder)
            let desired = try load(FolderSource(root: folder, revision: "abc")).state()
            #expect(desired.revision == "abc")
        }
    }
}
