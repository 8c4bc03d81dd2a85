/// What was taken back and stays blocked: into the table, and back.

import GRDB
import Ledgers
import Model

extension CommitWriter {
    func takeBack(_ steps: [StepID], ofLink link: Int) throws {
        for step in steps {
            var statement = try BoundStatement(
                db, "INSERT INTO taken_back VALUES (?, ?) ON CONFLICT DO NOTHING")
            try statement.bind(step)
            try statement.bind(link)
            try statement.run()
        }
    }
}

extension LedgerRows {
    func takenBack() throws -> Set<StepID> {
        var steps: Set<StepID> = []
        var statement = try BoundStatement(db, "SELECT step FROM taken_back")
        defer { statement.finish() }
        while try statement.next() { steps.insert(try Self.step(statement.bytes(0))) }
        return steps
    }
}
