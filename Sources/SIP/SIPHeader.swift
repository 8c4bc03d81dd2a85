/// One header field, and what the structured ones say (RFC 3261 7.3 and 20).

/// A name and a value on one line. There is no way to make one that breaks it.
package struct SIPHeader: Hashable, Sendable {
    /// In its long form.
    package let name: String
    package let value: String

    /// - Throws: `SIPError.malformed` where the name is no token, or the value has CR, LF or NUL.
    package init(_ name: String, _ value: String) throws {
        guard SIPText.isToken(name) else {
            throw SIPError.malformed(what: "the header name '\(name)'", why: "it is no token")
        }
        guard !value.utf8.contains(where: { $0 == 0 || $0 == 10 || $0 == 13 }) else {
            throw SIPError.malformed(what: "the header \(name)", why: "its value breaks a line")
        }
        self.init(made: name, value)
    }

    /// For values that cannot break a line, because of what they were made from.
    init(made name: String, _ value: String) {
        self.name = Self.long[name.lowercased()] ?? name
        self.value = value
    }

    func isNamed(_ other: String) -> Bool {
        name.utf8.count == other.utf8.count && name.lowercased() == other.lowercased()
    }

    /// Compact forms, RFC 3261 7.3.3 and the registry of IANA.
    private static let long = [
        "b": "Referred-By", "c": "Content-Type", "e": "Content-Encoding", "f": "From",
        "i": "Call-ID", "k": "Supported", "l": "Content-Length", "m": "Contact", "o": "Event",
        "r": "Refer-To", "s": "Subject", "t": "To", "u": "Allow-Events", "v": "Via",
        "x": "Session-Expires",
    ]
}

/// A hop that a request has passed (RFC 3261 20.42, RFC 3581).
package struct SIPVia: Hashable, Sendable {
    /// `UDP`, `TCP` or another one.
    package var transport: String
    /// Host and, if given, port, as they stand there.
    package var sentBy: String
    package var parameters: [SIPParameter]

    package var branch: String? { parameters.value("branch") }

    /// The port of `sentBy`, or the usual one.
    var port: UInt16 {
        let end = sentBy.utf8.lastIndex(of: UInt8(ascii: "]")) ?? sentBy.startIndex
        return sentBy.utf8[end...].lastIndex(of: UInt8(ascii: ":"))
            .flatMap { SIPText.number(sentBy[sentBy.utf8.index(after: $0)...]) } ?? 5060
    }

    /// As the server that got the request sends it back: with where it really came from (18.2.1).
    func marked(with source: SIPEndpoint) -> SIPVia {
        var via = self
        let asksForPort = parameters.value("rport") != nil
        via.parameters.removeAll { ["received", "rport"].contains($0.name.lowercased()) }
        if asksForPort { via.parameters.append(SIPParameter("rport", "\(source.port)")) }
        via.parameters.append(SIPParameter("received", source.host))
        return via
    }

    var text: String {
        "SIP/2.0/\(transport) \(sentBy)\(parameters.map(\.suffix).joined())"
    }
}

extension SIPVia {
    /// Nil for what is no Via of SIP 2.0.
    package init?(parsing text: String) {
        let parts = SIPText.split(text, at: UInt8(ascii: ";"))
        let protocolParts = parts[0].split(separator: "/", maxSplits: 2).map(SIPText.trimmed)
        guard protocolParts.count == 3, protocolParts[0].uppercased() == "SIP",
            protocolParts[1] == "2.0"
        else { return nil }
        let words = protocolParts[2].split(whereSeparator: { $0 == " " || $0 == "\t" })
        guard words.count >= 2, SIPText.isToken(words[0]) else { return nil }
        transport = words[0].uppercased()
        // Blanks may stand around the colon of the port.
        sentBy = words[1...].joined()
        parameters = parts.dropFirst().compactMap(SIPParameter.init(parsing:))
    }
}

/// The value of From, To, Contact, Route or Record-Route: an address, perhaps with a name before it and
/// parameters behind (RFC 3261 20.10).
package struct SIPNamedAddress: Hashable, Sendable {
    /// As it stands there, not yet read: it may be of any scheme.
    package var address: String
    package var parameters: [SIPParameter]

    package init?(parsing text: String) {
        let parts = SIPText.split(text, at: UInt8(ascii: ";"))
        parameters = parts.dropFirst().compactMap(SIPParameter.init(parsing:))
        guard let end = parts[0].utf8.lastIndex(of: UInt8(ascii: ">")) else {
            address = parts[0]
            guard !address.isEmpty, !address.utf8.contains(UInt8(ascii: "<")) else { return nil }
            return
        }
        guard let start = parts[0].utf8[..<end].lastIndex(of: UInt8(ascii: "<")) else { return nil }
        address = SIPText.trimmed(parts[0][parts[0].utf8.index(after: start)..<end])
        guard !address.isEmpty else { return nil }
    }

    package var tag: String? { parameters.value("tag") }
}
