/// A pool, a stage or a rail on one screen.

package import Model

package enum WhyPartText {
    package static func render(_ why: WhyPool, width: Int, style: Style) -> String {
        var page = TextPage(width: width, style: style)
        let pool = why.pool
        page.line(
            "pool/\(Escaped.text(pool.name)) on \(Escaped.text(pool.connection)), seen \(why.at)",
            .strong)
        page.gap()
        let room = pool.capacity.map { ", room for \(Words.count($0, "user"))" } ?? ""
        field(
            "declared",
            "\(pool.state.rawValue), \(pool.product.rawValue), site \(Escaped.text(pool.site))\(room), "
                + "at \(Words.place(pool.location))", &page)
        seen(why, &page)
        field("lives here", sum(why.residents) ?? "nobody that was seen", &page)
        for gap in why.gaps {
            field("not read", Escaped.text(gap.reason), tone: .warning, &page)
        }
        field(
            "asked here",
            why.placements.isEmpty
                ? "by no placement" : "by \(Words.list(why.placements.map(Escaped.text)))", &page)
        ways("arriving", why.arriving, &page)
        ways("leaving", why.leaving, &page)
        for left in why.left {
            field(
                "left alone",
                "\(Words.count(left.count, of: left.kind)) [\(Escaped.text(left.rule ?? ""))]",
                tone: .warning, &page)
        }
        refusals(why.refusals, &page)
        return page.text
    }

    package static func render(_ why: WhyStage, width: Int, style: Style) -> String {
        var page = TextPage(width: width, style: style)
        let stage = why.stage
        page.line("stage/\(Escaped.text(stage.id)), as of \(why.at)", .strong)
        page.gap()
        switch stage.standing.state {
        case .waiting:
            field("standing", StandingWords.waiting(stage.standing), tone: .warning, &page)
        case .open, .done: field("standing", stage.standing.state.rawValue, tone: .good, &page)
        }
        if !stage.needs.isEmpty {
            field("after", Words.list(stage.needs.map(Escaped.text)), &page)
        }
        let gates = [
            ("gates before", stage.gatesBefore.map(\.name)),
            ("gates after", stage.gatesAfter.map(\.name)),
        ]
        for (name, gates) in gates where !gates.isEmpty {
            field(name, Words.list(gates.map(Escaped.text)), &page)
        }
        if let soak = stage.soak { field("soak", Words.span(soak), &page) }
        field(
            "budget",
            "\(decimal(stage.budget.percent)) % may fail, at least \(stage.budget.atLeast)", &page)
        if why.steps.isEmpty { field("steps", "none in a plan made now", &page) }
        ways("steps", why.steps, &page)
        return page.text
    }

    package static func render(_ why: WhyRail, folder: String, width: Int, style: Style) -> String {
        var page = TextPage(width: width, style: style)
        page.line("rail/\(why.rail.rawValue), as of \(why.at)", .strong)
        page.gap()
        field("judges", why.rail.meaning, &page)
        if let limit = why.limit {
            field(
                "limit",
                limit + (why.location.map { ", at \(Words.place($0))" } ?? ", by default"), &page)
        }
        if why.refusals.isEmpty {
            field("now", "a plan made now passes", tone: .good, &page)
        }
        refusals(why.refusals, &page)
        field(
            "lifted",
            why.rail.canBeOverridden
                ? "once, for one plan: rehome apply \(Escaped.shell(folder)) --override \(why.rail.rawValue)@DIGEST --reason \"...\""
                : why.rail == .price
                    ? "by agreeing to the price by name: accept on the Placement, or --accept for one plan"
                    : "never", &page)
        return page.text
    }

    private static func seen(_ why: WhyPool, _ page: inout TextPage) {
        switch why.seen {
        case .present(let seen):
            let product =
                switch seen.product {
                case .present(let product): product.rawValue
                case .absent: "no known product"
                case .unknown(let gap): "a product that was not read: \(Escaped.text(gap.reason))"
                }
            let owner =
                if case .present(let name) = seen.owner { ", owned by \(Escaped.text(name))" } else
                { "" }
            field("seen", "\(Escaped.text(seen.fqdn)), runs \(product)\(owner)", &page)
        case .absent:
            field(
                "seen", "nowhere: the deployment does not show \(Escaped.text(why.pool.fqdn))",
                tone: .bad, &page)
        case .unknown(let gap):
            field("seen", "not read: \(Escaped.text(gap.reason))", tone: .warning, &page)
        }
    }

    private static func sum(_ counts: [WhyCount]) -> String? {
        counts.isEmpty
            ? nil : Words.list(counts.map { Words.count($0.count, of: $0.kind) })
    }

    private static func ways(_ name: String, _ counts: [WhyCount], _ page: inout TextPage) {
        for (index, count) in counts.enumerated() {
            let way = [count.from, count.to].map { $0.map(Escaped.text) ?? "(no pool)" }
            field(
                index == 0 ? name : "",
                "\(Words.count(count.count, of: count.kind)), \(way.joined(separator: " -> "))",
                &page)
        }
    }

    private static func refusals(_ refusals: [Refusal], _ page: inout TextPage) {
        for refusal in refusals {
            field(
                "refused", "\(refusal.rail.rawValue): \(Escaped.text(refusal.message))", tone: .bad,
                &page)
            field("", "hint: \(Escaped.text(refusal.hint))", &page)
        }
    }

    private static func decimal(_ number: Double) -> String {
        number == number.rounded() ? String(Int(number)) : String(number)
    }

    private static func field(
        _ name: String, _ words: String, tone: Tone = .plain, _ page: inout TextPage
    ) {
        page.field(name, words, tone, margin: 13)
    }
}

extension Rail {
    /// What it looks at, in one sentence.
    fileprivate var meaning: String {
        switch self {
        case .desiredEmpty: "manifests that place nobody, where rehome manages somebody"
        case .desiredShrunken: "how many managed resources a commit lets go"
        case .movesPerRun: "how many moves one run would begin"
        case .movesPercent: "which share of a deployment one run would move"
        case .capacity: "whether a pool has room for all who would arrive"
        case .arrivalOnClosedPool: "whether somebody new would arrive on a draining or retired pool"
        case .productFit: "whether pools run what they are declared to run"
        case .price: "whether somebody agreed to what breaks"
        case .observationIncomplete: "whether most of the pools concerned could be read"
        case .readOnly: "whether the connection can move anybody at all"
        case .freeze: "whether a way back would begin in a freeze"
        }
    }
}
