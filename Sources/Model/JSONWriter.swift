/// Writes JSON into bytes, front to back, in one pass: plans of a million steps are written by it.

/// A streaming writer of JSON.
///
/// The caller says what comes next; commas, indentation and escaping are the writer's. Text is escaped
/// so that the bytes may be shown on a terminal: control characters, separators of lines and characters
/// that turn the direction of text never stand there raw. Bytes that are not UTF-8 become U+FFFD.
package struct JSONWriter: Sendable {
    package enum Layout: Sendable {
        /// Two spaces a level; what is marked `.line` stays on one line.
        case pretty
        case compact
    }

    /// How an object or array lies in a pretty document.
    package enum Spread: Sendable {
        case block
        case line
    }

    package private(set) var bytes: [UInt8] = []
    private let layout: Layout
    private var depth = 0
    private var isOnLine: Bool
    private var isFirst = true
    private var isAfterKey = false

    package init(_ layout: Layout, reserving capacity: Int = 0) {
        self.layout = layout
        isOnLine = layout == .compact
        bytes.reserveCapacity(capacity)
    }

    package mutating func object(_ spread: Spread = .block, _ body: (inout JSONWriter) -> Void) {
        nest(UInt8(ascii: "{"), UInt8(ascii: "}"), spread, body)
    }

    package mutating func array(_ spread: Spread = .block, _ body: (inout JSONWriter) -> Void) {
        nest(UInt8(ascii: "["), UInt8(ascii: "]"), spread, body)
    }

    /// Names the member whose value comes next. Names are ours, and need no escaping.
    package mutating func key(_ name: StaticString) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        bytes.append(
            contentsOf: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
        if layout == .pretty { bytes.append(UInt8(ascii: " ")) }
        isAfterKey = true
    }

    /// Names the member whose value comes next by a text that is not known here.
    package mutating func key(text name: String) {
        value(name)
        bytes.append(UInt8(ascii: ":"))
        if layout == .pretty { bytes.append(UInt8(ascii: " ")) }
        isAfterKey = true
    }

    package mutating func null() {
        separate()
        bytes.append(contentsOf: "null".utf8)
    }

    package mutating func value(_ flag: Bool) {
        separate()
        bytes.append(contentsOf: (flag ? "true" : "false").utf8)
    }

    package mutating func value(_ number: Int) {
        separate()
        append(decimal: number)
    }

    /// A number that is none (infinite, or not a number) is null: JSON has no word for it.
    package mutating func value(_ number: Double) {
        guard number.isFinite else { return null() }
        separate()
        let whole = number.rounded(.towardZero)
        if whole == number, abs(number) < 1e15 {
            append(decimal: Int(number))
        } else {
            bytes.append(contentsOf: number.description.utf8)
        }
    }

    package mutating func value(_ text: String?) {
        guard var text else { return null() }
        separate()
        quote { writer in text.withUTF8 { writer.appendEscaped($0) } }
    }

    /// Bytes of strangers: read as UTF-8, repaired where they are not.
    package mutating func value(_ raw: UnsafeRawBufferPointer) {
        separate()
        quote { writer in writer.appendUnchecked(raw) }
    }

    /// Text made of two parts of which the first is ours: `user/` and a name.
    package mutating func value(prefix: StaticString, _ raw: UnsafeRawBufferPointer) {
        separate()
        quote { writer in
            writer.bytes.append(
                contentsOf: UnsafeBufferPointer(
                    start: prefix.utf8Start, count: prefix.utf8CodeUnitCount))
            writer.appendUnchecked(raw)
        }
    }

    package mutating func value(_ id: StepID) {
        separate()
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 34) { text in
            text[0] = UInt8(ascii: "\"")
            for digit in 0..<16 {
                let shift = UInt64(60 - 4 * digit)
                text[1 + digit] = Self.hexadecimal(UInt8(truncatingIfNeeded: id.high >> shift))
                text[17 + digit] = Self.hexadecimal(UInt8(truncatingIfNeeded: id.low >> shift))
            }
            text[33] = UInt8(ascii: "\"")
            bytes.append(contentsOf: UnsafeBufferPointer(text))
        }
    }

    private static func hexadecimal(_ byte: UInt8) -> UInt8 {
        let nibble = byte & 15
        return nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") - 10 + nibble
    }

    /// A value that this writer's kind wrote before, and that is repeated often.
    package mutating func value(written fragment: [UInt8]) {
        separate()
        bytes.append(contentsOf: fragment)
    }

    /// Members of an object on one line that were written before and are repeated often.
    package mutating func members(written fragment: [UInt8]) {
        separate()
        bytes.append(contentsOf: fragment)
    }

    /// A fragment for `members(written:)`.
    package static func members(
        _ layout: Layout, _ body: (inout JSONWriter) -> Void
    ) -> [UInt8] {
        var writer = JSONWriter(layout)
        writer.isOnLine = true
        writer.depth = 1
        body(&writer)
        return writer.bytes
    }

    /// Ends a document that people read with a line feed.
    package mutating func endOfFile() { bytes.append(UInt8(ascii: "\n")) }

    /// Ends a line that is a document of its own; another may follow.
    package mutating func endOfLine() {
        endOfFile()
        isFirst = true
    }

    /// A fragment for `value(written:)`.
    package static func fragment(
        _ layout: Layout, _ body: (inout JSONWriter) -> Void
    ) -> [UInt8] {
        var writer = JSONWriter(layout)
        writer.isOnLine = true
        body(&writer)
        return writer.bytes
    }
}

extension JSONWriter {
    private mutating func nest(
        _ open: UInt8, _ close: UInt8, _ spread: Spread, _ body: (inout JSONWriter) -> Void
    ) {
        separate()
        bytes.append(open)
        depth += 1
        let outer = isOnLine
        if spread == .line { isOnLine = true }
        isFirst = true
        body(&self)
        depth -= 1
        if !isFirst, !isOnLine { newLine() }
        isOnLine = outer
        isFirst = false
        bytes.append(close)
    }

    /// What stands between this value and the one before.
    private mutating func separate() {
        if isAfterKey {
            isAfterKey = false
            return
        }
        defer { isFirst = false }
        if !isFirst { bytes.append(UInt8(ascii: ",")) }
        guard depth > 0 else { return }
        if !isOnLine {
            newLine()
        } else if !isFirst, layout == .pretty {
            bytes.append(UInt8(ascii: " "))
        }
    }

    private mutating func newLine() {
        bytes.append(UInt8(ascii: "\n"))
        for _ in 0..<depth {
            bytes.append(UInt8(ascii: " "))
            bytes.append(UInt8(ascii: " "))
        }
    }

    private mutating func append(decimal number: Int) {
        if number < 0 { bytes.append(UInt8(ascii: "-")) }
        var rest = number.magnitude
        let start = bytes.count
        repeat {
            bytes.append(UInt8(ascii: "0") + UInt8(rest % 10))
            rest /= 10
        } while rest > 0
        bytes[start...].reverse()
    }

    private mutating func quote(_ body: (inout JSONWriter) -> Void) {
        bytes.append(UInt8(ascii: "\""))
        body(&self)
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func appendUnchecked(_ raw: UnsafeRawBufferPointer) {
        let buffer = raw.bindMemory(to: UInt8.self)
        if buffer.allSatisfy({ $0 < 0x80 }) { return appendEscaped(buffer) }
        var repaired = String(decoding: buffer, as: UTF8.self)
        repaired.withUTF8 { appendEscaped($0) }
    }

    /// Copies runs that need no escape; the text is valid UTF-8.
    private mutating func appendEscaped(_ text: UnsafeBufferPointer<UInt8>) {
        var start = 0
        var index = 0
        while index < text.count {
            let byte = text[index]
            if byte >= 0x20, byte < 0x7F, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
                index += 1
                continue
            }
            let (scalar, length) = Self.escapable(text, at: index)
            guard let scalar else {
                index += length
                continue
            }
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[start..<index]))
            append(escape: scalar)
            index += length
            start = index
        }
        bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[start...]))
    }

    /// The scalar at a place where it must be escaped, and how many bytes it takes; nil where it may
    /// stand as it is.
    private static func escapable(
        _ text: UnsafeBufferPointer<UInt8>, at index: Int
    ) -> (scalar: UInt32?, length: Int) {
        let lead = text[index]
        if lead < 0x80 { return (UInt32(lead), 1) }
        let length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
        var scalar = UInt32(lead) & (0xFF >> UInt32(length + 1))
        for next in 1..<length { scalar = scalar << 6 | UInt32(text[index + next] & 0x3F) }
        return (Unseen.contains(scalar) ? scalar : nil, length)
    }

    private mutating func append(escape scalar: UInt32) {
        bytes.append(UInt8(ascii: "\\"))
        switch scalar {
        case 0x22, 0x5C: bytes.append(UInt8(scalar))
        case 0x0A: bytes.append(UInt8(ascii: "n"))
        case 0x0D: bytes.append(UInt8(ascii: "r"))
        case 0x09: bytes.append(UInt8(ascii: "t"))
        case 0x10000...:
            append(unit: 0xD800 + (scalar - 0x10000) >> 10)
            bytes.append(UInt8(ascii: "\\"))
            append(unit: 0xDC00 + (scalar - 0x10000) & 0x3FF)
        default: append(unit: scalar)
        }
    }

    private mutating func append(unit: UInt32) {
        bytes.append(UInt8(ascii: "u"))
        for shift in stride(from: 12, through: 0, by: -4) {
            bytes.append(Self.hexadecimal(UInt8(truncatingIfNeeded: unit >> UInt32(shift))))
        }
    }
}
