/// What an agent can be asked to say: requests put together, credentials given where they are asked for,
/// calls set up and ended.

/// How a call went. There is no goodbye where it was not set up.
package struct SIPCallOutcome: Hashable, Sendable {
    package let invitation: SIPAnswer
    package let goodbye: SIPAnswer?
}

// Requests outside of a call
extension SIPAgent {
    /// Asks a server or a user for life (RFC 3261 11).
    package func options(
        to address: SIPAddress, at hop: SIPEndpoint? = nil, from account: SIPAccount? = nil,
        headers: [SIPHeader] = [], within limit: Duration
    ) async throws -> SIPAnswer {
        let account = account ?? SIPAccount(contact)
        let request = try request("OPTIONS", from: account, to: address, headers)
        return try await converse(request, as: account, at: hop ?? address.endpoint, limit).answer
    }

    /// Binds an account to this agent (RFC 3261 10.2); 0 seconds end the binding.
    ///
    /// - Throws: Also `SIPError.refused`, since there is no use in going on without.
    @discardableResult
    package func register(
        _ account: SIPAccount, at hop: SIPEndpoint? = nil, expires seconds: Int,
        headers: [SIPHeader] = [], within limit: Duration
    ) async throws -> SIPAnswer {
        var request = try request("REGISTER", from: account, to: account.address, headers)
        request.headers += [
            SIPHeader(made: "Contact", "<\(contact)>;expires=\(max(0, seconds))"),
            SIPHeader(made: "Expires", "\(max(0, seconds))"),
        ]
        let registrar = try SIPAddress(
            user: nil, host: account.address.host, port: account.address.port)
        request.start = .request(method: "REGISTER", target: registrar.description)
        let hop = hop ?? registrar.endpoint
        let answer = try await converse(request, as: account, at: hop, limit).answer
        guard answer.isSuccess else {
            throw SIPError.refused(
                what: "REGISTER of \(account.address) at \(hop)", status: answer.status,
                reason: answer.reason)
        }
        return answer
    }

    /// Says something once (RFC 3428).
    package func message(
        from account: SIPAccount, to address: SIPAddress, text: String, at hop: SIPEndpoint? = nil,
        headers: [SIPHeader] = [], within limit: Duration
    ) async throws -> SIPAnswer {
        var request = try request("MESSAGE", from: account, to: address, headers)
        request.headers.append(SIPHeader(made: "Content-Type", "text/plain;charset=utf-8"))
        request.body = Array(text.utf8)
        return try await converse(request, as: account, at: hop ?? address.endpoint, limit).answer
    }
}

// Calls
extension SIPAgent {
    /// Calls, and hangs up as soon as the other end has answered; the limit is for each of the two.
    package func call(
        from account: SIPAccount, to address: SIPAddress, at hop: SIPEndpoint? = nil,
        headers: [SIPHeader] = [], within limit: Duration
    ) async throws -> SIPCallOutcome {
        let (answer, call) = try await invite(
            from: account, to: address, at: hop, headers: headers, within: limit)
        guard let call else { return SIPCallOutcome(invitation: answer, goodbye: nil) }
        let goodbye = try await hangUp(call, as: account, headers: headers, within: limit)
        return SIPCallOutcome(invitation: answer, goodbye: goodbye)
    }

    /// Calls, and acknowledges what the other end agreed to (RFC 3261 13.2).
    ///
    /// - Returns: The final answer, and the call if it is a 2xx. Either end can hang up.
    package func invite(
        from account: SIPAccount, to address: SIPAddress, at hop: SIPEndpoint? = nil,
        headers: [SIPHeader] = [], within limit: Duration
    ) async throws -> (answer: SIPAnswer, call: SIPCall?) {
        let deadline = ContinuousClock.now + limit
        var request = try request("INVITE", from: account, to: address, headers)
        request.headers += [
            SIPHeader(made: "Contact", "<\(contact)>"),
            SIPHeader(made: "Content-Type", "application/sdp"),
        ]
        request.body = Self.session(at: local)
        let (answer, asked) = try await converse(
            request, as: account, at: hop ?? address.endpoint, limit)
        guard answer.isSuccess else { return (answer, nil) }
        var dialog = try SIPDialog(calling: asked, answer: answer.message)
        let first = try await self.address(of: dialog.nextHop(), until: deadline)
        try acknowledge(answer, with: dialog.request("ACK"), at: first)
        return (answer, SIPCall(dialog: dialog, answer: answer.message))
    }

    /// Ends a call, from whichever end this is: BYE takes the path that the call was set up on (12.2).
    package func hangUp(
        _ call: SIPCall, as account: SIPAccount? = nil, headers: [SIPHeader] = [],
        within limit: Duration
    ) async throws -> SIPAnswer {
        var dialog = call.dialog
        try Self.check(headers)
        let request = try dialog.request("BYE", headers: headers)
        return try await converse(request, as: account, at: dialog.nextHop(), limit).answer
    }
}

extension SIPAgent {
    /// Headers that are the agent's own; Max-Forwards and Route may be given.
    private static let own = ["via", "from", "to", "call-id", "cseq", "contact", "content-length"]

    private static func check(_ headers: [SIPHeader]) throws {
        for header in headers where own.contains(header.name.lowercased()) {
            throw SIPError.malformed(
                what: "the header \(header.name)", why: "it is for the agent to say")
        }
    }

    /// What every request has (RFC 3261 8.1.1), but for Via.
    private func request(
        _ method: String, from account: SIPAccount, to address: SIPAddress, _ headers: [SIPHeader]
    ) throws -> SIPMessage {
        try Self.check(headers)
        var fields = [
            SIPHeader(made: "From", "<\(account.address)>;tag=\(tokens.next())"),
            SIPHeader(made: "To", "<\(address)>"),
            SIPHeader(made: "Call-ID", "\(tokens.next())@\(local.host)"),
            SIPHeader(made: "CSeq", "1 \(method)"),
        ]
        if !headers.contains(where: { $0.isNamed("Max-Forwards") }) {
            fields.append(SIPHeader(made: "Max-Forwards", "70"))
        }
        return SIPMessage(
            start: .request(method: method, target: address.description), headers: fields + headers)
    }

    /// Asks, and asks again with credentials where a server or a proxy wants some (RFC 3261 22): once for
    /// each of the two, and once more where a nonce was only too old.
    private func converse(
        _ request: SIPMessage, as account: SIPAccount?, at hop: SIPEndpoint, _ limit: Duration
    ) async throws -> (answer: SIPAnswer, request: SIPMessage) {
        let began = ContinuousClock.now
        let deadline = began + limit
        let endpoint = try await address(of: hop, until: deadline)
        var request = request
        var isFresh = true
        while true {
            let answer = try await ask(request, at: endpoint, until: deadline)
            guard let account, let challenge = SIPChallenge.best(of: answer.message),
                let next = try prove(account, request, answer, challenge, &isFresh)
            else {
                let took = began.duration(to: .now)
                return (
                    SIPAnswer(message: answer.message, status: answer.status, took: took), request
                )
            }
            request = next
        }
    }

    /// The same request with credentials, or nil where they were given already and are wrong.
    private func prove(
        _ account: SIPAccount, _ request: SIPMessage, _ answer: SIPAnswer,
        _ challenge: SIPChallenge, _ isFresh: inout Bool
    ) throws -> SIPMessage? {
        guard answer.status == 401 || answer.status == 407,
            case .request(let method, let target) = request.start, let sequence = request.sequence
        else { return nil }
        let name = answer.status == 401 ? "Authorization" : "Proxy-Authorization"
        if request.first(name) != nil {
            guard challenge.isStale, isFresh else { return nil }
            isFresh = false
        }
        guard
            let credentials = challenge.credentials(
                of: account, method: method, target: target, clientNonce: tokens.next())
        else { return nil }
        var request = request
        request.headers.removeAll { $0.isNamed(name) || $0.isNamed("CSeq") }
        request.headers += [
            SIPHeader(made: "CSeq", "\(sequence.number + 1) \(method)"),
            // The account's name is anybody's text.
            try SIPHeader(name, credentials),
        ]
        return request
    }
}
