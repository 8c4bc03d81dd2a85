/// When moves may begin: the windows of a rollout as openings, each from its first instant to the first at
/// which nothing begins any more.

package import Model

/// The windows of a rollout, which answer for any instant.
///
/// Without a window it is always open. A window opens on its days, as its zone counts them, and closes on
/// the same day or, where `to` is not after `from`, on the next; `from` and `to` alike are a whole day.
/// Local time that does not exist opens and closes at the next instant that does; of one that exists twice
/// the first opens and the second closes. A window of which nothing is left then does not open.
package struct OpeningHours: Sendable {
    /// Openings that overlap or touch are one.
    package enum Answer: Hashable, Sendable {
        /// Open, and closed from that instant on; nil where it stays open for longer than a year.
        case open(until: Instant?)
        /// Closed until that instant, at which it opens; nil where it never does.
        case closed(until: Instant?)
    }

    fileprivate struct Hours {
        var zone: Zone
        /// By the days since a Monday; empty is every day.
        var days: Set<Int64>
        var from: Int64
        var to: Int64
    }

    fileprivate struct Opening {
        var opens: Instant
        var closes: Instant
    }

    private let isUnlimited: Bool
    private let hours: [Hours]
    /// Further than the rules of any calendar repeat themselves.
    private static let farthest = Duration.seconds(400 * 86_400)

    /// A window in a zone that nobody knows never opens: what cannot be told is not taken for open.
    package init(_ windows: [Rollout.Window]) {
        isUnlimited = windows.isEmpty
        hours = windows.compactMap { window in
            guard let zone = Zone(named: window.zone) else { return nil }
            let week = Rollout.Window.Day.allCases
            return Hours(
                zone: zone,
                days: Set(window.days.compactMap { week.firstIndex(of: $0) }.map { Int64($0) }),
                from: Int64(window.from) * 60,
                to: Int64(window.to) * 60 + (window.to > window.from ? 0 : 86_400))
        }
    }

    package func answer(at time: Instant) -> Answer {
        if isUnlimited { return .open(until: nil) }
        guard var until = closing(of: time) else { return .closed(until: nextOpening(after: time)) }
        // At its end, an opening is gone on with by whatever is open then.
        while let further = closing(of: until) {
            until = further
            if until - time > Self.farthest { return .open(until: nil) }
        }
        return .open(until: until)
    }

    /// The last end of those openings that an instant lies in.
    private func closing(of time: Instant) -> Instant? {
        hours.compactMap { hours in
            // A day before yesterday reaches today where clocks were put back in between.
            hours.openings(around: time, days: -2...1).filter {
                $0.opens <= time && time < $0.closes
            }.map(\.closes).max()
        }.max()
    }

    private func nextOpening(after time: Instant) -> Instant? {
        hours.compactMap { hours in
            // One of a week may fall into time that does not exist.
            hours.openings(around: time, days: -1...21).first { $0.opens > time }?.opens
        }.min()
    }
}

extension OpeningHours.Hours {
    /// What opens on the days around an instant, in their order.
    fileprivate func openings(
        around time: Instant, days around: ClosedRange<Int64>
    ) -> [OpeningHours.Opening] {
        let today = zone.day(of: time)
        return around.compactMap { distance in
            let day = today + distance
            guard days.isEmpty || days.contains(Self.daysSinceMonday(day)) else { return nil }
            let opens = zone.instant(ofLocal: day * 86_400 + from, .opening)
            let closes = zone.instant(ofLocal: day * 86_400 + to, .closing)
            return opens < closes ? OpeningHours.Opening(opens: opens, closes: closes) : nil
        }
    }

    /// The first of January 1970 was a Thursday.
    private static func daysSinceMonday(_ day: Int64) -> Int64 {
        let rest = (day + 3) % 7
        return rest < 0 ? rest + 7 : rest
    }
}
