/// Which ledgers are opened, and which are refused and left as they are.

import Conformance
import Foundation
import LedgerSQLite
import Ledgers
import Model
import TestSupport
import Testing

@Suite struct SQLiteOpeningTests {
    static let later = Schema(
        migrations: Schema.current.migrations + [
            Schema.Migration(
                name: "a test from the future",
                sql: "ALTER TABLE runs ADD COLUMN mood TEXT; CREATE TABLE weather (day TEXT);")
        ])

    /// As the first version of rehome knew it.
    static let first = Schema(migrations: [Schema.current.migrations[0]])

    @Test func `looking at a ledger that is not there makes nothing`() async throws {
        try await withLedgerFolder { folder in
            let nothing = try await folder.openForReading()
            #expect(nothing == nil)
            #expect(
                !FileManager.default.fileExists(
                    atPath: URL(filePath: folder.path).deletingLastPathComponent().path))
            let error = await refusal { try await folder.open(newID: nil) }
            #expect(error == .storage("there is no ledger at \(folder.path)"))
            #expect(!folder.exists())
        }
    }

    @Test func `looking changes nothing and leaves nothing beside the ledger`() async throws {
        try await withLedgerFolder { folder in
            try await folder.fill()
            try FileManager.default.removeItem(atPath: folder.path + ".lock")
            let before = try folder.bytes()
            let ledger = try #require(try await folder.openForReading())
            #expect(try await ledger.runs().count == 1)
            for refused in [
                await refusal { try await ledger.acquireLease(by: Sample.ana, at: Sample.start) },
                await refusal {
                    try await ledger.commit(
                        [Sample.consent("x")], under: nil, by: Sample.ana, at: Sample.start)
                },
            ] {
                #expect(
                    refused == .storage("the ledger at \(folder.path) was opened for reading only"))
            }
            try await ledger.close()
            #expect(try folder.bytes() == before)
            for suffix in ["-wal", "-shm", ".lock"] { #expect(!folder.exists(suffix)) }
        }
    }

    @Test func `who looks sees what a running command has committed`() async throws {
        try await withLedgerFolder { folder in
            let writer = try await folder.open()
            let lease = try await writer.acquireLease(by: Sample.ana, at: Sample.start)
            let reader = try #require(try await folder.openForReading())
            for entries in LedgerFolder.history {
                let head = try await writer.commit(
                    entries, under: lease, by: Sample.ana, at: Sample.start)
                #expect(try await reader.head() == head)
            }
            #expect(try await reader.verify(anchor: nil).broken == nil)
        }
    }

    @Test func `a ledger of another id is refused and left as it is`() async throws {
        try await withLedgerFolder { folder in
            try await folder.fill()
            let before = try folder.bytes()
            let expected = LedgerError.otherLedger(found: Sample.ledgerID, expected: "other")
            #expect(await refusal { try await folder.open(expectedID: "other") } == expected)
            #expect(
                await refusal { try await folder.openForReading(expectedID: "other") } == expected)
            #expect(
                await refusal { try await folder.open(expectedID: "other", schema: Self.later) }
                    == expected)
            #expect(try folder.bytes() == before)
            let ledger = try await folder.open(expectedID: Sample.ledgerID, newID: nil)
            #expect(try await ledger.verify(anchor: nil).broken == nil)
        }
    }

    @Test func `a new ledger is not made under another id than is expected`() async throws {
        try await withLedgerFolder { folder in
            #expect(
                await refusal { try await folder.open(expectedID: "one", newID: "two") }
                    == .otherLedger(found: "two", expected: "one"))
            let nothing = try await folder.openForReading()
            #expect(nothing == nil)
            let ledger = try await folder.open(expectedID: "one", newID: "one")
            #expect(ledger.id == "one")
        }
    }

    @Test func `a ledger from the future is refused and left as it is`() async throws {
        try await withLedgerFolder { folder in
            try await folder.open(schema: Self.later).close()
            let before = try folder.bytes()
            let known = Schema.current.version
            let expected = LedgerError.newer(found: known + 1, known: known)
            #expect(await refusal { try await folder.open() } == expected)
            #expect(await refusal { try await folder.openForReading() } == expected)
            #expect(try folder.bytes() == before)
        }
    }

    @Test(arguments: ["some notes, no database", "", "SQLite format 3\u{0}and then nothing"])
    func `a file that is none is refused or made one, never overwritten`(_ text: String)
        async throws
    {
        try await withLedgerFolder { folder in
            let url = URL(filePath: folder.path)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: url)
            if text.isEmpty {
                #expect(try await folder.openForReading() == nil)
                #expect(try await folder.open().id == Sample.ledgerID)
                return
            }
            for error in [
                await refusal { try await folder.open() },
                await refusal { try await folder.openForReading() },
            ] {
                guard case .storage(let words) = error else {
                    Issue.record("refused otherwise: \(String(describing: error))")
                    continue
                }
                #expect(words.contains(folder.path))
            }
            #expect(try folder.bytes() == Data(text.utf8))
        }
    }

    @Test func `another program's database is refused and left as it is`() async throws {
        try await withLedgerFolder { folder in
            try await folder.open().close()
            try FileManager.default.removeItem(atPath: folder.path)
            try folder.edit("CREATE TABLE ledger (id TEXT); INSERT INTO ledger VALUES ('x')")
            let before = try folder.bytes()
            for error in [
                await refusal { try await folder.open() },
                await refusal { try await folder.openForReading() },
            ] {
                guard case .storage(let words)? = error else {
                    Issue.record("refused otherwise: \(String(describing: error))")
                    continue
                }
                #expect(words.contains("no ledger of rehome"))
            }
            #expect(try folder.bytes() == before)
        }
    }
}

/// Forward migrations.
extension SQLiteOpeningTests {
    @Test func `a ledger of version 1 is verified and written by this version`() async throws {
        try await withLedgerFolder { folder in
            try folder.makeVersion1()
            let ledger = try await folder.open(expectedID: Sample.ledgerID, newID: nil)
            #expect(try await ledger.head().description == LedgerFolder.headOfVersion1)
            #expect(try await ledger.verify(anchor: AuditHead(LedgerFolder.headOfVersion1)).isWhole)
            #expect(try await ledger.runs().map(\.outcome) == [.waiting])
            #expect(try await ledger.memory(comparedBy: .whole).inDoubt.count == 2)
            let lease = try await ledger.acquireLease(by: Sample.ben, at: Sample.start)
            try await ledger.commit(
                [.runBegan(Sample.run("r2"))] + LedgerSuite.stopSigns, under: lease,
                by: Sample.ben, at: Sample.start)
            #expect(try await ledger.instructions(after: 4).count == 10)
            #expect(try await ledger.verify(anchor: AuditHead(LedgerFolder.headOfVersion1)).isWhole)
            let key = try await ledger.pseudonymKey()
            try await ledger.close()
            // Now that it is up to date it can be looked at, and has kept the key it was given.
            let reader = try #require(try await folder.openForReading())
            #expect(try await reader.pseudonymKey() == key && key.count == 32)
        }
    }

    @Test func `every older version is brought up to date, and is the same ledger after`()
        async throws
    {
        try await withLedgerFolder { folder in
            try folder.makeVersion1()
            let ledger = try await folder.open(schema: Self.later)
            #expect(try await ledger.verify(anchor: AuditHead(LedgerFolder.headOfVersion1)).isWhole)
            try await ledger.close()
            let known = Schema.current.version
            #expect(
                await refusal { try await folder.open() }
                    == .newer(found: known + 1, known: known))
        }
    }

    @Test func `an older ledger is not looked at before a command that acts has updated it`()
        async throws
    {
        try await withLedgerFolder { folder in
            try folder.makeVersion1()
            let error = await refusal {
                try await SQLiteLedger.openForReading(
                    at: folder.path, expectedID: nil, schema: Self.later)
            }
            guard case .storage(let words) = error else {
                Issue.record("refused otherwise: \(String(describing: error))")
                return
            }
            #expect(words.contains("older format 1") && words.contains("rehome apply"))
        }
    }

    @Test func `nobody changes the format while somebody acts`() async throws {
        try await withLedgerFolder { folder in
            try folder.makeVersion1()
            let old = try await folder.open(schema: Self.first)
            let lease = try await old.acquireLease(by: Sample.ana, at: Sample.start)
            guard
                case .leaseHeld(let holder) = await refusal({
                    try await folder.open(schema: Self.later)
                })
            else {
                Issue.record("the format was changed under a running command")
                return
            }
            #expect(holder.hasPrefix("ana@ops1"))
            await old.release(lease)
            _ = try await folder.open(schema: Self.later)
        }
    }
}

extension AuditReport {
    fileprivate var isWhole: Bool { broken == nil && anchorFound != false }
}
