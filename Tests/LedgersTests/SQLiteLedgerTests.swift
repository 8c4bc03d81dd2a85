/// What only a file can be asked: that it is durable, private, ours, and not edited by hand.

import Conformance
import Foundation
import LedgerSQLite
import Ledgers
import Model
import TestSupport
import Testing

@Suite struct SQLiteLedgerTests {
    @Test func `a commit waits for the disk, also after opening again`() async throws {
        try await withLedgerFolder { folder in
            for _ in 0..<2 {
                let ledger = try await folder.open()
                #expect(try await ledger.synchronous() == 2)
                _ = try await ledger.memory(comparedBy: .whole)
                #expect(try await ledger.synchronous() == 2)
                try await ledger.close()
            }
        }
    }

    @Test func `a ledger is made with its folder, and is closed to everybody else`() async throws {
        try await withLedgerFolder { folder in
            let ledger = try await folder.open()
            _ = try await ledger.acquireLease(by: Sample.ana, at: Sample.start)
            for suffix in ["", "-wal", "-shm", ".lock"] {
                #expect(try folder.mode(suffix) == 0o600, "ledger.db\(suffix)")
            }
            try await ledger.close()
            #expect(!folder.exists("-wal"))
        }
    }

    @Test func `a large plan and many homes come back`() async throws {
        try await withLedgerFolder { folder in
            let ledger = try await folder.open()
            let lease = try await ledger.acquireLease(by: Sample.ana, at: Sample.start)
            let homes = (0..<3000).map { Sample.home("user\($0)", id: "id-\($0)") }
            try await ledger.commit(
                homes.map { .homeSettled(connection: "madrid", $0) }
                    + [.planRecorded(Sample.plan("large", steps: 3000))],
                under: lease, by: Sample.ana, at: Sample.start)
            let column = try #require(try await ledger.memory(comparedBy: .whole).homes["madrid"])
            #expect(column.count == 3000)
            for home in homes {
                let row = try #require(column.row(of: home.resource))
                #expect(column[row] == home)
            }
            #expect(try await ledger.plan(digest: "large")?.steps.count == 3000)
            #expect(try await ledger.verify(anchor: nil).broken == nil)
        }
    }

    @Test func `two that open one ledger exclude each other, and both read`() async throws {
        try await withLedgerFolder { folder in
            let one = try await folder.open()
            let other = try await folder.open()
            let lease = try await one.acquireLease(by: Sample.ana, at: Sample.start)
            let error = await refusal {
                try await other.acquireLease(by: Sample.ben, at: Sample.start)
            }
            #expect(
                error
                    == .leaseHeld(
                        by: "ana@ops1, process \(getpid()), since 2026-11-22T22:13:19Z"))
            try await one.commit(
                [.runBegan(Sample.run("r1"))], under: lease, by: Sample.ana, at: Sample.start)
            #expect(try await other.runs().map(\.id.text) == ["r1"])
            #expect(
                await refusal {
                    try await other.commit(
                        [.runBegan(Sample.run("r2"))], under: lease, by: Sample.ben,
                        at: Sample.start)
                } == .leaseLost)
            try await one.close()
            let second = try await other.acquireLease(by: Sample.ben, at: Sample.start)
            #expect(second.token > lease.token)
            try await other.close()
        }
    }

    @Test func `a symbolic link to a ledger leads to the same lock`() async throws {
        try await withLedgerFolder { folder in
            let one = try await folder.open()
            let link = LedgerFolder(
                URL(filePath: folder.path).deletingLastPathComponent().appending(path: "linked"))
            try FileManager.default.createDirectory(
                at: URL(filePath: link.path).deletingLastPathComponent(),
                withIntermediateDirectories: true)
            try FileManager.default.createSymbolicLink(
                atPath: link.path, withDestinationPath: folder.path)
            let other = try await link.open()
            _ = try await one.acquireLease(by: Sample.ana, at: Sample.start)
            guard
                case .leaseHeld = await refusal({
                    try await other.acquireLease(by: Sample.ben, at: Sample.start)
                })
            else {
                Issue.record("two names of one ledger have two locks")
                return
            }
        }
    }

    @Test func `who removes the lock file takes the lease, and the other commits no more`()
        async throws
    {
        try await withLedgerFolder { folder in
            let one = try await folder.open()
            let other = try await folder.open()
            let old = try await one.acquireLease(by: Sample.ana, at: Sample.start)
            try FileManager.default.removeItem(atPath: folder.path + ".lock")
            let new = try await other.acquireLease(by: Sample.ben, at: Sample.start)
            #expect(new.token > old.token)
            #expect(
                await refusal {
                    try await one.commit(
                        [.runBegan(Sample.run("r1"))], under: old, by: Sample.ana,
                        at: Sample.start)
                } == .leaseLost)
            #expect(await refusal { try await one.renew(old, at: Sample.start) } == .leaseLost)
            #expect(try await other.runs() == [])
        }
    }
}

/// Editing by hand is found, whatever is edited.
extension SQLiteLedgerTests {
    struct Tampering: Sendable, CustomTestStringConvertible {
        var sql: String
        /// What the report must name.
        var names: String
        var testDescription: String { sql }
    }

    static let tamperings = [
        Tampering(
            sql: "UPDATE homes SET pool = former WHERE former IS NOT NULL",
            names: "user/u1@contoso.example"),
        Tampering(
            sql: "UPDATE homes SET own_id = 'x' WHERE own_id IS NULL", names: "user/O'Brien"),
        Tampering(sql: "DELETE FROM homes", names: "homes of connection madrid"),
        Tampering(sql: "UPDATE runs SET account = 'ben'", names: "run r1"),
        Tampering(sql: "UPDATE runs SET done = 4", names: "run r1"),
        Tampering(sql: "DELETE FROM steps WHERE number = 4", names: "steps of run r1"),
        Tampering(
            sql: "UPDATE steps SET outcome = 'done', message = NULL WHERE number = 2",
            names: "user/u2@contoso.example"),
        Tampering(sql: "UPDATE plans SET revision = 'x'", names: "plan plan-of-r1"),
        Tampering(sql: "UPDATE plans SET steps = x''", names: "plan plan-of-r1"),
        Tampering(sql: "DELETE FROM consents", names: "consents"),
        Tampering(sql: "DELETE FROM doubts WHERE intent = 3", names: "in doubt"),
        Tampering(sql: "DELETE FROM set_aside", names: "set aside"),
        Tampering(
            sql: "UPDATE audit SET line = replace(line, 'a board', 'no board') WHERE number = 4",
            names: "link 4"),
        Tampering(sql: "UPDATE audit SET hash = upper(hash) WHERE number = 2", names: "link 2"),
        Tampering(sql: "DELETE FROM audit WHERE number = 2", names: "link 2"),
        Tampering(sql: "DELETE FROM audit WHERE number = 4", names: "run r1"),
        Tampering(sql: "UPDATE ledger SET id = 'another'", names: "link 1"),
    ]

    @Test(arguments: tamperings)
    func `what is edited by hand is found and named`(_ tampering: Tampering) async throws {
        try await withLedgerFolder { folder in
            try await folder.fill()
            try folder.edit(tampering.sql)
            let ledger = try #require(try await folder.openForReading())
            let broken = try await ledger.verify(anchor: nil).broken
            #expect(broken?.contains(tampering.names) == true, "\(broken ?? "found nothing")")
            try await ledger.close()
        }
    }

    @Test func `who rewrites the whole ledger is found by an anchor`() async throws {
        try await withLedgerFolder { folder in
            try await folder.fill()
            let before = try #require(try await folder.openForReading())
            let anchor = try await before.head()
            try await before.close()
            for suffix in ["", ".lock"] {
                try FileManager.default.removeItem(atPath: folder.path + suffix)
            }
            let forged = try await folder.open()
            let lease = try await forged.acquireLease(by: Sample.ana, at: Sample.start)
            for entries in LedgerFolder.history.dropLast() + [[Sample.ended("r1", .succeeded)]] {
                try await forged.commit(entries, under: lease, by: Sample.ana, at: Sample.start)
            }
            let report = try await forged.verify(anchor: anchor)
            #expect(report.broken == nil)
            #expect(report.anchorFound == false)
        }
    }

    @Test(arguments: [
        "UPDATE steps SET step = x'00'", "UPDATE homes SET pool = 999",
        "UPDATE runs SET outcome = 'splendid'",
        "UPDATE words SET word = 'sheep' WHERE word = 'user'",
    ])
    func `a table that no rehome wrote is damaged, never a crash`(_ sql: String) async throws {
        try await withLedgerFolder { folder in
            try await folder.fill()
            try folder.edit(sql)
            let ledger = try #require(try await folder.openForReading())
            guard case .damaged(let words) = await refusal({ try await ledger.verify(anchor: nil) })
            else {
                Issue.record("refused otherwise")
                return
            }
            #expect(words.contains("the table"))
        }
    }
}
