/// Tables back into values.

import GRDB
import Ledgers
import Model

struct LedgerRows {
    let db: Database

    init(_ db: Database) { self.db = db }

    func token() throws -> Int64 {
        try Int64.fetchOne(db, sql: "SELECT token FROM ledger") ?? 0
    }

    func pseudonymKey() throws -> [UInt8] {
        let hex = try String.fetchOne(db, sql: "SELECT hex(pseudonym_key) FROM ledger") ?? ""
        let digits = Array(hex.utf8)
        let key = stride(from: 0, to: digits.count - 1, by: 2).compactMap {
            UInt8(String(decoding: digits[$0...$0 + 1], as: UTF8.self), radix: 16)
        }
        guard key.count == 32 else {
            throw LedgerError.damaged("it has no key for pseudonyms")
        }
        return key
    }

    func head(of id: String) throws -> AuditHead {
        var statement = try BoundStatement(
            db, "SELECT number, hash FROM audit ORDER BY number DESC LIMIT 1")
        defer { statement.finish() }
        guard try statement.next() else { return AuditHead(ofEmptyLedger: id) }
        return AuditHead(number: Int(statement.number(0)), hash: statement.text(1))
    }

    func forEachLink(after number: Int, limit: Int, _ body: (AuditLink) -> Void) throws {
        var statement = try BoundStatement(
            db, "SELECT number, hash, line FROM audit WHERE number > ? ORDER BY number LIMIT ?")
        try statement.bind(number)
        try statement.bind(limit)
        defer { statement.finish() }
        while try statement.next() {
            let head = AuditHead(number: Int(statement.number(0)), hash: statement.text(1))
            body(AuditLink(head: head, line: Array(statement.bytes(2))))
        }
    }

    func memory(of id: String, comparedBy folding: Folding) throws -> Memory {
        let words = try words()
        var memory = Memory(
            isAtHand: true, ledgerID: id, homes: try homes(words, folding),
            inDoubt: try inDoubt(words), setAside: try setAside(),
            rolledBack: try takenBack(), consents: try consents(),
            stops: try stops(folding), bound: try bound(words, folding), journey: try journey())
        memory.retirements = try retirements()
        return memory
    }

    /// Everything but the trail, to be compared with it.
    func contents(of id: String) throws -> RecordedContents {
        let runs = try runs()
        let words = try words()
        var steps: [RunID: [RecordedStep]] = [:]
        for run in runs { steps[run.id] = try self.steps(of: run.id, words) }
        return RecordedContents(
            memory: try memory(of: id, comparedBy: LedgerContents.exact), runs: runs, steps: steps,
            plans: try plans(),
            instructions: try instructions(after: 0))
    }

    /// By their numbers, which are small and without large holes.
    func words() throws -> [String] {
        var words: [String] = []
        var statement = try BoundStatement(db, "SELECT id, word FROM words ORDER BY id")
        defer { statement.finish() }
        while try statement.next() {
            let id = statement.number(0)
            guard id >= 0, id < 1 << 24 else { throw Self.damaged("words") }
            while words.count < Int(id) { words.append("") }
            words.append(statement.text(1))
        }
        return words
    }

    private func homes(
        _ words: [String], _ folding: Folding
    ) throws -> [String: SettledHomes] {
        var homes: [String: SettledHomes] = [:]
        var counts = try BoundStatement(
            db, "SELECT connection, count(*) FROM homes GROUP BY connection ORDER BY connection")
        defer { counts.finish() }
        while try counts.next() {
            let connection = try Self.word(words, counts.number(0))
            homes[connection] = try HomesReader(words: words, comparedBy: folding).read(
                db, connection: counts.number(0), count: Int(counts.number(1)))
        }
        return homes
    }

    private func setAside() throws -> [StepID: Memory.SetAside] {
        var setAside: [StepID: Memory.SetAside] = [:]
        var statement = try BoundStatement(db, "SELECT step, message, since FROM set_aside")
        defer { statement.finish() }
        while try statement.next() {
            setAside[try Self.step(statement.bytes(0))] = Memory.SetAside(
                message: statement.text(1), since: statement.time(2))
        }
        return setAside
    }

    private func consents() throws -> [Consent] {
        var consents: [Consent] = []
        var statement = try BoundStatement(
            db,
            """
            SELECT subject, what, digest, reason, account, host, label, at, principal, signature
            FROM consents ORDER BY number
            """)
        defer { statement.finish() }
        while try statement.next() {
            guard
                let subject = Consent.Subject(
                    recorded: statement.text(0), what: statement.optionalText(1))
            else { throw Self.damaged("consents") }
            consents.append(
                Consent(
                    subject: subject, digest: statement.text(2), reason: statement.text(3),
                    by: statement.actor(4), at: statement.time(7),
                    signature: statement.optionalText(8).map {
                        Signature(principal: $0, armor: statement.text(9))
                    }))
        }
        return consents
    }

    static func damaged(_ table: String) -> LedgerError {
        .damaged("the table \(table) of the ledger holds what no rehome wrote")
    }

    static func word(_ words: [String], _ id: Int64) throws -> String {
        guard id >= 0, id < words.count else { throw damaged("words") }
        return words[Int(id)]
    }

    static func step(_ bytes: UnsafeRawBufferPointer) throws -> StepID {
        guard bytes.count == 16 else { throw damaged("steps") }
        return StepID(
            high: bytes[0..<8].reduce(0) { $0 << 8 | UInt64($1) },
            low: bytes[8..<16].reduce(0) { $0 << 8 | UInt64($1) })
    }
}

extension BoundStatement {
    /// Three columns: account, host, label.
    func actor(_ column: Int32) -> Actor {
        Actor(
            account: text(column), host: text(column + 1), label: optionalText(column + 2))
    }
}
