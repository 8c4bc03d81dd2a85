/// What a machine can do to a run, short of killing it: each gets a sentence, and loses nothing.

import Foundation
import TestSupport
import Testing

struct TroubleTests {
    /// Root writes everywhere, so somebody else runs it.
    private static let asNobody: [String] =
        getuid() == 0
        ? ["/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"] : []

    /// Nobody may be unable to reach the program, where the clone lies in somebody's home.
    private static var nobodyCanRun: Bool {
        guard let tool = try? CommandLineTool.rehome() else { return false }
        let result = try? tool.run(
            ["--help"], in: FileManager.default.temporaryDirectory, under: asNobody)
        return result?.code == 0
    }

    @Test(.enabled(if: nobodyCanRun))
    func `in a folder that may only be read, it says so and leaves it alone`() async throws {
        try await withTemporaryFolder { folder in
            let estate = try SmallEstate(in: folder)
            let rehome = try Program(in: folder)
            try chmod(folder, 0o555)
            defer { try? chmod(folder, 0o755) }
            let before = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()

            try rehome("validate", expecting: 0, under: Self.asNobody)
            let refused = try rehome("apply", "--yes", expecting: 1, under: Self.asNobody)
            refused.expectSentence(".rehome")
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == before)

            try chmod(folder, 0o755)
            try rehome("apply", "--yes", expecting: 0)
            try estate.expectMovedOnce()
        }
    }

    /// No file may grow beyond so many blocks of 512 bytes: wherever that strikes, the run ends with a
    /// sentence, and the next one finds everything.
    @Test(arguments: [8, 64, 128, 256, 384, 512])
    func `on a full disk it stops with a sentence and loses nothing`(blocks: Int) async throws {
        try await withTemporaryFolder { folder in
            let estate = try SmallEstate(in: folder)
            let rehome = try Program(in: folder)
            let script = "trap '' XFSZ; ulimit -f \(blocks); exec \"$0\" \"$@\""
            let stopped = try rehome(
                "apply", "--yes", expecting: 1, under: ["/bin/sh", "-c", script])
            stopped.expectSentence("disk", ".rehome/")
            try rehome("apply", "--yes", expecting: 0)
            try estate.expectMovedOnce()
            try estate.expectRemembered()
            try rehome("history", "--verify", expecting: 0)
        }
    }

    @Test func `a ledger of a later version is refused and left as it is`() async throws {
        try await withTemporaryFolder { folder in
            let estate = try SmallEstate(in: folder)
            let rehome = try Program(in: folder)
            try rehome("apply", "--yes", expecting: 0)
            try estate.change(estate.ledger, "INSERT INTO migrations VALUES (999, 'later', 0)")
            try estate.edit("pool: new", to: "pool: old")
            for arguments in [["plan"], ["apply", "--yes"]] {
                let refused = try rehome.tool.run(arguments, in: folder)
                refused.expectExit(1)
                refused.expectSentence("999", "version")
            }
            try estate.expectMovedOnce()
            // Only on purpose does one that remembers nothing take its place.
            try rehome("apply", "--yes", "--new-ledger", "--reason", "went back", expecting: 0)
            try rehome("plan", "--detailed-exitcode", expecting: 0)
            try estate.expectMovedOnce()
        }
    }

    @Test func `a ledger of another id is refused, and no deployment is touched`() async throws {
        try await withTemporaryFolder { folder in
            let estate = try SmallEstate(in: folder)
            let rehome = try Program(in: folder)
            try rehome("apply", "--yes", expecting: 0)
            try estate.edit(Self.unnamed, to: Self.named)
            try estate.edit("pool: new", to: "pool: old")
            let ids: [String] = try estate.query(estate.ledger, "SELECT id FROM ledger")
            for arguments in [["plan"], ["apply", "--yes"]] {
                let refused = try rehome.tool.run(arguments, in: folder)
                refused.expectExit(1)
                refused.expectSentence(ids[0], "0ther")
            }
            try estate.expectMovedOnce()

            // A person may set it aside, and says why; it is kept.
            try rehome("apply", "--yes", "--new-ledger", expecting: 64).expectSentence("--reason")
            let words = "the old one is of another estate"
            try rehome("apply", "--yes", "--new-ledger", "--reason", words)
            let reasons: [String] = try estate.query(
                estate.ledger, "SELECT reason FROM consents WHERE subject = 'new-ledger'")
            #expect(reasons == [words])
            let kept = try FileManager.default.contentsOfDirectory(
                atPath: estate.ledger.deletingLastPathComponent().path
            ).filter { $0.hasPrefix("ledger.db.\(ids[0]).") }
            #expect(kept.count == 1)
            let old = estate.ledger.deletingLastPathComponent().appending(path: kept[0])
            let runs: [Int] = try estate.query(old, "SELECT count(*) FROM runs")
            #expect(runs == [1])
        }
    }

    private static let unnamed = "url: \"sqlite:.rehome/ledger.db\"}"
    private static let named = "url: \"sqlite:.rehome/ledger.db\", id: \"0ther\"}"

    @Test func `a ledger that the Estate names and that is not there is not made in silence`()
        async throws
    {
        try await withTemporaryFolder { folder in
            let estate = try SmallEstate(in: folder)
            try estate.edit(Self.unnamed, to: Self.named)
            let rehome = try Program(in: folder)
            for arguments in [["apply", "--yes"], ["pause", "--reason", "x"]] {
                let refused = try rehome.tool.run(arguments, in: folder)
                refused.expectExit(1)
                refused.expectSentence("0ther", "there is none", "--new-ledger")
            }
            #expect(!FileManager.default.fileExists(atPath: estate.ledger.path))
            try rehome(
                "apply", "--yes", "--new-ledger", "--reason", "the first apply", expecting: 0)
            try estate.expectMovedOnce()
            // Done again in a script, it would forget everything.
            try rehome("apply", "--yes", "--new-ledger", "--reason", "again", expecting: 1)
                .expectSentence("nothing to begin anew")
            try rehome("apply", "--yes", expecting: 0)
        }
    }

    /// Its people are unknown, not missing; the other deployment's move as asked, and move no more when
    /// it can be read again.
    @Test func `a deployment that cannot be opened stops only its own moves`() async throws {
        try await withTemporaryFolder { folder in
            let estate = try SmallEstate(in: folder)
            try estate.write("dead.db", String(repeating: "no database at all ", count: 300))
            try estate.write(
                "dead.yaml",
                """
                apiVersion: rehome.dev/v1
                kind: Connection
                metadata: {name: dead}
                spec: {adapter: embedded, settings: {estate: dead.db}}
                ---
                apiVersion: rehome.dev/v1
                kind: Pool
                metadata: {name: far}
                spec: {connection: dead, site: far, product: sfb-2019, fqdn: far.small.example}
                ---
                apiVersion: rehome.dev/v1
                kind: Placement
                metadata: {name: far}
                spec: {pool: far, users: [zoe@small.example]}

                """)
            let rehome = try Program(in: folder)
            let planned = try rehome("plan", expecting: 0)
            #expect(planned.output.contains("dead: everything:"), "\(planned.output)")
            try rehome("apply", "--yes", expecting: 0)
            try estate.expectMovedOnce()
            #expect(try rehome("drift", expecting: 2).output.contains("user/zoe@small.example"))
            try FileManager.default.removeItem(at: folder.appending(path: "dead.db"))
            #expect(try rehome("plan", expecting: 0).output.contains("[missing]"))
        }
    }

    /// Whoever comes second is told who holds the lease; whoever came first does not notice.
    @Test func `two at once are one after the other`() async throws {
        try await withTemporaryFolder { folder in
            let estate = try SmallEstate(in: folder, users: 60, faults: ["slow 40ms per move"])
            let rehome = try Program(in: folder)
            try rehome("plan", expecting: 0)
            // One shell starts both, so that they run at once however busy the tests are.
            let both = try rehome.tool.run(
                ["apply", "--yes"], in: folder,
                under: [
                    "/bin/sh", "-c",
                    #""$@" & first=$!; "$@"; second=$?; wait $first; echo ended $? $second"#, "sh",
                ])
            let ended = both.output.split(separator: "\n").last.map(String.init)
            #expect(["ended 0 6", "ended 6 0"].contains(ended), "\(both.errors)")
            both.expectSentence("in use by")
            try estate.expectMovedOnce()
            try estate.expectRemembered()
        }
    }

    /// Readers see the last commit, whoever writes.
    @Test func `looking is possible while a run acts`() async throws {
        try await withTemporaryFolder { folder in
            _ = try SmallEstate(in: folder, users: 60, faults: ["slow 40ms per move"])
            let rehome = try Program(in: folder)
            try rehome("plan", expecting: 0)
            async let acting = rehome("apply", "--yes")
            let looks = try (1...3).map { _ in try rehome("plan") }
            #expect(looks.allSatisfy { $0.code == 0 }, "\(looks.map(\.errors))")
            try await acting.expectExit(0)
        }
    }

    private func chmod(_ url: URL, _ mode: Int) throws {
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: url.path)
    }
}
