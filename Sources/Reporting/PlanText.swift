/// A plan as a careful person wants to read it before saying yes: what begins now, what comes later,
/// what it breaks, what the way back is, what is left alone and why, and what refuses it.

package import Model

package enum PlanText {
    /// What a person names to apply the plan.
    package enum Source: Sendable {
        /// The folder of manifests, as it was named, and what the plan was narrowed to.
        case folder(String, part: Narrowing = .wholeEstate)
        /// A plan file, and the folder it belongs to.
        case file(String, folder: String)
        /// A command of its own, ready to copy.
        case command(String)
    }

    /// The whole text.
    ///
    /// - Parameters:
    ///   - plan: what to show.
    ///   - width: columns of the page; only sentences and lists of examples are fitted to it.
    ///   - style: whether tones are coloured.
    ///   - limit: how many resources a group names; a group of no more is shown in full.
    ///   - source: what the command that applies it names.
    /// - Returns: lines, each ended by a line feed.
    package static func render(
        _ plan: Plan, width: Int, style: Style, limit: Int, source: Source = .folder(".")
    ) -> String {
        var page = PlanPage(plan, width: width, style: style, limit: max(1, limit))
        page.headline()
        page.review()
        page.resting()
        page.now()
        page.later()
        page.retirements()
        OperatorTasksText.write(plan, into: &page.page)
        page.price()
        page.gaps()
        page.left()
        page.findings()
        page.refusals()
        page.footer(source)
        return page.page.text
    }
}

/// The page while it is written, section by section.
struct PlanPage {
    let plan: Plan
    let groups: PlanGroups
    let limit: Int
    var page: TextPage

    init(_ plan: Plan, width: Int, style: Style, limit: Int) {
        self.plan = plan
        self.limit = limit
        groups = PlanGroups(plan, examples: limit)
        page = TextPage(width: width, style: style)
    }

    var nowGroups: [StepGroup] { groups.all.filter { isAuthorised($0) } }
    var laterGroups: [StepGroup] { groups.all.filter { !isAuthorised($0) } }

    private func isAuthorised(_ group: StepGroup) -> Bool {
        let stage = plan.stages[Int(group.key.stage)]
        // Approvals are gathered while a pool rests: only its time makes it begin.
        return stage.isAuthorised && (stage.retirement == nil || stage.standing.state == .open)
    }
}

extension PlanPage {
    mutating func headline() {
        let counts = headlineCounts()
        if plan.steps.isEmpty, plan.left.isEmpty {
            let rest = counts.isEmpty ? "" : "; \(Words.list(counts))"
            let why = plan.refusals.isEmpty ? ": all is where the manifests ask" : ", and refused"
            page.sentence("Nothing to do\(why)\(rest)", .strong)
        } else if plan.steps.isEmpty {
            page.sentence("Nothing can be done: \(Words.list(counts))", .strong)
        } else {
            page.sentence(Words.list(counts), .strong)
        }
    }

    func headlineCounts() -> [String] {
        let summary = plan.summary
        var counts: [String] = []
        if summary.move > 0 {
            let apart = [
                summary.back > 0
                    ? (summary.back == summary.move ? "" : "\(Words.number(summary.back)) ")
                        + "back to an older product" : nil,
                summary.disabled > 0 ? Words.count(summary.disabled, "disabled account") : nil,
            ].compactMap(\.self)
            counts.append(
                "\(Words.number(summary.move)) to move"
                    + (apart.isEmpty ? "" : " (\(Words.list(apart)))"))
        }
        if summary.retire > 0 { counts.append("\(Words.count(summary.retire, "pool")) to retire") }
        if summary.operator > 0 {
            counts.append("\(Words.number(summary.operator)) for a person to do")
        }
        let rest = [
            (summary.blocked, "blocked"), (summary.held, "held"), (summary.drifted, "drifted"),
            (summary.missing, "missing"), (summary.unmanaged, "unmanaged"),
            (summary.unchanged, "unchanged"),
        ]
        return counts + rest.filter { $0.0 > 0 }.map { "\(Words.number($0.0)) \($0.1)" }
    }

    /// The summary, the short digest, and the command that applies exactly this plan.
    mutating func footer(_ source: PlanText.Source) {
        let now = nowGroups.reduce(0) { $0 + $1.count }
        let later = plan.steps.count - now
        // What its wave still waits for begins with a later apply of this plan.
        let waits = nowGroups.filter { isHeldBack(plan.stages[Int($0.key.stage)]) }
            .reduce(0) { $0 + $1.count }
        var counts = now > waits || waits == 0 ? [begins(now - waits)] : []
        if waits > 0 {
            counts.append("\(Words.number(waits)) \(waits == 1 ? "begins" : "begin") when released")
        }
        if later > 0 { counts.append("\(Words.number(later)) later") }
        if !plan.left.isEmpty { counts.append("\(Words.number(plan.left.count)) left alone") }
        if !plan.refusals.isEmpty {
            let rails = plan.refusals.map(\.rail.rawValue)
            let named = rails.indices.filter { !rails[..<$0].contains(rails[$0]) }.map { rails[$0] }
            counts.append("refused by \(Words.list(named))")
        }
        let revision = plan.desired.revision.map { " of revision \(Words.short($0))" } ?? ""
        page.gap()
        page.sentence(
            "Plan \(Words.short(plan.digest))\(revision), as of \(plan.asOf): "
                + Words.list(counts), .strong, hanging: 2)
        if plan.steps.isEmpty || !plan.refusals.isEmpty { return }
        if now == 0 {
            page.line("nothing of it may begin yet: apply would only wait", .warning, indent: 2)
        } else {
            let verb = if case .command = source { "do it with" } else { "apply it with" }
            page.line("\(verb): \(command(source))", indent: 2)
        }
    }

    private func isHeldBack(_ stage: Stage) -> Bool {
        guard stage.rollout != nil, stage.standing.state == .waiting else { return false }
        // Applications come right after the users of their wave.
        return !(stage.isApps && stage.standing.waitsFor.map { stage.id == $0 + "/apps" } == true)
    }

    private func begins(_ count: Int) -> String {
        if plan.steps.isEmpty { return "nothing to apply" }
        if count == 0 { return "none begins now" }
        let would = plan.refusals.isEmpty ? (count == 1 ? "begins" : "begin") : "would begin"
        return "\(Words.number(count)) \(would) now"
    }

    private static func words(_ part: Narrowing) -> String {
        part.arguments.map { " " + Escaped.shell($0) }.joined()
    }

    func command(_ source: PlanText.Source) -> String {
        switch source {
        case .folder(let folder, let part):
            "rehome apply \(Escaped.shell(folder))\(Self.words(part)) --expect \(Escaped.shell(plan.digest))"
        case .file(let file, let folder):
            "rehome apply \(Escaped.shell(file))"
                + (folder == "." ? "" : " --dir \(Escaped.shell(folder))")
        case .command(let words): words
        }
    }
}
