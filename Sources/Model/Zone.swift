/// Local time of a zone, and the instants that it means: the one place that knows about clocks that are
/// put forward and back.

import Foundation

/// A zone by its IANA name.
package struct Zone: Hashable, Sendable {
    /// Which end of a span a local time stands for: where it exists twice, an opening takes the first and
    /// a closing the second.
    package enum Edge: Sendable {
        case opening
        case closing
    }

    private var zone: TimeZone

    /// Nil for what is no such name; abbreviations mean different things in different places.
    package init?(named name: String) {
        guard name == "UTC" || name.contains("/"), !name.contains(".."),
            let zone = TimeZone(identifier: name)
        else { return nil }
        self.zone = zone
    }

    private init(_ zone: TimeZone) { self.zone = zone }

    package static let utc = Zone(.gmt)

    /// What there is to choose from, for hints.
    package static var names: [String] { TimeZone.knownTimeZoneIdentifiers + ["UTC"] }

    /// The instant that local seconds since 1970 mean, counted as if every day had 86,400 of them. What
    /// does not exist, because clocks were put forward over it, means the next instant that does.
    package func instant(ofLocal local: Int64, _ edge: Edge) -> Instant {
        let before = local - offset(local - 86_400)
        let after = local - offset(local + 86_400)
        let fits = [before, after].filter { $0 + offset($0) == local }
        if let first = fits.min(), let last = fits.max() {
            return Instant(millisecondsSince1970: (edge == .opening ? first : last) * 1000)
        }
        // In the gap: the first instant at which the later offset holds.
        var low = min(before, after)
        var high = max(before, after)
        let later = local - after
        while low < high {
            let middle = low + (high - low) / 2
            if offset(middle) == later { high = middle } else { low = middle + 1 }
        }
        return Instant(millisecondsSince1970: low * 1000)
    }

    /// The local day of an instant, counted from 1 January 1970, a Thursday.
    package func day(of instant: Instant) -> Int64 {
        let seconds = Self.floored(instant.millisecondsSince1970, by: 1000)
        return Self.floored(seconds + offset(seconds), by: 86_400)
    }

    /// Its IANA name.
    package var name: String { zone.identifier == "GMT" ? "UTC" : zone.identifier }

    /// Local time as a person reads it, to the minute: `Tue 2026-12-08 04:12`.
    package func words(_ instant: Instant) -> String {
        let seconds = Self.floored(instant.millisecondsSince1970, by: 1000)
        let local = (seconds + offset(seconds)) * 1000
        let text = Instant(millisecondsSince1970: local).rfc3339
        let names = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let day = self.day(of: instant)
        let weekday = names[Int(day - Self.floored(day, by: 7) * 7)]
        return "\(weekday) \(text.prefix(10)) \(text.dropFirst(11).prefix(5))"
    }

    private func offset(_ universal: Int64) -> Int64 {
        Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(universal))))
    }

    private static func floored(_ number: Int64, by divisor: Int64) -> Int64 {
        let (quotient, remainder) = number.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
