/// Moves of a batch, in one transaction: look with a lock, change what is as planned, commit.

import Adapters
import Model
import Postgres

extension HomeDatabase {
    /// One outcome for each move. Registrations are copied before the homes change, so that nobody is
    /// away for a moment, and what registered meanwhile once more after it.
    ///
    /// Nothing is done where the connection is lost before the commit, and
    /// nobody knows where it is lost during it.
    func move(_ moves: [Move], within time: Duration) throws(AdapterError) -> [StepOutcome] {
        var isCommitting = false
        do {
            registrations.sweep()
            try registrations.carry(moves)
            let connection = try connection()
            try connection.run("BEGIN")
            try connection.run(
                "SELECT set_config('statement_timeout', $1, true)",
                ["\(min(max(1, time.milliseconds), Int64(Int32.max)))"])
            try Self.holdBatch(on: connection)
            let outcomes = try perform(moves, on: connection)
            isCommitting = true
            try connection.run("COMMIT")
            let gone = zip(moves, outcomes).filter { $1 == .done || $1 == .already }.map(\.0)
            try registrations.carry(gone)
            registrations.leave(gone)
            return outcomes
        } catch {
            // What a lost connection had begun the server takes back; a living one is told to.
            forgetConnections()
            throw AdapterError(error, began: isCommitting)
        }
    }

    private func perform(
        _ moves: [Move], on connection: PostgresConnection
    ) throws -> [StepOutcome] {
        let rows = try lockedRows(of: moves, on: connection)
        let open = try openSets(moves, on: connection)
        var outcomes: [StepOutcome] = []
        var ids: [String] = []
        var values: [String] = []
        for (index, move) in moves.enumerated() {
            let found = rows[index] ?? []
            let outcome = verdict(on: move, found, open)
            if outcome == .done, let row = found.first, let set = sets.set(of: move.to) {
                ids.append(row.id)
                values.append(set)
            }
            outcomes.append(outcome)
        }
        guard !ids.isEmpty else { return outcomes }
        try connection.run(
            """
            UPDATE usr_preferences p SET value = w.value, last_modified = now()
            FROM unnest($1::bigint[], $2::text[]) AS w (id, value) WHERE p.id = w.id
            """, [PostgresArray.text(ids), PostgresArray.text(values)])
        return outcomes
    }

    /// What becomes of a move, judged on rows that nobody else can change meanwhile; `.done` where it is
    /// to be done now.
    private func verdict(
        on move: Move, _ found: [HomeRow], _ open: Set<String>
    ) -> StepOutcome {
        guard move.resource.kind == .user else {
            return .failed(.init(.permanent, "a Kamailio pool is home to users only"))
        }
        guard let row = found.first else { return .gone }
        if found.count > 1 {
            return .conflict("\(found.count) rows hold a home of \(move.resource)")
        }
        guard let to = sets.set(of: move.to) else {
            return .failed(.init(.permanent, "\(move.to) is no pool of this deployment"))
        }
        if row.set == to { return .already }
        guard row.set == sets.set(of: move.from) else {
            return .conflict("it lives on \(sets.fqdn(ofSet: row.set)), not on \(move.from)")
        }
        guard open.contains(to) else {
            return .failed(
                .init(
                    .permanent,
                    "the dispatcher set \(to) of \(move.to) takes nobody: it is closed, or has no members"
                ))
        }
        return .done
    }
}

/// A row of `usr_preferences` that holds a home.
struct HomeRow {
    var id: String
    var set: String
}

extension HomeDatabase {
    /// The rows of each move, by its place in the batch, locked until the transaction ends. In the order
    /// of their ids, so that two batches never wait for each other in a circle.
    private func lockedRows(
        of moves: [Move], on connection: PostgresConnection
    ) throws(PostgresError) -> [Int: [HomeRow]] {
        let names = moves.map { SIPName($0.resource.name) }
        let result = try connection.run(
            """
            SELECT w.n, p.id, p.value
            FROM unnest($2::text[], $3::text[]) WITH ORDINALITY AS w (username, domain, n)
            JOIN usr_preferences p ON p.username = w.username
                AND p.domain IN (w.domain, lower(w.domain)) AND p.attribute = $1
            ORDER BY p.id FOR UPDATE OF p
            """,
            [
                attribute, PostgresArray.text(names.map(\.user)),
                PostgresArray.text(names.map(\.host)),
            ])
        var rows: [Int: [HomeRow]] = [:]
        for row in 0..<result.rows {
            guard let number = result.text(row, 0).flatMap({ Int($0) }) else { continue }
            rows[number - 1, default: []].append(
                HomeRow(id: result.text(row, 1) ?? "", set: result.text(row, 2) ?? ""))
        }
        return rows
    }

    /// Sets that take people: with a member that is not disabled for good (`dispatcher.flags`, bit 4).
    /// The rows are held, so that a set which is being closed and one that is entered wait for each
    /// other.
    private func openSets(
        _ moves: [Move], on connection: PostgresConnection
    ) throws(PostgresError) -> Set<String> {
        let wanted = Set(moves.compactMap { sets.set(of: $0.to) }).sorted()
        let result = try connection.run(
            """
            SELECT setid::text FROM dispatcher
            WHERE setid = ANY ($1::int[]) AND flags & 4 = 0 ORDER BY id FOR SHARE
            """, [PostgresArray.text(wanted)])
        return Set((0..<result.rows).compactMap { result.text($0, 0) })
    }

    /// Hands a pool over where it is still the first owner's.
    func hand(_ claim: PoolClaim) throws -> String? {
        guard let set = sets.seenSet(of: claim.pool) else { return nil }
        let connection = try connection()
        do {
            switch (claim.from, claim.to) {
            case (nil, let to?):
                try connection.run(
                    "INSERT INTO rehome_owners (setid, owner) VALUES ($1, $2) ON CONFLICT DO NOTHING",
                    [set, to])
            case (let from?, nil):
                try connection.run(
                    "DELETE FROM rehome_owners WHERE setid = $1 AND owner = $2", [set, from])
            case (let from?, let to?):
                try connection.run(
                    "UPDATE rehome_owners SET owner = $3 WHERE setid = $1 AND owner = $2",
                    [set, from, to])
            case (nil, nil): break
            }
            let now = try connection.run(
                "SELECT owner FROM rehome_owners WHERE setid = $1", [set])
            return now.rows > 0 ? now.text(0, 0) : nil
        } catch {
            forgetConnections()
            throw error
        }
    }
}
