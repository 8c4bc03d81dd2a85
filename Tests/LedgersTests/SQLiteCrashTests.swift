/// What is left when a process dies, a disk fills up, or a folder may not be written.

import Conformance
import Foundation
import LedgerSQLite
import Ledgers
import Model
import TestSupport
import Testing

@Suite struct SQLiteCrashTests {
    /// The files as a power cut leaves them: the log was not written back, and cut at any byte.
    @Test func `what was acknowledged is in the log, and half a commit is no commit`() async throws
    {
        try await withLedgerFolder { folder in
            let ledger = try await folder.open()
            let lease = try await ledger.acquireLease(by: Sample.ana, at: Sample.start)
            var log = 0
            var heads = [try await ledger.head()]
            for entries in LedgerFolder.history {
                log = try folder.bytes("-wal").count
                heads.append(
                    try await ledger.commit(
                        entries, under: lease, by: Sample.ana, at: Sample.start))
            }
            let whole = try folder.bytes("-wal")
            for length in [whole.count, whole.count - 1, (log + whole.count) / 2, log] {
                try await withLedgerFolder { copy in
                    try copy.write(try folder.bytes(), log: whole.prefix(length))
                    let survivor = try await copy.open(newID: nil)
                    let expected = length == whole.count ? heads[4] : heads[3]
                    #expect(try await survivor.head() == expected, "\(length) of \(whole.count)")
                    #expect(try await survivor.verify(anchor: heads[3]).broken == nil)
                    #expect(try await survivor.verify(anchor: heads[3]).anchorFound == true)
                    #expect(
                        try await survivor.memory(comparedBy: .whole).consents.count == expected
                            .number - 3)
                    try await survivor.close()
                }
            }
        }
    }

    /// Kills itself before or after the n-th commit, and leaves the head that it knew of.
    @Test(arguments: [1, 2, 4], [true, false])
    func `a process that is killed loses nothing that was acknowledged, and its lease`(
        _ number: Int, _ before: Bool
    ) async throws {
        try await withLedgerFolder { folder in
            let path = folder.path
            await #expect(processExitsWith: .signal(SIGKILL)) {
                [path = path as String, number = number as Int, before = before as Bool] in
                let ledger = CrashingLedger(
                    try await SQLiteLedger.open(
                        at: path, expectedID: nil, newID: Sample.ledgerID, at: Sample.start),
                    killBefore: before ? number : nil, killAfter: before ? nil : number
                ) {
                    kill(getpid(), SIGKILL)
                    fatalError("outlived SIGKILL")
                }
                let lease = try await ledger.acquireLease(by: Sample.ana, at: Sample.start)
                for entries in LedgerFolder.history {
                    try await ledger.commit(
                        entries, under: lease, by: Sample.ana, at: Sample.start)
                }
            }
            let ledger = try await folder.open(newID: nil)
            let expected = before ? number - 1 : number
            #expect(try await ledger.head().number == expected)
            #expect(try await ledger.verify(anchor: nil).broken == nil)
            let lease = try await ledger.acquireLease(by: Sample.ben, at: Sample.start)
            for entries in LedgerFolder.history.dropFirst(expected) {
                try await ledger.commit(entries, under: lease, by: Sample.ben, at: Sample.start)
            }
            #expect(try await ledger.verify(anchor: nil).broken == nil)
            try await ledger.close()
        }
    }

    @Test func `a lease that another process holds is named, and free when that is killed`()
        async throws
    {
        try await withLedgerFolder { folder in
            let ledger = try await folder.open()
            let holder = try LockHolder(folder.path + ".lock", words: "eva@ops3, process 7")
            #expect(
                await refusal { try await ledger.acquireLease(by: Sample.ana, at: Sample.start) }
                    == .leaseHeld(by: "eva@ops3, process 7"))
            holder.kill()
            _ = try await ledger.acquireLease(by: Sample.ana, at: Sample.start)
            try await ledger.close()
        }
    }

    @Test func `beyond the file-size limit a commit is refused in full, and later ones go on`()
        async throws
    {
        try await withLedgerFolder { folder in
            let path = folder.path
            await #expect(processExitsWith: .success) { [path = path as String] in
                let ledger = try await SQLiteLedger.open(
                    at: path, expectedID: nil, newID: Sample.ledgerID, at: Sample.start)
                let lease = try await ledger.acquireLease(by: Sample.ana, at: Sample.start)
                var acknowledged = try await ledger.commit(
                    [.runBegan(Sample.run("r1"))], under: lease, by: Sample.ana, at: Sample.start)
                limitFileSize(to: 300_000)
                let error = await refusal {
                    for number in 0..<2000 {
                        acknowledged = try await ledger.commit(
                            [.planRecorded(Sample.plan("plan \(number)", steps: 100))],
                            under: lease, by: Sample.ana, at: Sample.start)
                    }
                }
                guard case .storage(let words) = error else { exit(2) }
                #expect(words.contains(path) && words.contains("ulimit -f"))
                limitFileSize(to: .max)
                let report = try await ledger.verify(anchor: nil)
                #expect(report == AuditReport(head: acknowledged, broken: nil, anchorFound: nil))
                try await ledger.commit(
                    [Sample.ended("r1", .waiting)], under: lease, by: Sample.ana,
                    at: Sample.start)
                #expect(try await ledger.verify(anchor: acknowledged).anchorFound == true)
                try await ledger.close()
            }
            let ledger = try #require(try await folder.openForReading())
            #expect(try await ledger.runs().map(\.outcome) == [.waiting])
            #expect(try await ledger.verify(anchor: nil).broken == nil)
        }
    }

    @Test func `a ledger broken as a file says so, and where`() async throws {
        try await withLedgerFolder { folder in
            try await folder.fill()
            var bytes = try folder.bytes()
            bytes.replaceSubrange(4096..<bytes.count, with: Data(count: bytes.count - 4096))
            try bytes.write(to: URL(filePath: folder.path))
            let error = await refusal {
                try await folder.openForReading()?.verify(anchor: nil)
            }
            guard case .storage(let words) = error else {
                Issue.record("refused otherwise: \(String(describing: error))")
                return
            }
            #expect(words.contains(folder.path) && words.contains("backup"))
        }
    }
}

/// Where this account may write nothing. Root may always write, so the test becomes nobody.
extension SQLiteCrashTests {
    @Test func `in a folder that may not be written one can look, and acting is refused`()
        async throws
    {
        try await withLedgerFolder { folder in
            try await folder.fill()
            try FileManager.default.removeItem(atPath: folder.path + ".lock")
            let parent = URL(filePath: folder.path).deletingLastPathComponent().path
            chmod(folder.path, 0o444)
            chmod(parent, 0o555)
            chmod(URL(filePath: parent).deletingLastPathComponent().path, 0o755)
            defer { chmod(parent, 0o755) }
            let path = folder.path
            await #expect(processExitsWith: .success) { [path = path as String] in
                if getuid() == 0 { setuid(65534) }
                let ledger = try #require(
                    try await SQLiteLedger.openForReading(at: path, expectedID: Sample.ledgerID))
                #expect(try await ledger.verify(anchor: nil).broken == nil)
                #expect(try await ledger.memory(comparedBy: .whole).inDoubt.count == 2)
                let error = await refusal {
                    let ledger = try await SQLiteLedger.open(
                        at: path, expectedID: nil, newID: nil, at: Sample.start)
                    return try await ledger.acquireLease(by: Sample.ana, at: Sample.start)
                }
                guard case .storage(let words) = error else { exit(2) }
                #expect(words.contains(path) && words.contains("this account"))
                let new = await refusal {
                    try await SQLiteLedger.open(
                        at: path + ".d/ledger.db", expectedID: nil, newID: "x", at: Sample.start)
                }
                guard case .storage(let words) = new else { exit(3) }
                #expect(words.contains("cannot be made"))
            }
        }
    }
}

extension LedgerFolder {
    fileprivate func write(_ bytes: Data, log: Data) throws {
        try FileManager.default.createDirectory(
            at: URL(filePath: path).deletingLastPathComponent(),
            withIntermediateDirectories: true)
        try bytes.write(to: URL(filePath: path))
        try log.write(to: URL(filePath: path + "-wal"))
    }
}

private func limitFileSize(to bytes: rlim_t) {
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
    limit.rlim_cur = min(bytes, limit.rlim_max)
    setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
}

/// Another process that holds the lock of a ledger, as `rehome` on the next terminal would.
private struct LockHolder {
    private let output: UnsafeMutablePointer<FILE>
    private let process: pid_t

    /// Returns when the lock is held. What the process runs under its lock ends by itself with it.
    init(_ path: String, words: String) throws {
        let script = """
            printf "%s\\n" "$1" > "$0"; echo $PPID; exec tail --pid=$PPID -f /dev/null > /dev/null
            """
        let command = "exec flock --close '\(path)' sh -c '\(script)' '\(path)' '\(words)'"
        output = try #require(popen(command, "r"))
        var digits: [UInt8] = []
        while case let byte = getc(output), byte > 0x20 { digits.append(UInt8(byte)) }
        process = try #require(pid_t(String(decoding: digits, as: UTF8.self)))
    }

    func kill() {
        Foundation.kill(process, SIGKILL)
        pclose(output)
    }
}
