/// The parts of a plan's JSON that are few: what it rests on, counts, pools, stages, refusals, findings.

extension PlanJSON {
    static func head(_ plan: Plan, _ writer: inout JSONWriter) {
        writer.key("format")
        writer.value(Plan.format)
        writer.key("digest")
        writer.value(plan.digest)
        writer.key("asOf")
        writer.value(plan.asOf.rfc3339)
        writer.key("desired")
        writer.object {
            $0.key("digest")
            $0.value(plan.desired.digest)
            $0.key("revision")
            $0.value(plan.desired.revision)
        }
        writer.key("observed")
        writer.object { observed(plan.observed, &$0) }
        writer.key("summary")
        writer.object { summary(plan.summary, &$0) }
        writer.key("connections")
        writer.array(.line) { for name in plan.columns.connections { $0.value(name) } }
        writer.key("pools")
        writer.array { writer in
            for pool in plan.pools { writer.object(.line) { self.pool(pool, &$0) } }
        }
    }

    private static func observed(_ observed: Plan.Observed, _ writer: inout JSONWriter) {
        writer.key("digest")
        writer.value(observed.digest)
        writer.key("at")
        writer.value(observed.at.rfc3339)
        writer.key("complete")
        writer.value(observed.isComplete)
        writer.key("gaps")
        writer.array { writer in
            for gap in observed.gaps {
                writer.object(.line) {
                    $0.key("connection")
                    $0.value(gap.connection)
                    $0.key("pool")
                    $0.value(gap.gap.pool)
                    $0.key("kind")
                    $0.value(gap.gap.kind?.name)
                    $0.key("fact")
                    $0.value(gap.gap.fact)
                    $0.key("reason")
                    $0.value(gap.gap.reason)
                }
            }
        }
    }

    private static func summary(_ summary: Plan.Summary, _ writer: inout JSONWriter) {
        for (key, count) in counts(summary) {
            writer.key(key)
            writer.value(count)
        }
    }

    private static func counts(_ summary: Plan.Summary) -> [(StaticString, Int)] {
        [
            ("move", summary.move), ("back", summary.back), ("retire", summary.retire),
            ("operator", summary.operator), ("blocked", summary.blocked), ("held", summary.held),
            ("drifted", summary.drifted), ("unmanaged", summary.unmanaged),
            ("missing", summary.missing), ("unchanged", summary.unchanged),
            ("irreversible", summary.irreversible), ("disabled", summary.disabled),
        ]
    }

    private static func pool(_ pool: PlanPool, _ writer: inout JSONWriter) {
        writer.key("name")
        writer.value(pool.name)
        writer.key("fqdn")
        writer.value(pool.fqdn)
        writer.key("connection")
        writer.value(pool.connection)
        writer.key("site")
        writer.value(pool.site)
        writer.key("product")
        writer.value(pool.product?.rawValue)
    }

    static func refusals(_ refusals: [Refusal], _ writer: inout JSONWriter) {
        writer.key("refusals")
        writer.array { writer in
            for refusal in refusals {
                writer.object {
                    $0.key("rail")
                    $0.value(refusal.rail.rawValue)
                    $0.key("message")
                    $0.value(refusal.message)
                    $0.key("hint")
                    $0.value(refusal.hint)
                }
            }
        }
    }

    static func findings(_ findings: [Finding], _ writer: inout JSONWriter) {
        writer.key("findings")
        writer.array { writer in
            for finding in findings { writer.object { self.finding(finding, &$0) } }
        }
    }

    private static func finding(_ finding: Finding, _ writer: inout JSONWriter) {
        writer.key("rule")
        writer.value(finding.rule)
        writer.key("severity")
        writer.value(finding.severity.rawValue)
        writer.key("message")
        writer.value(finding.message)
        writer.key("resource")
        writer.value(finding.resource)
        writer.key("pool")
        writer.value(finding.pool)
        writer.key("count")
        writer.value(finding.count)
        writer.key("examples")
        writer.array(.line) { for example in finding.examples { $0.value(example) } }
        writer.key("file")
        writer.value(finding.location?.file)
        writer.key("line")
        if let line = finding.location?.line { writer.value(line) } else { writer.null() }
        writer.key("column")
        if let column = finding.location?.column { writer.value(column) } else { writer.null() }
        writer.key("hint")
        writer.value(finding.hint)
    }
}

extension PlanJSON {
    static func stages(_ stages: [Stage], _ writer: inout JSONWriter) {
        writer.key("stages")
        writer.array { writer in
            for stage in stages { writer.object { self.stage(stage, &$0) } }
        }
    }

    private static func stage(_ stage: Stage, _ writer: inout JSONWriter) {
        writer.key("id")
        writer.value(stage.id)
        writer.key("rollout")
        writer.value(stage.rollout)
        writer.key("wave")
        writer.value(stage.wave)
        writer.key("authorised")
        writer.value(stage.isAuthorised)
        writer.key("needs")
        list(stage.needs, &writer)
        writer.key("gates")
        writer.object {
            $0.key("before")
            list(stage.gatesBefore, &$0)
            $0.key("after")
            list(stage.gatesAfter, &$0)
        }
        writer.key("soak")
        writer.value(stage.soak.map(PlanSpan.text))
        writer.key("window")
        writer.array { writer in
            for window in stage.windows { writer.object(.line) { self.window(window, &$0) } }
        }
        writer.key("budget")
        writer.object(.line) {
            $0.key("percent")
            $0.value(stage.budget.percent)
            $0.key("atLeast")
            $0.value(stage.budget.atLeast)
        }
        writer.key("standing")
        writer.object { standing(stage.standing, &$0) }
    }

    private static func standing(_ standing: Standing, _ writer: inout JSONWriter) {
        writer.key("state")
        writer.value(standing.state.rawValue)
        writer.key("for")
        writer.value(standing.waitsFor)
        writer.key("since")
        writer.value(standing.since?.rfc3339)
        writer.key("releasedBy")
        writer.value(standing.releasedBy)
        writer.key("earliest")
        writer.value(standing.earliest?.rfc3339)
    }

    private static func window(_ window: Rollout.Window, _ writer: inout JSONWriter) {
        writer.key("days")
        list(window.days.map(\.rawValue), &writer)
        writer.key("from")
        writer.value(PlanSpan.clock(window.from))
        writer.key("to")
        writer.value(PlanSpan.clock(window.to))
        writer.key("zone")
        writer.value(window.zone)
    }

    private static func list(_ texts: [String], _ writer: inout JSONWriter) {
        writer.array(.line) { for text in texts { $0.value(text) } }
    }
}
