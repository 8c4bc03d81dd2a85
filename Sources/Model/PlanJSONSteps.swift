/// Reads the many: steps, and what is left alone.

extension PlanReading {
    mutating func steps(_ reader: inout JSONReader) throws(JSONFault) -> [Step] {
        var steps: [Step] = []
        var recent = RecentTerms()
        try reader.array { (reader) throws(JSONFault) in
            steps.append(try step(&reader, &recent))
        }
        return steps
    }

    private mutating func step(
        _ reader: inout JSONReader, _ recent: inout RecentTerms
    ) throws(JSONFault) -> Step {
        let start = try reader.start()
        var row = Row()
        var terms = Terms()
        var id: StepID?
        var needs: [StepID] = []
        var section: Review.Section?
        try reader.object { (reader, key) throws(JSONFault) in
            switch key {
            case "id": id = try reader.stepID()
            case "needs":
                needs = try reader.list { (reader) throws(JSONFault) in try reader.stepID() }
            case "section": section = try reader.word()
            case "bySelection": terms.bySelection = try reader.bool()
            case "stage", "action", "reversible", "cause", "price", "back", "placement":
                try self.term(key, of: &terms, &reader, &recent)
            default: try self.member(key, of: &row, &reader, &recent)
            }
        }
        guard let id, let stage = terms.stage, let action = terms.action,
            let reversal = terms.reversal, let cause = terms.cause, let price = terms.price,
            let back = terms.back, let placement = terms.placement,
            let connection = row.connection, let subject = try subject(row, start)
        else {
            throw .unexpected(
                offset: start, expected: "a step with all members of docs/reference/plan-format.md")
        }
        var step = Step(
            id: id, stage: stage, action: action, connection: connection, subject: subject,
            from: try pool(row.from, on: connection), to: try pool(row.to, on: connection),
            reversal: reversal, price: price, back: back, cause: cause, reason: row.reason,
            placement: placement, bySelection: terms.bySelection, needs: needs)
        step.section = section
        return step
    }

    /// The review, where the plan was compared with a base.
    mutating func review(_ members: PlanMembers) throws(JSONFault) -> Review? {
        guard members.has("review") else { return nil }
        var reader = try members.reader("review")
        var review = try reader.review()
        reader = try members.reader("dropped")
        var recent = RecentTerms()
        try reader.array { (reader) throws(JSONFault) in
            review.dropped.append(try dropped(&reader, &recent))
        }
        return review
    }

    private mutating func dropped(
        _ reader: inout JSONReader, _ recent: inout RecentTerms
    ) throws(JSONFault) -> Review.Dropped {
        let start = try reader.start()
        var row = Row()
        var id: StepID?
        var action: Step.Action?
        try reader.object { (reader, key) throws(JSONFault) in
            switch key {
            case "id": id = try reader.stepID()
            case "action": action = try reader.word()
            default: try self.member(key, of: &row, &reader, &recent)
            }
        }
        guard let id, let action, let connection = row.connection,
            let subject = try subject(row, start)
        else {
            throw .unexpected(offset: start, expected: "a step that was dropped, with its members")
        }
        return Review.Dropped(
            id: id, action: action, connection: connection, subject: subject,
            from: try pool(row.from, on: connection), to: try pool(row.to, on: connection))
    }

    /// What many steps have in common.
    private struct Terms {
        var stage: Int32?
        var action: Step.Action?
        var reversal: MoveRule.Reversal?
        var cause: Step.Cause?
        var price: Int32?
        var back: Int32?
        var placement: Int32?
        var bySelection = false
    }

    private mutating func term(
        _ key: String, of terms: inout Terms, _ reader: inout JSONReader,
        _ recent: inout RecentTerms
    ) throws(JSONFault) {
        switch key {
        case "stage":
            terms.stage = try reader.value(likeLast: &recent.stage) { (reader) throws(JSONFault) in
                let offset = try reader.start()
                return try self.stage(try reader.string(), at: offset)
            }
        case "action": terms.action = try reader.word()
        case "reversible": terms.reversal = try reader.word()
        case "cause": terms.cause = try reader.word()
        case "price":
            terms.price = try reader.value(likeLast: &recent.price) { (reader) throws(JSONFault) in
                columns.priceList(try reader.prices())
            }
        case "back":
            terms.back = try reader.value(likeLast: &recent.back) { (reader) throws(JSONFault) in
                columns.priceList(try reader.prices())
            }
        default:
            terms.placement = try reader.value(likeLast: &recent.placement) {
                (reader) throws(JSONFault) in
                columns.text(try reader.string())
            }
        }
    }

    mutating func left(_ reader: inout JSONReader) throws(JSONFault) -> [Left] {
        var left: [Left] = []
        var recent = RecentTerms()
        try reader.array { (reader) throws(JSONFault) in
            left.append(try leftOne(&reader, &recent))
        }
        return left
    }

    private mutating func leftOne(
        _ reader: inout JSONReader, _ recent: inout RecentTerms
    ) throws(JSONFault) -> Left {
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
            default: try self.member(key, of: &row, &reader, &recent)
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
        _ key: String, of row: inout Row, _ reader: inout JSONReader,
        _ recent: inout RecentTerms
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
            row.connection = try reader.value(likeLast: &recent.connection) {
                (reader) throws(JSONFault) in
                try reader.optionalText().map { connection($0) }
            }
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
