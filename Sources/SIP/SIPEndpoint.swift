/// Where messages go and come from, below the names of SIP.

/// What carries the messages of an agent, all of them.
package enum SIPTransport: String, Sendable {
    case udp = "UDP"
    case tcp = "TCP"
}

/// A host and a port: an address, or a name that is looked up when something goes there.
package struct SIPEndpoint: Hashable, Sendable, CustomStringConvertible {
    /// Without the brackets of an IPv6 address.
    package let host: String
    package let port: UInt16

    package init(host: String, port: UInt16 = 5060) {
        self.host = host
        self.port = port
    }

    package var description: String { "\(hostText):\(port)" }

    /// The host as it stands in a URI or a Via: IPv6 in brackets.
    var hostText: String { host.contains(":") ? "[\(host)]" : host }
}

/// Where a message came from, and for TCP the connection on which its answer goes back.
struct SIPPeer: Hashable, Sendable {
    var endpoint: SIPEndpoint
    var connection: Int?
}
