/// Times in the audit trail: `2026-11-22T22:13:19.123Z`, to the millisecond and without a calendar
/// library, so that the same instant is the same bytes everywhere.

import Model

extension Instant {
    private static let dayLength: Int64 = 86_400_000

    var exactText: String {
        let (day, rest) = millisecondsSince1970.quotientAndRemainderFloored(by: Self.dayLength)
        let (year, month, date) = Self.civil(day)
        let seconds = rest / 1000
        let time = [
            Self.padded(seconds / 3600, 2), Self.padded(seconds / 60 % 60, 2),
            Self.padded(seconds % 60, 2),
        ].joined(separator: ":")
        return Self.padded(year, 4) + "-" + Self.padded(month, 2) + "-" + Self.padded(date, 2)
            + "T" + time + "." + Self.padded(rest % 1000, 3) + "Z"
    }

    /// Reads exactly what `exactText` writes.
    init?(exactText text: String) {
        let tail = Array(text.utf8.suffix(20))
        guard tail.count == 20, let year = Int64(text.dropLast(20)),
            let month = Self.number(tail[1..<3]), let date = Self.number(tail[4..<6]),
            let hour = Self.number(tail[7..<9]), let minute = Self.number(tail[10..<12]),
            let second = Self.number(tail[13..<15]), let milli = Self.number(tail[16..<19])
        else { return nil }
        let seconds = (hour * 60 + minute) * 60 + second
        self.init(
            millisecondsSince1970: Self.day(year: year, month: month, date: date) * Self.dayLength
                + seconds * 1000 + milli)
        guard exactText == text else { return nil }
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int64? {
        Int64(String(decoding: digits, as: UTF8.self))
    }

    private static func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(number.magnitude)
        let zeros = String(repeating: "0", count: max(0, width - digits.utf8.count))
        return (number < 0 ? "-" : "") + zeros + digits
    }

    /// Days since 1970 to a date of the Gregorian calendar, by eras of 400 years that begin in March.
    private static func civil(_ day: Int64) -> (year: Int64, month: Int64, date: Int64) {
        let (era, ofEra) = (day + 719_468).quotientAndRemainderFloored(by: 146_097)
        let year = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365
        let ofYear = ofEra - (365 * year + year / 4 - year / 100)
        let march = (5 * ofYear + 2) / 153
        let month = march < 10 ? march + 3 : march - 9
        let date = ofYear - (153 * march + 2) / 5 + 1
        return (year + era * 400 + (month <= 2 ? 1 : 0), month, date)
    }

    private static func day(year: Int64, month: Int64, date: Int64) -> Int64 {
        let marchYear = month <= 2 ? year - 1 : year
        let (era, ofEra) = marchYear.quotientAndRemainderFloored(by: 400)
        let march = month > 2 ? month - 3 : month + 9
        let ofYear = (153 * march + 2) / 5 + date - 1
        return era * 146_097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719_468
    }
}

extension Int64 {
    fileprivate func quotientAndRemainderFloored(by divisor: Int64) -> (Int64, Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
