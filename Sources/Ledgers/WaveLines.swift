/// What became of waves, to the canonical line and back.

import Model

extension WaveEvent {
    /// The canonical bytes, as they stand in a commit; ledgers with tables keep an event so.
    package var line: [UInt8] {
        var writer = LineWriter()
        writer.object { $0.wave(self) }
        return writer.bytes
    }

    /// Reads a line back; throws `.damaged` when it is none.
    package init(line: [UInt8]) throws(LedgerError) {
        do {
            self = try Members(try LineReader.value(of: line)).wave()
        } catch {
            throw .damaged(error.message)
        }
    }
}

extension LineWriter {
    mutating func wave(_ event: WaveEvent) {
        text("rollout", event.wave.rollout)
        text("wave", event.wave.wave)
        switch event.deed {
        case .started(let start):
            text("deed", "started")
            started(start)
        case .settled: text("deed", "settled")
        case .completed: text("deed", "completed")
        case .breached(let words):
            text("deed", "breached")
            text("why", words)
        case .measured(let measurement):
            text("deed", "measured")
            measured(measurement)
        case .renamed(let former):
            text("deed", "renamed")
            text("formerRollout", former.rollout)
            text("formerWave", former.wave)
        case .begunAnew: text("deed", "begunAnew")
        case .takenBack: text("deed", "taken-back")
        }
        text("at", event.at.exactText)
    }

    private mutating func started(_ start: WaveStart) {
        text("plan", start.plan)
        number("members", start.members)
        list("routes") { writer in
            for route in start.routes {
                writer.list { writer in
                    for word in [route.from, route.fromProduct, route.to, route.toProduct] {
                        writer.text(nil, word)
                    }
                }
            }
        }
        text("run", start.run?.text)
        text("change", start.change)
    }

    private mutating func measured(_ measurement: GateMeasurement) {
        gate(measurement.gate)
        text("verdict", measurement.verdict.rawValue)
        text("words", measurement.words)
        checks(measurement.checks)
        if let plan = measurement.plan { text("plan", plan) }
    }

    mutating func gate(_ gate: GateName) {
        text("side", gate.side.rawValue)
        text("gate", gate.name)
    }
}

extension Members {
    func waveID() throws(UnreadableLine) -> WaveID {
        WaveID(try text("rollout"), try text("wave"))
    }

    func gate() throws(UnreadableLine) -> GateName {
        guard let side = GateName.Side(rawValue: try text("side")) else { throw Self.wrong("side") }
        return GateName(side, try text("gate"))
    }

    func wave() throws(UnreadableLine) -> WaveEvent {
        let deed: WaveEvent.Deed =
            switch try text("deed") {
            case "started": .started(try waveStart())
            case "settled": .settled
            case "completed": .completed
            case "breached": .breached(try text("why"))
            case "measured": .measured(try measurement())
            case "renamed":
                .renamed(from: WaveID(try text("formerRollout"), try text("formerWave")))
            case "begunAnew": .begunAnew
            case "taken-back": .takenBack
            default: throw Self.wrong("deed")
            }
        return WaveEvent(try waveID(), deed, at: try time("at"))
    }

    private func waveStart() throws(UnreadableLine) -> WaveStart {
        var routes: [WaveRoute] = []
        for value in try list("routes") {
            guard case .list(let words) = value, words.count == 4 else {
                throw Self.wrong("routes")
            }
            var texts: [String] = []
            for word in words {
                guard case .text(let text) = word else { throw Self.wrong("routes") }
                texts.append(text)
            }
            routes.append(
                WaveRoute(
                    from: texts[0], fromProduct: texts[1], to: texts[2], toProduct: texts[3]))
        }
        return WaveStart(
            plan: try text("plan"), members: try number("members"), routes: routes,
            run: try nullableText("run").map { RunID($0) }, change: try nullableText("change"))
    }

    private func measurement() throws(UnreadableLine) -> GateMeasurement {
        GateMeasurement(
            gate: try gate(), verdict: try verdict(), words: try text("words"),
            checks: try checks(), plan: try optionalText("plan"))
    }

    func verdict() throws(UnreadableLine) -> Evidence.Verdict {
        guard let verdict = Evidence.Verdict(rawValue: try text("verdict")) else {
            throw Self.wrong("verdict")
        }
        return verdict
    }
}
