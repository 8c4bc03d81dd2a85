/// A folder with a SQLite ledger in it, and hands that reach past rehome.

import Conformance
import Foundation
import GRDB
import LedgerSQLite
import Ledgers
import Model
import TestSupport
import Testing

struct LedgerFolder {
    var path: String

    init(_ folder: URL) { path = folder.appending(path: ".rehome/ledger.db").path }

    func open(
        expectedID: String? = nil, newID: String? = Sample.ledgerID, schema: Schema = .current
    ) async throws -> SQLiteLedger {
        try await SQLiteLedger.open(
            at: path, expectedID: expectedID, newID: newID, at: Sample.start, schema: schema)
    }

    func openForReading(expectedID: String? = nil) async throws -> SQLiteLedger? {
        try await SQLiteLedger.openForReading(at: path, expectedID: expectedID)
    }

    /// A ledger with a history, closed.
    func fill() async throws {
        let ledger = try await open()
        let lease = try await ledger.acquireLease(by: Sample.ana, at: Sample.start)
        for entries in Self.history {
            try await ledger.commit(entries, under: lease, by: Sample.ana, at: Sample.start)
        }
        try await ledger.close()
    }

    static let history: [[LedgerEntry]] = [
        [.planRecorded(Sample.plan("plan-of-r1")), .runBegan(Sample.run("r1"))],
        [.batchIntended((1...4).map { Sample.intent($0, in: "r1") })],
        [
            Sample.settled(1, in: "r1", .done),
            Sample.settled(2, in: "r1", .failed(.init(.permanent, "no such policy"))),
            Sample.settled(3, in: "r1", .underway(until: Sample.time(30))),
            .homeSettled(connection: "madrid", Sample.home("u1", former: "ocs.contoso.example")),
            .homeSettled(connection: "madrid", Sample.home("O'Brien", id: nil)),
        ],
        [Sample.consent("a board meeting"), Sample.ended("r1", .waiting)],
    ]

    /// What somebody with a SQL shell may do.
    func edit(_ sql: String) throws {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = false
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        try queue.writeWithoutTransaction { try $0.execute(sql: sql) }
        try queue.close()
    }

    /// The ledger that the first version left: never changed, so that every later one can read it.
    func makeVersion1() throws {
        try FileManager.default.createDirectory(
            at: URL(filePath: path).deletingLastPathComponent(),
            withIntermediateDirectories: true)
        try edit(try Repository.text("Tests/LedgersTests/Fixtures/ledger-version-1.sql"))
        try edit("PRAGMA journal_mode = WAL")
    }

    static let headOfVersion1 =
        "4:0e943484e9b55a8b988539113aa8afe87a5fc02403997d6417eb6435b61baf62"

    func mode(_ suffix: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: path + suffix)
        return try #require(attributes[.posixPermissions] as? Int)
    }

    func exists(_ suffix: String = "") -> Bool {
        FileManager.default.fileExists(atPath: path + suffix)
    }

    func bytes(_ suffix: String = "") throws -> Data {
        try Data(contentsOf: URL(filePath: path + suffix))
    }
}

func withLedgerFolder(_ body: (LedgerFolder) async throws -> Void) async throws {
    try await withTemporaryFolder { try await body(LedgerFolder($0)) }
}

/// Demands an error, and gives it to be looked at.
func refusal(
    sourceLocation: Testing.SourceLocation = #_sourceLocation,
    _ body: () async throws -> some Any
) async -> LedgerError? {
    do {
        _ = try await body()
        Issue.record("nothing was refused", sourceLocation: sourceLocation)
        return nil
    } catch {
        #expect(error is LedgerError, "another error: \(error)", sourceLocation: sourceLocation)
        return error as? LedgerError
    }
}
