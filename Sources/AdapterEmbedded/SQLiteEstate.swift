/// The embedded deployment in a file: the store of the rules over one open transaction.

import GRDB
import GRDBSQLite
import Model

/// Lives as long as the transaction that it was made in; caches nothing that outlives it.
struct SQLiteEstate: EstateStore {
    let db: Database
    private var poolIDs: [String: Int64] = [:]
    /// What this transaction noted as unread, by kind and place.
    private var marked: Set<Int> = []

    init(_ db: Database) { self.db = db }

    func pools() throws -> [EstatePool] {
        try poolRows(where: "1", [])
    }

    func pool(_ fqdn: String) throws -> EstatePool? {
        try poolRows(where: "fqdn = ?", [fqdn]).first
    }

    private func poolRows(where condition: String, _ arguments: StatementArguments) throws
        -> [EstatePool]
    {
        let statement = try db.cachedStatement(
            sql: """
                SELECT fqdn, product, capacity, id, (SELECT count(*) FROM stopped WHERE pool = id),
                    ready, owner, state
                FROM pools WHERE \(condition) ORDER BY id
                """)
        return try Row.fetchAll(statement, arguments: arguments).map { row in
            let stopped =
                row[4] as Int == 0
                ? []
                : try String.fetchAll(
                    db, sql: "SELECT service FROM stopped WHERE pool = ? ORDER BY service",
                    arguments: [row[3] as Int64])
            return EstatePool(
                fqdn: row[0], product: (row[1] as String?).flatMap(Product.init(rawValue:)),
                capacity: row[2], stopped: stopped,
                ready: (row[5] as Int64?).map(Instant.init(millisecondsSince1970:)),
                owner: row[6], state: EstatePool.State(rawValue: row[7]) ?? .open)
        }
    }

    mutating func put(_ pool: EstatePool) throws {
        try run(
            """
            INSERT INTO pools (fqdn, product, capacity, ready, state) VALUES (?1, ?2, ?3, ?4, ?5)
            ON CONFLICT (fqdn) DO UPDATE SET fqdn = ?1, product = ?2, capacity = ?3
            """,
            [
                pool.fqdn, pool.product?.rawValue, pool.capacity,
                pool.ready?.millisecondsSince1970, pool.state.rawValue,
            ])
        let id = try id(of: pool.fqdn)
        try run("DELETE FROM stopped WHERE pool = ?", [id])
        for service in pool.stopped {
            try run("INSERT INTO stopped (pool, service) VALUES (?, ?)", [id, service])
        }
    }

    mutating func setOwner(_ owner: String?, of fqdn: String) throws {
        try run("UPDATE pools SET owner = ? WHERE fqdn = ?", [owner, fqdn])
    }

    mutating func setState(_ state: EstatePool.State, of fqdn: String) throws {
        try run("UPDATE pools SET state = ? WHERE fqdn = ?", [state.rawValue, fqdn])
    }

    func population(of fqdn: String) throws -> Int {
        let statement = try db.cachedStatement(sql: "SELECT users FROM pools WHERE fqdn = ?")
        return try Int.fetchOne(statement, arguments: [fqdn]) ?? 0
    }

    private mutating func id(of pool: String?) throws -> Int64? {
        guard let pool else { return nil }
        if let known = poolIDs[pool] { return known }
        let statement = try db.cachedStatement(sql: "SELECT id FROM pools WHERE fqdn = ?")
        let id = try Int64.fetchOne(statement, arguments: [pool])
        poolIDs[pool] = id
        return id
    }

    func run(_ sql: String, _ arguments: StatementArguments) throws {
        try db.cachedStatement(sql: sql).execute(arguments: arguments)
    }
}

extension SQLiteEstate {
    @discardableResult
    mutating func insert(_ record: EstateRecord) throws -> Int64 {
        try run(
            """
            INSERT INTO resources
                (kind, name, own_id, home, former, arrives, meetings, contacts, clients, policies)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                record.id.kind.name, Address.withoutScheme(record.id.name),
                Self.column(of: record.ownID),
                try id(of: record.pool), try id(of: record.former),
                record.arrives?.millisecondsSince1970, record.counts[.meetings],
                record.counts[.contacts], record.counts[.clients], record.counts[.policies],
            ])
        let row = db.lastInsertedRowID
        try write(record.attributes, of: row, record.id.kind)
        return row
    }

    private static func column(of id: Fact<String>) -> String? {
        switch id {
        case .present(let text): text
        case .absent: ""
        case .unknown: nil
        }
    }

    func unread() throws -> [Gap] {
        try Row.fetchAll(db, sql: "SELECT kind, attribute FROM unread").compactMap { row in
            Kind(name: row[0] as String).map { EmbeddedCatalog.unreadGap(row[1], of: $0) }
        }.sorted()
    }

    func records(named id: ResourceID) throws -> [EstateRecord] {
        try records(
            where: "name = ? AND kind = ?", [Address.withoutScheme(id.name), id.kind.name])
    }

    /// Their columns, without attributes, in the order of their rows.
    func records(
        where condition: String, _ arguments: StatementArguments
    ) throws -> [EstateRecord] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT row, name, own_id, pools.fqdn, former.fqdn, arrives, meetings, contacts,
                    clients, policies, kind
                FROM resources
                LEFT JOIN pools ON pools.id = home
                LEFT JOIN pools AS former ON former.id = former
                WHERE \(condition) ORDER BY row
                """)
        return try Row.fetchAll(statement, arguments: arguments).compactMap { row in
            guard let kind = Kind(name: row[10] as String) else { return nil }
            var counts: [Price.What: Int] = [:]
            counts[.meetings] = row[6]
            counts[.contacts] = row[7]
            counts[.clients] = row[8]
            counts[.policies] = row[9]
            let ownID = (row[2] as String?).map { $0.isEmpty ? Fact.absent : .present($0) }
            return EstateRecord(
                row: row[0], id: ResourceID(kind: kind, name: row[1]),
                ownID: ownID ?? .unknown(Gap(kind: kind, fact: "id", reason: Self.noID)),
                pool: row[3], former: row[4],
                arrives: (row[5] as Int64?).map(Instant.init(millisecondsSince1970:)),
                counts: counts)
        }
    }

    static let noID = "the files that seeded the estate have no column Guid"

    func attribute(_ name: String, of row: Int64) throws -> Fact<String> {
        guard let spelling = EmbeddedCatalog.spelling(of: name) else {
            return .unknown(Gap(fact: name, reason: "no such attribute is declared"))
        }
        let statement = try db.cachedStatement(
            sql: """
                SELECT "\(spelling)", kind FROM resources JOIN attributes USING (row) WHERE row = ?
                """)
        guard let found = try Row.fetchOne(statement, arguments: [row]) else { return .absent }
        guard let text = found[0] as String? else {
            return Kind(name: found[1] as String).map {
                EmbeddedCatalog.unreadFact(spelling, of: $0)
            } ?? .absent
        }
        return text.isEmpty ? .absent : .present(text)
    }
}

extension SQLiteEstate {
    mutating func rehome(
        _ row: Int64, to pool: String, former: String?, arrives: Instant?
    ) throws {
        try run(
            "UPDATE resources SET home = ?, former = ?, arrives = ? WHERE row = ?",
            [
                try id(of: pool), try id(of: former), arrives?.millisecondsSince1970, row,
            ])
    }

    mutating func setCount(_ what: Price.What, of row: Int64, to count: Int) throws {
        guard let column = Self.countColumn(what) else { return }
        try run("UPDATE resources SET \(column) = ? WHERE row = ?", [count, row])
    }

    mutating func log(_ move: EstateMove) throws {
        try run(
            """
            INSERT INTO moves (step, run, batch, kind, name, own_id, from_pool, to_pool, at,
                arrives, lost_meetings, lost_contacts, lost_clients, lost_policies)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                move.step?.description, move.run?.text, move.batch, move.resource.kind.name,
                move.resource.name, move.ownID, move.from, move.to, move.at.millisecondsSince1970,
                move.arrives.millisecondsSince1970, move.lost[.meetings], move.lost[.contacts],
                move.lost[.clients], move.lost[.policies],
            ])
    }

    func moves() throws -> [EstateMove] {
        try Row.fetchAll(db, sql: "SELECT * FROM moves ORDER BY number").map { row in
            var lost: [Price.What: Int] = [:]
            lost[.meetings] = row["lost_meetings"]
            lost[.contacts] = row["lost_contacts"]
            lost[.clients] = row["lost_clients"]
            lost[.policies] = row["lost_policies"]
            return EstateMove(
                step: (row["step"] as String?).flatMap { StepID($0) },
                run: (row["run"] as String?).map(RunID.init), batch: row["batch"],
                resource: ResourceID(
                    kind: Kind(name: row["kind"] as String) ?? .user, name: row["name"]),
                ownID: row["own_id"], from: row["from_pool"], to: row["to_pool"],
                at: Instant(millisecondsSince1970: row["at"]),
                arrives: Instant(millisecondsSince1970: row["arrives"]), lost: lost)
        }
    }
}

/// Some forty texts for every person, bound without a detour.
extension SQLiteEstate {
    private mutating func write(_ attributes: EstateAttributes, of row: Int64, _ kind: Kind) throws
    {
        for place in EmbeddedCatalog.placesOwned[Int(kind.rawValue)]
        where attributes[at: place] == nil { try markUnread(place, of: kind) }
        let handle = try db.cachedStatement(sql: Self.insertAttributes).sqliteStatement
        defer {
            sqlite3_reset(handle)
            sqlite3_clear_bindings(handle)
        }
        sqlite3_bind_int64(handle, 1, row)
        for place in EmbeddedCatalog.attributeNames.indices {
            guard var text = attributes[at: place] else { continue }
            if text.isEmpty {
                // A pointer to nothing would be taken for NULL, and absent for unread.
                sqlite3_bind_text(handle, Int32(place + 2), "", 0, Self.copied)
                continue
            }
            text.withUTF8 { bytes in
                _ = bytes.withMemoryRebound(to: CChar.self) { characters in
                    sqlite3_bind_text(
                        handle, Int32(place + 2), characters.baseAddress, Int32(characters.count),
                        Self.copied)
                }
            }
        }
        let code = sqlite3_step(handle)
        guard code == SQLITE_DONE else {
            throw DatabaseError(
                resultCode: ResultCode(rawValue: code), message: db.lastErrorMessage)
        }
    }

    /// Tells SQLite to copy a text while it is bound.
    private static let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    private static let insertAttributes = """
        INSERT INTO attributes
        VALUES (?\(String(repeating: ", ?", count: EmbeddedCatalog.attributeNames.count)))
        """

    /// Once for each transaction and column, not for each person.
    private mutating func markUnread(_ place: Int, of kind: Kind) throws {
        guard marked.insert(place << 8 | Int(kind.rawValue)).inserted else { return }
        try run(
            "INSERT OR IGNORE INTO unread (kind, attribute) VALUES (?, ?)",
            [kind.name, EmbeddedCatalog.attributeNames[place]])
    }
}
