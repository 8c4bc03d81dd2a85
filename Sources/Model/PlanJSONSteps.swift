/// Reads the many: steps, and what is left alone.

extension PlanReading {
    mutating func steps(_ reader: inout JSONReader) throws(JSONFault) -> [Step] {
        var steps: [Step] = []
        try reader.array { (reader) throws(JSONFault) in
            steps.append(try step(&reader))
        }
        return steps
    }

    private mutating func step(_ reader: inout JSONReader) throws(JSONFault) -> Step {
        let start = try reader.start()
        var row = Row()
        var id: StepID?
        var stage: Int32?
        var action: Step.Action?
        var reversal: MoveRule.Reversal?
        var cause: Step.Cause?
        var price: Int32?
        var back: Int32?
        var placement: Int32?
        var bySelection = false
        var needs: [StepID] = []
        try reader.object { (reader, key) throws(JSONFault) in
            switch key {
            case "id": id = try reader.stepID()
            case "stage":
                let offset = try reader.start()
                stage = try self.stage(try reader.string(), at: offset)
            case "action": action = try reader.word()
            case "reversible": reversal = try reader.word()
            case "cause": cause = try reader.word()
            case "price": price = columns.priceList(try reader.prices())
            case "back": back = columns.priceList(try reader.prices())
            case "placement": placement = columns.text(try reader.string())
            case "bySelection": bySelection = try reader.bool()
            case "needs":
                needs = try reader.list { (reader) throws(JSONFault) in try reader.stepID() }
            default: try self.member(key, of: &row, &reader)
            }
        }
        guard let id, let stage, let action, let reversal, let cause, let price, let back,
            let placement, let connection = row.connection,
            let subject = try subject(row, start)
        else {
            throw .unexpected(
                offset: start, expected: "a step with all members of docs/reference/plan-format.md")
        }
        return Step(
            id: id, stage: stage, action: action, connection: connection, subject: subject,
            from: try pool(row.from, on: connection), to: try pool(row.to, on: connection),
            reversal: reversal, price: price, back: back, cause: cause, reason: row.reason,
            placement: placement, bySelection: bySelection, needs: needs)
    }

    mutating func left(_ reader: inout JSONReader) throws(JSONFault) -> [Left] {
        var left: [Left] = []
        try reader.array { (reader) throws(JSONFault) in
            left.append(try leftOne(&reader))
        }
        return left
    }

    private mutating func leftOne(_ reader: inout JSONReader) throws(JSONFault) -> Left {
        let start = try reader.start()
        var row = Row()
        var wanted: Named?
        var because: Left.Because?
        var rule: String?
        var detail: Int32?
        var until: Instant?
        var written: String?
        try reader.object { (reader, key) throws(JSONFault) in
            switch key {
            case "wanted": wanted = try reader.named()
            case "because": because = try reader.word()
            case "rule": rule = try reader.string()
            case "detail": detail = columns.text(try reader.string())
            case "until":
                until = try reader.optional { (reader) throws(JSONFault) in try reader.instant() }
            case "untilAsWritten": written = try reader.optionalText()
            default: try self.member(key, of: &row, &reader)
            }
        }
        guard let because, let rule, let detail, let subject = try subject(row, start) else {
            throw .unexpected(
                offset: start, expected: "an entry with resource or pool, because, rule and detail")
        }
        return Left(
            connection: row.connection, subject: subject,
            wanted: try pool(wanted, on: row.connection), because: because, rule: rule,
            detail: detail,
            until: until.map { ManifestTime(text: written ?? $0.rfc3339, instant: $0) },
            reason: row.reason)
    }
}

extension PlanReading {
    /// What steps and entries of `left` have in common, as words.
    private struct Row {
        var resource: ResourceID?
        var ownID = ""
        var pool: Named?
        var connection: Int32?
        var from: Named?
        var to: Named?
        var reason: Plan.Place?
    }

    private mutating func member(
        _ key: String, of row: inout Row, _ reader: inout JSONReader
    ) throws(JSONFault) {
        switch key {
        case "resource":
            let offset = try reader.start()
            row.resource = ResourceID(try reader.string())
            if row.resource == nil {
                throw .unexpected(offset: offset, expected: "a resource such as user/ADDRESS")
            }
        case "uid": row.ownID = try reader.optionalText() ?? ""
        case "pool": row.pool = try reader.named()
        case "connection":
            if let name = try reader.optionalText() { row.connection = connection(name) }
        case "from": row.from = try reader.named()
        case "to": row.to = try reader.named()
        case "reason":
            if let place = try reader.place() { row.reason = columns.place(place) }
        default: try reader.skip()
        }
    }

    private mutating func subject(
        _ row: Row, _ start: Int
    ) throws(JSONFault) -> Step.Subject? {
        if let id = row.resource {
            var name = id.name
            var ownID = row.ownID
            return .resource(
                name.withUTF8 { name in
                    ownID.withUTF8 { ownID in
                        columns.subject(
                            kind: id.kind, name: UnsafeRawBufferPointer(name),
                            ownID: UnsafeRawBufferPointer(ownID))
                    }
                })
        }
        return try pool(row.pool, on: row.connection).map { .pool($0) }
    }
}
