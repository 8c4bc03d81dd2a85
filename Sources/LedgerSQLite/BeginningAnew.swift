/// A new ledger in the place of another one, which is kept beside it.

import Foundation
import GRDB
import Ledgers
import Model

extension LedgerFile {
    /// Makes an empty ledger. One of another id, or of a later format, that lies there is renamed, with
    /// what SQLite keeps beside it; the very ledger that is asked for is refused, and so is what is none.
    static func beginAnew(
        at path: String, id: String, at now: Instant, schema: Schema
    ) throws(LedgerError) -> LedgerFile {
        let real = resolved(path)
        var lock: LedgerLock?
        defer { withExtendedLifetime(lock) {} }
        if exists(real) {
            lock = try LedgerLock.take(at: real + ".lock", for: "a new ledger, \(now)")
            try setAside(real, for: id, at: now, schema: schema)
        }
        return try open(at: real, expectedID: id, newID: id, at: now, schema: schema)
    }

    private static func setAside(
        _ path: String, for id: String, at now: Instant, schema: Schema
    ) throws(LedgerError) {
        let found = try Words.storage(at: path) {
            let queue = try DatabaseQueue(path: path)
            let state = try queue.read(Schema.state)
            // What its log still holds goes into the file, so that the file alone is the ledger.
            if case .ledger = state {
                try queue.writeWithoutTransaction {
                    try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
                }
            }
            try queue.close()
            return state
        }
        switch found {
        case .empty: return
        case .foreign: throw Words.foreign(path)
        case .ledger(let version, let there):
            if there == id, version <= schema.version {
                throw .storage(
                    "the ledger \(id) is there, at \(path): there is nothing to begin anew")
            }
            // An id comes from a file: in a name it is letters and digits.
            let name = there.filter { $0.isASCII && ($0.isLetter || $0.isNumber) }
            try rename(path, to: "\(path).\(name).\(now.millisecondsSince1970)")
        }
    }

    private static func rename(_ path: String, to other: String) throws(LedgerError) {
        for suffix in ["", "-wal", "-shm"] where exists(path + suffix) {
            guard Foundation.rename(path + suffix, other + suffix) == 0 else {
                let reason = String(cString: strerror(errno)).lowercased()
                throw .storage("the ledger \(path) cannot be set aside: \(reason)")
            }
        }
    }
}
