/// Points and spans of time. The clock itself comes in as a parameter, so that a run can be simulated.

import Foundation

/// A point in time, to the millisecond, without a zone.
package struct Instant: Hashable, Sendable, Comparable {
    package var millisecondsSince1970: Int64

    package init(millisecondsSince1970: Int64) {
        self.millisecondsSince1970 = millisecondsSince1970
    }

    /// Reads RFC 3339 with a zone (`2026-12-05T22:00:00Z`).
    package init?(iso text: String) {
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: text.contains("."))
        guard let date = try? style.parse(text) else { return nil }
        self.init(millisecondsSince1970: Int64((date.timeIntervalSince1970 * 1000).rounded()))
    }

    package static func < (one: Instant, other: Instant) -> Bool {
        one.millisecondsSince1970 < other.millisecondsSince1970
    }

    package static func + (instant: Instant, span: Duration) -> Instant {
        Instant(millisecondsSince1970: instant.millisecondsSince1970 + span.milliseconds)
    }

    package static func - (later: Instant, earlier: Instant) -> Duration {
        .milliseconds(later.millisecondsSince1970 - earlier.millisecondsSince1970)
    }
}

extension Instant: CustomStringConvertible {
    /// RFC 3339 in UTC, to the second: `2026-12-05T22:00:00Z`.
    package var description: String {
        Date(timeIntervalSince1970: Double(millisecondsSince1970 / 1000)).ISO8601Format()
    }
}

extension Duration {
    package var milliseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1000 + attoseconds / 1_000_000_000_000_000
    }
}

/// A date or a time as a manifest gives it, and the place in time that it means.
package struct ManifestTime: Hashable, Sendable {
    /// As written: `2026-12-05`, `2026-12-05T22:00`, `2026-12-05T22:00:00+01:00`.
    package var text: String
    /// For a date without a time, the last instant of that day in the estate's zone (dates are inclusive).
    package var instant: Instant

    package init(text: String, instant: Instant) {
        self.text = text
        self.instant = instant
    }
}
