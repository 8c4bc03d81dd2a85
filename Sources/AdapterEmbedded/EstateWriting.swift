/// Writes the attributes of a record: some forty texts for every person, bound without a detour.

import GRDB
import GRDBSQLite
import Model

extension SQLiteEstate {
    mutating func write(_ attributes: EstateAttributes, of row: Int64, _ kind: Kind) throws {
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
