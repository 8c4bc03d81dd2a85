/// Registrations where their users do not live: what a pool that was down, or a runner that died, left.

import Adapters
import Model
import Postgres

extension HomeDatabase {
    /// Users who are asked about at once.
    private static let sweepSize = 5000

    /// Takes away what the last observation found. Whoever came back meanwhile keeps his; what cannot be
    /// taken away now is found again.
    func sweepStrays() {
        for (pool, users) in strays {
            do {
                for part in Self.parts(users.map { SIPName($0.name) }) {
                    _ = try sweep(part, from: pool)
                }
            } catch {
                registrations.forgetConnections()
            }
        }
        strays = []
    }

    /// Looks through all registrations of a pool and takes away those of users who live elsewhere and have
    /// done so for a while: a run may be moving them right now.
    ///
    /// - Parameter pool: Its FQDN, folded.
    /// - Returns: How many contacts were taken away; nil where nobody told us where its registrations
    ///   are, or other pools keep theirs in the same table.
    /// - Throws: What a database says, or that the task is called off.
    func sweepAll(of pool: String) async throws -> Int? {
        guard settings.pools[pool]?.locations.info != nil, !settings.sharesLocations(pool)
        else { return nil }
        var registered = RegisteredUsers()
        registered.read(pool, isShared: false) { try registrations.connection(to: pool) }
        if let gap = registered.gaps.first {
            throw PostgresError.unreachable("\(pool): \(gap.reason)")
        }
        let names = registered.users(of: pool).map { SIPName($0.name) }
        let strays = try Self.parts(names).flatMap { try elsewhere($0, than: pool) }
        guard !strays.isEmpty else { return 0 }
        try await Task.sleep(for: Registrations.grace)
        return try Self.parts(strays).reduce(0) { try $0 + sweep($1, from: pool) }
    }

    private static func parts(_ names: [SIPName]) -> [[SIPName]] {
        stride(from: 0, to: names.count, by: sweepSize).map { start in
            Array(names[start..<min(start + sweepSize, names.count)])
        }
    }

    private func sweep(_ names: [SIPName], from pool: String) throws(PostgresError) -> Int {
        let strays = try elsewhere(names, than: pool)
        return strays.isEmpty ? 0 : try registrations.remove(strays, from: pool)
    }

    /// Those whose home is known and is another pool.
    private func elsewhere(
        _ names: [SIPName], than pool: String
    ) throws(PostgresError) -> [SIPName] {
        guard let set = sets.set(of: pool) else { return [] }
        let rows = try connection().run(
            statements.elsewhere,
            [
                statements.attribute, PostgresArray.text(names.map(\.user)),
                PostgresArray.text(names.map(\.host)), set,
            ])
        return (0..<rows.rows).map { row in
            SIPName(user: rows.text(row, 0) ?? "", host: rows.text(row, 1) ?? "")
        }
    }
}
