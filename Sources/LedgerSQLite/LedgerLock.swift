/// The lease as an operating-system lock: it dies with its process, however that dies.

import Foundation
import Ledgers
import Model

/// A `flock` on a file beside the ledger. The file says who has it; that is for people, the lock
/// itself is what counts. The file stays when the lock is given back: removing it would let two
/// processes lock two files of one name.
final class LedgerLock: Sendable {
    private let descriptor: Int32

    private init(descriptor: Int32) { self.descriptor = descriptor }

    deinit {
        ftruncate(descriptor, 0)
        close(descriptor)
    }

    /// Takes the lock or throws `.leaseHeld` with the words of its holder; never waits.
    static func take(at path: String, for words: String) throws(LedgerError) -> LedgerLock {
        // Close-on-exec: a child that outlives us must not keep our lease.
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw .storage(
                "the lock file \(path) cannot be opened: \(reason(errno));"
                    + " a command that acts needs a folder that this account may write")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            let holder = contents(of: descriptor)
            close(descriptor)
            if code == EWOULDBLOCK { throw .leaseHeld(by: holder ?? "another process") }
            throw .storage("the file \(path) cannot be locked: \(reason(code))")
        }
        let lock = LedgerLock(descriptor: descriptor)
        guard lock.isStill(at: path) else {
            throw .storage("the lock file \(path) was removed meanwhile; try again")
        }
        lock.write(words)
        return lock
    }

    /// Whether the path still names the file that was locked.
    private func isStill(at path: String) -> Bool {
        var mine = stat()
        var there = stat()
        return fstat(descriptor, &mine) == 0 && stat(path, &there) == 0
            && mine.st_ino == there.st_ino && mine.st_dev == there.st_dev
    }

    /// A disk that is full takes no words; the lock holds without them.
    private func write(_ words: String) {
        ftruncate(descriptor, 0)
        let bytes = Array((words + "\n").utf8)
        _ = pwrite(descriptor, bytes, bytes.count, 0)
    }

    private static func contents(of descriptor: Int32) -> String? {
        var bytes = [UInt8](repeating: 0, count: 500)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        guard count > 0 else { return nil }
        let line = bytes[..<count].prefix { $0 >= 0x20 && $0 != 0x7F }
        return line.isEmpty ? nil : String(decoding: line, as: UTF8.self)
    }

    private static func reason(_ code: Int32) -> String {
        String(cString: strerror(code)).lowercased()
    }
}
