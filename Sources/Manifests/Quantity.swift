/// Numbers with their units, read from text without guessing.

import Model

/// Reads what manifests and commands write, or nothing.
package enum Quantity {
    /// Digits without a leading zero, so that nothing is octal.
    static func wholeNumber(_ text: some StringProtocol) -> Int? {
        let digits = Array(text.utf8)
        guard (1...18).contains(digits.count), digits.allSatisfy(isDigit),
            digits.count == 1 || digits[0] != UInt8(ascii: "0")
        else { return nil }
        return digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }

    /// `10`, `0.5`, `0.5%`
    static func percent(_ text: String) -> Double? {
        let number = text.hasSuffix("%") ? text.dropLast() : text[...]
        let parts = number.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), wholeNumber(parts[0]) != nil,
            parts.dropFirst().allSatisfy({
                (1...9).contains($0.utf8.count) && $0.utf8.allSatisfy(isDigit)
            })
        else { return nil }
        return Double(number)
    }

    /// `90s`, `30m`, `72h`, `2d`
    package static func duration(_ text: String) -> Duration? {
        let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
        guard let last = text.last, let unit = units[last],
            let count = wholeNumber(text.dropLast()),
            count <= 3650 * 86_400 / unit
        else { return nil }
        return .seconds(count * unit)
    }

    /// `300/min`
    static func rate(_ text: String) -> Connection.Rate? {
        let units: [Substring: Duration] = [
            "s": .seconds(1), "min": .seconds(60), "h": .seconds(3600),
        ]
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let steps = wholeNumber(parts[0]),
            (1...1_000_000).contains(steps), let per = units[parts[1]]
        else { return nil }
        return Connection.Rate(steps: steps, per: per)
    }

    /// Minutes after midnight, from `22:00`.
    static func timeOfDay(_ text: String) -> Int? {
        let bytes = Array(text.utf8)
        guard bytes.count == 5, bytes[2] == UInt8(ascii: ":"),
            let hour = twoDigits(bytes[0..<2]), let minute = twoDigits(bytes[3..<5]),
            hour < 24, minute < 60
        else { return nil }
        return hour * 60 + minute
    }

    static func twoDigits(_ bytes: ArraySlice<UInt8>) -> Int? {
        guard bytes.count == 2, bytes.allSatisfy(isDigit) else { return nil }
        return bytes.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }

    static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
