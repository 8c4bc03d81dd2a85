/// How fast a run gets on, as a person wants to read it.

import Model

/// Measures steps settled per minute as the median of recent spans of at least a second, so that one
/// slow batch or one burst does not make the time left jump.
struct Tempo: Sendable {
    private static let spans = 15
    private let began: Instant
    private var settled = 0
    private var last: (at: Instant, settled: Int)
    private var recent: [Double] = []

    init(at now: Instant) {
        began = now
        last = (now, 0)
    }

    mutating func add(_ steps: Int, at now: Instant) {
        settled += steps
        let span = (now - last.at).milliseconds
        guard span >= 1000 else { return }
        recent.append(Double(settled - last.settled) * 60_000 / Double(span))
        if recent.count > Self.spans { recent.removeFirst() }
        last = (now, settled)
    }

    func perMinute(at now: Instant) -> Double? {
        if !recent.isEmpty {
            let sorted = recent.sorted()
            let middle = sorted.count / 2
            return sorted.count.isMultiple(of: 2)
                ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
        }
        let span = (now - began).milliseconds
        return settled > 0 && span > 0 ? Double(settled) * 60_000 / Double(span) : nil
    }

    func timeLeft(for steps: Int, at now: Instant) -> Duration? {
        guard let rate = perMinute(at: now), rate > 0 else { return nil }
        return .milliseconds(Int64(Double(steps) / rate * 60_000))
    }
}
