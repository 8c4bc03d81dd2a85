/// What the ledger remembers of waves, in a line for each wave or measurement.

import Model
import TestSupport

enum JourneyFixture {
    /// `{wave: madrid/pilot, started: TIME, of: [ana@...], settled: TIME}` or
    /// `{wave: madrid/pilot, after: message-both-ways, verdict: failed, at: TIME, words: no answer}` or
    /// `{wave: madrid/pilot, attested: emergency-call, at: TIME, until: TIME, words: called 112}`.
    static func journey(_ nodes: [YAMLNode]) throws -> Journey {
        var journey = Journey()
        for node in nodes {
            guard let wave = node["wave"]?.text.flatMap(WaveID.init) else {
                throw YAMLNode.Malformed()
            }
            for event in try events(of: wave, node) { journey.take(event) }
            if let decision = decision(of: wave, node) { journey.take(decision) }
            try journey.fillMembers { plan in
                try plan == node["plan"]?.text ?? "p1" ? members(node) : []
            }
        }
        return journey
    }

    private static func events(of wave: WaveID, _ node: YAMLNode) throws -> [WaveEvent] {
        var events: [WaveEvent] = []
        func add(_ key: String, _ deed: WaveEvent.Deed) {
            guard let at = node[key]?.text.flatMap({ Instant(iso: $0) }) else { return }
            events.append(WaveEvent(wave, deed, at: at))
        }
        let start = WaveStart(
            plan: "p1", members: try members(node).count,
            routes: [
                WaveRoute(
                    from: "ocs-mad", fromProduct: "ocs-2007r2", to: "lync-mad",
                    toProduct: "lync-2013")
            ], run: RunID("20261119-100000-1f3a"), change: nil)
        add("started", .started(start))
        add("settled", .settled)
        add("completed", .completed)
        add("takenBack", .takenBack)
        if let words = node["breach"]?.text { add("breached", .breached(words)) }
        guard let verdict = node["verdict"]?.text.flatMap(Evidence.Verdict.init) else {
            return events
        }
        for side in GateName.Side.allCases {
            guard let gate = node[side.rawValue]?.text else { continue }
            let measurement = GateMeasurement(
                gate: GateName(side, gate), verdict: verdict, words: node["words"]?.text ?? "",
                checks: [])
            add("at", .measured(measurement))
        }
        return events
    }

    private static func decision(of wave: WaveID, _ node: YAMLNode) -> Instruction? {
        let opened = node["opened"]?.text.map { GateName(.after, $0) }
        let attested = node["attested"]?.text.map { GateName(.before, $0) }
        guard let gate = opened ?? attested,
            let at = node["at"]?.text.flatMap({ Instant(iso: $0) })
        else { return nil }
        let until = node["until"]?.text.flatMap { Instant(iso: $0) }
        return Instruction(
            .decide(GateID(wave, gate), isOpen: true, until: until),
            reason: node["words"]?.text, by: Actor(account: "jm", host: "ops"), at: at)
    }

    /// Moves of people from the old pool to the new one.
    private static func members(_ node: YAMLNode) throws -> [StepID] {
        (node["of"]?.items ?? []).compactMap(\.text).map(step)
    }

    /// The move of one of them.
    static func step(of name: String) -> StepID {
        var name = name
        return name.withUTF8 {
            StepID(
                action: .move, connection: "madrid", subject: UnsafeRawBufferPointer($0),
                kind: .user, from: "ocs.contoso.example", to: "lync.contoso.example",
                comparedBy: .whole)
        }
    }
}
