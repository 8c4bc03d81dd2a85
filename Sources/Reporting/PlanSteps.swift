/// The steps of a plan: what begins now, what comes later, what both break, and the way back.

import Model

extension PlanPage {
    /// Stages that this plan authorises, each with what moves between which pools.
    mutating func now() {
        let groups = nowGroups
        guard !groups.isEmpty else { return }
        for (row, stage) in plan.stages.enumerated()
        where stage.isAuthorised && stage.retirement == nil {
            let mine = groups.filter { $0.key.stage == Int32(row) }
            guard !mine.isEmpty else { continue }
            page.gap()
            page.sentence(title(of: stage), .strong, hanging: 4)
            let lines = page.aligned(mine.map(summary), indent: 2)
            for (group, line) in zip(mine, lines) {
                page.raw(line)
                examples(group, isCrowded: groups.count > Self.crowd)
            }
        }
    }

    /// Waves of which nobody is left to move, and that something else waits for: they rest, or are halted.
    mutating func resting() {
        let stages = plan.stages.indices.filter {
            plan.stages[$0].rollout != nil && plan.stages[$0].standing.state == .waiting
                && groups.groups(in: $0).isEmpty
        }
        guard !stages.isEmpty else { return }
        page.gap()
        for row in stages {
            let stage = plan.stages[row]
            page.sentence(
                "\(Escaped.text(stage.id)): \(StandingWords.waiting(stage.standing))", .strong,
                hanging: 4)
        }
    }

    /// Where there are more groups than this, only their counts are shown.
    private static let crowd = 8

    /// `open: begins with apply`
    private func title(of stage: Stage) -> String {
        var parts = [beginning(of: stage)]
        if !stage.gatesBefore.isEmpty {
            parts.append(
                "gates: \(escaped(stage.gatesBefore.map { name($0, .before, of: stage) }))")
        }
        if !stage.gatesAfter.isEmpty {
            parts.append(
                "then gates: \(escaped(stage.gatesAfter.map { name($0, .after, of: stage) }))")
        }
        if let soak = stage.soak { parts.append("then rests \(Words.span(soak))") }
        return "\(Escaped.text(stage.id)): \(parts.joined(separator: "; "))"
    }

    private func name(_ gate: Gate, _ side: GateName.Side, of stage: Stage) -> String {
        let stated = stage.statements.first { $0.gate == GateName(side, gate.name) }
        let attested = stated.map { " (attested by \($0.by))" } ?? " (attested)"
        return gate.name + (gate.isTrial ? " (on trial)" : "") + (gate.isAttested ? attested : "")
            + (gate.call.map { $0 == gate.name ? " (calls out)" : " (calls \($0))" } ?? "")
    }

    private func escaped(_ words: [String]) -> String { Words.list(words.map(Escaped.text)) }

    private func beginning(of stage: Stage) -> String {
        let would = plan.refusals.isEmpty ? "begins" : "would begin"
        let standing = stage.standing
        if let waitsFor = standing.waitsFor, !stage.needs.contains(waitsFor) {
            return StandingWords.waiting(standing)
        }
        if standing.state == .done { return "done" }
        return stage.needs.isEmpty
            ? "\(would) with apply"
            : "\(would) when \(escaped(stage.needs)) \(stage.needs.count == 1 ? "is" : "are") done"
    }

    private func summary(_ group: StepGroup) -> [TextPage.Cell] {
        let price = PriceSum([group], of: plan)
        return [
            .init(group.deed(plan), group.leadsBack(plan) ? .warning : .good),
            .init(group.counts),
            .init(price.isNothing ? "" : "breaks \(price.words)", .warning),
        ]
    }

    private mutating func examples(_ group: StepGroup, isCrowded: Bool) {
        if group.count <= limit, !isCrowded {
            page.rows(group.first.map { self.row($0, of: group.count) }, indent: 4)
        } else if !isCrowded {
            let names = group.first.map { Escaped.text(plan.words(of: $0.subject)) }
            page.examples(names, of: group.count, .faint, indent: 4)
        }
    }

    /// One step in full: what, what it breaks where the group has more than one, and who asks.
    private func row(_ step: Step, of count: Int) -> [TextPage.Cell] {
        let price = count > 1 ? PriceSum(plan.prices(of: step)).words : ""
        return [
            .init(Escaped.text(plan.words(of: step.subject))), .init(price, .warning),
            .init(plan.place(step.reason).map(Words.place) ?? "", .faint),
        ]
    }

    /// A forecast of what this plan does not authorise: one row for each stage and way.
    mutating func later() {
        let groups = laterGroups.filter { plan.stages[Int($0.key.stage)].retirement == nil }
        guard !groups.isEmpty else { return }
        let count = groups.reduce(0) { $0 + $1.count }
        page.gap()
        page.line("Later, not begun by this plan: \(Words.count(count, "step"))", .strong)
        let stages = plan.stages.indices.filter {
            !plan.stages[$0].isAuthorised && plan.stages[$0].retirement == nil
                && !self.groups.groups(in: $0).isEmpty
        }
        let waits = Set(stages.map { after(plan.stages[$0]) })
        var said: [String] = []
        for words in stages.compactMap({ releases(plan.stages[$0]) }) where !said.contains(words) {
            said.append(words)
        }
        let saysWait = waits.count > 1 || said.isEmpty
        page.rows(stages.flatMap { forecast($0, saysWait: saysWait) }, indent: 2)
        for words in said.prefix(limit) { page.sentence(words, .faint, indent: 2, hanging: 4) }
    }

    /// Rows of one stage that comes later.
    private func forecast(_ row: Int, saysWait: Bool) -> [[TextPage.Cell]] {
        let stage = plan.stages[row]
        return groups.groups(in: row).enumerated().map { index, group in
            let price = PriceSum([group], of: plan)
            let isFirst = index == 0
            return [
                .init(isFirst ? Escaped.text(stage.id) : ""), .init(group.deed(plan)),
                .init(group.counts + (price.isNothing ? "" : ", breaks \(price.words)")),
                .init(isFirst && saysWait ? after(stage) : "", .faint),
            ]
        }
    }

    private func after(_ stage: Stage) -> String {
        if let waitsFor = stage.standing.waitsFor, !stage.needs.contains(waitsFor) {
            return "waits for \(Escaped.text(waitsFor))"
        }
        let needs = stage.needs.isEmpty ? [stage.standing.waitsFor].compactMap(\.self) : stage.needs
        return needs.isEmpty ? "" : "after \(escaped(needs))"
    }

    /// What the table has no room for: since when, who releases it, when at the earliest.
    private func releases(_ stage: Stage) -> String? {
        guard let waitsFor = stage.standing.waitsFor, !stage.needs.contains(waitsFor) else {
            return nil
        }
        return StandingWords.waiting(stage.standing)
    }
}

extension PlanPage {
    /// What begins now breaks this, whether that is accepted, and what the way back would be.
    mutating func price() {
        guard !plan.steps.isEmpty else { return }
        page.gap()
        let now = PriceSum(nowGroups, of: plan)
        let isRefused = plan.refusals.contains { $0.rail == .price }
        let consent = isRefused ? "not all of it is accepted" : "accepted"
        if now.isNothing, nowGroups.isEmpty == false {
            page.line("Price:    nothing breaks", .good)
        } else if !now.isNothing {
            page.line("Price:    \(now.words); \(consent)", isRefused ? .bad : .warning)
            for row in now.rows where !row.detail.isEmpty {
                page.sentence(
                    "\(row.what.plural): \(Escaped.text(row.detail))", .faint, indent: 10,
                    hanging: 12)
            }
        }
        wayBack()
    }

    private mutating func wayBack() {
        let price = PriceSum(total: plan.undo.prices)
        var parts = [Words.count(plan.undo.moves, "move")]
        parts.append(price.isNothing ? "nothing breaks" : "breaks \(price.words)")
        if plan.undo.moves == 0 { parts = ["none"] }
        if plan.undo.impossible > 0 {
            parts.append("impossible for \(Words.number(plan.undo.impossible))")
        }
        page.line("Way back: \(parts.joined(separator: "; "))")
        if plan.undo.impossible > 0, !groups.irreversible.isEmpty {
            page.examples(
                groups.irreversible.map { Escaped.text(plan.words(of: $0.subject)) },
                of: plan.undo.impossible, .bad, indent: 10)
        }
    }
}
