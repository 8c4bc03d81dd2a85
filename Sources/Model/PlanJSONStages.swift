/// Reads stages and findings.

extension JSONReader {
    mutating func stage() throws(JSONFault) -> Stage {
        let offset = try start()
        var stage = Stage(
            id: "", rollout: nil, wave: nil, needs: [], gatesBefore: [], gatesAfter: [], soak: nil,
            windows: [], budget: Policy.Share(percent: 0, atLeast: 0), isAuthorised: false,
            standing: Standing(state: .waiting))
        var hasStanding = false
        try object { (reader, key) throws(JSONFault) in
            switch key {
            case "id": stage.id = try reader.string()
            case "rollout": stage.rollout = try reader.optionalText()
            case "wave": stage.wave = try reader.optionalText()
            case "authorised": stage.isAuthorised = try reader.bool()
            case "needs": stage.needs = try reader.texts()
            case "gates": (stage.gatesBefore, stage.gatesAfter) = try reader.gates()
            case "soak": stage.soak = try reader.soak()
            case "window":
                stage.windows = try reader.list { (reader) throws(JSONFault) in
                    try reader.window()
                }
            case "budget": stage.budget = try reader.budget()
            case "beyond": stage.beyond = try reader.optionalText()
            case "change": stage.change = try reader.optionalText()
            case "blocked": stage.blocked = try reader.int()
            case "part": stage.isPart = try reader.bool()
            case "routes":
                stage.routes = try reader.list { (reader) throws(JSONFault) in try reader.route() }
            case "retirement": stage.retirement = try reader.retirement()
            case "attestations": stage.statements = try reader.statements()
            case "standing":
                stage.standing = try reader.standing()
                hasStanding = true
            default: try reader.skip()
            }
        }
        guard !stage.id.isEmpty, hasStanding else {
            throw .unexpected(offset: offset, expected: "a stage with all its members")
        }
        return stage
    }

    private mutating func gates() throws(JSONFault) -> (before: [Gate], after: [Gate]) {
        var gates: (before: [Gate], after: [Gate]) = ([], [])
        try object { (reader, key) throws(JSONFault) in
            switch key {
            case "before":
                gates.before = try reader.list { (r) throws(JSONFault) in try r.gate() }
            case "after": gates.after = try reader.list { (r) throws(JSONFault) in try r.gate() }
            default: try reader.skip()
            }
        }
        return gates
    }

    private mutating func gate() throws(JSONFault) -> Gate {
        var gate = Gate(name: "")
        try object { (reader, key) throws(JSONFault) in
            switch key {
            case "name": gate.name = try reader.string()
            case "every": gate.every = try reader.soak()
            case "attempts":
                gate.attempts = try reader.optional { (r) throws(JSONFault) in try r.int() }
            case "maxAge": gate.maxAge = try reader.soak()
            case "trial": gate.isTrial = try reader.bool()
            case "attested": gate.isAttested = try reader.bool()
            case "call": gate.call = try reader.optionalText()
            default: try reader.skip()
            }
        }
        return gate
    }

    private mutating func statements() throws(JSONFault) -> [GateStatement] {
        try list { (reader) throws(JSONFault) in try reader.statement() }
    }

    private mutating func statement() throws(JSONFault) -> GateStatement {
        let offset = try start()
        var read = GateStatement(
            gate: GateName(.before, ""), by: "", words: "",
            at: Instant(millisecondsSince1970: 0), until: nil, approvalsMissing: 0)
        var at: Instant?
        try object { (reader, key) throws(JSONFault) in
            switch key {
            case "side": read.gate.side = try reader.word()
            case "gate": read.gate.name = try reader.string()
            case "by": read.by = try reader.string()
            case "how": read.words = try reader.string()
            case "at": at = try reader.optionalInstant()
            case "until": read.until = try reader.optionalInstant()
            case "approvalsMissing": read.approvalsMissing = try reader.int()
            default: try reader.skip()
            }
        }
        guard let at else { throw .unexpected(offset: offset, expected: "when it was stated") }
        read.at = at
        return read
    }

    mutating func route() throws(JSONFault) -> WaveRoute {
        let offset = try start()
        let words = try texts()
        guard words.count == 4 else {
            throw .unexpected(offset: offset, expected: "a route: two pools with their products")
        }
        return WaveRoute(
            from: words[0], fromProduct: words[1], to: words[2], toProduct: words[3])
    }

    private mutating func soak() throws(JSONFault) -> Duration? {
        let offset = try start()
        guard let text = try optionalText() else { return nil }
        guard let span = PlanSpan.span(text) else {
            throw .unexpected(offset: offset, expected: "a span such as 72h")
        }
        return span
    }

    private mutating func window() throws(JSONFault) -> Rollout.Window {
        var window = Rollout.Window(days: [], from: 0, to: 0, zone: "UTC")
        try object { (reader, key) throws(JSONFault) in
            switch key {
            case "days":
                window.days = try reader.list { (reader) throws(JSONFault) in try reader.word() }
            case "from": window.from = try reader.clock()
            case "to": window.to = try reader.clock()
            case "zone": window.zone = try reader.string()
            default: try reader.skip()
            }
        }
        return window
    }

    private mutating func clock() throws(JSONFault) -> Int {
        let offset = try start()
        guard let minutes = PlanSpan.minutes(try string()) else {
            throw .unexpected(offset: offset, expected: "a time of day such as 22:00")
        }
        return minutes
    }

    private mutating func budget() throws(JSONFault) -> Policy.Share {
        var share = Policy.Share(percent: 0, atLeast: 0)
        try object { (reader, key) throws(JSONFault) in
            switch key {
            case "percent": share.percent = try reader.double()
            case "atLeast": share.atLeast = try reader.int()
            default: try reader.skip()
            }
        }
        return share
    }

    private mutating func standing() throws(JSONFault) -> Standing {
        let offset = try start()
        var state: Standing.State?
        var standing = Standing(state: .waiting)
        try object { (reader, key) throws(JSONFault) in
            switch key {
            case "state": state = try reader.word()
            case "for": standing.waitsFor = try reader.optionalText()
            case "since": standing.since = try reader.optionalInstant()
            case "releasedBy": standing.releasedBy = try reader.optionalText()
            case "earliest": standing.earliest = try reader.optionalInstant()
            default: try reader.skip()
            }
        }
        guard let state else { throw .unexpected(offset: offset, expected: "a state") }
        standing.state = state
        return standing
    }

    mutating func finding() throws(JSONFault) -> Finding {
        let offset = try start()
        var finding = Finding(rule: "", severity: .note, message: "")
        var severity: Severity?
        var file: String?
        var line: Int?
        var column: Int?
        try object { (reader, key) throws(JSONFault) in
            switch key {
            case "rule": finding.rule = try reader.string()
            case "severity": severity = try reader.word()
            case "message": finding.message = try reader.string()
            case "resource": finding.resource = try reader.optionalText()
            case "pool": finding.pool = try reader.optionalText()
            case "count": finding.count = try reader.int()
            case "examples": finding.examples = try reader.texts()
            case "file": file = try reader.optionalText()
            case "line":
                line = try reader.optional { (reader) throws(JSONFault) in try reader.int() }
            case "column":
                column = try reader.optional { (reader) throws(JSONFault) in try reader.int() }
            case "hint": finding.hint = try reader.optionalText()
            default: try reader.skip()
            }
        }
        guard let severity, !finding.rule.isEmpty else {
            throw .unexpected(offset: offset, expected: "a finding with rule and severity")
        }
        finding.severity = severity
        finding.location = file.map {
            SourceLocation(file: $0, line: line ?? 0, column: column ?? 0)
        }
        return finding
    }
}
