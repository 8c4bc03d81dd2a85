/// The small grammar that all of SIP's texts share: tokens, lists, parameters (RFC 3261 25.1).

enum SIPText {
    static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }

    /// A word of the protocol: a method, the name of a header or of a parameter.
    static func isToken(_ text: some StringProtocol) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { isAlphanumeric($0) || "-.!%*_+`'~".utf8.contains($0) }
    }

    /// Digits only, without a sign, as far as the type holds it.
    static func number<Number: FixedWidthInteger>(_ text: some StringProtocol) -> Number? {
        guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return nil }
        return Number(text)
    }

    static func trimmed(_ text: some StringProtocol) -> String {
        let isBlank = { (character: Character) in character == " " || character == "\t" }
        guard let first = text.firstIndex(where: { !isBlank($0) }),
            let last = text.lastIndex(where: { !isBlank($0) })
        else { return "" }
        return String(text[first...last])
    }

    /// The parts between separators that stand neither in a quoted string nor between `<` and `>`,
    /// without the blanks around them; at least one.
    static func split(_ text: String, at separator: UInt8) -> [String] {
        var parts: [String] = []
        let bytes = text.utf8
        var start = bytes.startIndex
        var isQuoted = false
        var isEscaped = false
        var isBracketed = false
        for index in bytes.indices {
            let byte = bytes[index]
            if isQuoted {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isQuoted = false
                }
            } else if byte == UInt8(ascii: "\""), !isBracketed {
                isQuoted = true
            } else if byte == UInt8(ascii: "<") {
                isBracketed = true
            } else if byte == UInt8(ascii: ">") {
                isBracketed = false
            } else if byte == separator, !isBracketed {
                parts.append(trimmed(text[start..<index]))
                start = bytes.index(after: index)
            }
        }
        return parts + [trimmed(text[start...])]
    }

    /// What a quoted string says, or the text itself where it is none.
    static func unquoted(_ text: String) -> String {
        guard text.utf8.count >= 2, text.utf8.first == UInt8(ascii: "\""),
            text.utf8.last == UInt8(ascii: "\"")
        else { return text }
        return String(Substring(text.utf8.dropFirst().dropLast()))
    }

    static func quoted(_ text: String) -> String {
        "\"\(text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\""
    }

    static func hex(_ bytes: some Sequence<UInt8>) -> String {
        String(
            decoding: bytes.flatMap { [lower[Int($0 >> 4)], lower[Int($0 & 15)]] }, as: UTF8.self)
    }

    /// As RFC 3986 2.1 wants escapes: upper case.
    static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
    }

    static func value(ofDigit byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    private static let lower = Array("0123456789abcdef".utf8)
}

/// `name=value` or `name`, of an address or of a header.
package struct SIPParameter: Hashable, Sendable {
    package let name: String
    package let value: String?

    package init(_ name: String, _ value: String? = nil) {
        self.name = name
        self.value = value
    }

    /// Nil where there is no name.
    init?(parsing text: String) {
        guard let mark = text.utf8.firstIndex(of: UInt8(ascii: "=")) else {
            guard !text.isEmpty else { return nil }
            self.init(text, nil)
            return
        }
        let name = SIPText.trimmed(text[..<mark])
        guard !name.isEmpty else { return nil }
        self.init(name, SIPText.trimmed(text[text.utf8.index(after: mark)...]))
    }

    var suffix: String { ";\(name)\(value.map { "=\($0)" } ?? "")" }

    /// `paramchar` of RFC 3261 25.1; what needs an escape comes with it.
    var canStandInAddress: Bool {
        let stands = { (text: String) in
            !text.isEmpty
                && text.utf8.allSatisfy {
                    SIPText.isAlphanumeric($0) || "-_.!~*'()[]/:&+$%".utf8.contains($0)
                }
        }
        return stands(name) && value.map(stands) ?? true
    }
}

extension [SIPParameter] {
    /// The value of the first of that name; an empty text where it has none.
    func value(_ name: String) -> String? {
        first { $0.name.lowercased() == name }.map { $0.value ?? "" }
    }
}
