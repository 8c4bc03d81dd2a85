/// Runs as JSON: the list of all, and one with everything that became of its steps.

package import Model

package enum HistoryJSON {
    package static let format = "rehome.history/1"

    /// All runs, in the order given.
    package static func encode(_ runs: [Run]) -> [UInt8] {
        var writer = JSONWriter(.pretty)
        writer.object { writer in
            writer.member("format", format)
            writer.key("runs")
            writer.array { writer in
                for run in runs { writer.object { RunJSON.members(of: run, &$0) } }
            }
        }
        writer.endOfFile()
        return writer.bytes
    }
}

package enum RunJSON {
    package static let format = "rehome.run/1"

    /// One run with each attempt at each step, in the order in which they began.
    package static func encode(
        _ record: RunRecord, waiting: [Stage], auditHead: String?
    ) -> [UInt8] {
        var writer = JSONWriter(.pretty, reserving: 2048 + 480 * record.steps.count)
        writer.object { writer in
            writer.member("format", format)
            writer.key("run")
            writer.object { members(of: record.run, &$0) }
            writer.member("auditHead", auditHead)
            writer.key("waiting")
            writer.array { writer in
                for stage in waiting where stage.standing.state == .waiting {
                    writer.object {
                        $0.member("stage", stage.id)
                        PlanJSON.standing(stage.standing, &$0)
                    }
                }
            }
            writer.key("steps")
            writer.array { writer in
                for entry in record.steps { writer.object(.line) { members(of: entry, &$0) } }
            }
        }
        writer.endOfFile()
        return writer.bytes
    }

    static func members(of run: Run, _ writer: inout JSONWriter) {
        writer.member("id", run.id.text)
        writer.member("plan", run.plan)
        writer.member("campaign", run.campaign)
        writer.member("revision", run.revision)
        writer.key("by")
        actor(run.by, &writer)
        writer.member("began", run.began.rfc3339)
        writer.member("ended", run.ended?.rfc3339)
        writer.member("outcome", run.outcome?.rawValue)
        writer.member("reason", run.reason)
        writer.key("counts")
        counts(run.counts, &writer)
    }

    static func counts(_ counts: Run.Counts, _ writer: inout JSONWriter) {
        writer.object {
            $0.member("total", counts.total)
            $0.member("done", counts.done)
            $0.member("already", counts.already)
            $0.member("conflict", counts.conflict)
            $0.member("failed", counts.failed)
            $0.member("inDoubt", counts.inDoubt)
            $0.member("gone", counts.gone)
        }
    }

    static func actor(_ actor: Actor?, _ writer: inout JSONWriter) {
        guard let actor else { return writer.null() }
        writer.object(.line) {
            $0.member("account", actor.account)
            $0.member("host", actor.host)
            $0.member("label", actor.label)
        }
    }

    static func members(of entry: RecordedStep, _ writer: inout JSONWriter) {
        let intent = entry.intent
        writer.member("id", intent.move.step)
        writer.member("resource", intent.move.resource.description)
        writer.member("uid", intent.move.ownID)
        writer.member("connection", intent.connection)
        writer.member("from", intent.move.from)
        writer.member("to", intent.move.to)
        writer.member("placement", intent.placement)
        writer.member("bySelection", intent.bySelection)
        writer.member("batch", intent.batch)
        writer.member("attempt", intent.attempt)
        writer.member("at", intent.at.rfc3339)
        writer.member("deadline", intent.deadline.rfc3339)
        outcome(entry.outcome, &writer)
        writer.member("settledAt", entry.settledAt?.rfc3339)
    }

    /// `outcome`, and what was said of it.
    static func outcome(_ outcome: StepOutcome?, _ writer: inout JSONWriter) {
        writer.member("outcome", outcome?.word ?? "in-doubt")
        switch outcome {
        case .failed(let failure):
            writer.member("failure", failure.class.rawValue)
            writer.member("message", failure.message)
        case .conflict(let message):
            writer.member("failure", String?.none)
            writer.member("message", message)
        case .underway(let until):
            writer.member("failure", String?.none)
            writer.member("message", "look again at \(until.rfc3339)")
        case .done, .already, .gone, nil:
            writer.member("failure", String?.none)
            writer.member("message", String?.none)
        }
    }
}

extension StepOutcome {
    /// The word in output.
    var word: String {
        switch self {
        case .done: "done"
        case .already: "already"
        case .conflict: "conflict"
        case .gone: "gone"
        case .underway: "underway"
        case .failed: "failed"
        }
    }

    /// What was said of it, for people.
    var words: String {
        switch self {
        case .done: "done"
        case .already: "already there"
        case .conflict(let message): "conflict: \(message)"
        case .gone: "no longer there"
        case .underway(let until): "accepted, look again at \(until)"
        case .failed(let failure):
            failure.class == .outcomeUnknown
                ? "in doubt: \(failure.message)" : "failed: \(failure.message)"
        }
    }
}
