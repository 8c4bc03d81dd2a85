/// What is said to requests that come in (RFC 3261 8.2 and 17.2): each once, each retransmission the
/// same, and an agreed call until somebody hangs up. No clock inside.

struct SIPAnswering: Sendable {
    struct Outgoing: Hashable, Sendable {
        var message: SIPMessage
        var peer: SIPPeer
    }

    /// A request is known by its branch, who gave it, and its method (17.2.3).
    private struct Key: Hashable {
        var branch: String
        var sentBy: String
        var method: String
    }

    private struct Answered {
        var outgoing: Outgoing?
        var endsAt: Duration
        /// The 200 of an INVITE is repeated until the ACK comes (13.3.1.4).
        var awaitsFor: SIPDialog.Key?
        var resendAt: Duration?
        var pause = SIPLimits.t1
    }

    private static let methods = ["INVITE", "ACK", "BYE", "CANCEL", "OPTIONS", "MESSAGE"]

    private let contact: SIPHeader
    private let body: [UInt8]
    private let tokens: SIPTokens
    private var answered: [Key: Answered] = [:]
    private var dialogs: Set<SIPDialog.Key> = []

    init(contact: SIPHeader, body: [UInt8], tokens: SIPTokens) {
        self.contact = contact
        self.body = body
        self.tokens = tokens
    }

    /// - Returns: What to send, and the request unless it had come before.
    mutating func receive(
        _ request: SIPMessage, from peer: SIPPeer, _ now: Duration
    ) -> (outgoing: Outgoing?, received: SIPReceived?) {
        guard let via = request.vias.first, let branch = via.branch else { return (nil, nil) }
        let key = Key(branch: branch, sentBy: via.sentBy.lowercased(), method: request.method)
        if let known = answered[key] { return (known.outgoing, nil) }
        // Who is full is silent: the other one asks again, and by then there is room.
        guard answered.count < SIPLimits.transactions else { return (nil, nil) }
        var entry = Answered(endsAt: now + SIPLimits.transaction)
        var call: SIPCall?
        if request.method == "ACK" {
            acknowledge(request)
        } else {
            let message: SIPMessage
            (message, call) = answer(request, from: peer, via)
            entry.outgoing = Outgoing(message: message, peer: destination(peer, via))
            if let call {
                dialogs.insert(call.dialog.key)
                entry.awaitsFor = call.dialog.key
                entry.resendAt = now + entry.pause
            }
        }
        answered[key] = entry
        let received = SIPReceived(
            message: request, source: peer.endpoint, status: entry.outgoing?.message.status,
            call: call)
        return (entry.outgoing, received)
    }

    /// What is to be sent again.
    mutating func tick(_ now: Duration) -> [Outgoing] {
        var due: [(at: Duration, outgoing: Outgoing)] = []
        for (key, entry) in answered {
            if now >= entry.endsAt {
                answered[key] = nil
                // Nobody ever acknowledged it, so there is no call.
                if entry.resendAt != nil, let dialog = entry.awaitsFor { dialogs.remove(dialog) }
            } else if let time = entry.resendAt, now >= time, let outgoing = entry.outgoing {
                due.append((time, outgoing))
                let pause = min(entry.pause * 2, SIPLimits.t2)
                answered[key]?.pause = pause
                answered[key]?.resendAt = now + pause
            }
        }
        return due.sorted {
            ($0.at, $0.outgoing.message.callID) < ($1.at, $1.outgoing.message.callID)
        }
        .map(\.outgoing)
    }

    var wakeAt: Duration? {
        answered.values.map { min($0.resendAt ?? $0.endsAt, $0.endsAt) }.min()
    }

    /// A call of ours was answered: requests within it are known from now on.
    mutating func begin(_ dialog: SIPDialog.Key) {
        if dialogs.count < SIPLimits.dialogs { dialogs.insert(dialog) }
    }

    mutating func end(_ dialog: SIPDialog.Key) {
        dialogs.remove(dialog)
        for (key, entry) in answered where entry.awaitsFor == dialog {
            answered[key]?.resendAt = nil
        }
    }

    private mutating func acknowledge(_ request: SIPMessage) {
        guard let dialog = dialog(of: request) else { return }
        for (key, entry) in answered where entry.awaitsFor == dialog {
            answered[key]?.resendAt = nil
        }
    }

    private mutating func answer(
        _ request: SIPMessage, from peer: SIPPeer, _ via: SIPVia
    ) -> (SIPMessage, SIPCall?) {
        let dialog = dialog(of: request)
        let isKnown = dialog.map { dialogs.contains($0) }
        let say = { [tokens] (status: Int, reason: String) in
            request.answer(status, reason, tag: tokens.next(), from: peer.endpoint)
        }
        guard Self.methods.contains(request.method) else {
            return (allowing(say(405, "Method Not Allowed")), nil)
        }
        if request.method != "CANCEL", let wanted = request.first("Require") {
            var message = say(420, "Bad Extension")
            message.headers.append(SIPHeader(made: "Unsupported", wanted))
            return (message, nil)
        }
        switch request.method {
        case "OPTIONS" where isKnown != false: return (allowing(say(200, "OK")), nil)
        case "MESSAGE" where isKnown != false: return (say(200, "OK"), nil)
        case "INVITE" where isKnown != false:
            if dialogs.count >= SIPLimits.dialogs { return (say(486, "Busy Here"), nil) }
            return accept(request, with: say(200, "OK"), or: say(400, "No Way Back"))
        case "BYE" where isKnown == true:
            if let dialog { end(dialog) }
            return (say(200, "OK"), nil)
        // Calls are answered at once, so that there is never anything left to cancel (9.2).
        case "CANCEL"
        where answered.keys.contains { $0.branch == via.branch && $0.method == "INVITE" }:
            return (say(200, "OK"), nil)
        default: return (say(481, "Call/Transaction Does Not Exist"), nil)
        }
    }

    private func accept(
        _ request: SIPMessage, with acceptance: SIPMessage, or refusal: SIPMessage
    ) -> (SIPMessage, SIPCall?) {
        var message = acceptance
        message.headers += request.all("Record-Route").map { SIPHeader(made: "Record-Route", $0) }
        message.headers += [contact, SIPHeader(made: "Content-Type", "application/sdp")]
        message.body = body
        guard let dialog = try? SIPDialog(called: request, answer: message) else {
            return (refusal, nil)
        }
        return (message, SIPCall(dialog: dialog, answer: message))
    }

    private func allowing(_ message: SIPMessage) -> SIPMessage {
        var message = message
        message.headers.append(SIPHeader(made: "Allow", Self.methods.joined(separator: ", ")))
        return message
    }

    /// Nil for what stands outside of any dialog.
    private func dialog(of request: SIPMessage) -> SIPDialog.Key? {
        request.toTag.map {
            SIPDialog.Key(callID: request.callID, local: $0, remote: request.fromTag ?? "")
        }
    }

    /// Where an answer goes (18.2.2, RFC 3581 4): back on its connection, or to the address that it came
    /// from, at the port that the Via names unless it wants the true one.
    private func destination(_ peer: SIPPeer, _ via: SIPVia) -> SIPPeer {
        guard peer.connection == nil, via.parameters.value("rport") == nil else { return peer }
        return SIPPeer(endpoint: SIPEndpoint(host: peer.endpoint.host, port: via.port))
    }
}
