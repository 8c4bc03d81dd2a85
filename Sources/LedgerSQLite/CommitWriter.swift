/// Entries into tables: the same meaning as `LedgerContents`, of which `verify` convinces itself.

import GRDB
import Ledgers
import Model

/// Lives for one transaction.
struct CommitWriter {
    let db: Database
    /// Ids of connections, pools, placements and kinds that this commit named already.
    private var words: [String: Int64] = [:]

    init(_ db: Database) { self.db = db }

    mutating func append(_ link: AuditLink) throws {
        var statement = try BoundStatement(db, "INSERT INTO audit VALUES (?, ?, ?)")
        try statement.bind(link.head.number)
        try statement.bind(link.head.hash)
        try link.line.withUnsafeBytes { try statement.bind(text: $0) }
        try statement.run()
    }

    /// Writes the entries of one commit, by the number of its link.
    mutating func apply(_ entries: [LedgerEntry], ofLink link: Int) throws {
        var homes = try BoundStatement(db, Self.upsertHome)
        for (place, entry) in entries.enumerated() {
            switch entry {
            case .planRecorded(let plan): try record(plan)
            case .runBegan(let run): try begin(run)
            case .batchIntended(let steps):
                for step in steps { try intend(step) }
            case .stepSettled(let run, let step, let outcome, let at):
                try settle(step, in: run, outcome, at)
            case .homeSettled(let connection, let home):
                try settle(home, in: connection, &homes)
            case .runEnded(let run, let outcome, let reason, let counts, let at):
                try end(run, outcome, reason, counts, at)
            case .consentGiven(let consent): try record(consent)
            case .instructed(let instruction):
                try record(instruction, ofLink: link, at: place)
            case .bound(let connection, let resources):
                for resource in resources { try bind(resource, on: connection) }
            case .wave(let event): try record(event, ofLink: link, at: place)
            case .retirement(let event): try record(event, ofLink: link, at: place)
            case .takenBack(let steps): try takeBack(steps, ofLink: link)
            }
        }
    }

    private static let upsertHome = """
        INSERT INTO homes VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
            own_id = excluded.own_id, pool = excluded.pool, former = excluded.former,
            placement = excluded.placement, by_selection = excluded.by_selection,
            moved_by_us = excluded.moved_by_us
        """

    private mutating func settle(
        _ home: SettledHome, in connection: String, _ statement: inout BoundStatement
    ) throws {
        try statement.bind(try id(of: connection))
        try statement.bind(try id(of: home.resource.kind.name))
        try statement.bind(Address.withoutScheme(home.resource.name))
        try statement.bind(home.ownID)
        try statement.bind(try id(of: home.pool))
        try statement.bind(try home.former.map { try id(of: $0) })
        try statement.bind(try id(of: home.placement))
        try statement.bind(home.bySelection)
        try statement.bind(home.movedByUs)
        try statement.run()
    }

    private func record(_ plan: RecordedPlan) throws {
        var statement = try BoundStatement(
            db, "INSERT INTO plans VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING")
        try statement.bind(plan.digest)
        try statement.bind(plan.campaign)
        try statement.bind(plan.revision)
        try statement.bind(plan.at)
        try statement.bind(bytes: plan.steps.flatMap(\.bytes))
        try statement.bind(plan.prices?.line)
        try statement.run()
    }

    private func record(_ consent: Consent) throws {
        var statement = try BoundStatement(
            db, "INSERT INTO consents VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        let (subject, what) = consent.subject.recorded
        try statement.bind(subject)
        try statement.bind(what)
        try statement.bind(consent.digest)
        try statement.bind(consent.reason)
        try statement.bind(consent.by.account)
        try statement.bind(consent.by.host)
        try statement.bind(consent.by.label)
        try statement.bind(consent.at)
        try statement.bind(consent.signature?.principal)
        try statement.bind(consent.signature?.armor)
        try statement.run()
    }

    /// The number of a word, made when it is new.
    mutating func id(of word: String) throws -> Int64 {
        if let known = words[word] { return known }
        var insert = try BoundStatement(
            db, "INSERT INTO words (word) VALUES (?) ON CONFLICT DO NOTHING")
        try insert.bind(word)
        try insert.run()
        var select = try BoundStatement(db, "SELECT id FROM words WHERE word = ?")
        try select.bind(word)
        defer { select.finish() }
        guard try select.next() else { throw LedgerError.damaged("the table words is unusable") }
        words[word] = select.number(0)
        return select.number(0)
    }
}

/// Runs and steps.
extension CommitWriter {
    private func begin(_ run: Run) throws {
        if try number(of: run.id) != nil { throw LedgerError.beganTwice(run.id) }
        var statement = try BoundStatement(
            db,
            """
            INSERT INTO runs VALUES
                (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """)
        try statement.bind(run.id.text)
        try statement.bind(run.plan)
        try statement.bind(run.campaign)
        try statement.bind(run.revision)
        try statement.bind(run.by.account)
        try statement.bind(run.by.host)
        try statement.bind(run.by.label)
        try statement.bind(run.began)
        try statement.bind(run.ended)
        try statement.bind(run.outcome?.rawValue)
        try statement.bind(run.reason)
        try bind(run.counts, to: &statement)
        try statement.run()
    }

    private func end(
        _ run: RunID, _ outcome: Run.Outcome, _ reason: String?, _ counts: Run.Counts,
        _ at: Instant
    ) throws {
        guard let (number, _) = try number(of: run) else { throw LedgerError.neverBegan(run) }
        var statement = try BoundStatement(
            db,
            """
            UPDATE runs SET ended = ?, outcome = ?, reason = ?, total = ?, done = ?, already = ?,
                conflict = ?, failed = ?, in_doubt = ?, gone = ? WHERE number = ?
            """)
        try statement.bind(at)
        try statement.bind(outcome.rawValue)
        try statement.bind(reason)
        try bind(counts, to: &statement)
        try statement.bind(number)
        try statement.run()
    }

    private func bind(_ counts: Run.Counts, to statement: inout BoundStatement) throws {
        try statement.bind(counts.total)
        try statement.bind(counts.done)
        try statement.bind(counts.already)
        try statement.bind(counts.conflict)
        try statement.bind(counts.failed)
        try statement.bind(counts.inDoubt)
        try statement.bind(counts.gone)
    }

    func number(of run: RunID) throws -> (number: Int64, hasEnded: Bool)? {
        var statement = try BoundStatement(
            db, "SELECT number, outcome IS NOT NULL FROM runs WHERE id = ?")
        try statement.bind(run.text)
        defer { statement.finish() }
        return try statement.next() ? (statement.number(0), statement.flag(1)) : nil
    }

    private mutating func intend(_ step: IntendedStep) throws {
        guard let run = try number(of: step.run) else { throw LedgerError.neverBegan(step.run) }
        if run.hasEnded { throw LedgerError.hasEnded(step.run) }
        var insert = try BoundStatement(
            db,
            """
            INSERT INTO steps VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
                NULL, NULL, NULL, NULL)
            """)
        try insert.bind(run.number)
        try insert.bind(step.batch)
        try insert.bind(try id(of: step.connection))
        try insert.bind(step.move.step)
        try insert.bind(try id(of: step.move.resource.kind.name))
        try insert.bind(step.move.resource.name)
        try insert.bind(step.move.ownID)
        try insert.bind(try id(of: step.move.from))
        try insert.bind(try id(of: step.move.to))
        try insert.bind(try id(of: step.placement))
        try insert.bind(step.bySelection)
        try insert.bind(step.attempt)
        try insert.bind(step.at)
        try insert.bind(step.deadline)
        try insert.bind(step.repeatable)
        try insert.run()
        try doubt(step.move.step, because: db.lastInsertedRowID)
    }

    /// As `LedgerContents` settles a step, in tables.
    private func settle(
        _ step: StepID, in run: RunID, _ outcome: StepOutcome, _ at: Instant
    ) throws {
        guard let (run, _) = try number(of: run) else { throw LedgerError.neverBegan(run) }
        let doubted = try first(
            "SELECT intent FROM doubts WHERE step = ?", step, and: nil)
        let latest = try first(
            "SELECT number FROM steps WHERE step = ? AND +run = ? ORDER BY number DESC LIMIT 1",
            step, and: run)
        let intent = latest ?? doubted
        if let intent { try record(outcome, at, of: intent) }
        if let doubted, let intent, intent < doubted { return }
        switch outcome.standing {
        case .settled:
            try forget("doubts", step)
            try forget("set_aside", step)
        case .setAside(let message):
            try forget("doubts", step)
            var statement = try BoundStatement(
                db, "INSERT OR REPLACE INTO set_aside VALUES (?, ?, ?)")
            try statement.bind(step)
            try statement.bind(message)
            try statement.bind(at)
            try statement.run()
        case .inDoubt:
            if let intent { try doubt(step, because: intent) }
        }
    }

    private func record(_ outcome: StepOutcome, _ at: Instant, of intent: Int64) throws {
        let (name, message, until) = outcome.recorded
        var statement = try BoundStatement(
            db,
            """
            UPDATE steps SET outcome = ?, message = ?, until = ?, settled_at = ?
            WHERE number = ?
            """)
        try statement.bind(name)
        try statement.bind(message)
        try statement.bind(until)
        try statement.bind(at)
        try statement.bind(intent)
        try statement.run()
    }

    private func doubt(_ step: StepID, because intent: Int64) throws {
        var statement = try BoundStatement(db, "INSERT OR REPLACE INTO doubts VALUES (?, ?)")
        try statement.bind(step)
        try statement.bind(intent)
        try statement.run()
        try forget("set_aside", step)
    }

    func forget(_ table: StaticString, _ step: StepID) throws {
        var statement = try BoundStatement(db, "DELETE FROM \(table) WHERE step = ?")
        try statement.bind(step)
        try statement.run()
    }

    private func first(_ sql: String, _ step: StepID, and run: Int64?) throws -> Int64? {
        var statement = try BoundStatement(db, sql)
        try statement.bind(step)
        if let run { try statement.bind(run) }
        defer { statement.finish() }
        return try statement.next() ? statement.number(0) : nil
    }
}
