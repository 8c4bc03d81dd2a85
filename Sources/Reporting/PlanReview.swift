/// What a change does to the plan of the revision on which it is based, for the person who reviews it.

import Model

extension PlanPage {
    /// The sections of a review: this change in full, what drifted in full, the rest as a number.
    mutating func review() {
        guard let review = plan.review else { return }
        page.gap()
        page.line("Compared with \(Words.short(review.base))", .strong)
        for words in review.lacks { page.sentence(Escaped.text(words), .warning, indent: 2) }
        for section in Review.Section.allCases { self.section(section) }
        dropped(review)
        for words in ReviewWords.turns(plan) { page.sentence(words, indent: 2, hanging: 4) }
    }

    private mutating func section(_ section: Review.Section) {
        let count = plan.count(of: section)
        guard count > 0 else {
            if plan.review?.lacks.isEmpty == true, section != .pending {
                page.line("\(section.title): none", .faint, indent: 2)
            }
            return
        }
        page.line("\(section.title): \(Words.count(count, "step"))", indent: 2)
        guard section != .pending else { return }
        let steps = plan.steps.lazy.filter { $0.section == section }
        let groups = PlanGroups(steps, of: plan, examples: limit).all
        let lines = page.aligned(groups.map(cells), indent: 4)
        for (group, line) in zip(groups, lines) {
            page.raw(line)
            page.examples(
                group.first.map { Escaped.text(plan.words(of: $0.subject)) }, of: group.count,
                .faint, indent: 6)
        }
    }

    private func cells(_ group: StepGroup) -> [TextPage.Cell] {
        let price = PriceSum([group], of: plan)
        return [
            .init(Escaped.text(plan.stages[Int(group.key.stage)].id)),
            .init(group.deed(plan), group.leadsBack(plan) ? .warning : .good),
            .init(group.counts), .init(price.isNothing ? "" : "breaks \(price.words)", .warning),
        ]
    }

    private mutating func dropped(_ review: Review) {
        guard !review.dropped.isEmpty else { return }
        page.line(
            "no longer asked for: \(Words.count(review.dropped.count, "step"))", .warning, indent: 2
        )
        page.examples(
            review.dropped.prefix(limit).map { Escaped.text(ReviewWords.dropped($0, plan)) },
            of: review.dropped.count, .faint, indent: 4)
    }
}

extension Review.Section {
    var title: String {
        switch self {
        case .change: "this change"
        case .drifted: "drifted"
        case .pending: "pending, asked for before"
        }
    }
}

/// Sentences that the text and the comment of a review have in common; not escaped where they hold
/// names, but for those of stages.
enum ReviewWords {
    /// `user/ana@contoso.example (to lync-mad)`
    static func dropped(_ step: Review.Dropped, _ plan: Plan) -> String {
        let way = plan.poolName(step.to).map { " (to \($0))" } ?? ""
        return plan.words(of: step.subject) + way
    }

    /// What else the change brings about: which waiting steps it lets begin, and which rails it lifts.
    static func turns(_ plan: Plan) -> [String] {
        guard let review = plan.review else { return [] }
        let begins = review.begins.map {
            "this change lets \(Escaped.text($0.stage)) begin: "
                + "\(Words.count($0.count, "step")) asked for before"
        }
        let waits = review.waits.map {
            "this change keeps \(Escaped.text($0.stage)) from beginning: "
                + "\(Words.count($0.count, "step")) asked for before"
        }
        return begins + waits + rails(plan)
    }

    /// Each revision is judged by the Policy that stands in it.
    private static func rails(_ plan: Plan) -> [String] {
        let lifted = plan.railsLifted.map {
            "rail \($0.rawValue): refuses the plan of the base, under its Policy, and not this one"
        }
        let added = plan.railsAdded.map {
            "rail \($0.rawValue): refuses this plan, and not the one of the base, under its Policy"
        }
        return lifted + added
    }
}
