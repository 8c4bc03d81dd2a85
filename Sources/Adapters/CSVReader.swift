/// Comma-separated values as the field writes them: RFC 4180 on bytes, and what PowerShell makes of it.

/// Reads one file, record by record; fields are ranges of its bytes until somebody wants a text.
///
/// Understands CRLF and LF, quoted fields with doubled quotes and line breaks in them, and the three
/// separators that `Export-Csv` writes (`-UseCulture` makes a semicolon of the comma in much of
/// Europe). Spaces belong to the fields. Blank lines are skipped.
package struct CSVReader {
    /// Text that is no CSV, and where it begins to be none.
    package struct Fault: Error, Equatable {
        package var message: String
        package var offset: Int
    }

    /// The bytes of a field, without its quotes.
    package struct Field: Sendable {
        package var start: Int
        package var end: Int
        /// Whether doubled quotes stand in it.
        package var hasQuotes: Bool
    }

    private let bytes: UnsafeRawBufferPointer
    private let separator: UInt8
    private var position: Int
    /// The record that `next` read last.
    package private(set) var fields: [Field] = []
    /// Where that record begins.
    package private(set) var start = 0

    private static let quote = UInt8(ascii: "\"")
    private static let newline = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")

    /// `bytes` must outlive the reader. A `#TYPE` line before the header is skipped.
    package init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
        var position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        if bytes[position...].starts(with: Array("#TYPE".utf8)) {
            position = bytes[position...].firstIndex(of: Self.newline).map { $0 + 1 } ?? bytes.count
        }
        self.position = position
        separator = Self.separator(of: bytes[position...])
    }

    /// The first of the three that stands in the header outside of quotes; a comma where none does.
    private static func separator(of rest: Slice<UnsafeRawBufferPointer>) -> UInt8 {
        let known = [UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t")]
        var best = known.count
        var isQuoted = false
        // A quote opens where a field begins, or where one has just closed: there it is doubled.
        var mayOpen = true
        for byte in rest {
            if isQuoted {
                isQuoted = byte != quote
                mayOpen = !isQuoted
            } else if byte == quote, mayOpen {
                isQuoted = true
            } else if byte == newline || byte == carriageReturn {
                break
            } else {
                let place = known.firstIndex(of: byte)
                best = min(best, place ?? best)
                mayOpen = place != nil
            }
        }
        return best < known.count ? known[best] : known[0]
    }

    /// Reads the next record into `fields`; false at the end.
    package mutating func next() throws(Fault) -> Bool {
        skipBlankLines()
        guard position < bytes.count else { return false }
        fields.removeAll(keepingCapacity: true)
        start = position
        while true {
            let field = try readField()
            fields.append(field)
            guard position < bytes.count else { return true }
            let byte = bytes[position]
            position += 1
            if byte == separator {
                if position == bytes.count {
                    fields.append(Field(start: position, end: position, hasQuotes: false))
                    return true
                }
                continue
            }
            if byte == Self.carriageReturn, position < bytes.count,
                bytes[position] == Self.newline
            {
                position += 1
            }
            return true
        }
    }

    private mutating func skipBlankLines() {
        while position < bytes.count,
            bytes[position] == Self.newline || bytes[position] == Self.carriageReturn
        {
            position += 1
        }
    }

    private func isEnd(_ byte: UInt8) -> Bool {
        byte == separator || byte == Self.newline || byte == Self.carriageReturn
    }

    private mutating func readField() throws(Fault) -> Field {
        let begin = position
        guard position < bytes.count, bytes[position] == Self.quote else {
            while position < bytes.count, !isEnd(bytes[position]) { position += 1 }
            return Field(start: begin, end: position, hasQuotes: false)
        }
        position += 1
        var hasQuotes = false
        while position < bytes.count {
            guard bytes[position] == Self.quote else {
                position += 1
                continue
            }
            if position + 1 < bytes.count, bytes[position + 1] == Self.quote {
                hasQuotes = true
                position += 2
                continue
            }
            let end = position
            position += 1
            if position < bytes.count, !isEnd(bytes[position]) {
                throw Fault(message: "text stands after a closing quote", offset: position)
            }
            return Field(start: begin + 1, end: end, hasQuotes: hasQuotes)
        }
        throw Fault(message: "the quote that opens here is never closed", offset: begin)
    }

    /// The text of a field; nil where its bytes are no UTF-8, or hold a zero byte.
    package func text(_ field: Field) -> String? {
        let slice = UnsafeRawBufferPointer(rebasing: bytes[field.start..<field.end])
        if slice.isEmpty { return "" }
        // Most fields are ASCII: one look at the bytes is all that these need.
        if slice.allSatisfy({ $0 < 0x80 && $0 != 0 }) {
            let text = String(decoding: slice, as: UTF8.self)
            return field.hasQuotes ? Self.undoubled(text) : text
        }
        guard !slice.contains(0), let text = String(validating: slice, as: UTF8.self) else {
            return nil
        }
        return field.hasQuotes ? Self.undoubled(text) : text
    }

    private static func undoubled(_ text: String) -> String {
        var result: [UInt8] = []
        var skip = false
        for byte in text.utf8 {
            if byte == quote, skip {
                skip = false
                continue
            }
            skip = byte == quote
            result.append(byte)
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// Line and column of an offset, both from 1, columns in characters of Unicode.
    package func place(of offset: Int) -> (line: Int, column: Int) {
        var line = 1
        var column = 1
        for byte in bytes[..<min(offset, bytes.count)] {
            if byte == Self.newline {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
        }
        return (line, column)
    }
}
