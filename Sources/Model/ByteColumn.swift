/// A column of short byte strings in one allocation.
///
/// A million addresses as `String`s cost a million allocations; as a column they cost one. Nothing on
/// a hot path makes a `String` out of a row: it reads the bytes in place.
package struct ByteColumn: Sendable {
    @usableFromInline var arena: [UInt8] = []
    /// Where row n ends; it begins where row n - 1 ended.
    @usableFromInline var ends: [UInt32] = []

    package init() {}

    @inlinable package var count: Int { ends.count }

    package mutating func reserveCapacity(rows: Int, bytes: Int) {
        ends.reserveCapacity(rows)
        arena.reserveCapacity(bytes)
    }

    @inlinable package mutating func append(_ bytes: UnsafeRawBufferPointer) {
        precondition(arena.count + bytes.count <= Int(UInt32.max), "a column holds at most 4 GiB")
        arena.append(contentsOf: bytes)
        ends.append(UInt32(truncatingIfNeeded: arena.count))
    }

    @inlinable package mutating func append(_ text: String) {
        var text = text
        text.withUTF8 { append(UnsafeRawBufferPointer($0)) }
    }

    /// Reads the bytes of a row in place. The pointer does not outlive the call.
    @inlinable package func withBytes<Result>(
        at row: Int, _ body: (UnsafeRawBufferPointer) throws -> Result
    ) rethrows -> Result {
        let start = row == 0 ? 0 : Int(ends[row - 1])
        let end = Int(ends[row])
        return try arena.withUnsafeBytes {
            try body(UnsafeRawBufferPointer(rebasing: $0[start..<end]))
        }
    }

    /// The row as text, for printing. Bytes that are not UTF-8 are shown as replacement characters.
    package subscript(row: Int) -> String {
        withBytes(at: row) { String(decoding: $0, as: UTF8.self) }
    }
}
