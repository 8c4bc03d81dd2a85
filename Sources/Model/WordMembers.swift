/// The members of a small object whose values are texts, whole numbers and flags, by name.

struct WordMembers {
    private var offset = 0
    private var texts: [String: String] = [:]
    private var numbers: [String: Int] = [:]
    private var flags: [String: Bool] = [:]
    /// `account`, `host` and `label` of the object `by`.
    private var by: [String: String] = [:]

    fileprivate init(_ reader: inout JSONReader) throws(JSONFault) {
        offset = try reader.start()
        var members = self
        try reader.object { (reader, key) throws(JSONFault) in
            if try reader.isNull() { return }
            if reader.isAtText {
                members.texts[key] = try reader.string()
            } else if key == "by" {
                members.by = try reader.words().texts
            } else if let flag = try reader.flag() {
                members.flags[key] = flag
            } else {
                members.numbers[key] = try reader.int()
            }
        }
        self = members
    }

    func text(_ name: String) throws(JSONFault) -> String { try need(name, texts[name]) }
    func optionalText(_ name: String) -> String? { texts[name] }
    func number(_ name: String) throws(JSONFault) -> Int { try need(name, numbers[name]) }
    func optionalNumber(_ name: String) -> Int? { numbers[name] }
    func flag(_ name: String) -> Bool { flags[name] ?? false }

    func time(_ name: String) throws(JSONFault) -> Instant {
        try need(name, Instant(iso: try text(name)))
    }

    func optionalTime(_ name: String) throws(JSONFault) -> Instant? {
        texts[name] == nil ? nil : try time(name)
    }

    func step(_ name: String) throws(JSONFault) -> StepID {
        try need(name, StepID(try text(name)))
    }

    func resource(_ name: String) throws(JSONFault) -> ResourceID {
        try need(name, ResourceID(try text(name)))
    }

    func actor() throws(JSONFault) -> Actor {
        Actor(
            account: try need("by.account", by["account"]), host: try need("by.host", by["host"]),
            label: by["label"])
    }

    private func need<Value>(_ name: String, _ value: Value?) throws(JSONFault) -> Value {
        guard let value else {
            throw .unexpected(offset: offset, expected: "an object with the member \(name)")
        }
        return value
    }
}

extension JSONReader {
    mutating func words() throws(JSONFault) -> WordMembers { try WordMembers(&self) }

    /// A flag where one stands; nil, and nothing read, where something else does.
    fileprivate mutating func flag() throws(JSONFault) -> Bool? {
        let byte = bytes[try start()]
        return byte == UInt8(ascii: "t") || byte == UInt8(ascii: "f") ? try bool() : nil
    }
}

extension WordMembers {
    func consent() throws(JSONFault) -> Consent {
        Consent(
            subject: try subject(), digest: try text("digest"), reason: try text("reason"),
            by: try actor(), at: try time("at"))
    }

    private func subject() throws(JSONFault) -> Consent.Subject {
        if flag("approval") { return .approval }
        if flag("newLedger") { return .newLedger }
        if let pool = texts["evacuation"] { return .evacuation(pool) }
        if let stated = texts["attestation"] { return .attestation(stated) }
        if let what = texts["price"] {
            return .price(try need("price", Price.What(rawValue: what)))
        }
        if let what = texts["unknownPrice"] {
            return .unknownPrice(try need("unknownPrice", Price.What(rawValue: what)))
        }
        return .override(try need("override", Rail(rawValue: try text("override"))))
    }

    /// As the instruction that brought it about.
    func hold() throws(JSONFault) -> Instruction {
        let owner = try text("owner")
        return Instruction(
            .hold([try resource("resource")], owner: owner, until: try optionalTime("until")),
            reason: texts["reason"], by: Actor(account: owner, host: ""), at: try time("since"))
    }

    func pause() throws(JSONFault) -> Instruction {
        Instruction(
            .pause(
                texts["rollout"].map { .rollout($0) } ?? .estate, until: try optionalTime("until")),
            reason: texts["reason"], by: try actor(), at: try time("since"))
    }
}
