/// Counts, spans and kinds in words for people: `5,012 users`, `1 h 20 min`.

package import Model

package enum Words {
    /// `5,012`
    package static func number(_ number: Int) -> String {
        var digits = String(number.magnitude)
        var place = digits.utf8.count - 3
        while place > 0 {
            digits.insert(",", at: digits.index(digits.startIndex, offsetBy: place))
            place -= 3
        }
        return number < 0 ? "-\(digits)" : digits
    }

    /// `1 step`, `5,012 steps`; the plural of most words is made with an s.
    package static func count(_ count: Int, _ one: String, _ many: String? = nil) -> String {
        "\(number(count)) \(count == 1 ? one : many ?? one + "s")"
    }

    package static func count(_ count: Int, of kind: Kind) -> String {
        switch kind {
        case .responseGroups: self.count(count, "response-group set")
        case .conferenceDirectory:
            self.count(count, "conference directory", "conference directories")
        case .umContact: self.count(count, "UM contact")
        case .serviceAddress: self.count(count, "service address", "service addresses")
        default: self.count(count, kind.name.replacing("-", with: " "))
        }
    }

    /// Counts by kind, in the order of kinds: `48 users, 2 access numbers`.
    package static func counts(_ counts: [Kind: Int]) -> String {
        list(Kind.allCases.compactMap { kind in counts[kind].map { count($0, of: kind) } })
    }

    /// The two largest units that are not zero: `1 h 20 min`, `3 d`, `45 s`.
    package static func span(_ span: Duration) -> String {
        let seconds = max(0, span.milliseconds + 500) / 1000
        if seconds == 0 { return span.milliseconds > 0 ? "less than a second" : "0 s" }
        let parts = [
            (seconds / 86400, "d"), (seconds / 3600 % 24, "h"), (seconds / 60 % 60, "min"),
            (seconds % 60, "s"),
        ]
        let first = parts.firstIndex { $0.0 > 0 } ?? 3
        return parts[first..<min(first + 2, parts.count)].filter { $0.0 > 0 }
            .map { "\(number(Int($0.0))) \($0.1)" }.joined(separator: " ")
    }

    package static func list(_ words: [String]) -> String { words.joined(separator: ", ") }

    /// The first so many, and how many more there are: `a, b and 10 more`.
    package static func examples(_ words: [String], of count: Int) -> String {
        let rest = count - words.count
        guard rest > 0 else { return list(words) }
        return words.isEmpty ? number(count) : "\(list(words)) and \(number(rest)) more"
    }

    /// `file:line`, to be looked at.
    package static func place(_ location: SourceLocation) -> String {
        "\(Escaped.text(location.file)):\(location.line)"
    }

    /// Enough of a digest to tell plans apart by eye.
    package static func short(_ digest: String) -> String {
        Escaped.text(String(digest.prefix(12)))
    }
}

extension Price.What {
    /// In the words by which manifests accept it, where the count allows.
    func words(_ count: Int) -> String {
        switch self {
        case .meetings: Words.count(count, "meeting")
        case .clients: Words.count(count, "client")
        case .contacts: Words.count(count, "contact")
        case .pins: Words.count(count, "PIN")
        case .policies: Words.count(count, "policy", "policies")
        case .features: Words.count(count, "feature")
        case .outage: Words.count(count, "outage")
        }
    }

    var plural: String {
        switch self {
        case .meetings: "meetings"
        case .clients: "clients"
        case .contacts: "contacts"
        case .pins: "PINs"
        case .policies: "policies"
        case .features: "features"
        case .outage: "outages"
        }
    }
}
