/// Limits on everything that others can make grow, and the timers of RFC 3261.

enum SIPLimits {
    /// Head and body together. A datagram cannot be longer.
    static let messageBytes = 65_535
    static let headers = 256
    /// Requests that are kept for the owner; the oldest goes first.
    static let received = 1000
    /// Requests whose answer is kept for a retransmission, and dialogs.
    static let transactions = 4096
    static let dialogs = 1024
    static let connections = 64
    /// What may wait to be written to one peer.
    static let outputBytes = 1 << 20

    /// RFC 3261 17.1.1.1: an estimate of the round trip, the longest pause between retransmissions of
    /// what is not INVITE, and how long a message may live in the network.
    static let t1 = Duration.milliseconds(500)
    static let t2 = Duration.seconds(4)
    static let t4 = Duration.seconds(5)
    /// Timers B, D, F, H, J, L and M.
    static let transaction = t1 * 64

    /// For calls that wait: rounded up, so that nobody wakes too early and asks again at once, and never
    /// more than an hour, after which one may ask again.
    static func milliseconds(_ span: Duration) -> Int {
        guard span > .zero else { return 0 }
        let (seconds, attoseconds) = min(span, .seconds(3600)).components
        return Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000) + 1
    }
}
