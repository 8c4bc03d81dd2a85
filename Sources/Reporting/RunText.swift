/// What a run did: the closing summary of `rehome apply`, and one run of `rehome history`.

package import Model

package enum RunText {
    /// The whole text.
    ///
    /// - Parameters:
    ///   - record: the run and the attempts at its steps.
    ///   - waiting: stages that are not done, each with its standing.
    ///   - auditHead: the head of the audit chain after the run; nil to leave it out.
    ///   - folder: the folder of manifests, as it was named.
    ///   - goOn: the command that goes on with a run that is not over; nil is `rehome apply`.
    ///   - width: columns of the page.
    ///   - style: whether tones are coloured.
    ///   - limit: how many resources a group names.
    /// - Returns: lines, each ended by a line feed.
    package static func render(
        _ record: RunRecord, waiting: [Stage], auditHead: String?, folder: String,
        goOn: String? = nil,
        width: Int, style: Style, limit: Int
    ) -> String {
        var page = TextPage(width: width, style: style)
        head(record.run, &page)
        for group in OutcomeGroup.groups(of: record, examples: max(1, limit)) {
            page.gap()
            self.group(group, limit: max(1, limit), &page)
        }
        self.waiting(waiting, &page)
        page.gap()
        if let goOn, record.run.outcome != .succeeded {
            page.line("Next: go on with the way back: \(goOn)")
        } else {
            next(
                record.run, isWaiting: waiting.contains { $0.standing.state == .waiting },
                Escaped.shell(folder), &page)
        }
        if let auditHead { page.line("audit head: \(Escaped.text(auditHead))", indent: 2) }
        return page.text
    }

    private static func head(_ run: Run, _ page: inout TextPage) {
        let took = run.ended.map { " after \(Words.span($0 - run.began))" } ?? ""
        let outcome = run.outcome.map(\.rawValue) ?? "under way"
        page.sentence(
            "Run \(Escaped.text(run.id.text)): \(outcome)\(took); \(counts(run.counts))",
            run.outcome.map(\.tone) ?? .strong, hanging: 2)
        if let reason = run.reason { page.sentence(Escaped.text(reason), indent: 2) }
        let revision = run.revision.map { " of revision \(Words.short($0))" } ?? ""
        page.line(
            "plan \(Words.short(run.plan))\(revision), begun \(run.began) "
                + "by \(Escaped.text(run.by.description))", .faint, indent: 2)
    }

    static func counts(_ counts: Run.Counts) -> String {
        let rest = [
            (counts.already, "already there"), (counts.failed, "failed"),
            (counts.conflict, "in conflict"), (counts.inDoubt, "in doubt"),
            (counts.gone, "no longer there"),
        ]
        let open = counts.total - counts.settled - counts.inDoubt
        return Words.list(
            ["\(Words.number(counts.done)) of \(Words.number(counts.total)) done"]
                + rest.filter { $0.0 > 0 }.map { "\(Words.number($0.0)) \($0.1)" }
                + (open > 0 ? ["\(Words.number(open)) not begun"] : []))
    }

    private static func group(_ group: OutcomeGroup, limit: Int, _ page: inout TextPage) {
        page.line("\(group.title): \(Words.count(group.count, "step"))", group.tone)
        for reason in group.reasons.prefix(max(limit, 5)) {
            page.sentence(
                "\(Words.number(reason.count)): \(Escaped.text(reason.message))", indent: 2,
                hanging: 4)
            page.examples(reason.first.map(Escaped.text), of: reason.count, .faint, indent: 4)
        }
        let rest = group.reasons.dropFirst(max(limit, 5)).reduce(0) { $0 + $1.count }
        if rest > 0 {
            page.line("and \(Words.number(rest)) for other reasons, see -o json", .faint, indent: 2)
        }
    }

    private static func waiting(_ stages: [Stage], _ page: inout TextPage) {
        let waiting = stages.filter { $0.standing.state == .waiting }
        guard !waiting.isEmpty else { return }
        page.gap()
        page.line("Waiting: \(Words.count(waiting.count, "stage"))", .warning)
        // Stages that wait for the same thing are one sentence.
        var rows: [String: Int] = [:]
        var groups: [(words: String, stages: [String])] = []
        let after = waiting.filter { $0.needs.contains($0.standing.waitsFor ?? "") }
        for stage in waiting where after.count == waiting.count || !after.contains(stage) {
            let words = StandingWords.waiting(stage.standing)
            let row = rows[words] ?? groups.count
            if row == groups.count {
                rows[words] = row
                groups.append((words, []))
            }
            groups[row].stages.append(Escaped.text(stage.id))
        }
        for group in groups.prefix(10) {
            page.sentence("\(Words.list(group.stages)): \(group.words)", indent: 2, hanging: 4)
        }
        if groups.count > 10 {
            page.line("and \(Words.number(groups.count - 10)) more, see -o json", .faint, indent: 2)
        }
        guard !after.isEmpty, after.count < waiting.count else { return }
        let names = after.map { Escaped.text($0.id) }
        page.sentence(
            "after that: \(names.count > 4 ? "\(Words.list(Array(names.prefix(3)))) and \(names.count - 3) more" : Words.list(names))",
            .faint, indent: 2, hanging: 4)
    }

    /// What a person does next, with the command to copy.
    private static func next(
        _ run: Run, isWaiting: Bool, _ folder: String, _ page: inout TextPage
    ) {
        let history = "rehome history \(Escaped.shell(run.id.text)) --dir \(folder)"
        switch run.outcome {
        case .succeeded where isWaiting:
            page.line("Next: go on when it is released: rehome apply \(folder)")
            page.line(
                "measure its gates meanwhile, on a schedule: rehome probe \(folder)", indent: 2)
        case .succeeded: page.line("Next: watch for drift: rehome drift \(folder)")
        case .failed, .halted:
            page.line("Next: mend what failed, look again, then go on: rehome plan \(folder)")
            page.line("every step of this run: \(history) -o json", indent: 2)
        case .waiting:
            page.line("Next: go on when it is released: rehome apply \(folder)")
        case .interrupted, nil:
            page.line("Next: nothing is lost; go on: rehome apply \(folder)")
        case .superseded, .cancelled:
            page.line("Next: see what is still asked for: rehome plan \(folder)")
        }
    }
}

/// How a stage stands, in words.
enum StandingWords {
    static func waiting(_ standing: Standing) -> String {
        var words = "waits for \(Escaped.text(standing.waitsFor ?? "something not said"))"
        if let since = standing.since { words += " since \(since)" }
        if let releasedBy = standing.releasedBy {
            words += ", released by \(Escaped.text(releasedBy))"
        }
        if let earliest = standing.earliest { words += ", at the earliest \(earliest)" }
        return words
    }
}

extension Run.Outcome {
    var tone: Tone {
        switch self {
        case .succeeded: .good
        case .failed, .halted: .bad
        case .waiting, .superseded, .interrupted, .cancelled: .warning
        }
    }
}

/// Steps of a run that ended alike and not well, by what was said of them.
private struct OutcomeGroup {
    struct Reason {
        var message: String
        var count = 0
        var first: [String] = []
    }

    let title: String
    let tone: Tone
    private(set) var count = 0
    private(set) var reasons: [Reason] = []

    /// In the order of urgency; reasons with most steps first.
    static func groups(of record: RunRecord, examples: Int) -> [OutcomeGroup] {
        var failed = OutcomeGroup(title: "Failed", tone: .bad)
        var doubt = OutcomeGroup(title: "In doubt", tone: .bad)
        // Those that were not tried often enough yet count among what has not begun.
        var again = OutcomeGroup(title: "Failed for now, to be tried again", tone: .warning)
        var conflict = OutcomeGroup(title: "In conflict, left alone", tone: .warning)
        var gone = OutcomeGroup(title: "No longer in the deployment", tone: .faint)
        for entry in record.lastAttempts {
            let resource = entry.intent.move.resource.description
            switch entry.outcome {
            case .failed(let failure) where failure.class == .outcomeUnknown:
                doubt.add(resource, failure.message, examples)
            case .failed(let failure) where failure.class == .transient:
                again.add(resource, failure.message, examples)
            case .failed(let failure): failed.add(resource, failure.message, examples)
            case .underway(let until):
                doubt.add(resource, "accepted, to be looked at again at \(until)", examples)
            case nil: doubt.add(resource, "begun, and nobody has seen how it ended", examples)
            case .conflict(let message): conflict.add(resource, message, examples)
            case .gone: gone.add(resource, "deleted meanwhile", examples)
            case .done, .already: break
            }
        }
        return [failed, doubt, again, conflict, gone].filter { $0.count > 0 }.map { $0.sorted() }
    }

    private init(title: String, tone: Tone) {
        self.title = title
        self.tone = tone
    }

    private var rows: [String: Int] = [:]

    private mutating func add(_ resource: String, _ message: String, _ examples: Int) {
        count += 1
        let row = rows[message] ?? reasons.count
        if row == reasons.count {
            rows[message] = row
            reasons.append(Reason(message: message))
        }
        reasons[row].count += 1
        if reasons[row].first.count < examples { reasons[row].first.append(resource) }
    }

    private func sorted() -> OutcomeGroup {
        var sorted = self
        sorted.reasons.sort { ($1.count, $0.message) < ($0.count, $1.message) }
        return sorted
    }
}
