/// Every ledger × every sentence of the contract.

import Conformance
import Foundation
import LedgerSQLite
import Ledgers
import Model
import TestSupport
import Testing

@Suite struct LedgerSuiteTests {
    static let subjects = [
        LedgerSubject(
            name: "memory, leases that expire", persists: false, leaseDuration: .seconds(60),
            open: { MemoryLedger(id: $1, leaseDuration: .seconds(60)) }, close: { _ in }),
        LedgerSubject(
            name: "memory, leases held until given back", persists: false, leaseDuration: nil,
            open: { MemoryLedger(id: $1) }, close: { _ in }),
        LedgerSubject(
            name: "SQLite", persists: true, leaseDuration: nil,
            open: { folder, id in
                try await SQLiteLedger.open(
                    at: folder.appending(path: ".rehome/ledger.db").path, expectedID: nil,
                    newID: id, at: Sample.start)
            }, close: { try await ($0 as? SQLiteLedger)?.close() }),
        LedgerSubject(
            name: "SQLite, behind a ledger that would crash", persists: false, leaseDuration: nil,
            open: { folder, id in
                CrashingLedger(
                    try await SQLiteLedger.open(
                        at: folder.appending(path: "ledger.db").path, expectedID: nil, newID: id,
                        at: Sample.start),
                    killBefore: nil, killAfter: nil, kill: { fatalError("never called") })
            }, close: { _ in }),
    ]

    /// One pair for each sentence that says something about the ledger.
    static let pairs = subjects.flatMap { subject in
        LedgerSuite.cases.filter { $0.applies(subject) }.map { (subject, $0) }
    }

    @Test(arguments: pairs)
    func `a ledger keeps its contract`(_ subject: LedgerSubject, _ sentence: LedgerCase)
        async throws
    {
        try await withTemporaryFolder { try await sentence.body(subject, $0) }
    }
}
