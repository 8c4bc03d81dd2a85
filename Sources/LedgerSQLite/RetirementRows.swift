/// What became of pools on the way to their end: into the table, and back.

import GRDB
import Ledgers
import Model

extension CommitWriter {
    func record(_ event: RetirementEvent, ofLink link: Int, at place: Int) throws {
        var statement = try BoundStatement(db, "INSERT INTO retirements VALUES (?, ?, ?)")
        try statement.bind(link)
        try statement.bind(place)
        try event.line.withUnsafeBytes { try statement.bind(text: $0) }
        try statement.run()
    }
}

extension LedgerRows {
    /// Events in the order in which they were recorded.
    func retirements() throws -> Retirements {
        var retirements = Retirements()
        var statement = try BoundStatement(
            db, "SELECT line FROM retirements ORDER BY link, place")
        defer { statement.finish() }
        while try statement.next() {
            retirements.take(try RetirementEvent(line: Array(statement.bytes(0))))
        }
        return retirements
    }
}
