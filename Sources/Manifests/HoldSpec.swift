/// `kind: Hold`

import Model

struct HoldSpec {
    /// The owner of its entries while they are read.
    var number: Int
    var reason: String
    var owner: String
    var until: CivilTime?
}

enum HoldKey: String, ManifestKey {
    case resources
    case reason
    case owner
    case until

    static let subject = "the spec of a Hold"
    static let required: [HoldKey] = [.resources, .reason, .owner]

    var meaning: Meaning {
        switch self {
        case .resources:
            Meaning(.entries(.any), "Who is left alone: addresses, kind/name and lists.")
        case .reason: Meaning(.filledText, "Why they are left alone.")
        case .owner: Meaning(.filledText, "Who asked for it.")
        case .until:
            Meaning(
                .spelled(.time),
                "The last day, or the last instant; without it, until the document is taken away.")
        }
    }
}

extension Decoder {
    func decodeHold(_ start: Event) throws -> HoldSpec? {
        let number = reading.holdCount
        reading.holdCount += 1
        var reason: String?
        var owner: String?
        var until: CivilTime?
        try mapping(start, as: HoldKey.self) { key, value in
            switch key {
            case .resources:
                let use = EntryUse(owner: number, subject: .any)
                var none: [Selection] = []
                try decodeEntries(value, "resources", use, &reading.held, &none)
            case .reason: reason = try filledText(value, "reason")?.value
            case .owner: owner = try filledText(value, "owner")?.value
            case .until: until = try time(value, "until")?.value
            }
        }
        guard let reason, let owner else { return nil }
        return HoldSpec(number: number, reason: reason, owner: owner, until: until)
    }

    /// A date, or a date and time, with or without a zone.
    func time(_ start: Event, _ owner: String) throws -> Located<CivilTime>? {
        guard let text = try text(start, owner) else { return nil }
        guard let time = CivilTime(text.value) else {
            report(
                .badTime, "\(owner) is no date: \(quoted(text.value))", at: text.location,
                hint: Spelling.time.hint)
            return nil
        }
        return Located(value: time, location: text.location)
    }
}
