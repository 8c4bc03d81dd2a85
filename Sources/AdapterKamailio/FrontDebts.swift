/// What fronts that keep homes in memory were told, remembered in the database: whoever dies between a
/// commit and telling a front leaves a debt that the next one pays.

import Model
import Postgres

/// What a front is still to be told.
struct FrontDebt: Sendable {
    /// `host:port` of its RPC.
    var front: String
    var homes: [CachedRow]
    /// The newest change among them, by the database's clock.
    var upTo: String
}

extension HomeDatabase {
    /// More than this is told faster by a reload of the whole table.
    static let debtMax = 5000

    /// What fronts may not know yet; asked once for each front, and again after one was not told.
    /// Changes commit in another order than they are stamped, so a minute is told twice.
    func debts(of fronts: [String]) throws(PostgresError) -> [FrontDebt] {
        guard let changedSince = statements.changedSince else { return [] }
        var debts: [FrontDebt] = []
        for front in fronts where !toldFronts.contains(front) {
            let connection = try connection()
            try connection.run(
                "INSERT INTO rehome_fronts (front, told) VALUES ($1, now()) ON CONFLICT DO NOTHING",
                [front])
            let told = try connection.run(
                "SELECT (told - interval '1 minute')::text, told::text FROM rehome_fronts WHERE front = $1",
                [front])
            let rows = try connection.run(
                changedSince,
                [statements.attribute, told.text(0, 0) ?? "-infinity", "\(Self.debtMax + 1)"])
            let homes = (0..<rows.rows).map { row in
                CachedRow(
                    key: "\(rows.text(row, 0) ?? "")@\(rows.text(row, 1) ?? "")",
                    set: rows.text(row, 2) ?? "")
            }
            let newest = rows.rows > 0 ? rows.text(rows.rows - 1, 3) : told.text(0, 1)
            debts.append(FrontDebt(front: front, homes: homes, upTo: newest ?? "-infinity"))
        }
        return debts
    }

    /// A front was told of every change up to a time.
    func paid(_ front: String, upTo time: String) throws(PostgresError) {
        try connection().run(
            "UPDATE rehome_fronts SET told = greatest(told, $2::timestamp) WHERE front = $1",
            [front, time])
        toldFronts.insert(front)
    }

    /// A front was not told: what it missed is asked for again.
    func owes(_ front: String) { toldFronts.remove(front) }

    /// The homes that changed last: those that a copy is most likely to have otherwise.
    func latest(_ count: Int) throws(PostgresError) -> [CachedRow] {
        guard let latest = statements.latest else { return [] }
        let rows = try connection().run(latest, [statements.attribute, "\(count)"])
        return (0..<rows.rows).map { row in
            CachedRow(
                key: "\(rows.text(row, 0) ?? "")@\(rows.text(row, 1) ?? "")",
                set: rows.text(row, 2) ?? "")
        }
    }
}
