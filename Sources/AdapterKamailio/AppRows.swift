/// Applications: rows of the dialplan, whose `attrs` is the dispatcher set that answers.

import Model
import Postgres

/// A row of the dialplan.
struct AppRow: Hashable, Sendable {
    /// The serial of the table.
    var id: String
    /// What is dialled: an address, or an expression for many.
    var expression: String
    var operation: Int
    var priority: Int
    /// The dispatcher set, as text.
    var set: String

    /// The name of the application is what is dialled: it does not hang on the pool.
    var resource: ResourceID { ResourceID(kind: .serviceAddress, name: expression) }

    /// Whether an entry of a front is this row.
    func isSame(as entry: DialplanDump.Entry) -> Bool {
        entry.expression == expression && entry.operation == operation
            && entry.priority == priority
    }

    /// Where it lives: where the table says, or on its way there while a front still has it elsewhere.
    func home(_ sets: PoolSets, _ views: [FrontView]) -> Home {
        let pool = sets.fqdn(ofSet: set)
        for view in views {
            guard let entries = view.dialplan else { continue }
            let entry = entries.first { isSame(as: $0) }
            if let entry, entry.attributes != set {
                return .inFlight(from: sets.fqdn(ofSet: entry.attributes), to: pool)
            }
        }
        return .pool(pool)
    }

    static func read(
        _ dialplan: Int, on connection: PostgresConnection, locked: Bool
    ) throws(PostgresError) -> [AppRow] {
        let rows = try connection.run(
            """
            SELECT id, match_exp, match_op, pr, attrs FROM dialplan WHERE dpid = $1
            ORDER BY id \(locked ? "FOR UPDATE" : "")
            """, ["\(dialplan)"])
        return (0..<rows.rows).map { row in
            AppRow(
                id: rows.text(row, 0) ?? "", expression: rows.text(row, 1) ?? "",
                operation: Int(rows.text(row, 2) ?? "") ?? 0,
                priority: Int(rows.text(row, 3) ?? "") ?? 0, set: rows.text(row, 4) ?? "")
        }
    }
}

extension Homes {
    mutating func append(_ app: AppRow, _ sets: PoolSets, _ views: [FrontView]) {
        append(
            ObservedResource(
                id: app.resource, ownID: .absent, home: .present(app.home(sets, views))))
    }
}
