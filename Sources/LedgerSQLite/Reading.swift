/// Looking at a ledger, also where nothing may be written.

import Foundation
import GRDB
import GRDBSQLite
import Ledgers

extension LedgerFile {
    /// Looks through a connection that may write where the account may, because SQLite then leaves
    /// nothing beside the file; it is told to change nothing.
    static func readableQueue(at path: String) throws -> DatabaseQueue {
        let folder = URL(filePath: path).deletingLastPathComponent().path
        var configuration = Configuration()
        configuration.label = "rehome.ledger.reading"
        configuration.busyMode = .timeout(5)
        configuration.readonly = access(path, W_OK) != 0 || access(folder, W_OK) != 0
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA query_only = 1") }
        if configuration.readonly, !exists(path + "-shm") {
            // SQLite needs two files beside a ledger to read it; where it may not make them and
            // nobody has it open, its bytes say everything, unless a log is left that was not
            // written back.
            guard !hasContent(path + "-wal") else {
                throw LedgerError.storage(
                    "the ledger at \(path) was not closed in order, and its folder may not be"
                        + " written to read it: copy the folder, and read the copy")
            }
            return try copyInMemory(of: path)
        }
        return try DatabaseQueue(path: path, configuration: configuration)
    }

    private static func hasContent(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_size > 0
    }

    private static func copyInMemory(of path: String) throws -> DatabaseQueue {
        guard let bytes = try? Data(contentsOf: URL(filePath: path)) else {
            throw LedgerError.storage("the ledger at \(path) may not be read by this account")
        }
        let queue = try DatabaseQueue()
        try queue.writeWithoutTransaction { db in
            guard bytes.count >= 100, let copy = sqlite3_malloc64(UInt64(bytes.count)) else {
                throw Words.foreign(path)
            }
            bytes.copyBytes(
                to: UnsafeMutableRawBufferPointer(start: copy, count: bytes.count))
            // Bytes 18 and 19 say that there is a write-ahead log; in memory there is none.
            copy.storeBytes(of: 1, toByteOffset: 18, as: UInt8.self)
            copy.storeBytes(of: 1, toByteOffset: 19, as: UInt8.self)
            let size = sqlite3_int64(bytes.count)
            let flags = UInt32(SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_READONLY)
            let code = sqlite3_deserialize(
                db.sqliteConnection, "main", copy.assumingMemoryBound(to: UInt8.self), size, size,
                flags)
            guard code == SQLITE_OK else { throw DatabaseError(resultCode: .init(rawValue: code)) }
            db.clearSchemaCache()
        }
        return queue
    }
}
