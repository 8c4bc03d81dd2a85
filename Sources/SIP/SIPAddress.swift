/// Addresses of SIP, `sip:user@host:port;parameters` (RFC 3261 19.1 and 25.1).

import Glibc

/// Somebody, or a place, that can be spoken to. What it holds can be printed into a message: there is no
/// way to make one that breaks a line.
///
/// Its user part keeps the spelling in which it was read, since there are servers that compare it byte by
/// byte; two addresses are equal when they mean the same user.
package struct SIPAddress: Sendable, CustomStringConvertible {
    /// Without escapes; nil for the address of a place.
    package let user: String?
    /// A name or an address, IPv6 without brackets.
    package let host: String
    package let port: UInt16?
    package let parameters: [SIPParameter]
    private let userText: String?

    /// The user is any text without CR, LF and NUL; what the syntax reserves is escaped. Throws
    /// `SIPError.malformed`.
    package init(
        user: String?, host: String, port: UInt16? = nil, parameters: [SIPParameter] = []
    ) throws {
        try self.init(
            userText: user.map(Self.escaped), hostText: SIPEndpoint(host: host).hostText,
            port: port, parameters: parameters)
    }

    /// Reads an address that somebody wrote or a peer sent.
    ///
    /// - Throws: `SIPError.malformed` for whatever is no `sip:` address, `tel:` and `sips:` included, and
    ///   for one with a password or headers.
    package init(parsing text: String) throws {
        let wrong = { (why: String) in SIPError.malformed(what: "the address '\(text)'", why: why) }
        guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")),
            text[..<colon].lowercased() == "sip"
        else { throw wrong("only sip: addresses are spoken to") }
        var rest = text[text.utf8.index(after: colon)...]
        var userText: String?
        if let at = rest.utf8.firstIndex(of: UInt8(ascii: "@")) {
            userText = String(rest[..<at])
            rest = rest[rest.utf8.index(after: at)...]
        }
        guard !rest.utf8.contains(UInt8(ascii: "?")) else { throw wrong("it holds headers") }
        let parts = SIPText.split(String(rest), at: UInt8(ascii: ";"))
        var hostText = parts[0]
        var port: UInt16?
        let bracket = hostText.utf8.lastIndex(of: UInt8(ascii: "]")) ?? hostText.startIndex
        if let mark = hostText.utf8[bracket...].lastIndex(of: UInt8(ascii: ":")) {
            port = SIPText.number(hostText[hostText.utf8.index(after: mark)...])
            guard port != nil else { throw wrong("its port is no number below 65536") }
            hostText = String(hostText[..<mark])
        }
        let parameters = try parts.dropFirst().map { part in
            guard let parameter = SIPParameter(parsing: part) else {
                throw wrong("a parameter is empty")
            }
            return parameter
        }
        try self.init(userText: userText, hostText: hostText, port: port, parameters: parameters)
    }

    private init(
        userText: String?, hostText: String, port: UInt16?, parameters: [SIPParameter]
    ) throws {
        let what = "the address of '\(userText ?? "")' at '\(hostText)'"
        if let userText {
            guard !userText.isEmpty, userText.utf8.allSatisfy(Self.isOfUser),
                let user = Self.plain(userText)
            else {
                throw SIPError.malformed(
                    what: what, why: "its user part has what cannot stand there")
            }
            guard !user.utf8.contains(where: { $0 == 0 || $0 == 10 || $0 == 13 }) else {
                throw SIPError.malformed(what: what, why: "its user part breaks a line")
            }
            self.user = user
        } else {
            user = nil
        }
        guard let host = Self.host(hostText) else {
            throw SIPError.malformed(what: what, why: "that is no host")
        }
        for parameter in parameters where !parameter.canStandInAddress {
            throw SIPError.malformed(
                what: what, why: "the parameter '\(parameter.name)' has what cannot stand there")
        }
        self.userText = userText
        self.host = host
        self.port = port
        self.parameters = parameters
    }

    package var description: String {
        "sip:\(userText.map { "\($0)@" } ?? "")\(SIPEndpoint(host: host).hostText)"
            + "\(port.map { ":\($0)" } ?? "")\(parameters.map(\.suffix).joined())"
    }

    /// Where a request to this address goes when nothing else says where.
    package var endpoint: SIPEndpoint { SIPEndpoint(host: host, port: port ?? 5060) }

    /// Loose routing, RFC 3261 19.1.1.
    var isLoose: Bool { parameters.contains { $0.name.lowercased() == "lr" } }
}

extension SIPAddress: Hashable {
    package static func == (one: Self, other: Self) -> Bool {
        one.user == other.user && one.host.lowercased() == other.host.lowercased()
            && one.port == other.port && one.parameters == other.parameters
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(user)
        hasher.combine(host.lowercased())
    }
}

// Characters
extension SIPAddress {
    /// Letters, digits, `mark` and `user-unreserved` of RFC 3261 25.1.
    private static func isPlainInUser(_ byte: UInt8) -> Bool {
        SIPText.isAlphanumeric(byte) || "-_.!~*'()&=+$,;?/".utf8.contains(byte)
    }

    private static func isOfUser(_ byte: UInt8) -> Bool {
        isPlainInUser(byte) || byte == UInt8(ascii: "%")
    }

    private static func escaped(_ user: String) -> String {
        var text: [UInt8] = []
        for byte in user.utf8 {
            if isPlainInUser(byte) {
                text.append(byte)
            } else {
                text += [UInt8(ascii: "%"), SIPText.digit(byte >> 4), SIPText.digit(byte & 15)]
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Without escapes; nil where one is broken or the bytes are no UTF-8.
    private static func plain(_ text: String) -> String? {
        let text = Array(text.utf8)
        var bytes: [UInt8] = []
        var at = 0
        while at < text.count {
            guard text[at] == UInt8(ascii: "%") else {
                bytes.append(text[at])
                at += 1
                continue
            }
            guard at + 2 < text.count, let high = SIPText.value(ofDigit: text[at + 1]),
                let low = SIPText.value(ofDigit: text[at + 2])
            else { return nil }
            bytes.append(high << 4 | low)
            at += 3
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func host(_ text: String) -> String? {
        if text.utf8.first == UInt8(ascii: "["), text.utf8.last == UInt8(ascii: "]") {
            let inner = String(Substring(text.utf8.dropFirst().dropLast()))
            var address = in6_addr()
            return !inner.utf8.contains(0) && inet_pton(AF_INET6, inner, &address) == 1
                ? inner : nil
        }
        let isName = text.utf8.allSatisfy { SIPText.isAlphanumeric($0) || "-._".utf8.contains($0) }
        return isName && !text.isEmpty && text.utf8.count <= 255 ? text : nil
    }
}
