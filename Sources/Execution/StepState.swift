/// How each step of a run stands, in a few bytes, because there may be a million.

import Model

struct StepState: Sendable {
    enum Phase: UInt8, Sendable {
        /// For its stage, or for a step that it needs.
        case waiting
        /// In the queue of its lane, or put off.
        case ready
        /// In a batch that is being looked at or recorded: reserved, not begun.
        case chosen
        /// Its intent is durable.
        case begun
        /// Begun, with an outcome that observing must settle.
        case doubt
        case done
        case already
        case conflict
        case gone
        case failed
        /// What it needs did not get done.
        case blocked
        /// Its doubt stays.
        case stuck
        /// Could not be looked at, so it never began.
        case unseen
        /// Held since the plan was made: left alone.
        case held

        /// Whether it counts against the window of its stage.
        var isInFlight: Bool {
            switch self {
            case .chosen, .begun, .doubt, .stuck: true
            default: false
            }
        }

        var isFinal: Bool { rawValue >= Phase.done.rawValue }
    }

    var phase = Phase.waiting
    /// Attempts of this run whose intent was recorded.
    var attempt: UInt8 = 0
    var postponed: UInt8 = 0
    var looks: UInt8 = 0
    /// Whether an earlier attempt may have done it: then seen at its target it is ours.
    var mayBeOurs = false
    /// Whether the deployment accepted the last attempt.
    var accepted = false
    /// Whether the call of the last attempt has answered.
    var answered = false
    /// Needed steps that are not done yet.
    var unmet: Int32 = 0
    /// The batch of the last attempt.
    var batch: Int32 = 0
    /// Until when the other side may still be working on the last attempt. There is no next one before:
    /// two that are open at once could act in either order.
    var deadline = Instant(millisecondsSince1970: 0)
}

/// Steps by the time at which they come up, earliest first, in the order of adding where times are equal.
struct TimedQueue: Sendable {
    private struct Entry {
        var at: Instant
        var order: UInt32
        var step: Int32

        func precedes(_ other: Entry) -> Bool {
            at != other.at ? at < other.at : order < other.order
        }
    }

    private var heap: [Entry] = []
    private var added: UInt32 = 0

    var isEmpty: Bool { heap.isEmpty }
    var count: Int { heap.count }
    var next: Instant? { heap.first?.at }

    mutating func add(_ step: Int, at: Instant) {
        heap.append(Entry(at: at, order: added, step: Int32(step)))
        added &+= 1
        var child = heap.count - 1
        while child > 0, heap[child].precedes(heap[(child - 1) / 2]) {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    /// The earliest step that is due, taken out.
    mutating func popDue(at now: Instant) -> Int? {
        guard let first = heap.first, first.at <= now else { return nil }
        return removeFirst(first)
    }

    /// All steps, due or not, in order.
    mutating func popAll() -> [Int] {
        var all: [Int] = []
        while let first = heap.first { all.append(removeFirst(first)) }
        return all
    }

    private mutating func removeFirst(_ first: Entry) -> Int {
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2]
            where child < heap.count && heap[child].precedes(heap[least]) {
                least = child
            }
            if least == parent { return Int(first.step) }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}

/// The steps of a lane that may begin: in the order of the plan, those that come back first.
struct LaneState: Sendable {
    private var queue: [Int32] = []
    private var head = 0
    private var returned: [Int32] = []
    var putOff = TimedQueue()

    var count: Int { queue.count - head + returned.count }
    var isEmpty: Bool { count == 0 && putOff.isEmpty }

    mutating func add(_ step: Int) { queue.append(Int32(step)) }

    /// For a step that was chosen and did not begin.
    mutating func putBack(_ step: Int) { returned.append(Int32(step)) }

    mutating func bringBackDue(at now: Instant) {
        while let step = putOff.popDue(at: now) { returned.append(Int32(step)) }
    }

    mutating func take(_ limit: Int) -> [Int] {
        let back = min(limit, returned.count)
        let fresh = min(limit - back, queue.count - head)
        let taken = returned[..<back] + queue[head..<head + fresh]
        returned.removeFirst(back)
        head += fresh
        return taken.map { Int($0) }
    }
}
