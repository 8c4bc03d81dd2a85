/// The end of a pool, and the way back from it: closed, proven empty, taken out of the dispatcher.

import Adapters
import Model
import Postgres

/// What a change of a pool came to in the table.
enum TableChange: Sendable {
    case changed
    case already
    case conflict(String)
}

extension HomeDatabase {
    /// Changes the rows of a set, or says what still lives there. Movers hold the rows of the sets that
    /// they enter until they commit, so whoever is second knows what the first one did.
    func change(_ change: PoolChange, within time: Duration) throws(AdapterError) -> TableChange {
        guard let set = sets.seenSet(of: change.pool) else {
            throw .permanent("\(change.pool) is no pool of this deployment")
        }
        var isCommitting = false
        do {
            try acknowledge(change.fence)
            let connection = try connection()
            try connection.run("BEGIN")
            try Self.holdBatch(on: connection, within: time)
            try demand(change.fence, on: connection)
            let result = try apply(change, set, on: connection)
            guard case .changed = result else {
                try connection.run("ROLLBACK")
                return result
            }
            isCommitting = true
            try connection.run("COMMIT")
            return result
        } catch {
            forgetConnections()
            throw AdapterError(error, began: isCommitting)
        }
    }

    /// Whether the table says of every member that it is disabled.
    func isClosed(_ fqdn: String) throws(PostgresError) -> Bool {
        guard let set = sets.set(of: fqdn).flatMap({ Int($0) }) else { return false }
        return try members(on: connection()).filter { $0.set == set }.allSatisfy(\.isClosed)
    }

    private func apply(
        _ change: PoolChange, _ set: String, on connection: PostgresConnection
    ) throws(PostgresError) -> TableChange {
        // Bit 4 of the flags is "disabled": it outlives reloads and restarts, a state set by RPC does not.
        let rows = try connection.run(
            "SELECT flags & 4 FROM dispatcher WHERE setid = $1 ORDER BY id FOR UPDATE", [set])
        let open = (0..<rows.rows).count { rows.text($0, 0) == "0" }
        switch change.action {
        case .reopen:
            guard rows.rows > 0 else {
                return .conflict("the dispatcher has no set \(set) any more")
            }
            guard open < rows.rows else { return .already }
            try connection.run("UPDATE dispatcher SET flags = flags & ~4 WHERE setid = $1", [set])
            return .changed
        case .close:
            guard rows.rows > 0 else {
                return .conflict("the dispatcher has no set \(set) any more")
            }
            if let left = try residents(of: set, on: connection) { return .conflict(left) }
            guard open > 0 else { return .already }
            try connection.run("UPDATE dispatcher SET flags = flags | 4 WHERE setid = $1", [set])
            return .changed
        case .remove:
            guard rows.rows > 0 else { return .already }
            guard open == 0 else { return .conflict("it is not closed") }
            if let left = try residents(of: set, on: connection) { return .conflict(left) }
            if let live = try live(on: change.pool), live > 0 {
                return .conflict("\(counted(live, "registration")) not ended there")
            }
            try connection.run("DELETE FROM dispatcher WHERE setid = $1", [set])
            return .changed
        }
    }

    /// Who and what still lives on a set, in words; nil where nothing does.
    private func residents(
        of set: String, on connection: PostgresConnection
    ) throws(PostgresError) -> String? {
        let users = try count(statements.residents, [statements.attribute, set], on: connection)
        let apps = try apps(on: set, on: connection)
        guard users + apps > 0 else { return nil }
        return "\(counted(users, "user")) and \(counted(apps, "application")) still live there"
    }

    private func apps(
        on set: String, on connection: PostgresConnection
    ) throws(PostgresError) -> Int {
        guard let dialplan = settings.dialplan else { return 0 }
        return try count(
            "SELECT count(*) FROM dialplan WHERE dpid = $1 AND attrs = $2", ["\(dialplan)", set],
            on: connection)
    }

    /// Live contacts that hang on this pool; nil where nobody knows.
    private func live(on fqdn: String) throws(PostgresError) -> Int? {
        let pool = Address.folded(fqdn)
        return settings.sharesLocations(pool) ? nil : try registrations.live(on: pool)
    }

    private func count(
        _ statement: String, _ values: [String?], on connection: PostgresConnection
    ) throws(PostgresError) -> Int {
        try connection.run(statement, values).text(0, 0).flatMap { Int($0) } ?? 0
    }

    /// One check for each thing that may still live on a pool.
    func emptiness(of fqdn: String) throws(PostgresError) -> [Evidence.Check] {
        guard let set = sets.seenSet(of: fqdn) else {
            return [Evidence.Check(fqdn, .inconclusive, "no setting names this pool")]
        }
        let connection = try connection()
        try Self.awaitBatches(on: connection)
        let users = try count(statements.residents, [statements.attribute, set], on: connection)
        var checks = [Self.check("users", users)]
        if settings.dialplan != nil {
            checks.append(Self.check("applications", try apps(on: set, on: connection)))
        } else {
            checks.append(
                Evidence.Check(
                    "applications", .inconclusive, "the settings name no dialplan (apps)"))
        }
        if settings.pools[Address.folded(fqdn)]?.locations == Locations.none {
            checks.append(
                Evidence.Check("registrations", .passed, "the pool keeps none, the settings say"))
        } else if settings.sharesLocations(Address.folded(fqdn)) {
            checks.append(
                Evidence.Check(
                    "registrations", .passed, "other pools have them in the same table"))
        } else if let live = try live(on: fqdn) {
            checks.append(Self.check("registrations", live))
        } else {
            checks.append(
                Evidence.Check(
                    "registrations", .inconclusive,
                    "the settings do not say where its registrations are (locations)"))
        }
        return checks
    }

    private static func check(_ subject: String, _ count: Int) -> Evidence.Check {
        Evidence.Check(
            subject, count == 0 ? .passed : .failed, count == 0 ? "none" : "\(count) left")
    }
}

/// `1 user`, `2 users`: counts as a person reads them.
func counted(_ count: Int, _ one: String) -> String { "\(count) \(one)\(count == 1 ? "" : "s")" }
