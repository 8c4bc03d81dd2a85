/// Why a conversation in SIP gave no answer that its caller could use.

/// Says what was tried, where, and why it ended. Holds no password, and nothing of one.
package enum SIPError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Nothing final came before the deadline; says what was waited for.
    case timeout(awaited: String)
    /// There is no way there: no such name, no route, nobody who listens.
    case unreachable(SIPEndpoint, why: String)
    /// A final answer came, and it is no 2xx.
    case refused(what: String, status: Int, reason: String)
    /// A value or a message that cannot be said in SIP; it was not sent.
    case malformed(what: String, why: String)
    /// The agent was closed while somebody waited for it.
    case closed

    package var description: String {
        switch self {
        case .timeout(let awaited): "waited in vain for \(awaited)"
        case .unreachable(let place, let why): "cannot reach \(place): \(why)"
        case .refused(let what, let status, let reason): "\(what) was refused: \(status) \(reason)"
        case .malformed(let what, let why): "\(what) cannot be said in SIP: \(why)"
        case .closed: "the SIP agent was closed"
        }
    }
}
