/// Between the engine and the world: its effects are carried out here, and whoever waits gets an answer.

struct SIPStation: Sendable {
    typealias Answer = CheckedContinuation<SIPAnswer, any Error>
    typealias Arrival = CheckedContinuation<SIPReceived, any Error>

    private var engine: SIPEngine
    private var sockets: SIPSockets
    private let start = ContinuousClock.now
    private var answers: [Int: Answer] = [:]
    private var arrivals: [Int: Arrival] = [:]

    init(_ engine: SIPEngine, _ sockets: SIPSockets) {
        self.engine = engine
        self.sockets = sockets
    }

    private var now: Duration { start.duration(to: .now) }

    var received: [SIPReceived] { engine.received }

    mutating func begin(
        _ number: Int, _ request: SIPMessage, to endpoint: SIPEndpoint,
        until deadline: ContinuousClock.Instant, _ continuation: Answer
    ) {
        answers[number] = continuation
        perform(
            engine.begin(
                number, request, to: SIPPeer(endpoint: endpoint),
                deadline: start.duration(to: deadline), now))
    }

    mutating func acknowledge(
        _ answer: SIPMessage, with message: SIPMessage, to endpoint: SIPEndpoint
    ) {
        perform(engine.acknowledge(answer, with: message, to: SIPPeer(endpoint: endpoint)))
    }

    mutating func serve(
        _ number: Int, _ method: String, until deadline: ContinuousClock.Instant,
        _ fits: @escaping @Sendable (SIPReceived) -> Bool, _ continuation: Arrival
    ) {
        arrivals[number] = continuation
        perform(
            engine.serve(
                SIPEngine.Reader(
                    id: number, method: method, deadline: start.duration(to: deadline), fits: fits))
        )
    }

    /// Whoever waits for this number was cancelled.
    mutating func abandon(_ number: Int) {
        answers.removeValue(forKey: number)?.resume(throwing: CancellationError())
        arrivals.removeValue(forKey: number)?.resume(throwing: CancellationError())
        perform(engine.abandon(number, now))
    }

    /// Waits once for whatever comes first, and does what follows from it.
    mutating func turn(alarm: Int32) {
        for arrival in sockets.wait(engine.wakeAt.map { $0 - now }, alarm: alarm) {
            switch arrival {
            case .message(let message, let peer):
                perform(engine.receive(message, from: peer, now))
            case .lost(let endpoint, let why): perform(engine.lose(endpoint, why: why))
            }
        }
        perform(engine.tick(now))
    }

    mutating func close() {
        sockets.closeAll()
        for answer in answers.values { answer.resume(throwing: SIPError.closed) }
        for arrival in arrivals.values { arrival.resume(throwing: SIPError.closed) }
        answers = [:]
        arrivals = [:]
    }

    private mutating func perform(_ effects: [SIPEngine.Effect]) {
        for effect in effects {
            switch effect {
            case .send(let message, let peer):
                if let why = sockets.send(message.bytes, to: peer) {
                    perform(engine.lose(peer.endpoint, why: why))
                }
            case .answered(let number, let answer):
                answers.removeValue(forKey: number)?.resume(returning: answer)
            case .arrived(let number, let request):
                arrivals.removeValue(forKey: number)?.resume(returning: request)
            case .failed(let number, let error):
                answers.removeValue(forKey: number)?.resume(throwing: error)
                arrivals.removeValue(forKey: number)?.resume(throwing: error)
            }
        }
    }
}
