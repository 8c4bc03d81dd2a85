/// What an address and a name look like, judged on bytes, because there may be a million.

import Model

enum AddressSyntax {
    static let longestName = 320

    /// Whether bytes without a scheme are `somebody@host`. ASCII is judged byte by byte; what lies
    /// above must be letters and marks that a person can see.
    static func isAddress(_ bytes: Slice<UnsafeRawBufferPointer>) -> Bool {
        guard bytes.count <= longestName else { return false }
        var index = bytes.startIndex
        var isPlain = true
        while index < bytes.endIndex, bytes[index] != UInt8(ascii: "@") {
            let byte = bytes[index]
            guard byte > 0x20, byte != 0x7F, !isDelimiter(byte) else { return false }
            if byte >= 0x80 { isPlain = false }
            index += 1
        }
        guard index > bytes.startIndex, index < bytes.endIndex, isHost(bytes[(index + 1)...])
        else { return false }
        return isPlain || isVisible(bytes)
    }

    /// Labels of letters, digits and hyphens between dots.
    static func isHost(_ bytes: Slice<UnsafeRawBufferPointer>) -> Bool {
        let dot = UInt8(ascii: ".")
        let hyphen = UInt8(ascii: "-")
        var last = dot
        var isPlain = true
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                break
            case hyphen: if last == dot { return false }
            case dot: if last == dot || last == hyphen { return false }
            case 0x80...: isPlain = false
            default: return false
            }
            last = byte
        }
        return last != dot && last != hyphen && (isPlain || isVisible(bytes))
    }

    /// Whether bytes can name an app: text that a person can see, without spaces around it.
    static func isName(_ bytes: Slice<UnsafeRawBufferPointer>) -> Bool {
        guard let first = bytes.first, let last = bytes.last, first != 0x20, last != 0x20
        else { return false }
        return bytes.count <= longestName && isVisible(bytes)
    }

    /// Whether bytes are a whole number as the field writes one: digits, no leading zero.
    static func isNumber(_ bytes: Slice<UnsafeRawBufferPointer>) -> Bool {
        guard let first = bytes.first, first != UInt8(ascii: "0"), bytes.count <= 18 else {
            return false
        }
        return bytes.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    /// UTF-8 without characters that a person cannot see (controls, directions, other spaces).
    private static func isVisible(_ bytes: Slice<UnsafeRawBufferPointer>) -> Bool {
        guard let text = String(validating: bytes, as: UTF8.self) else { return false }
        return text.unicodeScalars.allSatisfy(\.isVisible)
    }

    /// Bytes that would end an address in a URI, a header or a list.
    private static func isDelimiter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: ","), UInt8(ascii: "/"),
            UInt8(ascii: ":"), UInt8(ascii: ";"), UInt8(ascii: "<"), UInt8(ascii: ">"),
            UInt8(ascii: "["), UInt8(ascii: "\\"), UInt8(ascii: "]"), UInt8(ascii: "\""):
            true
        default: false
        }
    }

    /// Where the address begins behind a `sip:` in any case.
    static func withoutScheme(_ bytes: Slice<UnsafeRawBufferPointer>) -> Slice<
        UnsafeRawBufferPointer
    > {
        let start = bytes.startIndex
        guard bytes.count > 4, bytes[start + 3] == UInt8(ascii: ":"),
            bytes[start] | 0x20 == UInt8(ascii: "s"), bytes[start + 1] | 0x20 == UInt8(ascii: "i"),
            bytes[start + 2] | 0x20 == UInt8(ascii: "p")
        else { return bytes }
        return bytes[(start + 4)...]
    }
}
