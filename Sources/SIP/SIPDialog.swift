/// What two parties of a call have agreed on, and how requests within it go (RFC 3261 12).

package struct SIPDialog: Hashable, Sendable {
    /// What a dialog is known by (RFC 3261 12): the tag of ours, the tag of theirs.
    struct Key: Hashable, Sendable {
        var callID: String
        var local: String
        var remote: String
    }

    let key: Key
    /// From and To as they are said by us.
    private let local: String
    private let remote: String
    /// Where the other one wants to be reached.
    package let target: SIPAddress
    /// The proxies that asked to stay on the path, the next one first (12.1.1, 12.1.2).
    package let routes: [String]
    /// The number of our last request.
    private(set) var number: UInt32

    /// The dialog of who called, made by a 2xx (12.1.2): its routes are turned around.
    init(calling request: SIPMessage, answer: SIPMessage) throws {
        try self.init(
            callID: request.callID, local: request.first("From"), localTag: request.fromTag,
            remote: answer.first("To"), remoteTag: answer.toTag, contact: answer.list("Contact"),
            routes: answer.list("Record-Route").reversed(), number: request.sequence?.number ?? 1)
    }

    /// The dialog of who was called and said yes (12.1.1): its routes stand as they came.
    init(called request: SIPMessage, answer: SIPMessage) throws {
        try self.init(
            callID: request.callID, local: answer.first("To"), localTag: answer.toTag,
            remote: request.first("From"), remoteTag: request.fromTag,
            contact: request.list("Contact"), routes: request.list("Record-Route"), number: 0)
    }

    private init(
        callID: String, local: String?, localTag: String?, remote: String?, remoteTag: String?,
        contact: [String], routes: [String], number: UInt32
    ) throws {
        guard let contact = contact.first.flatMap(SIPNamedAddress.init(parsing:)) else {
            throw SIPError.malformed(
                what: "the call \(callID)", why: "its other end has no Contact")
        }
        guard let local, let remote, let localTag, let remoteTag else {
            throw SIPError.malformed(what: "the call \(callID)", why: "an end of it has no tag")
        }
        key = Key(callID: callID, local: localTag, remote: remoteTag)
        self.local = local
        self.remote = remote
        target = try SIPAddress(parsing: contact.address)
        self.routes = routes
        self.number = number
    }

    /// A request within the dialog, without Via (12.2.1.1). ACK has the number of its INVITE; every other
    /// one counts on.
    mutating func request(_ method: String, headers extra: [SIPHeader] = []) throws -> SIPMessage {
        if method != "ACK" { number += 1 }
        var path = routes
        var goal = target.description
        // A first proxy that routes strictly is the target itself, and the true one comes last.
        if let first = try hops().first, !first.isLoose {
            path = path.dropFirst() + ["<\(target)>"]
            goal = first.description
        }
        let headers =
            path.map { SIPHeader(made: "Route", $0) }
            + [
                SIPHeader(made: "From", local), SIPHeader(made: "To", remote),
                SIPHeader(made: "Call-ID", key.callID),
                SIPHeader(made: "CSeq", "\(number) \(method)"),
                SIPHeader(made: "Max-Forwards", "70"),
            ]
        return SIPMessage(start: .request(method: method, target: goal), headers: headers + extra)
    }

    /// Where a request within the dialog goes first: the first proxy, or the other end itself.
    func nextHop() throws -> SIPEndpoint { try (hops().first ?? target).endpoint }

    private func hops() throws -> [SIPAddress] {
        try routes.map { route in
            guard let named = SIPNamedAddress(parsing: route) else {
                throw SIPError.malformed(what: "the call \(key.callID)", why: "a route is none")
            }
            return try SIPAddress(parsing: named.address)
        }
    }
}
