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
                for start in stride(from: 0, to: users.count, by: Self.sweepSize) {
                    let part = users[start..<min(start + Self.sweepSize, users.count)]
                    _ = try sweep(part.map { SIPName($0.name) }, from: pool)
                }
            } catch {
                registrations.forgetConnections()
            }
        }
        strays = []
    }

    /// Looks through all registrations of a pool and takes away those of users who live elsewhere.
    ///
    /// - Returns: How many contacts were taken away; nil where nobody told us where its registrations
    ///   are, or other pools keep theirs in the same table.
    func sweepAll(of pool: String) throws(PostgresError) -> Int? {
        guard settings.pools[pool]?.locations.info != nil, !settings.sharesLocations(pool)
        else { return nil }
        var registered = RegisteredUsers()
        registered.read(pool, isShared: false) { try registrations.connection(to: pool) }
        if let gap = registered.gaps.first {
            throw .unreachable("\(pool): \(gap.reason)")
        }
        var removed = 0
        let users = registered.users(of: pool)
        for start in stride(from: 0, to: users.count, by: Self.sweepSize) {
            removed += try sweep(
                users[start..<min(start + Self.sweepSize, users.count)].map { SIPName($0.name) },
                from: pool)
        }
        return removed
    }

    private func sweep(_ names: [SIPName], from pool: String) throws(PostgresError) -> Int {
        guard let set = sets.set(of: pool) else { return 0 }
        let elsewhere = try connection().run(
            statements.elsewhere,
            [
                statements.attribute, PostgresArray.text(names.map(\.user)),
                PostgresArray.text(names.map(\.host)), set,
            ])
        let strays = (0..<elsewhere.rows).map { row in
            SIPName(user: elsewhere.text(row, 0) ?? "", host: elsewhere.text(row, 1) ?? "")
        }
        return strays.isEmpty ? 0 : try registrations.remove(strays, from: pool)
    }
}
