/// Reads back what `LineWriter` wrote: JSON whose numbers are whole.

/// A value of such a line.
enum LineValue: Equatable {
    case null
    case flag(Bool)
    case number(Int)
    case text(String)
    case list([LineValue])
    /// In the order in which the members stand.
    case object([Member])

    struct Member: Equatable {
        var key: String
        var value: LineValue
    }
}

/// A line that is not what `LineWriter` writes, and where.
struct UnreadableLine: Error {
    var message: String
}

/// A cursor over the bytes of one line.
struct LineReader {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0
    private static let depthMax = 16

    static func value(of line: [UInt8]) throws(UnreadableLine) -> LineValue {
        do {
            return try line.withUnsafeBufferPointer { bytes in
                var reader = LineReader(bytes)
                let value = try reader.value(depth: 0)
                guard reader.position == bytes.count else { throw reader.unexpected() }
                return value
            }
        } catch {
            throw error as? UnreadableLine ?? UnreadableLine(message: "\(error)")
        }
    }

    private init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    private mutating func value(depth: Int) throws(UnreadableLine) -> LineValue {
        guard depth < Self.depthMax, position < bytes.count else { throw unexpected() }
        switch bytes[position] {
        case UInt8(ascii: "{"): return .object(try members(depth: depth))
        case UInt8(ascii: "["): return .list(try values(depth: depth))
        case UInt8(ascii: "\""): return .text(try text())
        case UInt8(ascii: "n"): return try word("null", .null)
        case UInt8(ascii: "t"): return try word("true", .flag(true))
        case UInt8(ascii: "f"): return try word("false", .flag(false))
        default: return .number(try number())
        }
    }

    private mutating func members(depth: Int) throws(UnreadableLine) -> [LineValue.Member] {
        var members: [LineValue.Member] = []
        position += 1
        if take(UInt8(ascii: "}")) { return members }
        repeat {
            let key = try text()
            guard take(UInt8(ascii: ":")) else { throw unexpected() }
            members.append(LineValue.Member(key: key, value: try value(depth: depth + 1)))
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "}")) else { throw unexpected() }
        return members
    }

    private mutating func values(depth: Int) throws(UnreadableLine) -> [LineValue] {
        var values: [LineValue] = []
        position += 1
        if take(UInt8(ascii: "]")) { return values }
        repeat { values.append(try value(depth: depth + 1)) } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "]")) else { throw unexpected() }
        return values
    }

    private mutating func text() throws(UnreadableLine) -> String {
        guard take(UInt8(ascii: "\"")) else { throw unexpected() }
        let start = position
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                position += 1
                let plain = UnsafeBufferPointer(rebasing: bytes[start..<position - 1])
                return String(decoding: plain, as: UTF8.self)
            case UInt8(ascii: "\\"):
                return try escapedText(Array(bytes[start..<position]))
            default: position += 1
            }
        }
        throw unexpected()
    }

    /// The rest of a text from its first escape on.
    private mutating func escapedText(_ beginning: [UInt8]) throws(UnreadableLine) -> String {
        var plain = beginning
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: plain, as: UTF8.self)
            case UInt8(ascii: "\\"): plain.append(try escape())
            default: plain.append(byte)
            }
        }
        throw unexpected()
    }

    private mutating func escape() throws(UnreadableLine) -> UInt8 {
        if take(UInt8(ascii: "\"")) { return UInt8(ascii: "\"") }
        if take(UInt8(ascii: "\\")) { return UInt8(ascii: "\\") }
        guard take(UInt8(ascii: "u")), position + 4 <= bytes.count,
            let code = UInt8(
                String(decoding: bytes[position..<position + 4], as: UTF8.self), radix: 16)
        else { throw unexpected() }
        position += 4
        return code
    }

    private mutating func number() throws(UnreadableLine) -> Int {
        let start = position
        while position < bytes.count, isPartOfNumber(bytes[position]) { position += 1 }
        let digits = String(decoding: bytes[start..<position], as: UTF8.self)
        guard let number = Int(digits) else { throw unexpected() }
        return number
    }

    private func isPartOfNumber(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "-") || byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
    }

    private mutating func word(
        _ word: StaticString, _ value: LineValue
    ) throws(UnreadableLine) -> LineValue {
        let count = word.utf8CodeUnitCount
        guard position + count <= bytes.count,
            word.withUTF8Buffer({ bytes[position..<position + count].elementsEqual($0) })
        else { throw unexpected() }
        position += count
        return value
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    private func unexpected() -> UnreadableLine {
        UnreadableLine(message: "byte \(position) is not what a ledger writes there")
    }
}
