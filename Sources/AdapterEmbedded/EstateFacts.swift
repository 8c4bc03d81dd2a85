/// What the estate file keeps beside pools and records: counts of what can be lost, who is bound to whom,
/// and numbers of its own.

import GRDB
import Model

extension SQLiteEstate {
    /// Where what can be lost is counted; nil for what nobody counts.
    static func countColumn(_ what: Price.What) -> String? {
        switch what {
        case .meetings: "meetings"
        case .contacts: "contacts"
        case .clients: "clients"
        case .policies: "policies"
        case .pins, .features, .outage: nil
        }
    }

    mutating func setCounts(_ what: Price.What, _ counts: [String: Int]) throws {
        guard let column = Self.countColumn(what) else { return }
        try run("UPDATE resources SET \(column) = 0 WHERE kind = 'user'", [])
        for (address, count) in counts {
            try run(
                "UPDATE resources SET \(column) = ? WHERE kind = 'user' AND name = ?",
                [count, address])
        }
    }

    func relations() throws -> [Relation]? {
        guard try number(.relationsTold) > 0 else { return nil }
        return try Row.fetchAll(
            db, sql: "SELECT kind, name, relation, other_kind, other_name FROM relations"
        ).compactMap { row in
            guard let kind = Kind(name: row[0] as String), let other = Kind(name: row[3] as String),
                let bond = Relation.Bond(rawValue: row[2])
            else { return nil }
            return Relation(
                ResourceID(kind: kind, name: row[1]), bond,
                of: ResourceID(kind: other, name: row[4]))
        }
    }

    mutating func add(_ relations: [Relation]) throws {
        try add(1, to: .relationsTold)
        for relation in relations {
            try run(
                "INSERT INTO relations VALUES (?, ?, ?, ?, ?)",
                [
                    relation.resource.kind.name, relation.resource.name, relation.bond.rawValue,
                    relation.other.kind.name, relation.other.name,
                ])
        }
    }
}

/// Numbers that the deployment keeps of itself.
extension SQLiteEstate {
    enum Number: String {
        /// Batches that were begun, over all processes: scripted faults count by it.
        case batches
        /// Milliseconds by which its clock is ahead of the machine's.
        case clockAhead = "clock-ahead"
        /// Milliseconds since 1970 at which it was seeded: scripted faults of probes count from there.
        case seeded
        /// How many files told who is bound to whom.
        case relationsTold = "relations-told"
    }

    func number(_ number: Number) throws -> Int64 {
        let statement = try db.cachedStatement(sql: "SELECT value FROM estate WHERE key = ?")
        return try Int64.fetchOne(statement, arguments: [number.rawValue]) ?? 0
    }

    @discardableResult
    func add(_ step: Int64, to number: Number) throws -> Int64 {
        try run(
            """
            INSERT INTO estate (key, value) VALUES (?1, ?2)
            ON CONFLICT (key) DO UPDATE SET value = value + ?2
            """, [number.rawValue, step])
        return try self.number(number)
    }
}
