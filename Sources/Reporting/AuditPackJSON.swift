/// Everything about one wave in one file, for an auditor. `docs/reference/plan-format.md` describes it.

package import Model

package enum AuditPackJSON {
    package static let format = "rehome.audit-pack/1"

    package static func encode(_ pack: AuditPack) -> [UInt8] {
        let attempts = pack.chapters.reduce(0) { $0 + $1.attempts.count }
        var writer = JSONWriter(.pretty, reserving: 4096 + 480 * attempts)
        writer.object { writer in
            writer.member("format", format)
            writer.member("wave", pack.wave.description)
            writer.member("ledger", pack.ledger)
            writer.member("auditHead", pack.head)
            writer.member("whole", pack.broken == nil)
            writer.member("broken", pack.broken)
            writer.list("beginnings", pack.chapters) { writer, chapter in
                writer.object { self.chapter(chapter, &$0) }
            }
            writer.list("plans", pack.plans) { writer, plan in
                writer.object { self.plan(plan, &$0) }
            }
            writer.list("approvals", pack.consents) { writer, consent in
                writer.object { self.consent(consent, &$0) }
            }
            writer.list("runs", pack.runs) { writer, run in
                writer.object { RunJSON.members(of: run, &$0) }
            }
        }
        writer.endOfFile()
        return writer.bytes
    }

    private static func chapter(_ chapter: WaveChapter, _ writer: inout JSONWriter) {
        writer.key("summary")
        writer.object { WaveReportJSON.members(of: chapter.report(soak: nil), &$0) }
        writer.list("events", chapter.events) { writer, event in
            writer.object { self.event(event, &$0) }
        }
        writer.list("instructions", chapter.instructions) { writer, instruction in
            writer.object(.line) { self.instruction(instruction, &$0) }
        }
        writer.key("outcomes")
        writer.array { writer in
            for attempt in chapter.attempts {
                writer.object(.line) { writer in
                    writer.member("run", attempt.intent.run.text)
                    RunJSON.members(of: attempt, &writer)
                    writer.member(
                        "takenBack", chapter.takenBack.contains(attempt.intent.move.step))
                }
            }
        }
    }

    private static func link<Value>(_ recorded: Recorded<Value>, _ writer: inout JSONWriter) {
        writer.member("link", recorded.link)
        writer.member("at", recorded.at.rfc3339)
        writer.key("by")
        RunJSON.actor(recorded.by, &writer)
    }

    private static func event(_ event: Recorded<WaveEvent>, _ writer: inout JSONWriter) {
        link(event, &writer)
        switch event.value.deed {
        case .started(let start):
            writer.member("deed", "started")
            WaveReportJSON.start(start, &writer)
        case .settled: writer.member("deed", "settled")
        case .completed: writer.member("deed", "completed")
        case .breached(let words):
            writer.member("deed", "breached")
            writer.member("words", words)
        case .measured(let measurement):
            writer.member("deed", "measured")
            GateJSON.members(of: measurement, &writer)
        case .renamed(let former):
            writer.member("deed", "renamed")
            writer.member("former", former.description)
        case .begunAnew: writer.member("deed", "begun-anew")
        case .takenBack: writer.member("deed", "taken-back")
        }
    }

    private static func instruction(
        _ instruction: Recorded<Instruction>, _ writer: inout JSONWriter
    ) {
        link(instruction, &writer)
        writer.member("what", instruction.value.deed.words)
        writer.member("reason", instruction.value.reason)
    }

    private static func plan(_ plan: RecordedPlan, _ writer: inout JSONWriter) {
        writer.member("digest", plan.digest)
        writer.member("campaign", plan.campaign)
        writer.member("revision", plan.revision)
        writer.member("at", plan.at.rfc3339)
        writer.key("steps")
        writer.array { writer in for step in plan.steps { writer.value(step) } }
    }

    private static func consent(_ consent: Recorded<Consent>, _ writer: inout JSONWriter) {
        link(consent, &writer)
        let value = consent.value
        let (subject, what): (String, String?) =
            switch value.subject {
            case .override(let rail): ("override", rail.rawValue)
            case .price(let what): ("price", what.rawValue)
            case .unknownPrice(let what): ("unknown-price", what.rawValue)
            case .approval: ("approval", nil)
            case .newLedger: ("new-ledger", nil)
            case .evacuation(let pool): ("evacuation", pool)
            case .attestation(let stated): ("attestation", stated)
            }
        writer.member("subject", subject)
        writer.member("what", what)
        if case .attestation = value.subject {
            writer.member("statement", value.digest)
        } else {
            writer.member("plan", value.digest)
        }
        writer.member("reason", value.reason)
        writer.key("signature")
        guard let signature = value.signature else { return writer.null() }
        writer.object { writer in
            writer.member("principal", signature.principal)
            writer.member("armor", signature.armor)
        }
    }
}

extension Instruction.Deed {
    /// What was said, in the word of its command.
    fileprivate var words: String {
        switch self {
        case .hold: "hold"
        case .release: "release"
        case .pause: "pause"
        case .resume: "resume"
        case .cancel: "cancel"
        case .retry(let steps): "retry \(Words.count(steps.count, "step"))"
        case .goForward: "go forward"
        case .decide(let gate, let isOpen, let until):
            "\(isOpen.map { $0 ? "open" : "close" } ?? "measured") \(gate.wave)/\(gate.name.name)"
                + (until.map { " until \($0)" } ?? "")
        case .announce: "announce"
        }
    }
}
