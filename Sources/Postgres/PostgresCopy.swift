/// Rows that the server sends as fast as they are taken, without a result that holds all of them.

import CLibPQ
import Foundation

/// One `COPY (...) TO STDOUT` in its text format; the connection is busy until the last row is taken.
///
/// What the server sent and nobody took yet waits in the buffers between: it reads ahead by itself.
package final class PostgresCopy {
    private let connection: PostgresConnection
    /// The row that comes next, so that the end is known with the last.
    private var next: CopiedRow?

    /// Begins. A statement of this kind has no parameters.
    package init(_ statement: String, on connection: PostgresConnection) throws(PostgresError) {
        self.connection = connection
        try connection.beginCopy(statement)
        next = try connection.nextCopied()
    }

    deinit { next?.free() }

    package var isAtEnd: Bool { next == nil }

    /// Gives the next rows to a body, at most `limit`; a row does not outlive the call.
    package func take(
        _ limit: Int, _ body: (inout CopiedRow) -> Void
    ) throws(PostgresError) {
        for _ in 0..<limit {
            guard var row = next else { return }
            next = nil
            body(&row)
            row.free()
            next = try connection.nextCopied()
        }
    }
}

/// A line of the text format, whose values are taken from left to right.
package struct CopiedRow {
    private let line: UnsafeMutablePointer<CChar>
    private var rest: UnsafeMutableRawBufferPointer

    /// - Parameters:
    ///   - line: As libpq gives it, which is to free it.
    ///   - count: Its bytes, with the end of the line.
    init(_ line: UnsafeMutablePointer<CChar>, count: Int) {
        self.line = line
        rest = UnsafeMutableRawBufferPointer(start: line, count: max(0, count - 1))
    }

    func free() { PQfreemem(line) }

    /// The next value, empty past the last. NULL would come out as `N`: the statement is to give none.
    package mutating func value() -> UnsafeRawBufferPointer {
        guard let start = rest.baseAddress else { return UnsafeRawBufferPointer(rest) }
        let tab = memchr(start, Int32(UInt8(ascii: "\t")), rest.count)
        let count = tab.map { start.distance(to: $0) } ?? rest.count
        let value = UnsafeMutableRawBufferPointer(start: start, count: count)
        rest = UnsafeMutableRawBufferPointer(rebasing: rest[min(count + 1, rest.count)...])
        guard memchr(start, Int32(Self.escape), count) != nil else {
            return UnsafeRawBufferPointer(value)
        }
        return Self.unescape(value)
    }

    /// The next two values as one, with a byte between them; where the second begins.
    ///
    /// They lie beside each other already: most often only the byte between is written.
    package mutating func pair(joinedBy byte: UInt8) -> (both: UnsafeRawBufferPointer, second: Int)
    {
        let start = rest.baseAddress
        let first = value()
        let second = value()
        guard let start, let from = second.baseAddress else { return (first, first.count) }
        start.storeBytes(of: byte, toByteOffset: first.count, as: UInt8.self)
        let place = start + first.count + 1
        if place != from { place.copyMemory(from: from, byteCount: second.count) }
        let both = UnsafeRawBufferPointer(start: start, count: first.count + 1 + second.count)
        return (both, first.count + 1)
    }

    private static let escape = UInt8(ascii: "\\")

    /// In place, because what is meant is never longer than what stands for it.
    private static func unescape(_ value: UnsafeMutableRawBufferPointer) -> UnsafeRawBufferPointer {
        var end = 0
        var isEscaped = false
        for byte in value {
            if !isEscaped, byte == escape {
                isEscaped = true
                continue
            }
            value[end] = isEscaped ? meaning(of: byte) : byte
            end += 1
            isEscaped = false
        }
        return UnsafeRawBufferPointer(rebasing: value[..<end])
    }

    private static func meaning(of letter: UInt8) -> UInt8 {
        switch letter {
        case UInt8(ascii: "b"): 8
        case UInt8(ascii: "t"): 9
        case UInt8(ascii: "n"): 10
        case UInt8(ascii: "v"): 11
        case UInt8(ascii: "f"): 12
        case UInt8(ascii: "r"): 13
        default: letter
        }
    }
}
