/// Dates and times as people write them, and the instants that they mean in a zone.

package import Model

/// `2026-12-05`, `2026-12-05T22:00`, `2026-12-05T22:00:00`, with or without `Z` or `+01:00`.
struct CivilTime: Hashable, Sendable {
    private(set) var text: String
    /// Seconds since 1970, as if the zone were UTC.
    private var seconds: Int64
    private var isDateOnly: Bool
    private var offset: Int64?

    init?(_ text: String) {
        self.text = text
        let bytes = Array(text.utf8)
        guard bytes.count >= 10, let day = Self.day(bytes[..<10]) else { return nil }
        seconds = day * 86_400
        isDateOnly = bytes.count == 10
        guard !isDateOnly else { return }
        guard bytes.count >= 16, bytes[10] == UInt8(ascii: "T"),
            let minutes = Quantity.timeOfDay(String(decoding: bytes[11..<16], as: UTF8.self))
        else { return nil }
        seconds += Int64(minutes) * 60
        var rest = bytes[16...]
        if rest.first == UInt8(ascii: ":") {
            guard let second = Quantity.twoDigits(rest.dropFirst().prefix(2)), second < 60
            else { return nil }
            seconds += Int64(second)
            rest = rest.dropFirst(3)
        }
        guard !rest.isEmpty else { return }
        guard let offset = Self.offset(rest) else { return nil }
        self.offset = offset
    }

    /// An opening date means its first instant, a closing one its last.
    func instant(_ edge: Zone.Edge, in zone: Zone) -> Instant {
        if let offset { return Instant(millisecondsSince1970: (seconds - offset) * 1000) }
        guard isDateOnly, edge == .closing else { return zone.instant(ofLocal: seconds, edge) }
        // The last instant of a day is the one before the first of the next.
        return zone.instant(ofLocal: seconds + 86_400, .opening) + .milliseconds(-1)
    }

    /// Days since 1970 (proleptic Gregorian calendar).
    private static func day(_ bytes: ArraySlice<UInt8>) -> Int64? {
        let text = Array(bytes)
        guard text[4] == UInt8(ascii: "-"), text[7] == UInt8(ascii: "-"),
            let century = Quantity.twoDigits(text[0..<2]),
            let rest = Quantity.twoDigits(text[2..<4]),
            let month = Quantity.twoDigits(text[5..<7]), (1...12).contains(month),
            let day = Quantity.twoDigits(text[8..<10])
        else { return nil }
        let year = century * 100 + rest
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        guard year >= 1970, (1...lengths[month - 1]).contains(day) else { return nil }
        let past = year - 1
        let leapDays = past / 4 - past / 100 + past / 400 - 477
        let months = lengths[..<(month - 1)].reduce(0, +)
        return Int64((year - 1970) * 365 + leapDays + months + day - 1)
    }

    private static func offset(_ bytes: ArraySlice<UInt8>) -> Int64? {
        if bytes.elementsEqual([UInt8(ascii: "Z")]) { return 0 }
        guard bytes.count == 6, let sign = bytes.first, "+-".utf8.contains(sign),
            let minutes = Quantity.timeOfDay(String(decoding: bytes.dropFirst(), as: UTF8.self)),
            minutes <= 18 * 60
        else { return nil }
        return Int64(minutes) * (sign == UInt8(ascii: "-") ? -60 : 60)
    }
}

extension ManifestTime {
    /// The last instant that a person means by a date or a time; nil for what is neither. `zone`, an
    /// IANA name, is for times that name none.
    package init?(closing text: String, zone: String) {
        guard let time = CivilTime(text), let zone = Zone(named: zone) else { return nil }
        self.init(text: text, instant: time.instant(.closing, in: zone))
    }

    /// The first instant that a person means by a date or a time; nil for what is neither.
    package init?(opening text: String, zone: String) {
        guard let time = CivilTime(text), let zone = Zone(named: zone) else { return nil }
        self.init(text: text, instant: time.instant(.opening, in: zone))
    }
}
