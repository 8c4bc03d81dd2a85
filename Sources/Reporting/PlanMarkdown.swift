/// A plan as a comment on a pull request: sums first, what is risky in full, and never too long.

package import Model

package enum PlanMarkdown {
    /// Below what GitHub (65,536) takes for one comment, with room for what a job puts around it.
    package static let charactersMax = 59_000

    /// The whole comment.
    ///
    /// - Parameters:
    ///   - plan: what to show.
    ///   - source: what the command that applies it names.
    /// - Returns: at most `charactersMax` characters, whatever the size of the plan.
    package static func render(_ plan: Plan, source: PlanText.Source) -> String {
        var comment = Comment(plan, source)
        comment.headline()
        comment.refusals()
        comment.review()
        comment.now()
        comment.price()
        comment.risky()
        comment.later()
        comment.retirements()
        comment.remainder()
        comment.findings()
        comment.examples()
        comment.footer()
        return comment.sheet.text
    }
}

/// The comment while it is written, section by section.
private struct Comment {
    let plan: Plan
    let page: PlanPage
    let source: PlanText.Source
    var sheet = MarkdownSheet(charactersMax: PlanMarkdown.charactersMax)
    /// What each section leaves for those after it.
    private static let reserve = 8_000
    private static let rowsMax = 60

    init(_ plan: Plan, _ source: PlanText.Source) {
        self.plan = plan
        self.source = source
        page = PlanPage(plan, width: 100, style: .plain, limit: 10)
    }

    mutating func headline() {
        let counts = Words.list(page.headlineCounts())
        let words =
            plan.steps.isEmpty
            ? (plan.left.isEmpty ? "nothing to do" : "nothing can be done")
                + (counts.isEmpty ? "" : "; ")
            : ""
        sheet.line("### rehome: \(words)\(Markdown.prose(counts))")
    }

    mutating func refusals() {
        guard !plan.refusals.isEmpty else { return }
        sheet.line()
        sheet.line("**Refused: this plan cannot be applied as it is**")
        sheet.line()
        let rows = plan.refusals.map {
            "- **\($0.rail.rawValue)**: \(Markdown.prose($0.message))  \n  \(Markdown.prose($0.hint))"
        }
        sheet.rows(rows, of: rows.count, most: 20, reserve: Self.reserve)
    }

    mutating func review() {
        guard let review = plan.review else { return }
        MarkdownReview(plan: plan, review: review, reserve: 3 * Self.reserve).write(to: &sheet)
    }

    mutating func now() { table("Begins now", page.nowGroups) }

    mutating func later() { table("Later, not begun by this plan", page.laterGroups) }

    private mutating func table(_ title: String, _ groups: [StepGroup]) {
        guard !groups.isEmpty else { return }
        let count = groups.reduce(0) { $0 + $1.count }
        sheet.line()
        sheet.line("**\(title): \(Words.count(count, "step"))**")
        sheet.line()
        sheet.line("| stage | way | who | breaks |")
        sheet.line("|---|---|---|---|")
        let plan = plan
        let rows = groups.lazy.map { group in
            let price = PriceSum([group], of: plan)
            let cells = [
                Markdown.code(plan.stages[Int(group.key.stage)].id),
                Markdown.prose(group.deed(plan)), Markdown.prose(group.counts),
                Markdown.prose(price.isNothing ? "nothing" : price.words),
            ]
            return "| \(cells.joined(separator: " | ")) |"
        }
        sheet.rows(rows, of: groups.count, most: Self.rowsMax, reserve: Self.reserve)
    }

    mutating func price() {
        guard !plan.steps.isEmpty else { return }
        let now = PriceSum(page.nowGroups, of: plan)
        sheet.line()
        if !page.nowGroups.isEmpty {
            sheet.line(
                "**Price**: \(now.isNothing ? "nothing breaks" : Markdown.prose(now.words))  ")
        }
        let back = PriceSum(total: plan.undo.prices)
        var words = plan.undo.moves == 0 ? "none" : Words.count(plan.undo.moves, "move")
        if plan.undo.moves > 0 {
            words += back.isNothing ? "; nothing breaks" : "; breaks \(back.words)"
        }
        if plan.undo.impossible > 0 {
            words += "; impossible for \(Words.number(plan.undo.impossible))"
        }
        sheet.line("**Way back**: \(Markdown.prose(words))")
    }
}

extension Comment {
    /// Why a reviewer should look at a step by name; nil where its group says enough.
    private func risk(_ step: Step) -> String? {
        if step.reversal == .never { return "cannot be undone" }
        if step.action == .operator { return "a person does it" }
        if step.cause == .drifted { return "put back after somebody else moved it" }
        if step.cause == .returned { return "no longer declared, taken back" }
        guard let from = step.from.flatMap({ plan.pools[Int($0)].product }),
            let to = step.to.flatMap({ plan.pools[Int($0)].product }),
            from.direction(to: to) == .back
        else { return nil }
        return "goes to an older product"
    }

    mutating func risky() {
        let count = plan.steps.count { risk($0) != nil }
        guard count > 0 else { return }
        sheet.line()
        sheet.line("**Look at these: \(Words.count(count, "step"))**")
        sheet.line()
        sheet.line("| who | way | why | asked at |")
        sheet.line("|---|---|---|---|")
        let this = self
        let rows = plan.steps.lazy.compactMap { step in
            this.risk(step).map { this.row(step, $0) }
        }
        sheet.rows(rows, of: count, most: .max, reserve: 3 * Self.reserve)
    }

    private func row(_ step: Step, _ why: String) -> String {
        let way =
            switch step.action {
            case .proveEmpty: ["proven empty and closed to arrivals"]
            case .retire: ["taken out of the deployment"]
            case .reopen: ["opened again"]
            case .move, .operator:
                [step.from, step.to].map { plan.poolName($0) ?? "(no pool)" }
            }
        let place = plan.place(step.reason).map { "\($0.file):\($0.line)" } ?? ""
        let who = Markdown.code(plan.words(of: step.subject))
        return
            "| \(who) | \(Markdown.prose(way.joined(separator: " -> "))) | \(why) | \(Markdown.prose(place)) |"
    }

    /// Pools that come to their end: what each part waits for, and what its proof lacks.
    mutating func retirements() {
        let lines = page.retirementLines
        guard !lines.isEmpty else { return }
        sheet.line()
        sheet.line("**Pools to retire**")
        sheet.line()
        sheet.rows(
            lines.lazy.map { "- \(Markdown.prose($0))" }, of: lines.count, most: Self.rowsMax,
            reserve: 2 * Self.reserve)
    }

    /// What was not read, and what gets no step.
    mutating func remainder() {
        let gaps = page.gapWords
        if !gaps.isEmpty {
            sheet.line()
            sheet.line("**Not read: what lives there is unknown, not absent**")
            sheet.line()
            let rows = gaps.map { "- \(Markdown.prose($0))" }
            sheet.rows(rows, of: rows.count, most: 20, reserve: Self.reserve)
        }
        guard !plan.left.isEmpty else { return }
        let groups = LeftGroup.groups(of: plan, examples: 10)
        sheet.line()
        sheet.line("**Left alone: \(Words.number(plan.left.count))**")
        sheet.line()
        let rows = groups.map(words)
        sheet.rows(rows, of: rows.count, most: Self.rowsMax, reserve: Self.reserve)
    }

    private func words(_ group: LeftGroup) -> String {
        var words = "- \(group.key.because.rawValue): \(group.counts)"
        if let wanted = plan.poolName(group.key.wanted) {
            words += " for \(Markdown.prose(wanted))"
        }
        if let until = group.key.until { words += ", until \(Markdown.prose(until.text))" }
        words += " (\(Markdown.code(group.key.rule)))"
        if group.details.count == 1, let detail = group.details.keys.first {
            words += ": \(Markdown.prose(plan.columns.texts[Int(detail)]))"
        }
        let names = group.first.map { Markdown.code(plan.words(of: $0.subject)) }
        return words + "  \n  " + Words.examples(names, of: group.count)
    }

    mutating func findings() {
        guard !plan.findings.isEmpty else { return }
        sheet.line()
        sheet.line("<details><summary>Findings: \(Words.number(plan.findings.count))</summary>")
        sheet.line()
        let rows = plan.findings.map { finding in
            let place =
                finding.location.map { " at \(Markdown.prose("\($0.file):\($0.line)"))" } ?? ""
            return
                "- \(finding.severity.rawValue): \(Markdown.prose(finding.message)) (\(Markdown.code(finding.rule)))\(place)"
                + (finding.hint.map { "  \n  \(Markdown.prose($0))" } ?? "")
        }
        sheet.rows(rows, of: rows.count, most: Self.rowsMax, reserve: Self.reserve)
        sheet.line()
        sheet.line("</details>")
    }

    /// As many steps by name as there is room for.
    mutating func examples() {
        let steps = plan.authorisedSteps
        guard !steps.isEmpty else { return }
        sheet.line()
        sheet.line("<details><summary>Steps that begin now</summary>")
        sheet.line()
        sheet.line("| who | way | breaks | asked at |")
        sheet.line("|---|---|---|---|")
        let this = self
        let rows = steps.lazy.map { step in
            let price = PriceSum(this.plan.prices(of: step))
            return this.row(step, Markdown.prose(price.isNothing ? "nothing" : price.words))
        }
        sheet.rows(rows, of: steps.count, most: 50, reserve: 2_000)
        sheet.line()
        sheet.line("</details>")
    }

    mutating func footer() {
        sheet.line()
        let revision = plan.desired.revision.map { " of \(Markdown.code($0))" } ?? ""
        sheet.line("Plan \(Markdown.code(plan.digest))\(revision), as of \(plan.asOf)")
        guard plan.refusals.isEmpty, !plan.authorisedSteps.isEmpty else { return }
        sheet.line()
        sheet.line("Apply it with \(Markdown.code(page.command(source)))")
    }
}
