/// A prepared statement whose values are bound and read by position, without a box around each.
///
/// A first run writes a hundred thousand homes and every plan reads them back: there the boxes are
/// what costs.

import GRDB
import GRDBSQLite
import Model

struct BoundStatement {
    private let owner: Statement
    private let statement: OpaquePointer
    private let connection: OpaquePointer
    private var position: Int32 = 0

    init(_ db: Database, _ sql: String) throws {
        guard let connection = db.sqliteConnection else {
            throw DatabaseError(resultCode: .SQLITE_MISUSE, message: "the ledger is closed")
        }
        self.connection = connection
        owner = try db.cachedStatement(sql: sql)
        statement = owner.sqliteStatement
        sqlite3_reset(statement)
    }

    // MARK: Binding, from the first parameter on

    mutating func bind(_ number: Int64?) throws {
        position += 1
        guard let number else { return try check(sqlite3_bind_null(statement, position)) }
        try check(sqlite3_bind_int64(statement, position, number))
    }

    mutating func bind(_ number: Int) throws { try bind(Int64(number)) }
    mutating func bind(_ flag: Bool) throws { try bind(flag ? Int64(1) : 0) }
    mutating func bind(_ time: Instant?) throws { try bind(time?.millisecondsSince1970) }

    mutating func bind(_ text: String?) throws {
        guard var text else { return try bind(nil as Int64?) }
        try text.withUTF8 { try bind(text: UnsafeRawBufferPointer($0)) }
    }

    /// UTF-8.
    mutating func bind(text: UnsafeRawBufferPointer) throws {
        position += 1
        guard let start = text.baseAddress else {
            return try check(sqlite3_bind_text(statement, position, "", 0, Self.copied))
        }
        try check(
            sqlite3_bind_text64(
                statement, position, start.assumingMemoryBound(to: CChar.self),
                UInt64(text.count), Self.copied, UInt8(SQLITE_UTF8)))
    }

    mutating func bind(_ step: StepID) throws { try bind(bytes: step.bytes) }

    mutating func bind(bytes: [UInt8]) throws {
        position += 1
        try check(
            sqlite3_bind_blob64(
                statement, position, bytes, UInt64(bytes.count), Self.copied))
    }

    // MARK: Running

    /// Runs to the end, and makes ready to bind anew.
    mutating func run() throws {
        while try next() {}
    }

    /// Goes to the next row; at the end makes ready to bind anew.
    mutating func next() throws -> Bool {
        switch sqlite3_step(statement) {
        case SQLITE_ROW: return true
        case SQLITE_DONE:
            finish()
            return false
        case let code:
            let error = failure(code)
            finish()
            throw error
        }
    }

    mutating func finish() {
        sqlite3_reset(statement)
        position = 0
    }

    // MARK: Reading the present row, columns from 0

    func number(_ column: Int32) -> Int64 { sqlite3_column_int64(statement, column) }
    func flag(_ column: Int32) -> Bool { number(column) != 0 }
    func isNull(_ column: Int32) -> Bool {
        sqlite3_column_type(statement, column) == SQLITE_NULL
    }

    func time(_ column: Int32) -> Instant { Instant(millisecondsSince1970: number(column)) }
    func optionalTime(_ column: Int32) -> Instant? { isNull(column) ? nil : time(column) }

    func text(_ column: Int32) -> String { String(decoding: bytes(column), as: UTF8.self) }
    func optionalText(_ column: Int32) -> String? { isNull(column) ? nil : text(column) }

    /// The bytes of a text or a blob; they do not outlive the row.
    func bytes(_ column: Int32) -> UnsafeRawBufferPointer {
        let start = sqlite3_column_blob(statement, column)
        return UnsafeRawBufferPointer(
            start: start, count: Int(sqlite3_column_bytes(statement, column)))
    }

    // MARK: -

    /// Tells SQLite to copy what it is given.
    private static var copied: sqlite3_destructor_type {
        unsafeBitCast(-1, to: sqlite3_destructor_type.self)
    }

    private func check(_ code: Int32) throws {
        if code != SQLITE_OK { throw failure(code) }
    }

    private func failure(_ code: Int32) -> DatabaseError {
        DatabaseError(
            resultCode: ResultCode(rawValue: code),
            message: String(cString: sqlite3_errmsg(connection)))
    }
}
