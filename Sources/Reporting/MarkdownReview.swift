/// The sections of a review in a comment: what the change does comes before all that was asked before.

import Model

/// Writes the sections of a review into a comment.
struct MarkdownReview {
    let plan: Plan
    let review: Review
    /// Characters that stay free for what follows.
    let reserve: Int

    func write(to sheet: inout MarkdownSheet) {
        sheet.line()
        sheet.line("**Compared with** \(Markdown.code(review.base))")
        for words in review.lacks {
            sheet.line()
            sheet.line(Markdown.prose(words))
        }
        for section in [Review.Section.change, .drifted] { table(section, &sheet) }
        let rest = [
            plan.count(of: .pending) > 0
                ? "- pending, asked for before: \(Words.count(plan.count(of: .pending), "step"))"
                : nil,
            dropped(),
        ]
        let rows =
            rest.compactMap(\.self) + ReviewWords.turns(plan).map { "- \(Markdown.prose($0))" }
        guard !rows.isEmpty else { return }
        sheet.line()
        sheet.rows(rows, of: rows.count, most: 40, reserve: reserve)
    }

    private func table(_ section: Review.Section, _ sheet: inout MarkdownSheet) {
        let count = plan.count(of: section)
        sheet.line()
        guard count > 0 else {
            sheet.line("**\(section.title)**: none")
            return
        }
        sheet.line("**\(section.title): \(Words.count(count, "step"))**")
        sheet.line()
        sheet.line("| stage | way | who | breaks |")
        sheet.line("|---|---|---|---|")
        let steps = plan.steps.lazy.filter { $0.section == section }
        let groups = PlanGroups(steps, of: plan, examples: 5).all
        sheet.rows(groups.lazy.map(row), of: groups.count, most: 60, reserve: reserve)
    }

    private func row(_ group: StepGroup) -> String {
        let price = PriceSum([group], of: plan)
        let names = group.first.map { Markdown.code(plan.words(of: $0.subject)) }
        let cells = [
            Markdown.code(plan.stages[Int(group.key.stage)].id),
            Markdown.prose(group.deed(plan)),
            "\(Markdown.prose(group.counts)): \(Words.examples(names, of: group.count))",
            Markdown.prose(price.isNothing ? "nothing" : price.words),
        ]
        return "| \(cells.joined(separator: " | ")) |"
    }

    private func dropped() -> String? {
        guard !review.dropped.isEmpty else { return nil }
        let names = review.dropped.prefix(10).map {
            Markdown.code(ReviewWords.dropped($0, plan))
        }
        return "- no longer asked for: "
            + "\(Words.count(review.dropped.count, "step")): "
            + Words.examples(names, of: review.dropped.count)
    }
}
