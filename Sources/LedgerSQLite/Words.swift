/// What SQLite says, in words that name the file and what to do.

import GRDB
import Ledgers

enum Words {
    /// Runs what talks to the file, and says in our words what went wrong.
    static func storage<Value>(
        at path: String, _ body: () throws -> Value
    ) throws(LedgerError) -> Value {
        do {
            return try body()
        } catch let error as LedgerError {
            throw error
        } catch let error as DatabaseError {
            throw .storage(sentence(error, path))
        } catch {
            throw .storage("the ledger at \(path) cannot be used: \(error)")
        }
    }

    static func foreign(_ path: String) -> LedgerError {
        .storage("the file \(path) is no ledger of rehome: point spec.ledger at another one")
    }

    private static func sentence(_ error: DatabaseError, _ path: String) -> String {
        let ledger = "the ledger at \(path)"
        switch error.resultCode {
        case .SQLITE_FULL:
            return "\(ledger) cannot be written, because its disk is full: free some space"
        case .SQLITE_IOERR:
            return "\(ledger) cannot be read or written (\(words(error))): look at the space on"
                + " its disk, at the file-size limit (ulimit -f) and at the disk itself"
        case .SQLITE_READONLY:
            return "\(ledger) may not be written by this account: look at the permissions of the"
                + " file and its folder"
        case .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH:
            return "\(ledger) cannot be opened by this account: look at the permissions of the"
                + " file and its folder"
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            return "\(ledger) is being written by another program for longer than five seconds:"
                + " look who has it open"
        case .SQLITE_CORRUPT:
            return "\(ledger) is broken as a file (\(words(error))): restore it from a backup"
        case .SQLITE_NOTADB:
            return "the file \(path) is no SQLite file: restore the ledger from a backup, or point"
                + " spec.ledger at another one"
        default:
            return "\(ledger) cannot be used: \(words(error))"
        }
    }

    private static func words(_ error: DatabaseError) -> String {
        error.message ?? "\(error.extendedResultCode)"
    }
}
