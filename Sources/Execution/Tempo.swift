/// How fast a run gets on, as a person wants to read it.

package import Model

/// Where a run stands, for a line of progress.
package struct Progress: Hashable, Sendable {
    package var counts: Run.Counts
    /// Begun and not settled.
    package var inFlight: Int
    /// The median of the recent past; nil until there is one.
    package var perMinute: Double?
    /// At that rate; nil where nobody can say.
    package var timeLeft: Duration?
    /// Until when nothing will begin, where the run only waits for a time to come.
    package var restsUntil: Instant?
    /// Whether it only finishes what is in flight.
    package var isEnding: Bool

    package init(
        counts: Run.Counts, inFlight: Int, perMinute: Double?, timeLeft: Duration?,
        restsUntil: Instant?, isEnding: Bool
    ) {
        self.counts = counts
        self.inFlight = inFlight
        self.perMinute = perMinute
        self.timeLeft = timeLeft
        self.restsUntil = restsUntil
        self.isEnding = isEnding
    }
}

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
