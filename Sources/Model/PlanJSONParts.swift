/// Reads the parts of a plan that are few.

extension JSONReader {
    mutating func list<Element>(
        _ element: (inout JSONReader) throws(JSONFault) -> Element
    ) throws(JSONFault) -> [Element] {
        var list: [Element] = []
        try array { (reader) throws(JSONFault) in list.append(try element(&reader)) }
        return list
    }

    mutating func texts() throws(JSONFault) -> [String] {
        try list { (reader) throws(JSONFault) in try reader.string() }
    }

    mutating func optionalText() throws(JSONFault) -> String? {
        try optional { (reader) throws(JSONFault) in try reader.string() }
    }

    mutating func named() throws(JSONFault) -> PlanReading.Named? {
        let offset = try start()
        return try optionalText().map { PlanReading.Named(text: $0, offset: offset) }
    }

    /// A word of a closed list.
    mutating func word<Word: RawRepresentable>() throws(JSONFault) -> Word
    where Word.RawValue == String {
        let offset = try start()
        let text = try string()
        guard let word = Word(rawValue: text) else {
            throw .unexpected(offset: offset, expected: "a word that this format knows")
        }
        return word
    }

    mutating func stepID() throws(JSONFault) -> StepID {
        let offset = try start()
        guard let id = StepID(try string()) else {
            throw .unexpected(offset: offset, expected: "a step id of 32 hexadecimal digits")
        }
        return id
    }

    mutating func instant() throws(JSONFault) -> Instant {
        let offset = try start()
        guard let instant = Instant(iso: try string()) else {
            throw .unexpected(offset: offset, expected: "a time such as 2026-12-05T22:00:00Z")
        }
        return instant
    }

    mutating func optionalInstant() throws(JSONFault) -> Instant? {
        try optional { (reader) throws(JSONFault) in try reader.instant() }
    }

    /// Reads an object whose members all have their say; what is missing is named.
    private mutating func whole<Value>(
        _ what: String, _ member: (inout JSONReader, String) throws(JSONFault) -> Void,
        _ value: () -> Value?
    ) throws(JSONFault) -> Value {
        let offset = try start()
        try object(member)
        guard let value = value() else {
            throw .unexpected(offset: offset, expected: "\(what) with all its members")
        }
        return value
    }

    mutating func desired() throws(JSONFault) -> Plan.Desired {
        var digest: String?
        var revision: String?
        return try whole("desired") { (reader, key) throws(JSONFault) in
            switch key {
            case "digest": digest = try reader.string()
            case "revision": revision = try reader.optionalText()
            default: try reader.skip()
            }
        } _: {
            digest.map { Plan.Desired(digest: $0, revision: revision) }
        }
    }

    mutating func observed() throws(JSONFault) -> Plan.Observed {
        var digest: String?
        var at: Instant?
        var gaps: [Plan.ConnectionGap] = []
        return try whole("observed") { (reader, key) throws(JSONFault) in
            switch key {
            case "digest": digest = try reader.string()
            case "at": at = try reader.instant()
            case "gaps": gaps = try reader.list { (reader) throws(JSONFault) in try reader.gap() }
            default: try reader.skip()
            }
        } _: {
            guard let digest, let at else { return nil }
            return Plan.Observed(digest: digest, at: at, gaps: gaps)
        }
    }

    private mutating func gap() throws(JSONFault) -> Plan.ConnectionGap {
        var connection: String?
        var reason: String?
        var gap = Gap(reason: "")
        return try whole("a gap") { (reader, key) throws(JSONFault) in
            switch key {
            case "connection": connection = try reader.string()
            case "pool": gap.pool = try reader.optionalText()
            case "kind": gap.kind = try reader.kind()
            case "fact": gap.fact = try reader.optionalText()
            case "reason": reason = try reader.string()
            default: try reader.skip()
            }
        } _: {
            guard let connection, let reason else { return nil }
            gap.reason = reason
            return Plan.ConnectionGap(connection: connection, gap: gap)
        }
    }

    private mutating func kind() throws(JSONFault) -> Kind? {
        let offset = try start()
        guard let text = try optionalText() else { return nil }
        guard let kind = Kind(name: text) else {
            throw .unexpected(offset: offset, expected: "a kind of resource")
        }
        return kind
    }

    mutating func summary() throws(JSONFault) -> Plan.Summary {
        var summary = Plan.Summary()
        try object { (reader, key) throws(JSONFault) in
            switch key {
            case "move": summary.move = try reader.int()
            case "back": summary.back = try reader.int()
            case "retire": summary.retire = try reader.int()
            case "operator": summary.operator = try reader.int()
            case "blocked": summary.blocked = try reader.int()
            case "held": summary.held = try reader.int()
            case "drifted": summary.drifted = try reader.int()
            case "unmanaged": summary.unmanaged = try reader.int()
            case "missing": summary.missing = try reader.int()
            case "unchanged": summary.unchanged = try reader.int()
            case "irreversible": summary.irreversible = try reader.int()
            case "disabled": summary.disabled = try reader.int()
            default: try reader.skip()
            }
        }
        return summary
    }

    mutating func planPool() throws(JSONFault) -> PlanPool {
        var pool = PlanPool(name: "", fqdn: "", connection: "", site: nil, product: nil)
        return try whole("a pool") { (reader, key) throws(JSONFault) in
            switch key {
            case "name": pool.name = try reader.string()
            case "fqdn": pool.fqdn = try reader.string()
            case "connection": pool.connection = try reader.string()
            case "site": pool.site = try reader.optionalText()
            case "product":
                pool.product = try reader.optional { (reader) throws(JSONFault) in
                    try reader.word()
                }
            default: try reader.skip()
            }
        } _: {
            pool.name.isEmpty || pool.fqdn.isEmpty ? nil : pool
        }
    }

    mutating func prices() throws(JSONFault) -> [Price] {
        try list { (reader) throws(JSONFault) in try reader.price() }
    }

    private mutating func price() throws(JSONFault) -> Price {
        var what: Price.What?
        var amount: Price.Amount?
        var detail: String?
        return try whole("a price") { (reader, key) throws(JSONFault) in
            switch key {
            case "what": what = try reader.word()
            case "count": amount = try reader.amount()
            case "detail": detail = try reader.string()
            default: try reader.skip()
            }
        } _: {
            guard let what, let amount, let detail else { return nil }
            return Price(what, amount, detail: detail)
        }
    }

    private mutating func amount() throws(JSONFault) -> Price.Amount {
        let offset = try start()
        guard isAtText else { return .count(try int()) }
        guard try string() == "unknown" else {
            throw .unexpected(offset: offset, expected: "a number or \"unknown\"")
        }
        return .unknown
    }

    mutating func undo() throws(JSONFault) -> Plan.Undo {
        var undo = Plan.Undo()
        try object { (reader, key) throws(JSONFault) in
            switch key {
            case "moves": undo.moves = try reader.int()
            case "price": undo.prices = try reader.prices()
            case "impossible": undo.impossible = try reader.int()
            default: try reader.skip()
            }
        }
        return undo
    }

    mutating func place() throws(JSONFault) -> SourceLocation? {
        if try isNull() { return nil }
        var location = SourceLocation(file: "", line: 0, column: 0)
        try object { (reader, key) throws(JSONFault) in
            switch key {
            case "file": location.file = try reader.string()
            case "line": location.line = try reader.int()
            case "column": location.column = try reader.int()
            default: try reader.skip()
            }
        }
        return location
    }

    mutating func refusal() throws(JSONFault) -> Refusal {
        var rail: Rail?
        var message: String?
        var hint: String?
        var liftable: Bool?
        return try whole("a refusal") { (reader, key) throws(JSONFault) in
            switch key {
            case "rail": rail = try reader.word()
            case "message": message = try reader.string()
            case "hint": hint = try reader.string()
            case "liftable": liftable = try reader.bool()
            default: try reader.skip()
            }
        } _: {
            guard let rail, let message, let hint else { return nil }
            return Refusal(rail: rail, message: message, hint: hint, isLiftable: liftable)
        }
    }
}
