/// How waves went, for programs. `docs/reference/plan-format.md` describes it.

package import Model

package enum WaveReportJSON {
    package static let format = "rehome.report/1"

    package static func encode(_ reports: [WaveReport]) -> [UInt8] {
        var writer = JSONWriter(.pretty)
        writer.object { writer in
            writer.member("format", format)
            writer.list("waves", reports) { writer, report in
                writer.object { members(of: report, &$0) }
            }
        }
        writer.endOfFile()
        return writer.bytes
    }

    static func members(of report: WaveReport, _ writer: inout JSONWriter) {
        writer.member("wave", report.wave.description)
        writer.member("state", report.state.rawValue)
        start(report.start, &writer)
        writer.member("began", report.startedAt?.rfc3339)
        writer.member("settled", report.settledAt?.rfc3339)
        writer.member("complete", report.completedAt?.rfc3339)
        writer.member("takenBack", report.takenBackAt?.rfc3339)
        writer.member("givenUp", report.droppedAt?.rfc3339)
        writer.member("soakSeconds", report.soak.map { Int($0.milliseconds / 1000) })
        writer.key("counts")
        RunJSON.counts(report.counts, &writer)
        moves(report.moves, &writer)
        writer.key("prices")
        PlanJSON.prices(report.prices, &writer)
        writer.member("unpriced", report.unpriced)
        writer.list("troubles", report.troubles) { writer, trouble in
            writer.object(.line) { writer in
                writer.member("kind", trouble.kind.rawValue)
                writer.member("message", trouble.message)
                writer.member("count", trouble.count)
                resources("first", trouble.first, &writer)
            }
        }
        writer.list("gates", report.gates) { writer, gate in
            writer.object(.line) { self.gate(gate, &$0) }
        }
        writer.list("decisions", report.decisions) { writer, decision in
            writer.object(.line) { self.decision(decision, &$0) }
        }
        resources("cameBack", report.cameBack, &writer)
    }

    /// `change`, `members`, `plan`, `run`, `routes`.
    static func start(_ start: WaveStart?, _ writer: inout JSONWriter) {
        writer.member("change", start?.change)
        writer.member("members", start?.members)
        writer.member("plan", start?.plan)
        writer.member("run", start?.run?.text)
        writer.list("routes", start?.routes ?? []) { writer, route in
            writer.object(.line) { writer in
                writer.member("from", route.from)
                writer.member("fromProduct", route.fromProduct)
                writer.member("to", route.to)
                writer.member("toProduct", route.toProduct)
            }
        }
    }

    private static func moves(_ moves: WaveReport.Moves?, _ writer: inout JSONWriter) {
        writer.key("moves")
        guard let moves else { return writer.null() }
        writer.object(.line) { writer in
            writer.member("began", moves.began.rfc3339)
            writer.member("lastSettled", moves.lastSettled?.rfc3339)
            writer.member("longestMilliseconds", moves.longest.map { Int($0.milliseconds) })
        }
    }

    private static func resources(
        _ key: StaticString, _ resources: [ResourceID], _ writer: inout JSONWriter
    ) {
        writer.key(key)
        writer.array(.line) { writer in
            for resource in resources { writer.value(resource.description) }
        }
    }

    private static func gate(_ gate: WaveReport.GateTrace, _ writer: inout JSONWriter) {
        writer.member("side", gate.gate.side.rawValue)
        writer.member("gate", gate.gate.name)
        writer.member("passed", gate.verdicts[.passed] ?? 0)
        writer.member("failed", gate.verdicts[.failed] ?? 0)
        writer.member("inconclusive", gate.verdicts[.inconclusive] ?? 0)
        writer.member("first", gate.first.rfc3339)
        writer.member("firstFailure", gate.firstFailure?.at.rfc3339)
        writer.member("firstFailureWords", gate.firstFailure?.words)
        writer.member("last", gate.last.at.rfc3339)
        writer.member("lastVerdict", gate.last.verdict.rawValue)
        writer.member("lastWords", gate.last.words)
    }

    private static func decision(_ decision: WaveReport.Decision, _ writer: inout JSONWriter) {
        writer.member("at", decision.at.rfc3339)
        writer.member("what", decision.what.word)
        writer.member("side", decision.what.gate?.side.rawValue)
        writer.member("gate", decision.what.gate?.name)
        writer.key("by")
        RunJSON.actor(decision.by, &writer)
        writer.member("reason", decision.reason)
        writer.member("until", decision.until?.rfc3339)
    }
}
