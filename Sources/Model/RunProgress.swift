/// Where a run stands, for a line of progress.

package struct RunProgress: Hashable, Sendable {
    package var counts: Run.Counts
    /// Begun and not settled.
    package var inFlight: Int
    /// Of the recent past; nil until there is one.
    package var perMinute: Double?
    /// At that rate; nil where nobody can say.
    package var timeLeft: Duration?
    /// Until when nothing will begin, where the run only waits for a time to come.
    package var restsUntil: Instant?
    /// Whether it only finishes what is in flight.
    package var isEnding: Bool

    package init(
        counts: Run.Counts, inFlight: Int, perMinute: Double?, timeLeft: Duration?,
        restsUntil: Instant?, isEnding: Bool = false
    ) {
        self.counts = counts
        self.inFlight = inFlight
        self.perMinute = perMinute
        self.timeLeft = timeLeft
        self.restsUntil = restsUntil
        self.isEnding = isEnding
    }
}

extension Run.Counts {
    /// Steps that this run is through with, however they ended.
    package var settled: Int { done + already + conflict + failed + gone }
}
