/// How fast steps may begin: the rate of a connection, the pace of the estate, and how many batches a
/// connection bears at a time.

package import Model

/// A token bucket over the steps that begin on one connection. It holds one batch at most, so that a
/// run never begins more than its rate and one batch in any span.
struct TokenBucket: Sendable {
    /// One step costs as many units as the span of the rate has milliseconds: all numbers are whole.
    private let unit: Int64
    private let refill: Int64
    private var level: Int64
    private var filled: Instant
    let capacity: Int

    /// Nil where the connection has no rate.
    init?(_ rate: Connection.Rate?, batch: Int, at now: Instant) {
        guard let rate else { return nil }
        unit = max(1, rate.per.milliseconds)
        refill = Int64(max(1, rate.steps))
        capacity = max(1, min(batch, rate.steps))
        level = Int64(capacity) * unit
        filled = now
    }

    mutating func fill(at now: Instant) {
        guard now > filled else { return }
        let full = Int64(capacity) * unit
        let span = min((now - filled).milliseconds, full * 2 / refill + 1 + full)
        level = min(full, level + span * refill)
        filled = now
    }

    /// Takes tokens, or says from when on there are enough. More than a bucket holds is owed.
    mutating func take(_ steps: Int, at now: Instant) -> Instant? {
        fill(at: now)
        let needed = Int64(min(steps, capacity)) * unit
        if level >= needed {
            level -= Int64(steps) * unit
            return nil
        }
        return now + .milliseconds((needed - level + refill - 1) / refill)
    }

    /// For steps that did not begin after all.
    mutating func giveBack(_ steps: Int) {
        level = min(Int64(capacity) * unit, level + Int64(steps) * unit)
    }
}

/// `movesPerHour`: how many steps of the whole estate may begin in any hour, over all runs.
struct HourPace: Sendable {
    private let limit: Int?
    private var begun: [(at: Instant, steps: Int)]
    private var first = 0
    private var sum: Int
    private static let hour = Duration.seconds(3600)

    init(limit: Int?, begunLately: [Instant]) {
        self.limit = limit
        begun = begunLately.sorted().map { ($0, 1) }
        sum = begun.count
    }

    mutating func room(at now: Instant) -> Int {
        guard let limit else { return .max }
        while first < begun.count, begun[first].at + Self.hour <= now {
            sum -= begun[first].steps
            first += 1
        }
        return max(0, limit - sum)
    }

    /// When the oldest steps leave the hour.
    var nextRoom: Instant? { first < begun.count ? begun[first].at + Self.hour : nil }

    mutating func take(_ steps: Int, at now: Instant) {
        guard limit != nil else { return }
        begun.append((now, steps))
        sum += steps
    }

    mutating func giveBack(_ steps: Int) {
        guard limit != nil, var left = Optional(steps) else { return }
        var index = begun.count - 1
        while left > 0, index >= first {
            let part = min(left, begun[index].steps)
            begun[index].steps -= part
            sum -= part
            left -= part
            index -= 1
        }
    }
}

/// How many batches a connection bears at a time: halved when it throttles, one more for each batch that
/// went well.
struct Throttle: Sendable {
    let limit: Int
    private(set) var allowed: Int
    /// Batches up to this number began before the last halving and say nothing new.
    private var known = 0

    init(limit: Int) {
        self.limit = max(1, limit)
        allowed = max(1, limit)
    }

    mutating func succeeded() { allowed = min(limit, allowed + 1) }

    mutating func throttled(by batch: Int, latest: Int) {
        guard batch > known else { return }
        allowed = max(1, allowed / 2)
        known = latest
    }
}

extension RunLimits {
    /// When steps began within the last hour: what `movesPerHour` still counts of earlier runs.
    ///
    /// - Parameters:
    ///   - steps: The intents of all runs; of runs that ended more than an hour ago none is needed.
    ///   - now: When the next run begins.
    /// - Returns: One instant for each attempt.
    package static func begunLately(_ steps: [IntendedStep], at now: Instant) -> [Instant] {
        steps.map(\.at).filter { $0 + .seconds(3600) > now }
    }
}
