/// A request or an answer as a value, and the bytes of it (RFC 3261 7).

/// Whatever is sent or came. One that came was read by `SIPReader`, and has what every message must have;
/// one to be sent is made of values that break no line.
package struct SIPMessage: Hashable, Sendable {
    /// The first line.
    package enum Start: Hashable, Sendable {
        case request(method: String, target: String)
        case answer(status: Int, reason: String)
    }

    package var start: Start
    /// In their order, folded lines joined, compact names in their long form; without Content-Length,
    /// which follows from the body.
    package var headers: [SIPHeader]
    package var body: [UInt8] = []

    /// The values of all headers of a name, one for each line.
    package func all(_ name: String) -> [String] {
        headers.filter { $0.isNamed(name) }.map(\.value)
    }

    package func first(_ name: String) -> String? { headers.first { $0.isNamed(name) }?.value }

    /// The values of a header that is a list, in their order: it makes no difference whether they stand
    /// on one line with commas or on several (RFC 3261 7.3.1).
    package func list(_ name: String) -> [String] {
        all(name).flatMap { SIPText.split($0, at: UInt8(ascii: ",")) }.filter { !$0.isEmpty }
    }

    /// The hops, the last one first; those that nobody can read are left out.
    package var vias: [SIPVia] { list("Via").compactMap(SIPVia.init(parsing:)) }

    package var callID: String { first("Call-ID") ?? "" }
    package var fromTag: String? { first("From").flatMap(SIPNamedAddress.init(parsing:))?.tag }
    package var toTag: String? { first("To").flatMap(SIPNamedAddress.init(parsing:))?.tag }

    /// Number and method; nil where the header is broken, which no message is that was read.
    package var sequence: (number: UInt32, method: String)? {
        let words = first("CSeq")?.split(whereSeparator: { $0 == " " || $0 == "\t" }) ?? []
        guard words.count == 2, let number: UInt32 = SIPText.number(words[0]), number < 1 << 31,
            SIPText.isToken(words[1])
        else { return nil }
        return (number, String(words[1]))
    }

    /// The method of a request, or of the request that this answers.
    package var method: String {
        if case .request(let method, _) = start { method } else { sequence?.method ?? "" }
    }

    package var status: Int? {
        if case .answer(let status, _) = start { status } else { nil }
    }

    package var bytes: [UInt8] {
        var text =
            switch start {
            case .request(let method, let target): "\(method) \(target) SIP/2.0\r\n"
            case .answer(let status, let reason): "SIP/2.0 \(status) \(reason)\r\n"
            }
        for header in headers { text += "\(header.name): \(header.value)\r\n" }
        text += "Content-Length: \(body.count)\r\n\r\n"
        return Array(text.utf8) + body
    }

    /// What answers a request is made of (RFC 3261 8.2.6): Via, From, To, Call-ID and CSeq of it.
    func answer(
        _ status: Int, _ reason: String, tag: String, from source: SIPEndpoint
    ) -> SIPMessage {
        var headers: [SIPHeader] = []
        let vias = list("Via")
        for (index, via) in vias.enumerated() {
            let marked = index == 0 ? SIPVia(parsing: via)?.marked(with: source).text : nil
            headers.append(SIPHeader(made: "Via", marked ?? via))
        }
        for name in ["From", "To", "Call-ID", "CSeq"] {
            guard var value = first(name) else { continue }
            if name == "To", toTag == nil { value += ";tag=\(tag)" }
            headers.append(SIPHeader(made: name, value))
        }
        return SIPMessage(start: .answer(status: status, reason: reason), headers: headers)
    }

    /// A request that goes the way of this one and belongs to its transaction: CANCEL (RFC 3261 9.1), and
    /// the ACK of an answer that is no 2xx (17.1.1.3), whose To is the answer's.
    func companion(_ method: String, to: String? = nil) -> SIPMessage {
        guard case .request(_, let target) = start else { return self }
        var headers = list("Via").prefix(1).map { SIPHeader(made: "Via", $0) }
        headers += fields(named: "Route")
        headers += fields(named: "From")
        headers.append(SIPHeader(made: "To", to ?? first("To") ?? ""))
        headers += fields(named: "Call-ID")
        headers.append(SIPHeader(made: "CSeq", "\(sequence?.number ?? 0) \(method)"))
        headers.append(SIPHeader(made: "Max-Forwards", "70"))
        return SIPMessage(start: .request(method: method, target: target), headers: headers)
    }

    private func fields(named name: String) -> [SIPHeader] { headers.filter { $0.isNamed(name) } }
}
