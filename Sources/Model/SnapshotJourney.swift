/// How far rollouts have come, in a snapshot and back.

extension JSONWriter {
    mutating func journey(_ journey: Journey) {
        list("waves", journey.waves.sorted { $0.key < $1.key }) { writer, wave in
            writer.object { writer in
                writer.member("rollout", wave.key.rollout)
                writer.member("wave", wave.key.wave)
                if let start = wave.value.start { writer.start(start) }
                writer.list("takenBack", wave.value.takenBack.map { [$0] } ?? []) { writer, start in
                    writer.object { $0.start(start) }
                }
                writer.member("startedAt", wave.value.startedAt?.rfc3339)
                writer.member("settledAt", wave.value.settledAt?.rfc3339)
                writer.member("completedAt", wave.value.completedAt?.rfc3339)
                writer.member("resumedAt", wave.value.resumedAt?.rfc3339)
                writer.member("breach", wave.value.breach?.words)
                writer.member("breachedAt", wave.value.breach?.at.rfc3339)
                writer.texts("of", wave.value.members.map(\.description).sorted())
                writer.texts("triedAgain", wave.value.triedAgain.map(\.description).sorted())
                writer.list("gates", wave.value.gates.sorted { $0.key < $1.key }) { $0.gate($1) }
            }
        }
    }

    private mutating func start(_ start: WaveStart) {
        member("plan", start.plan)
        member("members", start.members)
        member("run", start.run?.text)
        member("change", start.change)
        list("routes", start.routes) { writer, route in
            writer.array(.line) { writer in
                for word in [route.from, route.fromProduct, route.to, route.toProduct] {
                    writer.value(word)
                }
            }
        }
    }

    private mutating func gate(_ gate: (key: GateName, value: GateHistory)) {
        object { writer in
            writer.member("side", gate.key.side.rawValue)
            writer.member("gate", gate.key.name)
            writer.member("failures", gate.value.failures)
            writer.list("last", gate.value.last.map { [$0] } ?? []) { writer, last in
                writer.object(.line) { writer in
                    writer.member("verdict", last.verdict.rawValue)
                    writer.member("words", last.words)
                    writer.member("at", last.at.rfc3339)
                }
            }
            writer.list("decision", gate.value.decision.map { [$0] } ?? []) { writer, decision in
                writer.object(.line) { writer in
                    writer.member("open", decision.isOpen)
                    writer.member("reason", decision.reason)
                    writer.actor(decision.by)
                    writer.member("at", decision.at.rfc3339)
                    writer.member("until", decision.until?.rfc3339)
                }
            }
        }
    }
}

extension JSONReader {
    mutating func journey() throws(JSONFault) -> Journey {
        var waves: [WaveID: WaveProgress] = [:]
        try array { (reader) throws(JSONFault) in
            let (wave, progress) = try reader.wave()
            waves[wave] = progress
        }
        return Journey(waves)
    }

    private mutating func wave() throws(JSONFault) -> (WaveID, WaveProgress) {
        var wave = WaveID("", "")
        var progress = WaveProgress()
        var start = WaveStart(plan: "", members: 0, routes: [], run: nil, change: nil)
        var breach: String?
        var breachedAt: Instant?
        try object { (reader, key) throws(JSONFault) in
            switch key {
            case "rollout": wave.rollout = try reader.string()
            case "wave": wave.wave = try reader.string()
            case "plan": start.plan = try reader.string()
            case "members": start.members = try reader.int()
            case "run": start.run = try reader.optionalText().map { RunID($0) }
            case "change": start.change = try reader.optionalText()
            case "routes":
                start.routes = try reader.list { (r) throws(JSONFault) in try r.route() }
            case "takenBack": progress.takenBack = try reader.starts().first
            case "startedAt": progress.startedAt = try reader.optionalInstant()
            case "settledAt": progress.settledAt = try reader.optionalInstant()
            case "completedAt": progress.completedAt = try reader.optionalInstant()
            case "resumedAt": progress.resumedAt = try reader.optionalInstant()
            case "breach": breach = try reader.optionalText()
            case "breachedAt": breachedAt = try reader.optionalInstant()
            case "of": progress.members = try reader.stepIDs()
            case "triedAgain": progress.triedAgain = try reader.stepIDs()
            case "gates":
                try reader.array { (r) throws(JSONFault) in
                    let (name, history) = try r.gateHistory()
                    progress.gates[name] = history
                }
            default: try reader.skip()
            }
        }
        if !start.plan.isEmpty { progress.start = start }
        if let breach, let breachedAt {
            progress.breach = WaveProgress.Breach(words: breach, at: breachedAt)
        }
        return (wave, progress)
    }

    private mutating func starts() throws(JSONFault) -> [WaveStart] {
        try list { (r) throws(JSONFault) in try r.start() }
    }

    private mutating func start() throws(JSONFault) -> WaveStart {
        var start = WaveStart(plan: "", members: 0, routes: [], run: nil, change: nil)
        try object { (reader, key) throws(JSONFault) in
            switch key {
            case "plan": start.plan = try reader.string()
            case "members": start.members = try reader.int()
            case "run": start.run = try reader.optionalText().map { RunID($0) }
            case "change": start.change = try reader.optionalText()
            case "routes":
                start.routes = try reader.list { (r) throws(JSONFault) in try r.route() }
            default: try reader.skip()
            }
        }
        return start
    }

    private mutating func stepIDs() throws(JSONFault) -> Set<StepID> {
        Set(try list { (r) throws(JSONFault) in try r.stepID() })
    }

    private mutating func gateHistory() throws(JSONFault) -> (GateName, GateHistory) {
        var side = GateName.Side.before
        var name = ""
        var history = GateHistory()
        try object { (reader, key) throws(JSONFault) in
            switch key {
            case "side": side = try reader.word()
            case "gate": name = try reader.string()
            case "failures": history.failures = try reader.int()
            case "last":
                try reader.array { (r) throws(JSONFault) in history.last = try r.words().last() }
            case "decision":
                try reader.array { (r) throws(JSONFault) in
                    history.decision = try r.words().decision()
                }
            default: try reader.skip()
            }
        }
        return (GateName(side, name), history)
    }
}

extension WordMembers {
    fileprivate func last() throws(JSONFault) -> GateHistory.Last {
        GateHistory.Last(
            verdict: Evidence.Verdict(rawValue: try text("verdict")) ?? .inconclusive,
            words: try text("words"), at: try time("at"))
    }

    fileprivate func decision() throws(JSONFault) -> GateHistory.Decision {
        GateHistory.Decision(
            isOpen: flag("open"), reason: try text("reason"), by: try actor(), at: try time("at"),
            until: try optionalTime("until"))
    }
}
