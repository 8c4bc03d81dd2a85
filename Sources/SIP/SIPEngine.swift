/// The decisions of an agent in one value: what comes in and what time it is, what goes out and who gets
/// to know. The loop around it acts; no clock and no socket in here.

struct SIPEngine: Sendable {
    enum Effect: Sendable {
        case send(SIPMessage, SIPPeer)
        case answered(Int, SIPAnswer)
        case failed(Int, SIPError)
        case arrived(Int, SIPReceived)
    }

    /// An answer belongs to the request with its branch and its method (RFC 3261 17.1.3).
    private struct Key: Hashable, Comparable {
        var branch: String
        var method: String

        static func < (one: Key, other: Key) -> Bool {
            (one.branch, one.method) < (other.branch, other.method)
        }
    }

    private struct Running {
        var transaction: SIPClientTransaction
        var waiter: Int?
        let peer: SIPPeer
        let began: Duration
        /// Where the ACK of a 2xx goes.
        var acknowledgedAt: SIPPeer?
    }

    /// Somebody who waits for a request to come in.
    struct Reader: Sendable {
        var id: Int
        var method: String
        var deadline: Duration
        var fits: @Sendable (SIPReceived) -> Bool
    }

    private let local: SIPEndpoint
    private let transport: SIPTransport
    private let tokens: SIPTokens
    private var running: [Key: Running] = [:]
    private var answering: SIPAnswering
    private var readers: [Reader] = []
    /// What came in, in its order, and whether a reader has had it.
    private var kept: [(request: SIPReceived, isTaken: Bool)] = []

    init(
        local: SIPEndpoint, transport: SIPTransport, contact: SIPHeader, body: [UInt8],
        tokens: SIPTokens
    ) {
        self.local = local
        self.transport = transport
        self.tokens = tokens
        answering = SIPAnswering(contact: contact, body: body, tokens: tokens)
    }

    var received: [SIPReceived] { kept.map(\.request) }

    /// When `tick` has something to do.
    var wakeAt: Duration? {
        let times =
            running.values.compactMap(\.transaction.wakeAt) + readers.map(\.deadline)
            + [answering.wakeAt].compactMap { $0 }
        return times.min()
    }

    /// Sends a request, which has no Via yet; its waiter gets one effect with its number, later.
    mutating func begin(
        _ waiter: Int?, _ request: SIPMessage, to peer: SIPPeer, deadline: Duration, _ now: Duration
    ) -> [Effect] {
        if request.method == "BYE", let local = request.fromTag, let remote = request.toTag {
            answering.end(SIPDialog.Key(callID: request.callID, local: local, remote: remote))
        }
        return start(waiter, withVia(request), to: peer, deadline: deadline, now)
    }

    /// Sends the ACK of a 2xx, and keeps it for when that comes again (RFC 3261 13.2.2.4).
    mutating func acknowledge(
        _ answer: SIPMessage, with message: SIPMessage, to peer: SIPPeer
    ) -> [Effect] {
        let message = withVia(message)
        if let key = key(of: answer) {
            running[key]?.transaction.acknowledge(with: message)
            running[key]?.acknowledgedAt = peer
        }
        return [.send(message, peer)]
    }

    mutating func receive(_ message: SIPMessage, from peer: SIPPeer, _ now: Duration) -> [Effect] {
        guard message.status == nil else {
            guard let key = key(of: message),
                let actions = running[key]?.transaction.receive(message, now)
            else { return [] }
            return apply(actions, key, now)
        }
        let (outgoing, received) = answering.receive(message, from: peer, now)
        return (outgoing.map { [.send($0.message, $0.peer)] } ?? [])
            + (received.map { keep($0) } ?? [])
    }

    mutating func tick(_ now: Duration) -> [Effect] {
        var effects: [Effect] = []
        for key in running.keys.sorted() {
            guard let actions = running[key]?.transaction.tick(now) else { continue }
            effects += apply(actions, key, now)
        }
        effects += answering.tick(now).map { .send($0.message, $0.peer) }
        for reader in readers where reader.deadline <= now {
            effects.append(.failed(reader.id, .timeout(awaited: "a \(reader.method) at \(local)")))
        }
        readers.removeAll { $0.deadline <= now }
        return effects
    }

    /// There is no way to an endpoint, or no more: what waits for an answer from there ends.
    mutating func lose(_ endpoint: SIPEndpoint, why: String) -> [Effect] {
        var effects: [Effect] = []
        for (key, entry) in running.sorted(by: { $0.key < $1.key })
        where entry.peer.endpoint == endpoint && !entry.transaction.isAnswered {
            if let waiter = entry.waiter {
                effects.append(.failed(waiter, .unreachable(endpoint, why: why)))
            }
            running[key] = nil
        }
        return effects
    }

    /// Gives a reader the first request that fits and that no reader has had, now or when it comes.
    mutating func serve(_ reader: Reader) -> [Effect] {
        let index = kept.firstIndex {
            !$0.isTaken && $0.request.method == reader.method && reader.fits($0.request)
        }
        guard let index else {
            readers.append(reader)
            return []
        }
        kept[index].isTaken = true
        return [.arrived(reader.id, kept[index].request)]
    }

    /// Nobody waits for this number any more.
    mutating func abandon(_ waiter: Int, _ now: Duration) -> [Effect] {
        readers.removeAll { $0.id == waiter }
        for key in running.keys where running[key]?.waiter == waiter {
            running[key]?.waiter = nil
            running[key]?.transaction.abandon(now)
        }
        return tick(now)
    }
}

extension SIPEngine {
    private func key(of answer: SIPMessage) -> Key? {
        answer.vias.first?.branch.map { Key(branch: $0, method: answer.method) }
    }

    private func withVia(_ request: SIPMessage) -> SIPMessage {
        var request = request
        let via = SIPVia(
            transport: transport.rawValue, sentBy: local.description,
            parameters: [SIPParameter("branch", tokens.branch()), SIPParameter("rport")])
        request.headers.insert(SIPHeader(made: "Via", via.text), at: 0)
        return request
    }

    private mutating func start(
        _ waiter: Int?, _ request: SIPMessage, to peer: SIPPeer, deadline: Duration, _ now: Duration
    ) -> [Effect] {
        guard let key = key(of: request), running.count < SIPLimits.transactions else {
            let full = SIPError.unreachable(peer.endpoint, why: "too many requests are under way")
            return waiter.map { [.failed($0, full)] } ?? []
        }
        running[key] = Running(
            transaction: SIPClientTransaction(
                request, isReliable: transport == .tcp, deadline: deadline, now: now),
            waiter: waiter, peer: peer, began: now)
        return [.send(request, peer)]
    }

    private mutating func apply(
        _ actions: [SIPClientTransaction.Action], _ key: Key, _ now: Duration
    ) -> [Effect] {
        guard let entry = running[key] else { return [] }
        if entry.transaction.isGone { running[key] = nil }
        return actions.flatMap { action -> [Effect] in
            switch action {
            case .send(let message): return [.send(message, entry.peer)]
            case .acknowledge(let message):
                return [.send(message, entry.acknowledgedAt ?? entry.peer)]
            case .finish(let message): return finish(entry, key, message, now)
            case .giveUp:
                running[key]?.waiter = nil
                let awaited = "an answer to \(key.method) from \(entry.peer.endpoint)"
                return entry.waiter.map { [.failed($0, .timeout(awaited: awaited))] } ?? []
            case .cancel(let message):
                return start(
                    nil, message, to: entry.peer, deadline: now + SIPLimits.transaction, now)
            case .unwanted(let message): return hangUp(entry, message, now)
            }
        }
    }

    private mutating func finish(
        _ entry: Running, _ key: Key, _ message: SIPMessage, _ now: Duration
    ) -> [Effect] {
        let status = message.status ?? 0
        guard let waiter = entry.waiter else {
            // A call that nobody waits for is not to stay.
            return key.method == "INVITE" && status < 300 ? hangUp(entry, message, now) : []
        }
        running[key]?.waiter = nil
        if key.method == "INVITE", status < 300, let ours = message.fromTag,
            let theirs = message.toTag
        {
            // Before anybody hears of it: the other end may hang up at once.
            answering.begin(
                SIPDialog.Key(callID: message.callID, local: ours, remote: theirs))
        }
        return [
            .answered(waiter, SIPAnswer(message: message, status: status, took: now - entry.began))
        ]
    }

    /// Thanks and goodbye (RFC 3261 13.2.2.4). Where the way back cannot be read there is nothing to say,
    /// and who answered hangs up by himself (13.3.1.4).
    private mutating func hangUp(
        _ entry: Running, _ answer: SIPMessage, _ now: Duration
    ) -> [Effect] {
        guard var dialog = try? SIPDialog(calling: entry.transaction.request, answer: answer),
            let hop = try? dialog.nextHop(), let thanks = try? dialog.request("ACK"),
            let goodbye = try? dialog.request("BYE")
        else { return [] }
        let peer = SIPPeer(endpoint: hop)
        return [.send(withVia(thanks), peer)]
            + begin(nil, goodbye, to: peer, deadline: now + SIPLimits.transaction, now)
    }

    private mutating func keep(_ request: SIPReceived) -> [Effect] {
        if kept.count >= SIPLimits.received { kept.removeFirst() }
        let index = readers.firstIndex { $0.method == request.method && $0.fits(request) }
        kept.append((request, index != nil))
        return index.map { [.arrived(readers.remove(at: $0).id, request)] } ?? []
    }
}
