/// A request of ours on its way to a final answer (RFC 3261 17.1, RFC 6026): when to send it again, what
/// to do with each answer, when to give up. No clock inside: times are spans since whatever the owner
/// counts from.

struct SIPClientTransaction: Sendable {
    enum Action: Hashable, Sendable {
        /// To where the request goes.
        case send(SIPMessage)
        /// The ACK of a 2xx, once more, to where it went before.
        case acknowledge(SIPMessage)
        /// The final answer, once.
        case finish(SIPMessage)
        /// The deadline passed without one, once.
        case giveUp
        /// A call was set up that nobody wants: the deadline had passed, or another branch of the request
        /// was quicker (13.2.2.4). Whoever answered is to be thanked and hung up on.
        case unwanted(SIPMessage)
        /// Start a transaction of its own with this CANCEL.
        case cancel(SIPMessage)
    }

    private enum Phase {
        case calling
        case proceeding
        /// Over for the caller; what still comes in is for this machine.
        case completed
        case gone
    }

    let request: SIPMessage
    private let isReliable: Bool
    private var deadline: Duration
    private var phase = Phase.calling
    private var pause = SIPLimits.t1
    private var resendAt: Duration?
    private var endsAt = Duration.zero
    private var isGivenUp = false
    private var isCancelled = false
    /// The 2xx that set up the call, and what acknowledged it.
    private var accepted: SIPMessage?
    private var acknowledgement: SIPMessage?

    /// Over a reliable transport nothing is sent twice; `now` is the time at which the owner sends the
    /// request for the first time.
    init(_ request: SIPMessage, isReliable: Bool, deadline: Duration, now: Duration) {
        self.request = request
        self.isReliable = isReliable
        self.deadline = deadline
        if !isReliable { resendAt = now + pause }
    }

    var isGone: Bool { phase == .gone }
    var isAnswered: Bool { phase == .completed || phase == .gone }
    private var isInvite: Bool { request.method == "INVITE" }

    /// When `tick` has something to do.
    var wakeAt: Duration? {
        switch phase {
        case .calling, .proceeding: resendAt.map { min($0, deadline) } ?? deadline
        case .completed: endsAt
        case .gone: nil
        }
    }

    mutating func tick(_ now: Duration) -> [Action] {
        switch phase {
        case .calling, .proceeding:
            if now >= deadline { return giveUp(now) }
            guard let time = resendAt, now >= time else { return [] }
            // Timer A grows without end, timer E up to T2 (17.1.1.2, 17.1.2.2).
            pause = isInvite ? pause * 2 : min(pause * 2, SIPLimits.t2)
            resendAt = now + pause
            return [.send(request)]
        case .completed:
            if now >= endsAt { phase = .gone }
            return []
        case .gone: return []
        }
    }

    mutating func receive(_ answer: SIPMessage, _ now: Duration) -> [Action] {
        guard let status = answer.status, phase != .gone else { return [] }
        if status < 200 { return receiveProvisional() }
        guard isInvite else {
            guard phase != .completed else { return [] }
            complete(now, lasting: isReliable ? .zero : SIPLimits.t4)
            return [.finish(answer)]
        }
        return status < 300 ? receiveAcceptance(answer, now) : receiveRefusal(answer, now)
    }

    /// Keeps what acknowledges the 2xx of this INVITE, for when that comes again.
    mutating func acknowledge(with message: SIPMessage) { acknowledgement = message }

    /// Nobody waits any more: a call is called off, what else was asked may still be done.
    mutating func abandon(_ now: Duration) {
        if isInvite { deadline = min(deadline, now) }
    }

    private mutating func receiveProvisional() -> [Action] {
        switch phase {
        case .calling:
            phase = .proceeding
            // Somebody has it: INVITE is not repeated, the others slowly.
            if isInvite { resendAt = nil } else { pause = SIPLimits.t2 }
            return []
        // Only what has been heard can be cancelled (9.1).
        case .completed where isGivenUp && isInvite: return cancel()
        default: return []
        }
    }

    private mutating func receiveAcceptance(_ answer: SIPMessage, _ now: Duration) -> [Action] {
        if phase != .completed {
            accepted = answer
            complete(now, lasting: SIPLimits.transaction)
            return [.finish(answer)]
        }
        guard let accepted, accepted.toTag == answer.toTag else { return [.unwanted(answer)] }
        return acknowledgement.map { [.acknowledge($0)] } ?? []
    }

    private mutating func receiveRefusal(_ answer: SIPMessage, _ now: Duration) -> [Action] {
        guard accepted == nil else { return [] }
        let acknowledgement = Action.send(request.companion("ACK", to: answer.first("To")))
        guard phase != .completed else { return [acknowledgement] }
        complete(now, lasting: SIPLimits.transaction)
        return [acknowledgement, .finish(answer)]
    }

    private mutating func giveUp(_ now: Duration) -> [Action] {
        isGivenUp = true
        let wasHeard = phase == .proceeding
        complete(now, lasting: isInvite ? SIPLimits.transaction : .zero)
        return [.giveUp] + (isInvite && wasHeard ? cancel() : [])
    }

    private mutating func cancel() -> [Action] {
        guard !isCancelled else { return [] }
        isCancelled = true
        return [.cancel(request.companion("CANCEL"))]
    }

    private mutating func complete(_ now: Duration, lasting time: Duration) {
        phase = time == .zero ? .gone : .completed
        endsAt = now + time
        resendAt = nil
    }
}
