/// The parts of a plan's JSON that are few: what it rests on, counts, pools, stages, refusals, findings.

extension PlanJSON {
    static func head(_ plan: Plan, format: String, _ writer: inout JSONWriter) {
        writer.member("format", format)
        writer.member("digest", plan.digest)
        writer.member("asOf", plan.asOf.rfc3339)
        writer.key("desired")
        writer.object {
            $0.member("digest", plan.desired.digest)
            $0.member("revision", plan.desired.revision)
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
        writer.member("digest", observed.digest)
        writer.member("at", observed.at.rfc3339)
        writer.member("complete", observed.isComplete)
        writer.key("gaps")
        writer.array { writer in
            for gap in observed.gaps {
                writer.object(.line) {
                    $0.member("connection", gap.connection)
                    $0.member("pool", gap.gap.pool)
                    $0.member("kind", gap.gap.kind?.name)
                    $0.member("fact", gap.gap.fact)
                    $0.member("reason", gap.gap.reason)
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
        writer.member("name", pool.name)
        writer.member("fqdn", pool.fqdn)
        writer.member("connection", pool.connection)
        writer.member("site", pool.site)
        writer.member("product", pool.product?.rawValue)
    }

    package static func refusals(_ refusals: [Refusal], _ writer: inout JSONWriter) {
        writer.key("refusals")
        writer.array { writer in
            for refusal in refusals {
                writer.object {
                    $0.member("rail", refusal.rail.rawValue)
                    $0.member("message", refusal.message)
                    $0.member("hint", refusal.hint)
                    $0.member("liftable", refusal.isLiftable)
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
        writer.member("rule", finding.rule)
        writer.member("severity", finding.severity.rawValue)
        writer.member("message", finding.message)
        writer.member("resource", finding.resource)
        writer.member("pool", finding.pool)
        writer.member("count", finding.count)
        writer.key("examples")
        writer.array(.line) { for example in finding.examples { $0.value(example) } }
        writer.member("file", finding.location?.file)
        writer.member("line", finding.location?.line)
        writer.member("column", finding.location?.column)
        writer.member("hint", finding.hint)
    }
}

extension PlanJSON {
    static func stages(_ stages: [Stage], _ writer: inout JSONWriter) {
        writer.key("stages")
        writer.array { writer in
            for stage in stages { writer.object { self.stage(stage, &$0) } }
        }
    }

    package static func stage(_ stage: Stage, _ writer: inout JSONWriter) {
        writer.member("id", stage.id)
        writer.member("rollout", stage.rollout)
        writer.member("wave", stage.wave)
        writer.member("authorised", stage.isAuthorised)
        writer.key("needs")
        list(stage.needs, &writer)
        writer.key("gates")
        writer.object {
            gates("before", stage.gatesBefore, &$0)
            gates("after", stage.gatesAfter, &$0)
        }
        writer.member("soak", stage.soak.map(PlanSpan.text))
        writer.key("window")
        writer.array { writer in
            for window in stage.windows { writer.object(.line) { self.window(window, &$0) } }
        }
        writer.key("budget")
        writer.object(.line) {
            $0.member("percent", stage.budget.percent)
            $0.member("atLeast", stage.budget.atLeast)
        }
        writer.member("beyond", stage.beyond)
        writer.member("change", stage.change)
        writer.member("blocked", stage.blocked)
        writer.member("part", stage.isPart)
        routes(stage.routes, &writer)
        statements(stage.statements, &writer)
        writer.key("standing")
        writer.object { standing(stage.standing, &$0) }
        if let retirement = stage.retirement {
            writer.key("retirement")
            writer.object { $0.retirement(retirement) }
        }
    }

    private static func statements(_ statements: [GateStatement], _ writer: inout JSONWriter) {
        guard !statements.isEmpty else { return }
        writer.key("attestations")
        writer.array { writer in
            for statement in statements {
                writer.object(.line) {
                    $0.member("side", statement.gate.side.rawValue)
                    $0.member("gate", statement.gate.name)
                    $0.member("by", statement.by)
                    $0.member("how", statement.words)
                    $0.member("at", statement.at.rfc3339)
                    $0.member("until", statement.until?.rfc3339)
                    $0.member("approvalsMissing", statement.approvalsMissing)
                }
            }
        }
    }

    private static func routes(_ routes: [WaveRoute], _ writer: inout JSONWriter) {
        writer.key("routes")
        writer.array { writer in
            for route in routes {
                writer.array(.line) { line in
                    for word in [route.from, route.fromProduct, route.to, route.toProduct] {
                        line.value(word)
                    }
                }
            }
        }
    }

    private static func gates(_ key: StaticString, _ gates: [Gate], _ writer: inout JSONWriter) {
        writer.key(key)
        writer.array { writer in
            for gate in gates {
                writer.object(.line) {
                    $0.member("name", gate.name)
                    $0.member("every", gate.every.map { PlanSpan.text($0) })
                    $0.member("attempts", gate.attempts)
                    $0.member("maxAge", gate.maxAge.map { PlanSpan.text($0) })
                    $0.member("trial", gate.isTrial)
                    $0.member("attested", gate.isAttested)
                    if let call = gate.call { $0.member("call", call) }
                }
            }
        }
    }

    /// The members of a standing, inside an object.
    package static func standing(_ standing: Standing, _ writer: inout JSONWriter) {
        writer.member("state", standing.state.rawValue)
        writer.member("for", standing.waitsFor)
        writer.member("since", standing.since?.rfc3339)
        writer.member("releasedBy", standing.releasedBy)
        writer.member("earliest", standing.earliest?.rfc3339)
    }

    private static func window(_ window: Rollout.Window, _ writer: inout JSONWriter) {
        writer.key("days")
        list(window.days.map(\.rawValue), &writer)
        writer.member("from", PlanSpan.clock(window.from))
        writer.member("to", PlanSpan.clock(window.to))
        writer.member("zone", window.zone)
    }

    private static func list(_ texts: [String], _ writer: inout JSONWriter) {
        writer.array(.line) { for text in texts { $0.value(text) } }
    }
}
