/// What became of waves: into the table, and back.

import GRDB
import Ledgers
import Model

extension CommitWriter {
    func record(_ event: WaveEvent, ofLink link: Int, at place: Int) throws {
        var statement = try BoundStatement(db, "INSERT INTO waves VALUES (?, ?, ?)")
        try statement.bind(link)
        try statement.bind(place)
        try event.line.withUnsafeBytes { try statement.bind(text: $0) }
        try statement.run()
    }
}

extension LedgerRows {
    /// Events and instructions in the order in which they were recorded.
    func journey() throws -> Journey {
        var journey = Journey()
        var statement = try BoundStatement(
            db,
            """
            SELECT link, place, 0, line FROM waves UNION ALL
            SELECT link, place, 1, line FROM instructions ORDER BY 1, 2
            """)
        defer { statement.finish() }
        while try statement.next() {
            let line = Array(statement.bytes(3))
            if statement.number(2) == 0 {
                journey.take(try WaveEvent(line: line))
            } else {
                journey.take(try Instruction(line: line))
            }
        }
        try journey.fillMembers { try plan(digest: $0)?.steps ?? [] }
        return journey
    }
}
