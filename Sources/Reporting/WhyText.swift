/// One resource on one screen: where it is, why there, what is asked, what is next, and what it waits for.

package import Model

package enum WhyText {
    package static func render(
        _ why: Why, folder: String, width: Int, style: Style, limit: Int
    ) -> String {
        var page = TextPage(width: width, style: style)
        page.line(
            "\(Escaped.text(why.resource.description)) on \(Escaped.text(why.connection)), "
                + "seen \(why.at)", .strong)
        page.gap()
        field("where", HomeWords.home(why.home) + ownID(why.ownID), &page)
        if let former = why.formerly {
            field(
                "formerly", "\(Escaped.text(former.description)): the same id, another address",
                &page)
        }
        field("why there", lastApplied(why), &page)
        field("asked", asked(why.asked), &page)
        next(why, folder, &page)
        for other in why.others {
            field(
                "also",
                "another record folds to this name: \(Escaped.text(other.name)) "
                    + "on \(HomeWords.home(other.home))", tone: .warning, &page)
        }
        for (index, event) in why.history.prefix(limit).enumerated() {
            let outcome = event.outcome.map { Escaped.text($0.words) } ?? "in doubt"
            field(
                index == 0 ? "history" : "",
                "\(event.at) run \(Escaped.text(event.run.text)): "
                    + "to \(Escaped.text(event.to)): \(outcome)", tone: .faint, &page)
        }
        return page.text
    }

    private static func field(
        _ name: String, _ words: String, tone: Tone = .plain, _ page: inout TextPage
    ) {
        page.field(name, words, tone, margin: 11)
    }

    private static func ownID(_ id: Fact<String>) -> String {
        switch id {
        case .present(let id): " (id \(Escaped.text(id)))"
        case .absent: ""
        case .unknown: " (id not read)"
        }
    }

    private static func lastApplied(_ why: Why) -> String {
        guard let last = why.lastApplied else { return "rehome never settled it" }
        let pool = Escaped.text(last.pool)
        var words =
            last.former.map { "rehome moved it from \(Escaped.text($0)) to \(pool)" }
            ?? "it was on \(pool) already when rehome first settled it"
        words +=
            last.placement.isEmpty
            ? ", and it belongs to no placement any more"
            : " for placement \(Escaped.text(last.placement))"
        if let at = last.at { words += ", \(at)" }
        if let run = last.run { words += ", run \(Escaped.text(run.text))" }
        if let by = last.by { words += ", by \(Escaped.text(by.description))" }
        if case .present(.pool(let seen)) = why.home, seen != last.pool {
            words += "; somebody else moved it since"
        }
        return words
    }

    private static func asked(_ asked: Why.Asked?) -> String {
        guard let asked else { return "nothing: no placement names or selects it" }
        let place = asked.reason.map { " at \(Words.place($0))" } ?? ""
        return "\(Escaped.text(asked.pool)), by placement \(Escaped.text(asked.placement))"
            + (asked.bySelection ? ", by a selection" : ", by name") + place
    }

    private static func next(_ why: Why, _ folder: String, _ page: inout TextPage) {
        switch why.next {
        case .nothing:
            let isThere = why.asked != nil
            field("next", isThere ? "nothing: it is where it is asked for" : "nothing", &page)
        case .left(let remainder):
            let rule = "[\(Escaped.text(remainder.rule))]"
            field(
                "next",
                "nothing, \(remainder.because.rawValue): \(Escaped.text(remainder.detail)) \(rule)",
                tone: .warning, &page)
            if let since = remainder.since { field("since", since.description, &page) }
            if let until = remainder.until {
                field("until", "\(Escaped.text(until.text)) (\(until.instant))", &page)
            }
        case .step(let step): self.step(step, folder, &page)
        }
    }

    private static func step(_ step: Why.NextStep, _ folder: String, _ page: inout TextPage) {
        let way = [step.from, step.to].map { $0.map(Escaped.text) ?? "(no pool)" }
        field(
            "next",
            "\(step.action.rawValue) \(way.joined(separator: " -> ")), "
                + "in stage \(Escaped.text(step.stage))", tone: .good, &page)
        if step.standing.state == .waiting {
            field("", StandingWords.waiting(step.standing), &page)
        }
        if !step.after.isEmpty {
            field("after", Words.list(step.after.map(Escaped.text)), &page)
        }
        if !step.needs.isEmpty {
            field("needs", Words.list(step.needs.map { Escaped.text($0.description) }), &page)
        }
        let price = PriceSum(step.price)
        field("price", price.isNothing ? "nothing breaks" : "breaks \(price.words)", &page)
        let back = PriceSum(step.back)
        switch step.reversal {
        case .never: field("way back", "none: this cannot be undone", tone: .bad, &page)
        case .free, .priced:
            field("way back", back.isNothing ? "nothing breaks" : "breaks \(back.words)", &page)
        }
        if !step.refusedBy.isEmpty {
            field("refused", "by \(Words.list(step.refusedBy.map(\.rawValue)))", tone: .bad, &page)
        } else if step.isAuthorised {
            field("begin it", "rehome apply \(Escaped.shell(folder))", &page)
        }
    }
}

/// A home in words.
enum HomeWords {
    static func home(_ home: Fact<Home>) -> String {
        switch home {
        case .present(.pool(let pool)): Escaped.text(pool)
        case .present(.inFlight(let from, let to)):
            "on the way from \(Escaped.text(from)) to \(Escaped.text(to))"
        case .present(.split(let pools)): "split over \(Words.list(pools.map(Escaped.text)))"
        case .absent: "nowhere: the deployment does not have it"
        case .unknown(let gap): "unknown: \(Escaped.text(gap.reason))"
        }
    }
}
