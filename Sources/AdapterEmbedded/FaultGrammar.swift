/// How scripted faults are written in a manifest: `docs/reference/embedded.md` has the grammar.

import Model

extension FaultSchedule.Fault {
    /// Reads one line; nil when it is none.
    package init?(_ text: String) {
        let words = text.split(separator: " ").map(String.init)
        guard let first = words.first else { return nil }
        let rest = Array(words.dropFirst())
        switch first {
        case "transient", "permanent":
            self.init(refusal: first == "transient" ? .transient : .permanent, rest)
        case "unknown", "kill":
            guard let side = Self.side(rest.first), let moment = Self.moment(rest.dropFirst())
            else { return nil }
            if first == "unknown" {
                guard side != .within else { return nil }
                self = .strike(.unknown(side), moment)
            } else {
                self = .strike(.kill(side), moment)
            }
        case "slow":
            guard rest.count == 3, rest[1] == "per", let time = EmbeddedSettings.duration(rest[0])
            else { return nil }
            switch rest[2] {
            case "move": self = .slow(time, .eachMove)
            case "batch": self = .slow(time, .eachBatch)
            default: return nil
            }
        case "hide": self.init(hiding: rest)
        case "stop":
            guard rest.count == 2, rest[0] == "pool" else { return nil }
            self = .stop(pool: rest[1])
        default: return nil
        }
    }

    /// `on batch 2`, `10%`, `for user/ana@contoso.example [until batch 4]`
    private init?(refusal: StepOutcome.Failure.Class, _ words: [String]) {
        let blow = refusal == .transient ? FaultSchedule.Blow.transient : .permanent
        switch words.first {
        case "on":
            guard let moment = Self.moment(words.dropFirst()) else { return nil }
            self = .strike(blow, moment)
        case "for":
            guard words.count >= 2, let id = ResourceID(words[1]) else { return nil }
            switch words.count {
            case 2: self = .refuse(refusal, id, untilBatch: nil)
            case 5:
                guard words[2] == "until", case .batch(let number)? = Self.moment(words[3...])
                else { return nil }
                self = .refuse(refusal, id, untilBatch: number)
            default: return nil
            }
        default:
            guard let moment = Self.moment(words[...]), case .percent = moment else { return nil }
            self = .strike(blow, moment)
        }
    }

    /// `pool FQDN`, `KIND`, `KIND on pool FQDN`
    private init?(hiding words: [String]) {
        let reason = "a scripted fault hides it"
        switch words.count {
        case 1:
            guard let kind = Kind(name: words[0]) else { return nil }
            self = .hide(Gap(kind: kind, reason: reason))
        case 2:
            guard words[0] == "pool" else { return nil }
            self = .hide(Gap(pool: words[1], reason: reason))
        case 4:
            guard let kind = Kind(name: words[0]), words[1] == "on", words[2] == "pool"
            else { return nil }
            self = .hide(Gap(pool: words[3], kind: kind, reason: reason))
        default: return nil
        }
    }

    private static func side(_ word: String?) -> FaultSchedule.Side? {
        switch word {
        case "before": .before
        case "within": .within
        case "after": .after
        default: nil
        }
    }

    /// `batch 3`, `5%`
    private static func moment(_ words: ArraySlice<String>) -> FaultSchedule.Moment? {
        guard let first = words.first else { return nil }
        if words.count == 2, first == "batch", let number = words.last.flatMap({ Int($0) }),
            number > 0
        {
            return .batch(number)
        }
        if words.count == 1, first.last == "%", let percent = Double(first.dropLast()),
            (0...100).contains(percent)
        {
            return .percent(percent)
        }
        return nil
    }
}
