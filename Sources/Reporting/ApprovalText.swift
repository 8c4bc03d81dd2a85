/// Approvals, for whoever gave one and for whoever lacks one.

package import Model

package enum ApprovalText {
    /// Where a plan comes from that is approved.
    package struct Source: Sendable {
        /// The folder of its manifests.
        package var folder: String
        /// What it takes back, as `rehome rollback` takes it; nil for a plan of `rehome apply`.
        package var takesBack: String?

        package init(folder: String, takesBack: String? = nil) {
            self.folder = folder
            self.takesBack = takesBack
        }

        /// Carries the plan out.
        fileprivate var command: String {
            let folder = Escaped.shell(folder)
            return takesBack.map { "rehome rollback \(Self.argument($0)) \(folder)" }
                ?? "rehome apply \(folder)"
        }

        fileprivate var option: String {
            takesBack.map { " --rollback \(Escaped.shell($0))" } ?? ""
        }

        private static func argument(_ name: String) -> String {
            name == WayBackScope.campaign.description ? "--campaign" : Escaped.shell(name)
        }
    }

    /// Why an apply does not begin, and what to do.
    package static func missing(
        _ standing: ApprovalStanding, of plan: Plan, source: Source, width: Int
    ) -> String {
        var page = TextPage(width: width, style: .plain)
        for tally in standing.tallies where !tally.isMet {
            page.line("error: \(count(tally)): \(givers(tally))")
        }
        for line in void(standing) { page.line(line, indent: 2) }
        let command = command(standing, plan.digest, source)
        page.line("hint: approve it with: \(command)", indent: 2)
        return page.text
    }

    /// The page for who approved. `plan` is the plan of now, of which `standing` speaks; `source` is where it
    /// comes from, for the commands that it names.
    package static func render(
        _ consent: Consent, _ recorded: RecordedPlan, plan: Plan, standing: ApprovalStanding,
        auditHead: String, source: Source, width: Int, style: Style
    ) -> String {
        var page = TextPage(width: width, style: style)
        let steps = Words.count(recorded.steps.count, "step")
        page.line(
            Escaped.text(
                "Approved: plan \(Words.short(recorded.digest)), \(steps) (\(consent.reason))"),
            .strong)
        contents(recorded, plan, &page)
        let who = consent.signature.map { "\($0.principal), by signature" } ?? "\(consent.by)"
        page.line("by \(Escaped.text(who))", indent: 2)
        for tally in standing.tallies {
            page.line("\(count(tally)): \(givers(tally))", indent: 2)
        }
        for line in void(standing) { page.line(line, indent: 2) }
        for refusal in plan.refusals {
            page.sentence(
                Escaped.text("the rail \(refusal.rail.rawValue) refuses it: \(refusal.message)"),
                .warning, indent: 2, hanging: 4)
        }
        page.line(next(standing, plan, source), indent: 2)
        page.line("audit head: \(Escaped.text(auditHead))", .faint, indent: 2)
        return page.text
    }

    /// What the approved steps do, as far as the plan of now has them.
    private static func contents(
        _ recorded: RecordedPlan, _ plan: Plan, _ page: inout TextPage
    ) {
        let approved = Set(recorded.steps)
        let now = plan.authorisedSteps
        let mine = now.filter { approved.contains($0.id) }
        let groups = PlanGroups(mine, of: plan, examples: 0).all
        page.rows(
            groups.map { group in
                let price = PriceSum([group], of: plan)
                return [
                    .init(group.deed(plan)), .init(group.counts),
                    .init(price.isNothing ? "" : "breaks \(price.words)", .warning),
                ]
            }, indent: 2)
        guard recorded.digest != plan.digest else { return }
        let digest = Words.short(plan.digest)
        let left =
            mine.count < now.count
            ? "and \(Words.number(now.count - mine.count)) that this approval is not for"
            : "no other"
        page.line(
            "of these, \(Words.number(mine.count)) are in the plan of now, \(digest), \(left)",
            indent: 2)
    }

    private static func next(
        _ standing: ApprovalStanding, _ plan: Plan, _ source: Source
    ) -> String {
        if standing.tallies.isEmpty {
            return "the Policy asks for no approval of it: \(source.command)"
        }
        if standing.isMet { return "go on: \(source.command)" }
        return "next, somebody else: \(command(standing, plan.digest, source))"
    }

    private static func command(
        _ standing: ApprovalStanding, _ digest: String, _ source: Source
    ) -> String {
        let key = standing.wantsSignatures ? " --sign-with KEY" : ""
        return "rehome approve \(Words.short(digest))\(source.option) --reason WORDS\(key)"
            + " --dir \(Escaped.shell(source.folder))"
    }

    /// `1 of 2 approvals for moves`
    private static func count(_ tally: ApprovalTally) -> String {
        let words = tally.wanted == 1 ? "approval" : "approvals"
        return "\(tally.count) of \(tally.wanted) \(words) for \(matter(tally.matter))"
    }

    private static func matter(_ matter: ApprovalTally.Matter) -> String {
        switch matter {
        case .move: "moves"
        case .retire: "the end of a pool"
        case .override: "lifting a rail"
        }
    }

    private static func givers(_ tally: ApprovalTally) -> String {
        var parts: [String] = []
        parts.append(
            !tally.by.isEmpty
                ? "approved by \(Words.list(tally.by))"
                : tally.partlyBy.isEmpty ? "nobody approved it" : "nobody approves all of it")
        if !tally.partlyBy.isEmpty { parts.append("in part by \(Words.list(tally.partlyBy))") }
        for one in tally.discounted {
            let why = one.because == .applies ? "applies it" : "wrote the change"
            parts.append("\(one.name) \(why), which does not count")
        }
        return Escaped.text(parts.joined(separator: "; "))
    }

    private static func void(_ standing: ApprovalStanding) -> [String] {
        standing.void.map {
            Escaped.text("the approval of \($0.name) does not count: \($0.because)")
        }
    }
}

package enum ApprovalJSON {
    package static let format = "rehome.approval/1"

    package static func encode(
        _ consent: Consent, _ recorded: RecordedPlan, plan: Plan, standing: ApprovalStanding,
        auditHead: String
    ) -> [UInt8] {
        var writer = JSONWriter(.pretty)
        writer.object { writer in
            writer.member("format", format)
            writer.member("digest", recorded.digest)
            writer.member("steps", recorded.steps.count)
            writer.member("planOfNow", plan.digest)
            writer.member("reason", consent.reason)
            writer.member("by", consent.by.description)
            writer.member("signedBy", consent.signature?.principal)
            writer.member("at", consent.at.description)
            writer.key("approvals")
            writer.array { writer in
                for tally in standing.tallies { self.tally(tally, &writer) }
            }
            writer.key("void")
            writer.array { writer in
                for void in standing.void { named(void.name, void.because, &writer) }
            }
            writer.member("isMet", standing.isMet)
            writer.member("auditHead", auditHead)
        }
        return writer.bytes
    }

    private static func tally(_ tally: ApprovalTally, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("for", tally.matter.rawValue)
            writer.member("wanted", tally.wanted)
            writer.member("count", tally.count)
            list("by", tally.by, &writer)
            list("partlyBy", tally.partlyBy, &writer)
            writer.key("discounted")
            writer.array { writer in
                for one in tally.discounted { named(one.name, one.because.rawValue, &writer) }
            }
            writer.member("stepsOpen", tally.open)
        }
    }

    private static func named(_ name: String, _ because: String, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("name", name)
            writer.member("because", because)
        }
    }

    private static func list(
        _ key: StaticString, _ texts: [String], _ writer: inout JSONWriter
    ) {
        writer.key(key)
        writer.array { writer in
            for text in texts { writer.value(text) }
        }
    }
}
