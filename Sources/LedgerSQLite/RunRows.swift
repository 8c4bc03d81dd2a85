/// Plans, runs and their steps.

import GRDB
import Ledgers
import Model

extension LedgerRows {
    func runs() throws -> [Run] {
        var runs: [Run] = []
        var statement = try BoundStatement(
            db,
            """
            SELECT id, plan, campaign, revision, account, host, label, began, ended, outcome,
                reason, total, done, already, conflict, failed, in_doubt, gone
            FROM runs ORDER BY number
            """)
        defer { statement.finish() }
        while try statement.next() {
            let word = statement.optionalText(9)
            let outcome = word.flatMap(Run.Outcome.init(rawValue:))
            guard (word == nil) == (outcome == nil) else { throw Self.damaged("runs") }
            runs.append(
                Run(
                    id: RunID(statement.text(0)), plan: statement.text(1),
                    campaign: statement.text(2), revision: statement.optionalText(3),
                    by: statement.actor(4), began: statement.time(7),
                    ended: statement.optionalTime(8), outcome: outcome,
                    reason: statement.optionalText(10), counts: counts(statement, from: 11)))
        }
        return runs
    }

    private func counts(_ statement: BoundStatement, from column: Int32) -> Run.Counts {
        var counts = Run.Counts()
        counts.total = Int(statement.number(column))
        counts.done = Int(statement.number(column + 1))
        counts.already = Int(statement.number(column + 2))
        counts.conflict = Int(statement.number(column + 3))
        counts.failed = Int(statement.number(column + 4))
        counts.inDoubt = Int(statement.number(column + 5))
        counts.gone = Int(statement.number(column + 6))
        return counts
    }

    func plan(digest: String) throws -> RecordedPlan? {
        var statement = try BoundStatement(db, Self.planColumns + " WHERE digest = ?")
        try statement.bind(digest)
        defer { statement.finish() }
        return try statement.next() ? try plan(statement) : nil
    }

    func plans() throws -> [String: RecordedPlan] {
        var plans: [String: RecordedPlan] = [:]
        var statement = try BoundStatement(db, Self.planColumns)
        defer { statement.finish() }
        while try statement.next() { plans[statement.text(0)] = try plan(statement) }
        return plans
    }

    private static let planColumns =
        "SELECT digest, campaign, revision, at, steps, prices FROM plans"

    private func plan(_ statement: BoundStatement) throws -> RecordedPlan {
        let bytes = statement.bytes(4)
        guard bytes.count % 16 == 0 else { throw Self.damaged("plans") }
        let steps = try stride(from: 0, to: bytes.count, by: 16).map {
            try Self.step(UnsafeRawBufferPointer(rebasing: bytes[$0..<$0 + 16]))
        }
        return RecordedPlan(
            digest: statement.text(0), campaign: statement.text(1),
            revision: statement.optionalText(2), at: statement.time(3), steps: steps,
            prices: try statement.optionalText(5).map(StepPrices.init(line:)))
    }
}

extension LedgerRows {
    private static let intentColumns = """
        SELECT r.id, s.batch, s.connection, s.step, s.kind, s.name, s.own_id, s.from_pool,
            s.to_pool, s.placement, s.by_selection, s.attempt, s.at, s.deadline, s.repeatable,
            s.outcome, s.message, s.until, s.settled_at
        """

    func steps(of run: RunID, _ words: [String]? = nil) throws -> [RecordedStep] {
        let words = try words ?? self.words()
        var steps: [RecordedStep] = []
        var statement = try BoundStatement(
            db,
            Self.intentColumns
                + """
                 FROM runs r JOIN steps s ON s.run = r.number WHERE r.id = ? ORDER BY s.number
                """)
        try statement.bind(run.text)
        defer { statement.finish() }
        while try statement.next() {
            var step = RecordedStep(
                intent: try intent(statement, words), outcome: nil,
                settledAt: statement.optionalTime(18))
            if let name = statement.optionalText(15) {
                step.outcome = StepOutcome(
                    recorded: name, message: statement.optionalText(16),
                    until: statement.optionalTime(17))
                if step.outcome == nil { throw Self.damaged("steps") }
            }
            steps.append(step)
        }
        return steps
    }

    func inDoubt(_ words: [String]) throws -> [IntendedStep] {
        var intents: [IntendedStep] = []
        var statement = try BoundStatement(
            db,
            Self.intentColumns
                + """
                 FROM doubts d JOIN steps s ON s.number = d.intent JOIN runs r ON r.number = s.run
                 ORDER BY s.number
                """)
        defer { statement.finish() }
        while try statement.next() { intents.append(try intent(statement, words)) }
        return intents
    }

    private func intent(_ row: BoundStatement, _ words: [String]) throws -> IntendedStep {
        guard let kind = Kind(name: try Self.word(words, row.number(4))) else {
            throw Self.damaged("steps")
        }
        return IntendedStep(
            run: RunID(row.text(0)), batch: Int(row.number(1)),
            connection: try Self.word(words, row.number(2)),
            move: Move(
                step: try Self.step(row.bytes(3)),
                resource: ResourceID(kind: kind, name: row.text(5)), ownID: row.optionalText(6),
                from: try Self.word(words, row.number(7)),
                to: try Self.word(words, row.number(8))),
            placement: try Self.word(words, row.number(9)), bySelection: row.flag(10),
            attempt: Int(row.number(11)), at: row.time(12), deadline: row.time(13),
            repeatable: row.flag(14))
    }
}
