/// Reads texts that have escapes in them. Most have none, and never come here.

extension JSONReader {
    /// The text whose first bytes, up to here, had no escapes.
    mutating func escapedString(from start: Int) throws(JSONFault) -> String {
        var text = Array(bytes[start..<offset])
        while offset < bytes.count {
            let byte = bytes[offset]
            offset += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"): text.append(contentsOf: String(try escape()).utf8)
            case 0..<0x20: throw .unexpected(offset: offset - 1, expected: "an escaped character")
            default: text.append(byte)
            }
        }
        throw .truncated
    }

    /// What follows a backslash. Half of a surrogate pair alone becomes U+FFFD.
    private mutating func escape() throws(JSONFault) -> Unicode.Scalar {
        guard offset < bytes.count else { throw .truncated }
        let byte = bytes[offset]
        offset += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "u"): return try unicodeEscape()
        default: throw .unexpected(offset: offset - 2, expected: "an escape that JSON knows")
        }
    }

    private mutating func unicodeEscape() throws(JSONFault) -> Unicode.Scalar {
        let first = try unit()
        guard (0xD800..<0xDC00).contains(first), offset + 1 < bytes.count,
            bytes[offset] == UInt8(ascii: "\\"), bytes[offset + 1] == UInt8(ascii: "u")
        else { return Unicode.Scalar(first) ?? "\u{FFFD}" }
        let back = offset
        offset += 2
        let second = try unit()
        guard (0xDC00..<0xE000).contains(second) else {
            offset = back
            return "\u{FFFD}"
        }
        return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + second - 0xDC00) ?? "\u{FFFD}"
    }

    private mutating func unit() throws(JSONFault) -> UInt32 {
        guard offset + 4 <= bytes.count else { throw .truncated }
        let digits = String(decoding: bytes[offset..<offset + 4], as: UTF8.self)
        guard digits.utf8.allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") }),
            let unit = UInt32(digits, radix: 16)
        else { throw .unexpected(offset: offset, expected: "four hexadecimal digits") }
        offset += 4
        return unit
    }
}
