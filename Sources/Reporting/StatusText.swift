/// How an estate stands: what goes on, what waits for whom, and what to do next.

package import Model

package enum StatusText {
    /// One screen for a person; `folder` are the manifests, for the commands that it names.
    package static func render(
        _ status: EstateStatus, folder: String, width: Int, style: Style
    ) -> String {
        var page = TextPage(width: width, style: style)
        page.line(
            (status.name.map { "Estate \(Escaped.text($0))" } ?? "The estate")
                + ", seen \(status.at)",
            .strong)
        pools(status, &page)
        run(status, &page)
        stages(status, &page)
        page.gap()
        let there = Escaped.shell(folder)
        for need in needs(status, there) {
            page.sentence(need.words, need.tone, hanging: 2)
            if let command = need.command { page.line(command, indent: 2) }
        }
        return page.text
    }

    private static func pools(_ status: EstateStatus, _ page: inout TextPage) {
        guard !status.pools.isEmpty else { return }
        page.gap()
        let names = ["pool", "state", "product", "users", "apps", "arriving", "leaving"]
        var rows = [names.enumerated().map { TextPage.Cell($1, .faint, right: $0 > 2) }]
        for row in status.pools {
            let users = row.residents[.user] ?? 0
            let apps = row.residents.values.reduce(0, +) - users
            rows.append(
                [
                    .init(Escaped.text(row.pool.name)), .init(row.pool.state.rawValue),
                    .init(row.pool.product.rawValue),
                ]
                    + [users, apps, row.arriving, row.leaving].map {
                        .init(Words.number($0), right: true)
                    })
        }
        page.rows(rows)
    }

    private static func run(_ status: EstateStatus, _ page: inout TextPage) {
        page.gap()
        guard let run = status.lastRun else { return page.line("No run yet") }
        let id = Escaped.text(run.id.text)
        let counts =
            "\(Words.number(run.counts.done + run.counts.already)) of \(Words.number(run.counts.total)) done"
        guard let outcome = run.outcome else {
            // What it has done so far is in its own hands: the ledger counts at the end.
            return page.line(
                "Run \(id) is under way since \(run.began), by \(Escaped.text(run.by.description)), or was killed",
                .strong)
        }
        page.sentence(
            "Last run \(id): \(outcome.rawValue), \(counts)"
                + (run.reason.map { "; \(Escaped.text($0))" } ?? ""), outcome.tone, hanging: 2)
    }

    private static func stages(_ status: EstateStatus, _ page: inout TextPage) {
        guard !status.stages.isEmpty else { return }
        page.gap()
        page.rows(
            status.stages.map { row in
                let standing = row.stage.standing
                return [
                    .init(Escaped.text(row.stage.id)),
                    .init(Words.count(row.steps, "step"), right: true),
                    standing.state == .waiting
                        ? .init(waiting(standing), .warning)
                        : .init(standing.state.rawValue, .good),
                ]
            })
    }
}

extension StatusText {
    /// In a table there is room for what and when; `rehome why stage/ID` has the rest.
    private static func waiting(_ standing: Standing) -> String {
        "waits for \(Escaped.text(standing.waitsFor ?? "something not said"))"
            + (standing.earliest.map { ", at the earliest \($0)" } ?? "")
    }
}

/// What wants somebody, the gravest first.
extension StatusText {
    private struct Need {
        var words: String
        var tone: Tone
        var command: String?
    }

    private static func needs(_ status: EstateStatus, _ folder: String) -> [Need] {
        unread(status) + refused(status, folder) + stopped(status, folder) + open(status, folder)
            + next(status, folder)
    }

    private static func unread(_ status: EstateStatus) -> [Need] {
        let shown = status.gaps.prefix(3).map { gap in
            Need(
                words:
                    "Not read: \(Escaped.text(gap.connection)): \(Escaped.text(gap.gap.reason))",
                tone: .bad)
        }
        guard status.gaps.count > 3 else { return shown }
        return shown + [
            Need(words: "and \(Words.number(status.gaps.count - 3)) more gaps", tone: .bad)
        ]
    }

    private static func refused(_ status: EstateStatus, _ folder: String) -> [Need] {
        status.refusals.map {
            Need(
                words: "Refused by \($0.rail.rawValue): \(Escaped.text($0.message))", tone: .bad,
                command: "rehome why rail/\($0.rail.rawValue) --dir \(folder)")
        }
    }

    /// What ended, or did not, otherwise than it should.
    private static func open(_ status: EstateStatus, _ folder: String) -> [Need] {
        var needs: [Need] = []
        if status.inDoubt > 0 {
            needs.append(
                Need(
                    words: "In doubt: \(Words.count(status.inDoubt, "step")) whose end nobody saw",
                    tone: .warning, command: "apply looks first: rehome apply \(folder)"))
        }
        if status.setAside > 0 {
            needs.append(
                Need(
                    words:
                        "Failed for good: \(Words.count(status.setAside, "step")), set aside",
                    tone: .bad,
                    command: "when mended: rehome retry --all --reason WORDS --dir \(folder)"))
        }
        let alarms = Drift.Class.allCases.filter { $0.alarms && status.drift[$0] != nil }
        if !alarms.isEmpty {
            let words = alarms.map { "\(Words.number(status.drift[$0] ?? 0)) \($0.rawValue)" }
            needs.append(
                Need(
                    words: "Drift: \(Words.list(words))", tone: .bad,
                    command: "rehome drift \(folder)"))
        }
        return needs
    }

    private static func stopped(_ status: EstateStatus, _ folder: String) -> [Need] {
        let pauses = status.stops.pauses.filter { $0.value.isActive(at: status.at) }
            .map { scope, pause in
                let (name, option) =
                    switch scope {
                    case .estate: ("the whole estate", "")
                    case .rollout(let name): ("rollout \(name)", " \(Escaped.shell(name))")
                    }
                return Need(
                    words:
                        "Paused: \(Escaped.text(name)), by \(Escaped.text(pause.by.description)) since \(pause.since)"
                        + (pause.until.map { ", through \($0)" } ?? "")
                        + " (\(Escaped.text(pause.reason)))",
                    tone: .warning,
                    command: "rehome resume\(option) --reason WORDS --dir \(folder)")
            }.sorted { $0.words < $1.words }
        guard status.heldNow > 0 else { return pauses }
        return pauses + [
            Need(
                words: "Held by rehome hold: \(Words.count(status.heldNow, "resource"))",
                tone: .warning,
                command: "rehome hold --release RESOURCE --reason WORDS --dir \(folder)")
        ]
    }

    private static func next(_ status: EstateStatus, _ folder: String) -> [Need] {
        let summary = status.summary
        var parts = ["\(Words.number(summary.unchanged)) unchanged"]
        for (count, word) in [
            (summary.move, "to move"), (summary.back, "to take back"), (summary.blocked, "blocked"),
            (summary.held, "held"), (summary.missing, "missing"),
        ] where count > 0 {
            parts.append("\(Words.number(count)) \(word)")
        }
        let begins = status.stages.contains { $0.stage.standing.state == .open && $0.steps > 0 }
        return [
            Need(
                words: "Now: \(Words.list(parts))", tone: .strong,
                command: begins ? "next: rehome plan \(folder)" : nil)
        ]
    }
}
