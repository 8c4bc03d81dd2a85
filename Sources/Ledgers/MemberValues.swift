/// The values of one object of the canonical line, by name.

import Model

extension Members {
    func value(_ key: String) throws(UnreadableLine) -> LineValue {
        guard let value = members.first(where: { $0.key == key })?.value else {
            throw Self.wrong(key)
        }
        return value
    }

    func text(_ key: String) throws(UnreadableLine) -> String {
        guard case .text(let text) = try value(key) else { throw Self.wrong(key) }
        return text
    }

    /// Nil where the member is null; it must be there.
    func nullableText(_ key: String) throws(UnreadableLine) -> String? {
        switch try value(key) {
        case .null: return nil
        case .text(let text): return text
        default: throw Self.wrong(key)
        }
    }

    /// Nil where the member is not there.
    func optionalText(_ key: String) throws(UnreadableLine) -> String? {
        members.contains { $0.key == key } ? try text(key) : nil
    }

    func number(_ key: String) throws(UnreadableLine) -> Int {
        guard case .number(let number) = try value(key) else { throw Self.wrong(key) }
        return number
    }

    /// Nil where the member is not there.
    func optionalNumber(_ key: String) throws(UnreadableLine) -> Int? {
        members.contains { $0.key == key } ? try number(key) : nil
    }

    func flag(_ key: String) throws(UnreadableLine) -> Bool {
        guard case .flag(let flag) = try value(key) else { throw Self.wrong(key) }
        return flag
    }

    /// False where the member is not there.
    func optionalFlag(_ key: String) throws(UnreadableLine) -> Bool {
        members.contains { $0.key == key } ? try flag(key) : false
    }

    func list(_ key: String) throws(UnreadableLine) -> [LineValue] {
        guard case .list(let list) = try value(key) else { throw Self.wrong(key) }
        return list
    }

    func time(_ key: String) throws(UnreadableLine) -> Instant {
        guard let time = Instant(exactText: try text(key)) else { throw Self.wrong(key) }
        return time
    }

    func nullableTime(_ key: String) throws(UnreadableLine) -> Instant? {
        try nullableText(key) == nil ? nil : try time(key)
    }

    func optionalTime(_ key: String) throws(UnreadableLine) -> Instant? {
        members.contains { $0.key == key } ? try time(key) : nil
    }

    func step() throws(UnreadableLine) -> StepID {
        guard let step = StepID(try text("step")) else { throw Self.wrong("step") }
        return step
    }

    static func resource(_ text: String) throws(UnreadableLine) -> ResourceID {
        guard let slash = text.utf8.firstIndex(of: UInt8(ascii: "/")),
            let kind = Kind(name: text[..<slash])
        else { throw wrong("resource") }
        return ResourceID(kind: kind, name: String(text[text.utf8.index(after: slash)...]))
    }

    static func runOutcome(_ text: String) throws(UnreadableLine) -> Run.Outcome {
        guard let outcome = Run.Outcome(rawValue: text) else { throw wrong("outcome") }
        return outcome
    }

    static func wrong(_ key: String) -> UnreadableLine {
        UnreadableLine(message: "the member \(key) is missing or is not what a ledger writes")
    }
}
