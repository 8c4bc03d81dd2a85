/// What a plan does not do: what was not seen, what is left alone, what to know, and what refuses it.

import Model

extension PlanPage {
    /// How many entries a section has at most; JSON has them all.
    private var rows: Int { max(limit, 10) }

    private mutating func more(_ count: Int) {
        guard count > rows else { return }
        page.line("and \(Words.number(count - rows)) more, see -o json", .faint, indent: 2)
    }

    /// What of the world the plan does not know.
    mutating func gaps() {
        let gaps = gapWords
        guard !gaps.isEmpty else { return }
        page.gap()
        page.line("Not read: what lives there is unknown, not absent", .strong)
        for words in gaps.prefix(rows) { page.sentence(words, .warning, indent: 2, hanging: 4) }
        more(gaps.count)
    }

    /// What was not read, a line for each reason. Who is bound to whom lives nowhere; that it is unknown
    /// is a finding where it matters.
    var gapWords: [String] {
        var lines: [(first: Plan.ConnectionGap, kinds: [Kind])] = []
        for gap in plan.observed.gaps where gap.gap.fact != "relations" {
            var bare = gap
            bare.gap.kind = nil
            let kinds = gap.gap.kind.map { [$0] } ?? []
            if !kinds.isEmpty, let last = lines.indices.last, lines[last].first == bare,
                !lines[last].kinds.isEmpty
            {
                lines[last].kinds += kinds
            } else {
                lines.append((bare, kinds))
            }
        }
        return lines.map { words($0.first, $0.kinds) }
    }

    private func words(_ gap: Plan.ConnectionGap, _ kinds: [Kind]) -> String {
        var what =
            kinds.isEmpty
            ? "everything" : Words.examples(kinds.prefix(3).map(\.name), of: kinds.count)
        if let fact = gap.gap.fact { what = "\(Escaped.text(fact)) of \(what)" }
        let place = gap.gap.pool.map { " on \(Escaped.text($0))" } ?? ""
        return "\(Escaped.text(gap.connection)): \(what)\(place): \(Escaped.text(gap.gap.reason))"
    }

    /// What gets no step, by why not.
    mutating func left() {
        guard !plan.left.isEmpty else { return }
        page.gap()
        page.line("Left alone: \(Words.number(plan.left.count))", .strong)
        let groups = LeftGroup.groups(of: plan, examples: limit)
        for group in groups.prefix(rows) { self.left(group) }
        more(groups.count)
    }

    private mutating func left(_ group: LeftGroup) {
        var words = "\(group.key.because.rawValue): \(group.counts)"
        if let wanted = plan.poolName(group.key.wanted) { words += " for \(Escaped.text(wanted))" }
        if let until = group.key.until { words += ", until \(Escaped.text(until.text))" }
        page.line("\(words) [\(Escaped.text(group.key.rule))]", .warning, indent: 2)
        if group.details.count == 1, let detail = group.details.keys.first {
            let places = group.first.compactMap { plan.place($0.reason) }.map(Words.place)
            let place = Set(places).count == 1 ? places.first.map { " (\($0))" } ?? "" : ""
            page.sentence(
                Escaped.text(plan.columns.texts[Int(detail)]) + place, indent: 4, hanging: 4)
            page.examples(
                group.first.map { Escaped.text(plan.words(of: $0.subject)) }, of: group.count,
                .faint, indent: 4)
            return
        }
        for left in group.first {
            let place = plan.place(left.reason).map { " (\(Words.place($0)))" } ?? ""
            let detail = Escaped.text(plan.columns.texts[Int(left.detail)])
            page.sentence(
                "\(Escaped.text(plan.words(of: left.subject))): \(detail)\(place)", indent: 4,
                hanging: 6)
        }
        if group.count > group.first.count {
            page.line(
                "and \(Words.number(group.count - group.first.count)) more", .faint, indent: 4)
        }
    }

    mutating func findings() {
        guard !plan.findings.isEmpty else { return }
        page.gap()
        page.line("Findings: \(Words.number(plan.findings.count))", .strong)
        let bySeverity = Severity.allCases.reversed().flatMap { severity in
            plan.findings.filter { $0.severity == severity }
        }
        for finding in bySeverity.prefix(rows) { self.finding(finding) }
        more(plan.findings.count)
    }

    private mutating func finding(_ finding: Finding) {
        let place = finding.location.map { "\(Words.place($0)): " } ?? ""
        page.sentence(
            "\(place)\(finding.severity.rawValue): \(Escaped.text(finding.message)) "
                + "[\(Escaped.text(finding.rule))]", finding.severity.tone, indent: 2,
            hanging: 4)
        let names = finding.examples.prefix(limit).map(Escaped.text)
        if !names.isEmpty {
            page.examples(Array(names), of: finding.count, .faint, indent: 4)
        }
        if let hint = finding.hint {
            page.sentence("hint: \(Escaped.text(hint))", indent: 4, hanging: 6)
        }
    }

    mutating func refusals() {
        guard !plan.refusals.isEmpty else { return }
        page.gap()
        page.line("Refused: this plan cannot be applied as it is", .bad)
        for refusal in plan.refusals {
            page.sentence(
                "\(refusal.rail.rawValue): \(Escaped.text(refusal.message))", .bad, indent: 2,
                hanging: 4)
            page.sentence("hint: \(Escaped.text(refusal.hint))", indent: 4, hanging: 6)
        }
    }
}

/// What is left alone for the same reason, until the same time.
struct LeftGroup {
    struct Key: Hashable {
        var because: Left.Because
        var rule: String
        var wanted: Int32?
        var until: ManifestTime?
    }

    let key: Key
    var count = 0
    private var kinds: [Kind: Int] = [:]
    /// How many name each row of `Plan.columns.texts`.
    private(set) var details: [Int32: Int] = [:]
    private(set) var first: [Left] = []

    private init(key: Key) { self.key = key }

    var counts: String {
        let pools = count - kinds.values.reduce(0, +)
        return Words.list(
            [Words.counts(kinds), pools > 0 ? Words.count(pools, "pool") : ""].filter {
                !$0.isEmpty
            })
    }

    /// In the order of `Left.Because`, then of the plan.
    static func groups(of plan: Plan, examples: Int) -> [LeftGroup] {
        var groups: [LeftGroup] = []
        var rows: [Key: Int] = [:]
        for left in plan.left {
            let key = Key(
                because: left.because, rule: left.rule, wanted: left.wanted, until: left.until)
            let row = rows[key] ?? groups.count
            if row == groups.count {
                rows[key] = row
                groups.append(LeftGroup(key: key))
            }
            groups[row].add(left, plan, examples: examples)
        }
        return Left.Because.allCases.flatMap { because in
            groups.filter { $0.key.because == because }
        }
    }

    private mutating func add(_ left: Left, _ plan: Plan, examples: Int) {
        count += 1
        if case .resource(let row) = left.subject { kinds[plan.columns.kind(row), default: 0] += 1 }
        details[left.detail, default: 0] += 1
        if first.count < examples { first.append(left) }
    }
}
