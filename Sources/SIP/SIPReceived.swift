/// Requests that came in, for their reader.

/// A request as it came, and from where. Its Via and Record-Route tell which proxies it passed.
package struct SIPReceived: Hashable, Sendable {
    package let message: SIPMessage
    /// The last hop.
    package let source: SIPEndpoint
    /// What it was answered with; nil for ACK, which has no answer.
    package let status: Int?
    /// The call that it set up: there for an INVITE that was answered with 200.
    package let call: SIPCall?

    package var method: String { message.method }
    package var text: String { String(decoding: message.body, as: UTF8.self) }
}

/// A call that both ends have agreed to, seen from one of them.
package struct SIPCall: Hashable, Sendable {
    package let dialog: SIPDialog
    /// The 200 that set it up.
    package let answer: SIPMessage
}

/// A final answer to a request, whatever it says.
package struct SIPAnswer: Hashable, Sendable {
    package let message: SIPMessage
    package let status: Int
    /// From the request to this; the answer before it that asked for credentials included.
    package let took: Duration

    package var reason: String {
        if case .answer(_, let reason) = message.start { reason } else { "" }
    }

    package var isSuccess: Bool { (200...299).contains(status) }
}
