/// The ledger of one machine: a SQLite file, and a lock beside it that dies with its process.

import GRDB
package import Ledgers
package import Model

/// Owns the file and does nothing but pass on: what entries mean stands in `CommitWriter`, what is
/// read in `Rows`. Its blocking calls run on a queue of its own, never on the cooperative pool.
package actor SQLiteLedger: Ledger {
    package nonisolated let id: String
    private let executor: LedgerQueue
    private let file: LedgerFile
    /// The lock that was taken, with the token that it gave.
    private var held: (lock: LedgerLock, token: Int64)?

    package nonisolated var unownedExecutor: UnownedSerialExecutor {
        executor.asUnownedSerialExecutor()
    }

    private init(_ file: LedgerFile, on executor: LedgerQueue) {
        id = file.id
        self.file = file
        self.executor = executor
    }

    /// Opens the ledger for acting, and brings an older one up to date.
    ///
    /// Where there is none, one is made with the id `newID`; without a `newID` that is an error. With
    /// an `expectedID`, a ledger of another id is refused and left as it is.
    package static func open(
        at path: String, expectedID: String?, newID: String?, at now: Instant,
        schema: Schema = .current
    ) async throws(LedgerError) -> SQLiteLedger {
        let executor = LedgerQueue()
        let file = try await executor.run { () throws(LedgerError) in
            try LedgerFile.open(
                at: path, expectedID: expectedID, newID: newID, at: now, schema: schema)
        }
        return SQLiteLedger(file, on: executor)
    }

    /// Makes an empty ledger; another one that lies there is kept beside it, under its id and the time.
    package static func beginAnew(
        at path: String, id: String, at now: Instant, schema: Schema = .current
    ) async throws(LedgerError) -> SQLiteLedger {
        let executor = LedgerQueue()
        let file = try await executor.run { () throws(LedgerError) in
            try LedgerFile.beginAnew(at: path, id: id, at: now, schema: schema)
        }
        return SQLiteLedger(file, on: executor)
    }

    /// Opens the ledger for looking, also in a folder that may not be written; nil when there is none,
    /// and never makes one. What it returns commits nothing.
    package static func openForReading(
        at path: String, expectedID: String?, schema: Schema = .current
    ) async throws(LedgerError) -> SQLiteLedger? {
        let executor = LedgerQueue()
        let file = try await executor.run { () throws(LedgerError) in
            try LedgerFile.openForReading(at: path, expectedID: expectedID, schema: schema)
        }
        return file.map { SQLiteLedger($0, on: executor) }
    }

    /// Gives the lease back and closes the file. Without it the same happens when the process ends.
    package func close() throws(LedgerError) {
        held = nil
        try file.close()
    }

    package func acquireLease(by holder: Actor, at now: Instant) throws(LedgerError) -> Lease {
        let lock = try file.lock(for: holder, at: now)
        let token = try file.write { db in
            try db.execute(sql: "UPDATE ledger SET token = token + 1")
            return try LedgerRows(db).token()
        }
        held = (lock, token)
        return Lease(holder: holder, token: token, expires: nil)
    }

    package func release(_ lease: Lease) {
        if held?.token == lease.token { held = nil }
    }

    package func renew(_ lease: Lease, at now: Instant) throws(LedgerError) -> Lease {
        guard held?.token == lease.token,
            try file.read({ try LedgerRows($0).token() }) == lease.token
        else { throw .leaseLost }
        return lease
    }

    @discardableResult
    package func commit(
        _ entries: [LedgerEntry], under lease: Lease?, by actor: Actor, at now: Instant
    ) throws(LedgerError) -> AuditHead {
        if let lease {
            guard held?.token == lease.token else { throw .leaseLost }
        } else {
            guard entries.allSatisfy(\.needsNoLease) else { throw .leaseLost }
        }
        let id = id
        return try file.write { db in
            let rows = LedgerRows(db)
            // Somebody may have taken over after our lock file was removed by hand.
            if let lease, try rows.token() != lease.token { throw LedgerError.leaseLost }
            let head = try rows.head(of: id)
            guard !entries.isEmpty else { return head }
            let commit = AuditedCommit(
                number: head.number + 1, at: now, by: actor, entries: entries)
            var writer = CommitWriter(db)
            let link = AuditLink(after: head, line: commit.line)
            try writer.append(link)
            try writer.apply(entries, ofLink: commit.number)
            return link.head
        }
    }

    package func pseudonymKey() throws(LedgerError) -> [UInt8] {
        try file.read { try LedgerRows($0).pseudonymKey() }
    }

    package func memory(comparedBy folding: Folding) throws(LedgerError) -> Memory {
        let id = id
        return try file.read { try LedgerRows($0).memory(of: id, comparedBy: folding) }
    }

    package func runs() throws(LedgerError) -> [Run] {
        try file.read { try LedgerRows($0).runs() }
    }

    package func plan(digest: String) throws(LedgerError) -> RecordedPlan? {
        try file.read { try LedgerRows($0).plan(digest: digest) }
    }

    package func steps(of run: RunID) throws(LedgerError) -> [RecordedStep] {
        try file.read { try LedgerRows($0).steps(of: run) }
    }

    package func instructions(
        after number: Int
    ) throws(LedgerError) -> [RecordedInstruction] {
        try file.read { try LedgerRows($0).instructions(after: number) }
    }

    package func head() throws(LedgerError) -> AuditHead {
        let id = id
        return try file.read { try LedgerRows($0).head(of: id) }
    }

    package func links(after number: Int, limit: Int) throws(LedgerError) -> [AuditLink] {
        try file.read { db in
            var links: [AuditLink] = []
            try LedgerRows(db).forEachLink(after: number, limit: limit) { links.append($0) }
            return links
        }
    }

    package func verify(anchor: AuditHead?) throws(LedgerError) -> AuditReport {
        let id = id
        return try file.read { db in
            let rows = LedgerRows(db)
            var check = ChainCheck(ledger: id, anchor: anchor)
            try rows.forEachLink(after: 0, limit: .max) { check.take($0) }
            return try check.report { $0.firstDifference(from: try rows.contents(of: id)) }
        }
    }

    /// What `PRAGMA synchronous` answers where commits are written: 2, or commits are not durable.
    package func synchronous() throws(LedgerError) -> Int {
        try file.writerSynchronous()
    }
}
