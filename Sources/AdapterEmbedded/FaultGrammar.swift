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
        case "probe":
            guard let fault = try? FaultSchedule.ProbeFault(rest) else { return nil }
            self = .probe(fault)
        default: return nil
        }
    }

    /// What may be written in the place of a line that is no fault.
    package static func hint(for text: String) -> String {
        let words = text.split(separator: " ").map(String.init)
        if words.first == "probe" {
            do throws(FaultSchedule.Unreadable) {
                _ = try FaultSchedule.ProbeFault(Array(words.dropFirst()))
            } catch {
                return error.hint
            }
        }
        return "like: transient on batch 2, kill after batch 3, slow 50ms per move"
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

extension FaultSchedule {
    /// A line that is no fault, and what may stand there.
    struct Unreadable: Error {
        var hint: String

        static let shape = Unreadable(
            hint:
                "like: probe message-both-ways fails on pool lync.contoso.example from 24h to 48h")
    }
}

extension FaultSchedule.ProbeFault {
    /// `QUESTION fails|inconclusive [on pool FQDN] [from TIME] [to TIME]`
    init(_ words: [String]) throws(FaultSchedule.Unreadable) {
        var rest = words[...]
        guard let question = rest.popFirst().flatMap(Probe.Question.init(rawValue:)) else {
            let all = Probe.Question.allCases.sorted().map(\.rawValue)
            throw FaultSchedule.Unreadable(hint: "probes are \(all.joined(separator: ", "))")
        }
        let verdict: Evidence.Verdict
        switch rest.popFirst() {
        case "fails": verdict = .failed
        case "inconclusive": verdict = .inconclusive
        default:
            throw FaultSchedule.Unreadable(
                hint: "write: probe \(question.rawValue) fails, or: inconclusive")
        }
        self.init(question, verdict)
        if rest.first == "on" {
            rest.removeFirst()
            guard rest.popFirst() == "pool", let fqdn = rest.popFirst() else {
                throw FaultSchedule.Unreadable.shape
            }
            pool = fqdn
        }
        from = try Self.time(after: "from", in: &rest)
        to = try Self.time(after: "to", in: &rest)
        guard rest.isEmpty else { throw FaultSchedule.Unreadable.shape }
        guard to.map({ $0 > from ?? .zero }) ?? true else {
            throw FaultSchedule.Unreadable(hint: "it ends after it begins: from 24h to 48h")
        }
    }

    /// The span after a word; nil where the word does not stand there.
    private static func time(
        after word: String, in rest: inout ArraySlice<String>
    ) throws(FaultSchedule.Unreadable) -> Duration? {
        guard rest.first == word else { return nil }
        rest.removeFirst()
        guard let time = rest.popFirst().flatMap(EmbeddedSettings.duration) else {
            throw FaultSchedule.Unreadable(
                hint: "after '\(word)' stands a time like 50ms, 30s, 5m, 72h, 3d")
        }
        return time
    }
}
