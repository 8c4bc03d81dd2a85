/// Moves of a batch, in one transaction: look with a lock, change what is as planned, commit.

import Adapters
import Model
import Postgres

/// What a batch came to in the database, and what fronts must be told of it.
struct MovedBatch: Sendable {
    /// One for each move.
    var outcomes: [StepOutcome]
    /// Homes that changed, or were as wanted already.
    var homes: [CachedRow] = []
    /// When, by the database's clock; nil where nothing changed.
    var at: String?
    /// Moves of applications that are done in the table.
    var apps: [Int] = []
}

extension HomeDatabase {
    /// One outcome for each move. Registrations are copied before the homes change, so that nobody is
    /// away for a moment, and what registered meanwhile once more after it.
    ///
    /// Nothing is done where the connection is lost before the commit, and
    /// nobody knows where it is lost during it.
    func move(_ batch: Batch, within time: Duration) throws(AdapterError) -> MovedBatch {
        var isCommitting = false
        do {
            sweepStrays()
            registrations.sweep()
            let carried = try registrations.carry(batch.moves, evacuated: batch.evacuated)
            try acknowledge(batch.fence)
            let connection = try connection()
            try connection.run("BEGIN")
            try Self.holdBatch(on: connection, within: time)
            try demand(batch.fence, on: connection)
            var moved = try perform(batch.moves, on: connection)
            isCommitting = true
            try connection.run("COMMIT")
            let gone = zip(batch.moves, moved.outcomes).filter { $1.isThere }.map(\.0)
            try registrations.carry(gone, evacuated: batch.evacuated, after: carried)
            registrations.leave(gone)
            if settings.cache != nil { moved.homes = gone.compactMap(cached) }
            return moved
        } catch {
            // What a lost connection had begun the server takes back; a living one is told to.
            forgetConnections()
            throw AdapterError(error, began: isCommitting)
        }
    }

    private func cached(_ move: Move) -> CachedRow? {
        guard move.resource.kind == .user, let set = sets.set(of: move.to) else { return nil }
        return CachedRow(key: move.resource.name, set: set)
    }

    private func perform(
        _ moves: [Move], on connection: PostgresConnection
    ) throws -> MovedBatch {
        var rows = try lockedRows(of: moves, on: connection)
        try addApps(moves, to: &rows, on: connection)
        let open = try openSets(moves, on: connection)
        var moved = MovedBatch(outcomes: [])
        var users = Changes()
        var apps = Changes()
        for (index, move) in moves.enumerated() {
            let found = rows[index] ?? []
            let outcome = verdict(on: move, found, open)
            moved.outcomes.append(outcome)
            let isApp = move.resource.kind == .serviceAddress
            if isApp, outcome.isThere { moved.apps.append(index) }
            guard outcome == .done, let row = found.first, let set = sets.set(of: move.to)
            else { continue }
            if isApp { apps.add(row.key, set) } else { users.add(row.key, set) }
        }
        if !users.keys.isEmpty {
            try connection.run(statements.update(as: poolType), users.values)
            moved.at = try connection.run("SELECT now()::timestamp::text").text(0, 0)
        }
        if !apps.keys.isEmpty {
            try connection.run(
                """
                UPDATE dialplan p SET attrs = w.value
                FROM unnest($1::int[], $2::text[]) AS w (key, value) WHERE p.id = w.key
                """, apps.values)
        }
        return moved
    }

    private struct Changes {
        var keys: [String] = []
        var sets: [String] = []

        mutating func add(_ key: String, _ set: String) {
            keys.append(key)
            sets.append(set)
        }

        var values: [String?] { [PostgresArray.text(keys), PostgresArray.text(sets)] }
    }

    /// What becomes of a move, judged on rows that nobody else can change meanwhile; `.done` where it is
    /// to be done now.
    private func verdict(
        on move: Move, _ found: [HomeRow], _ open: Set<String>
    ) -> StepOutcome {
        guard move.resource.kind == .user || move.resource.kind == .serviceAddress else {
            return .failed(
                .init(.permanent, "a Kamailio pool is home to users and service addresses only"))
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

extension StepOutcome {
    /// Whether the resource is where it was to go.
    fileprivate var isThere: Bool { self == .done || self == .already }
}

/// A row that holds a home.
private struct HomeRow {
    var key: String
    var set: String
}

extension HomeDatabase {
    /// The rows of each user, by the place of his move in the batch, locked until the transaction ends.
    private func lockedRows(
        of moves: [Move], on connection: PostgresConnection
    ) throws(PostgresError) -> [Int: [HomeRow]] {
        let users = moves.enumerated().filter { $0.element.resource.kind == .user }
        guard !users.isEmpty else { return [:] }
        let names = users.map { SIPName($0.element.resource.name) }
        let result = try connection.run(
            statements.locked,
            [
                statements.attribute, PostgresArray.text(names.map(\.user)),
                PostgresArray.text(names.map(\.host)),
            ])
        var rows: [Int: [HomeRow]] = [:]
        for row in 0..<result.rows {
            guard let number = result.text(row, 0).flatMap({ Int($0) }) else { continue }
            rows[users[number - 1].offset, default: []].append(
                HomeRow(key: result.text(row, 1) ?? "", set: result.text(row, 2) ?? ""))
        }
        return rows
    }

    private func addApps(
        _ moves: [Move], to rows: inout [Int: [HomeRow]], on connection: PostgresConnection
    ) throws(PostgresError) {
        guard let dialplan = settings.dialplan,
            moves.contains(where: { $0.resource.kind == .serviceAddress })
        else { return }
        let apps = Dictionary(
            grouping: try AppRow.read(dialplan, on: connection, locked: true), by: \.expression)
        for (index, move) in moves.enumerated() where move.resource.kind == .serviceAddress {
            rows[index] = apps[move.resource.name]?.map { HomeRow(key: $0.id, set: $0.set) }
        }
    }

    /// Sets that take people: with a member that is not disabled for good (`dispatcher.flags`, bit 4).
    /// The rows are held, so that a set which is being closed and one that is entered wait for each
    /// other.
    private func openSets(
        _ moves: [Move], on connection: PostgresConnection
    ) throws(PostgresError) -> Set<String> {
        let wanted = Set(moves.compactMap { sets.set(of: $0.to) }).sorted()
        let result = try connection.run(
            BatchStatements.openSets, [PostgresArray.text(wanted)])
        return Set((0..<result.rows).compactMap { result.text($0, 0) })
    }
}
