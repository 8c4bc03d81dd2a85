/// What of one kind still binds a pool, counted in the store itself.

import GRDB
package import Model

/// How many of one kind live on a pool or are on their way.
package struct EstateResidents: Hashable, Sendable {
    package var living = 0
    /// On their way to the pool.
    package var arriving = 0
    /// On their way off it, and not arrived elsewhere.
    package var leaving = 0
    /// Sets of response groups that went and left their rows, which must stay as long as the pool does.
    /// They are home to nothing: counting rows would never prove a pool empty.
    package var superseded = 0

    package init() {}

    /// What keeps the pool from being empty.
    package var count: Int { living + arriving + leaving }
}

extension MemoryEstate {
    package func residents(of fqdn: String, at now: Instant) -> [Kind: EstateResidents] {
        var found: [Kind: EstateResidents] = [:]
        for record in records {
            switch record.home(at: now) {
            case .present(.pool(let pool)) where EstateRules.same(pool, fqdn):
                found[record.id.kind, default: EstateResidents()].living += 1
            case .present(.inFlight(_, let to)) where EstateRules.same(to, fqdn):
                found[record.id.kind, default: EstateResidents()].arriving += 1
            case .present(.inFlight(let from, _)) where EstateRules.same(from, fqdn):
                found[record.id.kind, default: EstateResidents()].leaving += 1
            default: continue
            }
        }
        let superseded = superseded(on: fqdn, at: now)
        if superseded > 0 {
            found[.responseGroups, default: EstateResidents()].superseded = superseded
        }
        return found
    }

    private func superseded(on fqdn: String, at now: Instant) -> Int {
        let left = log.filter { move in
            move.resource.kind == .responseGroups
                && move.from.map { EstateRules.same($0, fqdn) } ?? false
        }
        return Set(left.map { $0.resource.folded(by: .whole) }).count { id in
            !records(named: id).contains { record in
                switch record.home(at: now) {
                case .present(.pool(let pool)): EstateRules.same(pool, fqdn)
                case .present(.inFlight(let from, let to)):
                    EstateRules.same(from, fqdn) || EstateRules.same(to, fqdn)
                default: false
                }
            }
        }
    }

    package func apps(of fqdn: String) -> [EstateRecord] {
        records.filter { record in
            record.id.kind.isApp
                && [record.pool, record.former].contains { pool in
                    pool.map { EstateRules.same($0, fqdn) } ?? false
                }
        }
    }
}

extension SQLiteEstate {
    func residents(of fqdn: String, at now: Instant) throws -> [Kind: EstateResidents] {
        var found: [Kind: EstateResidents] = [:]
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT kind, home = pool AND NOT moving, home = pool AND moving,
                    former = pool AND moving, count(*)
                FROM (
                    SELECT kind, home, former, pools.id AS pool,
                        (former IS NOT NULL AND arrives > ?2) AS moving
                    FROM resources JOIN pools ON home = pools.id OR former = pools.id
                    WHERE pools.fqdn = ?1
                )
                GROUP BY 1, 2, 3, 4
                """, arguments: [fqdn, now.millisecondsSince1970])
        for row in rows {
            guard let kind = Kind(name: row[0] as String) else { continue }
            let count: Int = row[4]
            if row[1] as Bool? == true {
                found[kind, default: EstateResidents()].living += count
            } else if row[2] as Bool? == true {
                found[kind, default: EstateResidents()].arriving += count
            } else if row[3] as Bool? == true {
                found[kind, default: EstateResidents()].leaving += count
            }
        }
        let superseded = try superseded(on: fqdn, at: now)
        if superseded > 0 {
            found[.responseGroups, default: EstateResidents()].superseded = superseded
        }
        return found
    }

    private func superseded(on fqdn: String, at now: Instant) throws -> Int {
        try Int.fetchOne(
            db,
            sql: """
                SELECT count(DISTINCT moves.name COLLATE NOCASE) FROM moves
                JOIN pools ON pools.fqdn = moves.from_pool
                WHERE moves.kind = ?2 AND pools.fqdn = ?1 AND NOT EXISTS (
                    SELECT 1 FROM resources r
                    WHERE r.kind = moves.kind AND r.name = moves.name
                        AND (r.home = pools.id OR r.former = pools.id AND r.arrives > ?3)
                )
                """,
            arguments: [fqdn, Kind.responseGroups.name, now.millisecondsSince1970]) ?? 0
    }

    func apps(of fqdn: String) throws -> [EstateRecord] {
        try records(
            where: "kind <> ? AND (pools.fqdn = ? OR former.fqdn = ?)",
            [Kind.user.name, fqdn, fqdn])
    }
}
