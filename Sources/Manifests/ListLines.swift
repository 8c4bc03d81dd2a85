/// The records of a list file: RFC 4180, with blank lines and comments between them.

/// A cursor over the bytes of a list file, which makes no `String` of what it passes.
struct ListLines {
    /// A value, without the spaces and quotes around it.
    struct Field {
        var range: Range<Int>
        var line: Int
        /// Where that line begins, for whoever wants to know the column.
        fileprivate var lineStart: Int
        fileprivate var hasDoubledQuotes = false
    }

    /// A quote that does not close, or one where none may stand.
    struct BadQuoting: Error {
        var message: String
        var line: Int
        var column: Int
    }

    private let bytes: UnsafeRawBufferPointer
    private var position = 0
    private var lineStart = 0
    private(set) var line = 1

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
            position = 3
            lineStart = 3
        }
    }

    var isUTF16: Bool { bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) }

    /// Goes to the next record, past blank lines and comments; false at the end.
    mutating func beginRecord() -> Bool {
        while position < bytes.count {
            skipSpaces()
            guard position < bytes.count else { return false }
            switch bytes[position] {
            case UInt8(ascii: "\n"): endLine()
            case UInt8(ascii: "\r") where isEndOfLine(position): position += 1
            case UInt8(ascii: "#"):
                while position < bytes.count, bytes[position] != UInt8(ascii: "\n") {
                    position += 1
                }
            default:
                position = lineStart
                return true
            }
        }
        return false
    }

    /// Whether the line has none of the characters that a name has.
    func isHeader(whereNamesHave characters: StaticString) -> Bool {
        var index = position
        while index < bytes.count, bytes[index] != UInt8(ascii: "\n") {
            let byte = bytes[index]
            if characters.withUTF8Buffer({ $0.contains(byte) }) { return false }
            index += 1
        }
        return true
    }

    /// All values of the record as text.
    mutating func header() throws -> [String] {
        var names: [String] = []
        var isLast = false
        while !isLast {
            let field = try field(&isLast)
            names.append(withBytes(of: field) { String(decoding: $0, as: UTF8.self) })
        }
        return names
    }

    /// The next value of the record.
    mutating func field(_ isLast: inout Bool) throws -> Field {
        skipSpaces()
        let field =
            position < bytes.count && bytes[position] == UInt8(ascii: "\"")
            ? try quotedField() : try plainField()
        isLast = position >= bytes.count || bytes[position] != UInt8(ascii: ",")
        if position < bytes.count {
            if isLast { endLine() } else { position += 1 }
        }
        return field
    }

    func withBytes<Result>(
        of field: Field, _ body: (Slice<UnsafeRawBufferPointer>) throws -> Result
    ) rethrows -> Result {
        guard field.hasDoubledQuotes else { return try body(bytes[field.range]) }
        var single: [UInt8] = []
        var index = field.range.lowerBound
        while index < field.range.upperBound {
            single.append(bytes[index])
            index += bytes[index] == UInt8(ascii: "\"") ? 2 : 1
        }
        return try single.withUnsafeBytes { try body($0[...]) }
    }
}

extension ListLines {
    private mutating func plainField() throws -> Field {
        let start = position
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\n") { break }
            if byte == UInt8(ascii: "\"") {
                throw BadQuoting(
                    message: "a quote in the middle of a value", line: line,
                    column: column(of: position, from: lineStart))
            }
            position += 1
        }
        var end = position
        while end > start, isSpace(bytes[end - 1]) || bytes[end - 1] == UInt8(ascii: "\r") {
            end -= 1
        }
        return Field(range: start..<end, line: line, lineStart: lineStart)
    }

    private mutating func quotedField() throws -> Field {
        let quote = position
        var field = Field(range: quote..<quote, line: line, lineStart: lineStart)
        position += 1
        let start = position
        while true {
            guard position < bytes.count else {
                throw BadQuoting(
                    message: "a quote is not closed", line: field.line,
                    column: column(of: quote, from: field.lineStart))
            }
            let byte = bytes[position]
            position += 1
            if byte == UInt8(ascii: "\n") {
                line += 1
                lineStart = position
            }
            guard byte == UInt8(ascii: "\"") else { continue }
            guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else { break }
            field.hasDoubledQuotes = true
            position += 1
        }
        field.range = start..<(position - 1)
        skipSpaces()
        if position < bytes.count, isEndOfLine(position), bytes[position] == UInt8(ascii: "\r") {
            position += 1
        }
        guard
            position == bytes.count || bytes[position] == UInt8(ascii: ",")
                || bytes[position] == UInt8(ascii: "\n")
        else {
            throw BadQuoting(
                message: "text after a closing quote", line: line,
                column: column(of: position, from: lineStart))
        }
        return field
    }

    private mutating func skipSpaces() {
        while position < bytes.count, isSpace(bytes[position]) { position += 1 }
    }

    private mutating func endLine() {
        position += 1
        line += 1
        lineStart = position
    }

    private func isSpace(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
    }

    private func isEndOfLine(_ index: Int) -> Bool {
        let next = bytes[index] == UInt8(ascii: "\r") ? index + 1 : index
        return next >= bytes.count || bytes[next] == UInt8(ascii: "\n")
    }

    /// In characters, from 1. Counted only on demand: a line may be as long as the file.
    private func column(of index: Int, from lineStart: Int) -> Int {
        var column = 1
        for byte in bytes[lineStart..<index] where byte & 0xC0 != 0x80 { column += 1 }
        return column
    }

    func column(of field: Field) -> Int {
        column(of: field.range.lowerBound, from: field.lineStart)
    }
}
