/// Bytes into messages. Whatever is wrong with them is an error, and no bytes can do more harm than that.

enum SIPReader {
    /// One message of one datagram (RFC 3261 18.3): what follows the body is cut off.
    ///
    /// - Throws: `SIPError.malformed`.
    static func datagram(_ bytes: [UInt8]) throws -> SIPMessage {
        guard bytes.count <= SIPLimits.messageBytes else { throw wrong("it is too long") }
        let start = bytes.firstIndex { $0 != 13 && $0 != 10 } ?? bytes.endIndex
        guard let end = endOfHead(bytes[start...]) else { throw wrong("its head has no end") }
        var (message, length) = try head(bytes[start..<end])
        let rest = bytes[(end + 4)...]
        guard length ?? rest.count <= rest.count else { throw wrong("its body is cut off") }
        message.body = Array(rest.prefix(length ?? rest.count))
        return message
    }

    /// The message at the beginning of a stream, and how many bytes it took; nil while it is not whole.
    /// Of a stream without Content-Length nobody knows where it goes on, so that is an error.
    static func stream(_ bytes: ArraySlice<UInt8>) throws -> (message: SIPMessage, count: Int)? {
        // Empty lines between messages keep a connection alive (RFC 3261 7.5, RFC 5626 3.5.1).
        let start = bytes.firstIndex { $0 != 13 && $0 != 10 } ?? bytes.endIndex
        guard let end = endOfHead(bytes[start...]) else {
            guard bytes.count <= SIPLimits.messageBytes else { throw wrong("its head has no end") }
            return nil
        }
        var (message, length) = try head(bytes[start..<end])
        guard let length else { throw wrong("it has no Content-Length") }
        guard end + 4 + length - start <= SIPLimits.messageBytes else {
            throw wrong("it is too long")
        }
        guard end + 4 + length <= bytes.endIndex else { return nil }
        message.body = Array(bytes[(end + 4)..<(end + 4 + length)])
        return (message, end + 4 + length - bytes.startIndex)
    }

    private static func wrong(_ why: String) -> SIPError {
        .malformed(what: "a message that came", why: why)
    }

    /// Where the empty line begins that ends the head.
    private static func endOfHead(_ bytes: ArraySlice<UInt8>) -> Int? {
        var at = bytes.startIndex
        while let mark = bytes[at...].firstIndex(of: 13), mark + 3 < bytes.endIndex {
            if bytes[mark + 1] == 10, bytes[mark + 2] == 13, bytes[mark + 3] == 10 { return mark }
            at = mark + 1
        }
        return nil
    }

    private static func head(_ bytes: ArraySlice<UInt8>) throws -> (SIPMessage, length: Int?) {
        var lines = try lines(bytes)
        guard !lines.isEmpty else { throw wrong("it is empty") }
        let start = try start(lines.removeFirst())
        guard lines.count <= SIPLimits.headers else { throw wrong("it has too many headers") }
        var headers = try lines.map(header)
        let lengths = Set(headers.filter { $0.isNamed("Content-Length") }.map(\.value))
        headers.removeAll { $0.isNamed("Content-Length") }
        var length: Int?
        if let text = lengths.first {
            length = SIPText.number(text)
            guard lengths.count == 1, let length, length <= SIPLimits.messageBytes else {
                throw wrong("its Content-Length is none")
            }
        }
        let message = SIPMessage(start: start, headers: headers)
        try check(message)
        return (message, length)
    }

    /// Lines without their ends, folded ones joined by a blank (RFC 3261 7.3.1).
    private static func lines(_ bytes: ArraySlice<UInt8>) throws -> [String] {
        var lines: [String] = []
        var at = bytes.startIndex
        while at <= bytes.endIndex {
            let end = bytes[at...].firstIndex { $0 == 13 || $0 == 10 || $0 == 0 } ?? bytes.endIndex
            guard let text = String(validating: bytes[at..<end], as: UTF8.self) else {
                throw wrong("it is no UTF-8")
            }
            if text.utf8.first == 32 || text.utf8.first == 9 {
                guard lines.count > 1 else { throw wrong("it begins with a folded line") }
                lines[lines.count - 1] += " " + SIPText.trimmed(text)
            } else {
                lines.append(text)
            }
            guard end < bytes.endIndex else { break }
            guard bytes[end] == 13, end + 1 < bytes.endIndex, bytes[end + 1] == 10 else {
                throw wrong("a line does not end as lines do")
            }
            at = end + 2
        }
        return lines
    }

    private static func start(_ line: String) throws -> SIPMessage.Start {
        let words = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
        guard words.count >= 2 else { throw wrong("its first line is none") }
        if words[0].uppercased() == "SIP/2.0" {
            guard words[1].utf8.count == 3, let status: Int = SIPText.number(words[1]),
                (100...699).contains(status)
            else { throw wrong("its status is none") }
            return .answer(status: status, reason: words.count == 3 ? String(words[2]) : "")
        }
        guard words.count == 3, words[2].uppercased() == "SIP/2.0", SIPText.isToken(words[0]),
            !words[1].isEmpty
        else { throw wrong("its first line is none") }
        return .request(method: String(words[0]), target: String(words[1]))
    }

    private static func header(_ line: String) throws -> SIPHeader {
        guard let mark = line.utf8.firstIndex(of: UInt8(ascii: ":")) else {
            throw wrong("a header has no colon")
        }
        let name = SIPText.trimmed(line[..<mark])
        guard SIPText.isToken(name) else { throw wrong("the name of a header is none") }
        return SIPHeader(made: name, SIPText.trimmed(line[line.utf8.index(after: mark)...]))
    }

    /// What every message must have (RFC 3261 8.1.1), so that nobody behind here has to ask.
    private static func check(_ message: SIPMessage) throws {
        for name in ["From", "To", "Call-ID", "CSeq"] where message.all(name).count != 1 {
            throw wrong("it has not one \(name)")
        }
        for name in ["From", "To"]
        where message.first(name).flatMap(SIPNamedAddress.init(parsing:)) == nil {
            throw wrong("its \(name) holds no address")
        }
        guard !message.callID.isEmpty else { throw wrong("its Call-ID is empty") }
        guard let sequence = message.sequence else { throw wrong("its CSeq is none") }
        guard sequence.method == message.method else {
            throw wrong("its CSeq is of another method")
        }
        guard let via = message.list("Via").first.flatMap(SIPVia.init(parsing:)),
            via.branch?.isEmpty == false
        else { throw wrong("its Via is none, or has no branch") }
    }
}
