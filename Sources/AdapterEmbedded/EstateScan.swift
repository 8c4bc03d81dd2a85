/// Reads a hundred thousand rows into columns: SQLite's own bytes, no `String` and no allocation a row.

import GRDB
import GRDBSQLite
import Model

extension SQLiteEstate {
    func homes(_ reading: EstateReading) throws -> EstateHomes {
        var scan = try Scan(reading, pools: pools(), ids: poolIDs())
        let statement = try db.makeStatement(sql: scan.sql)
        statement.arguments = [reading.after, reading.limit + 1]
        let handle = statement.sqliteStatement
        var seen = 0
        var last = reading.after
        while true {
            switch sqlite3_step(handle) {
            case SQLITE_ROW:
                if seen == reading.limit { return EstateHomes(homes: scan.homes, next: last) }
                last = sqlite3_column_int64(handle, 0)
                seen += 1
                scan.take(handle)
            case SQLITE_DONE: return EstateHomes(homes: scan.homes, next: nil)
            case let code:
                throw DatabaseError(
                    resultCode: ResultCode(rawValue: code), message: db.lastErrorMessage)
            }
        }
    }

    private func poolIDs() throws -> [Int64] {
        try Int64.fetchAll(db, sql: "SELECT id FROM pools ORDER BY id")
    }
}

/// What one reading needs beside the rows.
private struct Scan {
    var homes = Homes()
    var sql: String
    private let reading: EstateReading
    /// By id of the pool.
    private var fqdns: [Int: String] = [:]
    private var poolCodes: [Int32]
    private let hidesAny: Bool
    private var attributes: [AttributeCodes]
    private var codes: [Int32]

    init(_ reading: EstateReading, pools: [EstatePool], ids: [Int64]) throws {
        self.reading = reading
        homes.declare(attributes: reading.attributes)
        let size = Int(ids.last ?? 0) + 1
        poolCodes = [Int32](repeating: 0, count: size)
        for (pool, id) in zip(pools, ids) {
            fqdns[Int(id)] = pool.fqdn
            poolCodes[Int(id)] = homes.poolCode(of: .present(pool.fqdn))
        }
        hidesAny = !reading.hiding.isEmpty
        attributes = homes.attributeNames.map(AttributeCodes.init)
        codes = [Int32](repeating: 0, count: attributes.count)
        sql = Self.sql(for: attributes)
    }

    private static func sql(for attributes: [AttributeCodes]) -> String {
        let columns = attributes.map { $0.spelling.map { ", a.\"\($0)\"" } ?? ", NULL" }
        return """
            SELECT r.row, r.kind, r.name, r.own_id, r.home, r.former, r.arrives, r.meetings,
                r.contacts, r.clients, r.policies\(columns.joined())
            FROM resources r \(columns.isEmpty ? "" : "LEFT JOIN attributes a ON a.row = r.row")
            WHERE r.row > ? ORDER BY r.row LIMIT ?
            """
    }

    mutating func take(_ row: OpaquePointer) {
        guard let kind = Self.kind(bytes(row, 1)) else { return }
        let pool = Int(sqlite3_column_int64(row, 4))
        if hidesAny, reading.hides(pool: fqdns[pool], kind: kind) { return }
        for index in attributes.indices {
            codes[index] = attributes[index].code(row, Int32(11 + index), kind: kind, in: &homes)
        }
        let at = homes.count
        let former = isUnderWay(row) ? Int(sqlite3_column_int64(row, 5)) : nil
        let zero: UInt8 = 0
        withUnsafeBytes(of: zero) { unread in
            let hasID = sqlite3_column_type(row, 3) != SQLITE_NULL
            homes.append(
                kind: kind, name: bytes(row, 2), ownID: hasID ? bytes(row, 3) : unread,
                poolCode: poolCodes[former ?? pool], attributeCodes: codes)
        }
        if former != nil, let to = fqdns[pool] { homes.setTarget(to, at: at) }
        takeCounts(row, at: at)
    }

    private func isUnderWay(_ row: OpaquePointer) -> Bool {
        sqlite3_column_type(row, 5) != SQLITE_NULL
            && sqlite3_column_int64(row, 6) > reading.now.millisecondsSince1970
    }

    private mutating func takeCounts(_ row: OpaquePointer, at: Int) {
        for (column, what) in Self.counts where sqlite3_column_type(row, column) != SQLITE_NULL {
            homes.setCount(what, .present(Int(sqlite3_column_int64(row, column))), at: at)
        }
    }

    private static let counts: [(Int32, Price.What)] = [
        (7, .meetings), (8, .contacts), (9, .clients), (10, .policies),
    ]

    private static func kind(_ name: UnsafeRawBufferPointer) -> Kind? {
        kinds.first { $0.0.count == name.count && name.elementsEqual($0.0) }?.1
    }

    private static let kinds = Kind.allCases.map { (Array($0.name.utf8), $0) }
}

private func bytes(_ row: OpaquePointer, _ column: Int32) -> UnsafeRawBufferPointer {
    let start = sqlite3_column_text(row, column)
    return UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(row, column)))
}

/// The codes of one attribute: a text that was seen before costs a hash and a comparison.
private struct AttributeCodes {
    let name: String
    /// The column; nil for an attribute that is not declared.
    let spelling: String?
    private var values = ByteColumn()
    private var codeOf: [Int32] = []
    /// Open addressing: row in `values` + 1, or 0.
    private var slots = [Int32](repeating: 0, count: 64)
    private var unread: [Int32?] = Array(repeating: nil, count: Kind.allCases.count)

    init(_ name: String) {
        self.name = name
        spelling = EmbeddedCatalog.spelling(of: name)
    }

    mutating func code(
        _ row: OpaquePointer, _ column: Int32, kind: Kind, in homes: inout Homes
    ) -> Int32 {
        if sqlite3_column_type(row, column) == SQLITE_NULL {
            if let known = unread[Int(kind.rawValue)] { return known }
            let code = homes.attributeCode(
                of: EmbeddedCatalog.unreadFact(spelling ?? name, of: kind), in: name)
            unread[Int(kind.rawValue)] = code
            return code
        }
        let text = bytes(row, column)
        if text.isEmpty { return 0 }
        var slot = slot(of: text)
        while slots[slot] != 0 {
            let value = Int(slots[slot]) - 1
            if values.withBytes(at: value, { $0.elementsEqual(text) }) { return codeOf[value] }
            slot = (slot + 1) & (slots.count - 1)
        }
        return add(text, in: &homes)
    }

    private func slot(of text: UnsafeRawBufferPointer) -> Int {
        var hasher = Hasher()
        hasher.combine(bytes: text)
        return hasher.finalize() & (slots.count - 1)
    }

    private mutating func add(_ text: UnsafeRawBufferPointer, in homes: inout Homes) -> Int32 {
        let code = homes.attributeCode(
            of: .present(String(decoding: text, as: UTF8.self)), in: name)
        values.append(text)
        codeOf.append(code)
        if values.count * 2 > slots.count {
            slots = [Int32](repeating: 0, count: slots.count * 2)
            for value in 0..<values.count { values.withBytes(at: value) { place($0, value) } }
        } else {
            place(text, values.count - 1)
        }
        return code
    }

    private mutating func place(_ text: UnsafeRawBufferPointer, _ value: Int) {
        var slot = slot(of: text)
        while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
        slots[slot] = Int32(value + 1)
    }
}
