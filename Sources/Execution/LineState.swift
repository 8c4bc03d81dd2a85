/// How one connection stands in a run: what is under way on it, and how much it bears.

import Model

struct LineState: Sendable {
    let name: String
    /// Indices into the lanes of the run, in the order of the way.
    let lanes: [Int]
    let batch: Int
    let endsWithRunner: Bool
    var throttle: Throttle
    var bucket: TokenBucket?
    /// Batches between the look before them and their answer, those without an answer included.
    var busy = 0
    /// Steps in doubt, by the time of the next look.
    var watched = TimedQueue()
    var isLooking = false
    /// Looks in a row that gave no answer.
    var misses = 0
    /// Nothing is asked of the deployment before.
    var restsUntil: Instant?
    /// Why nothing more is asked of it in this run.
    var closed: String?

    init(_ orders: ConnectionOrders, lanes: [Int], at now: Instant) {
        name = orders.name
        self.lanes = lanes
        endsWithRunner = orders.endsWithRunner
        batch = max(1, orders.limits.batch)
        throttle = Throttle(limit: orders.limits.concurrency)
        bucket = TokenBucket(orders.limits.rate, batch: batch, at: now)
    }

    func rests(at now: Instant) -> Bool { restsUntil.map { now < $0 } ?? false }

    mutating func rest(until time: Instant) {
        restsUntil = max(restsUntil ?? time, time)
    }
}

/// A batch from the look before it to its answer.
struct OpenBatch: Sendable {
    enum Phase: Hashable, Sendable {
        case observing
        /// Looked at; its intent waits for a commit.
        case checked
        case recording
        case performing
        /// No answer came in time: its steps are in doubt, and its place stays taken.
        case overdue
    }

    let number: Int
    let line: Int
    let lane: Int
    /// When it was formed.
    let began: Instant
    var steps: [Int]
    /// The own ids that the look before it saw, beside `steps`.
    var ownIDs: [String?] = []
    var phase = Phase.observing
    /// When an answer is no longer waited for.
    var until: Instant
    var deadline: Instant

    var waitsForAnswer: Bool { phase == .observing || phase == .performing }
}

/// A look at steps in doubt.
struct OpenLook: Sendable {
    let line: Int
    let steps: [Int]
    let began: Instant
    let until: Instant
}

/// The lease as the machine needs it: until when, and how long it is when fresh.
struct LeaseTerm: Sendable {
    private(set) var expires: Instant?
    private let length: Duration?
    private var renewAt: Instant?
    var isRenewing = false

    init(expires: Instant?, at now: Instant) {
        self.expires = expires
        length = expires.map { $0 - now }
        renewAt = expires.map { now + Duration.milliseconds(max(0, ($0 - now).milliseconds) / 2) }
    }

    /// When it is time to extend it, whatever else happens; nil for one that does not expire.
    var nextRenewal: Instant? { isRenewing ? nil : renewAt }

    mutating func renewed(until expires: Instant?, at now: Instant) {
        isRenewing = false
        self.expires = expires
        renewAt = expires.map {
            now + Duration.milliseconds(max(250, ($0 - now).milliseconds / 2))
        }
    }

    /// The longest deadline that a fresh lease has room for.
    func fitted(_ span: Duration) -> Duration {
        guard let length else { return span }
        return min(span, .milliseconds(max(1, length.milliseconds / 2)))
    }

    func covers(_ deadline: Instant) -> Bool { expires.map { deadline <= $0 } ?? true }
}
