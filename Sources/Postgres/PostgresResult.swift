/// The rows that a statement gave.

import CLibPQ

/// Owns the memory of a result; rows and columns count from 0.
package final class PostgresResult {
    private let handle: OpaquePointer

    init(_ handle: OpaquePointer) { self.handle = handle }

    deinit { PQclear(handle) }

    package var rows: Int { Int(PQntuples(handle)) }

    /// How many rows an `UPDATE`, `INSERT` or `DELETE` touched.
    package var changed: Int {
        PQcmdTuples(handle).flatMap { Int(String(cString: $0)) } ?? 0
    }

    /// A value as text; nil for NULL.
    package func text(_ row: Int, _ column: Int) -> String? {
        isNull(row, column)
            ? nil : withBytes(row, column) { String(decoding: $0, as: UTF8.self) }
    }

    package func isNull(_ row: Int, _ column: Int) -> Bool {
        PQgetisnull(handle, Int32(row), Int32(column)) == 1
    }

    /// The bytes of a value, without a `String`; none for NULL.
    package func withBytes<Result>(
        _ row: Int, _ column: Int, _ body: (UnsafeRawBufferPointer) throws -> Result
    ) rethrows -> Result {
        let count = Int(PQgetlength(handle, Int32(row), Int32(column)))
        return try body(
            UnsafeRawBufferPointer(
                start: PQgetvalue(handle, Int32(row), Int32(column)), count: count))
    }
}
