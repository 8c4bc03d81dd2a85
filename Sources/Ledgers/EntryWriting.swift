/// Entries to the canonical line. What many neighbours share (the pool of a thousand homes, the run of
/// a batch) is written once, in front of them.

import Model

extension LineWriter {
    mutating func entries(_ entries: [LedgerEntry]) {
        var index = 0
        while index < entries.count {
            if case .homeSettled(let connection, let home) = entries[index] {
                let end = Self.endOfHomes(like: home, in: connection, entries, from: index)
                homes(connection, home, entries[index..<end])
                index = end
            } else {
                entry(entries[index])
                index += 1
            }
        }
    }

    private mutating func entry(_ entry: LedgerEntry) {
        object { writer in
            switch entry {
            case .planRecorded(let plan): writer.plan(plan)
            case .runBegan(let run): writer.run(run)
            case .batchIntended(let steps): writer.intended(steps)
            case .stepSettled(let run, let step, let outcome, let at):
                writer.object("settled") { writer in
                    writer.text("run", run.text)
                    writer.text("step", step.description)
                    writer.outcome(outcome)
                    writer.text("at", at.exactText)
                }
            case .homeSettled: preconditionFailure("homes are written by the group")
            case .runEnded(let run, let outcome, let reason, let counts, let at):
                writer.object("ended") { writer in
                    writer.text("run", run.text)
                    writer.text("outcome", outcome.rawValue)
                    writer.text("reason", reason)
                    writer.counts(counts)
                    writer.text("at", at.exactText)
                }
            case .consentGiven(let consent): writer.consent(consent)
            case .instructed(let instruction):
                writer.object("instruction") { $0.instruction(instruction) }
            case .bound(let connection, let resources): writer.bound(resources, on: connection)
            case .wave(let event): writer.object("wave") { $0.wave(event) }
            case .retirement(let event): writer.object("retirement") { $0.retirement(event) }
            case .takenBack(let steps):
                writer.list("takenBack") { writer in
                    for step in steps { writer.text(nil, step.description) }
                }
            }
        }
    }

    mutating func actor(_ key: StaticString, _ actor: Actor) {
        object(key) { writer in
            writer.text("account", actor.account)
            writer.text("host", actor.host)
            writer.text("label", actor.label)
        }
    }

    private mutating func plan(_ plan: RecordedPlan) {
        object("plan") { writer in
            writer.text("digest", plan.digest)
            writer.text("campaign", plan.campaign)
            writer.text("revision", plan.revision)
            writer.text("at", plan.at.exactText)
            writer.list("steps") { writer in
                for step in plan.steps { writer.text(nil, step.description) }
            }
            if let prices = plan.prices { writer.object("prices") { $0.prices(prices) } }
        }
    }

    private mutating func run(_ run: Run) {
        object("began") { writer in
            writer.text("run", run.id.text)
            writer.text("plan", run.plan)
            writer.text("campaign", run.campaign)
            writer.text("revision", run.revision)
            writer.actor("by", run.by)
            writer.text("began", run.began.exactText)
            writer.text("ended", run.ended?.exactText)
            writer.text("outcome", run.outcome?.rawValue)
            writer.text("reason", run.reason)
            writer.counts(run.counts)
        }
    }

    private mutating func counts(_ counts: Run.Counts) {
        object("counts") { writer in
            writer.number("total", counts.total)
            writer.number("done", counts.done)
            writer.number("already", counts.already)
            writer.number("conflict", counts.conflict)
            writer.number("failed", counts.failed)
            writer.number("inDoubt", counts.inDoubt)
            writer.number("gone", counts.gone)
        }
    }

    private mutating func outcome(_ outcome: StepOutcome) {
        let (name, message, until) = outcome.recorded
        text("outcome", name)
        if let message { text("message", message) }
        if let until { text("until", until.exactText) }
    }

    private mutating func consent(_ consent: Consent) {
        object("consent") { writer in
            let (subject, what) = consent.subject.recorded
            writer.text("subject", subject)
            writer.text("what", what)
            writer.text("digest", consent.digest)
            writer.text("reason", consent.reason)
            writer.actor("by", consent.by)
            writer.text("at", consent.at.exactText)
            if let signature = consent.signature {
                writer.object("signature") { writer in
                    writer.text("principal", signature.principal)
                    writer.text("armor", signature.armor)
                }
            }
        }
    }
}

/// Groups.
extension LineWriter {
    private mutating func intended(_ steps: [IntendedStep]) {
        list("intended") { writer in
            var index = 0
            while index < steps.count {
                let first = steps[index]
                let end =
                    steps[index...].firstIndex { !$0.isWritten(with: first) } ?? steps.count
                writer.batch(first, steps[index..<end])
                index = end
            }
        }
    }

    private mutating func batch(_ first: IntendedStep, _ steps: ArraySlice<IntendedStep>) {
        object { writer in
            writer.text("run", first.run.text)
            writer.number("batch", first.batch)
            writer.text("connection", first.connection)
            writer.text("at", first.at.exactText)
            writer.text("deadline", first.deadline.exactText)
            writer.flag("repeatable", first.repeatable)
            writer.list("steps") { writer in
                for step in steps { writer.intendedStep(step) }
            }
        }
    }

    private mutating func intendedStep(_ step: IntendedStep) {
        object { writer in
            writer.text("step", step.move.step.description)
            writer.resource("resource", step.move.resource)
            writer.text("id", step.move.ownID)
            writer.text("from", step.move.from)
            writer.text("to", step.move.to)
            writer.text("placement", step.placement)
            writer.flag("bySelection", step.bySelection)
            writer.number("attempt", step.attempt)
        }
    }

    private static func endOfHomes(
        like home: SettledHome, in connection: String, _ entries: [LedgerEntry], from index: Int
    ) -> Int {
        var end = index + 1
        while end < entries.count,
            case .homeSettled(let otherConnection, let other) = entries[end],
            otherConnection == connection, other.isWritten(with: home)
        { end += 1 }
        return end
    }

    private mutating func homes(
        _ connection: String, _ first: SettledHome, _ entries: ArraySlice<LedgerEntry>
    ) {
        object { writer in
            writer.object("homes") { writer in
                writer.text("connection", connection)
                writer.text("pool", first.pool)
                writer.text("former", first.former)
                writer.text("placement", first.placement)
                writer.flag("bySelection", first.bySelection)
                writer.flag("movedByUs", first.movedByUs)
                if entries.contains(where: \.isSpelledInCapitals) { writer.flag("exact", true) }
                writer.list("of") { writer in
                    for case .homeSettled(_, let home) in entries {
                        writer.list { writer in
                            writer.resource(nil, home.resource)
                            writer.text(nil, home.ownID)
                        }
                    }
                }
            }
        }
    }
}

extension IntendedStep {
    fileprivate func isWritten(with other: IntendedStep) -> Bool {
        run == other.run && batch == other.batch && connection == other.connection
            && at == other.at && deadline == other.deadline && repeatable == other.repeatable
    }
}

extension SettledHome {
    fileprivate func isWritten(with other: SettledHome) -> Bool {
        pool == other.pool && former == other.former && placement == other.placement
            && bySelection == other.bySelection && movedByUs == other.movedByUs
    }
}

extension LedgerEntry {
    /// Whether a home has a name with capitals: earlier versions wrote such names before they folded
    /// them, so a group that means them says so.
    fileprivate var isSpelledInCapitals: Bool {
        guard case .homeSettled(_, let home) = self else { return false }
        return home.resource.folded(by: .whole) != home.resource
    }
}
