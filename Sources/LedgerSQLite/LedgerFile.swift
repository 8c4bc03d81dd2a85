/// Opening the file: made, brought up to date, refused, or looked at where it may not be written.

import Foundation
import GRDB
import Ledgers
import Model

/// An open ledger file whose content is known to be ours.
struct LedgerFile: Sendable {
    let path: String
    let id: String
    private let queue: DatabaseQueue
    private let isForReading: Bool

    static func open(
        at path: String, expectedID: String?, newID: String?, at now: Instant, schema: Schema
    ) throws(LedgerError) -> LedgerFile {
        // A write beyond the file-size limit must come back as an error, not end the process.
        signal(SIGXFSZ, SIG_IGN)
        if !exists(path) {
            guard newID != nil else { throw absent(at: path, expectedID) }
            try makeFile(at: path)
        }
        let path = resolved(path)
        return try Words.storage(at: path) {
            try look(at: path, expectedID: expectedID, schema: schema)
            let queue = try DatabaseQueue(path: path, configuration: configuration())
            // GRDB and SQLite each lower it on some way of opening; a commit must be durable.
            try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
            let id = try prepare(
                queue, at: path, expectedID: expectedID, newID: newID, at: now, schema: schema)
            return LedgerFile(path: path, id: id, queue: queue, isForReading: false)
        }
    }

    /// Nil when there is no ledger.
    static func openForReading(
        at path: String, expectedID: String?, schema: Schema
    ) throws(LedgerError) -> LedgerFile? {
        guard exists(path) else { return nil }
        let path = resolved(path)
        return try Words.storage(at: path) {
            let queue = try readableQueue(at: path)
            switch try queue.read(Schema.state) {
            case .empty: return nil
            case .foreign: throw Words.foreign(path)
            case .ledger(let version, let id):
                try refuse(version, id, expectedID: expectedID, schema: schema)
                guard version == schema.version else {
                    throw LedgerError.storage(
                        "the ledger at \(path) has the older format \(version): a command that"
                            + " acts, such as rehome apply, brings it up to date")
                }
                return LedgerFile(path: path, id: id, queue: queue, isForReading: true)
            }
        }
    }

    func read<Value>(_ body: (Database) throws -> Value) throws(LedgerError) -> Value {
        try Words.storage(at: path) { try queue.read(body) }
    }

    /// One durable transaction, or nothing.
    func write<Value>(_ body: (Database) throws -> Value) throws(LedgerError) -> Value {
        if isForReading {
            throw .storage("the ledger at \(path) was opened for reading only")
        }
        return try Words.storage(at: path) { try queue.write(body) }
    }

    func lock(for holder: Actor, at now: Instant) throws(LedgerError) -> LedgerLock {
        if isForReading {
            throw .storage("the ledger at \(path) was opened for reading only")
        }
        return try LedgerLock.take(
            at: path + ".lock", for: "\(holder), process \(getpid()), since \(now)")
    }

    func writerSynchronous() throws(LedgerError) -> Int {
        try Words.storage(at: path) {
            try queue.writeWithoutTransaction {
                try Int.fetchOne($0, sql: "PRAGMA synchronous") ?? -1
            }
        }
    }

    func close() throws(LedgerError) {
        try Words.storage(at: path) { try queue.close() }
    }
}

extension LedgerFile {
    private static let busyTimeout: TimeInterval = 5
    /// A first run commits a hundred thousand homes; its write-ahead log need not stay that large.
    private static let logSizeMax = 8 * 1024 * 1024
    /// Enough for the homes of a large estate to be written once, not page by page again and again.
    private static let cacheKiB = 64 * 1024

    private static func configuration() -> Configuration {
        var configuration = Configuration()
        configuration.label = "rehome.ledger.file"
        configuration.busyMode = .timeout(busyTimeout)
        configuration.journalMode = .wal
        // What refers to what is checked against the audit trail, not again for each row.
        configuration.foreignKeysEnabled = false
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA journal_size_limit = \(logSizeMax)")
            try db.execute(sql: "PRAGMA cache_size = -\(cacheKiB)")
        }
        return configuration
    }

    /// Makes or migrates the tables, and returns the id.
    private static func prepare(
        _ queue: DatabaseQueue, at path: String, expectedID: String?, newID: String?,
        at now: Instant, schema: Schema
    ) throws -> String {
        switch try queue.read(Schema.state) {
        case .foreign: throw Words.foreign(path)
        case .ledger(let version, let id):
            try refuse(version, id, expectedID: expectedID, schema: schema)
            if version == schema.version { return id }
            // Nobody may act on the old tables meanwhile.
            let lock = try LedgerLock.take(at: path + ".lock", for: "a change of format, \(now)")
            defer { withExtendedLifetime(lock) {} }
            try queue.write { try schema.migrate($0, from: version, at: now) }
            return id
        case .empty:
            guard let newID else { throw absent(at: path, expectedID) }
            return try queue.write { db in
                // Somebody else may have made it since we looked.
                if case .ledger(let version, let id) = try Schema.state(of: db) {
                    try refuse(version, id, expectedID: expectedID, schema: schema)
                    return id
                }
                try refuse(schema.version, newID, expectedID: expectedID, schema: schema)
                try schema.create(db, id: newID, at: now)
                return newID
            }
        }
    }

    private static func absent(at path: String, _ expectedID: String?) -> LedgerError {
        expectedID.map { .absent(at: path, expected: $0) }
            ?? .storage("there is no ledger at \(path)")
    }

    /// Opening for writing changes a file; one that is not for us must stay as it is.
    private static func look(at path: String, expectedID: String?, schema: Schema) throws {
        let queue = try readableQueue(at: path)
        let state = try queue.read(Schema.state)
        try queue.close()
        switch state {
        case .empty: break
        case .foreign: throw Words.foreign(path)
        case .ledger(let version, let id):
            try refuse(version, id, expectedID: expectedID, schema: schema)
        }
    }

    static func refuse(
        _ version: Int, _ id: String, expectedID: String?, schema: Schema
    ) throws(LedgerError) {
        if version > schema.version { throw .newer(found: version, known: schema.version) }
        if let expectedID, expectedID != id {
            throw .otherLedger(found: id, expected: expectedID)
        }
    }

    /// For everybody but its owner a ledger is closed: it says who lives where.
    private static func makeFile(at path: String) throws(LedgerError) {
        let folder = URL(filePath: path).deletingLastPathComponent()
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        } catch {
            throw .storage(
                "the folder \(folder.path) for the ledger cannot be made; make it, or point"
                    + " spec.ledger at another one")
        }
        let descriptor = Foundation.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            let reason = String(cString: strerror(errno)).lowercased()
            throw .storage("the ledger \(path) cannot be made: \(reason)")
        }
        Foundation.close(descriptor)
    }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Two names of one file must lead to one lock.
    static func resolved(_ path: String) -> String {
        guard let real = realpath(path, nil) else { return path }
        defer { free(real) }
        return String(cString: real)
    }
}
