/// What a report of a wave says, in words and tables, before any form is chosen.

import Model

/// The parts of one report that all forms for people share. Nothing in it is escaped yet.
struct WaveReportLines {
    var title: String
    var state: WaveReport.State
    /// A name, and the words that belong to it.
    var facts: [(name: String, words: String)] = []
    var troubles: [Trouble] = []
    /// Rows under `gateHead` and `decisionHead`.
    var gates: [[String]] = []
    var decisions: [[String]] = []

    static let gateHead = [
        "gate", "passed", "failed", "inconclusive", "first failed", "last", "verdict",
    ]
    static let decisionHead = ["when", "what", "by", "why"]

    struct Trouble {
        var words: String
        var examples: String
        var tone: Tone
    }

    init(_ report: WaveReport) {
        title = report.wave.description
        state = report.state
        beginning(report)
        moving(report)
        ending(report)
        troubles = report.troubles.map { trouble in
            Trouble(
                words: "\(Words.number(trouble.count)) \(trouble.kind.words): \(trouble.message)",
                examples: Words.examples(trouble.first.map(\.description), of: trouble.count),
                tone: trouble.kind == .gone ? .faint : trouble.kind == .conflict ? .warning : .bad)
        }
        gates = report.gates.map(Self.row)
        decisions = report.decisions.map(Self.row)
    }

    private mutating func add(_ name: String, _ words: String?) {
        if let words { facts.append((name, words)) }
    }

    private mutating func beginning(_ report: WaveReport) {
        guard let start = report.start else { return }
        add(
            "began",
            report.startedAt.map { "\($0), with \(Words.count(start.members, "member"))" })
        add("change", start.change)
        let ways = start.routes.map {
            "\($0.from) (\($0.fromProduct)) -> \($0.to) (\($0.toProduct))"
        }
        add(ways.count == 1 ? "way" : "ways", ways.isEmpty ? nil : ways.joined(separator: "; "))
        add("plan", String(start.plan.prefix(12)) + (start.run.map { ", run \($0)" } ?? ""))
    }

    private mutating func moving(_ report: WaveReport) {
        guard report.start != nil else { return }
        add("moves", RunText.counts(report.counts))
        add("broke", Self.price(report))
        guard let moves = report.moves else { return }
        let first = "from \(moves.began)"
        guard let last = moves.lastSettled else { return add("took", first) }
        let longest = moves.longest.map { ", the longest \(Words.span($0))" } ?? ""
        add("took", "\(Words.span(last - moves.began)), \(first) to \(last)\(longest)")
    }

    private mutating func ending(_ report: WaveReport) {
        add("settled", report.settledAt?.description)
        let declared = report.soak.map { "\(Words.span($0)) as the manifests have it now" }
        if let settled = report.settledAt, let complete = report.completedAt {
            add(
                "rested",
                Words.span(complete - settled) + (declared.map { ", of \($0)" } ?? ""))
        } else if report.start != nil {
            add("rests", declared)
        }
        add("complete", report.completedAt?.description)
        add("given up", report.droppedAt?.description)
        add("taken back", report.takenBackAt?.description)
        guard !report.cameBack.isEmpty else { return }
        add(
            "came back",
            Words.number(report.cameBack.count) + ": "
                + Words.examples(
                    report.cameBack.prefix(10).map(\.description), of: report.cameBack.count))
    }

    /// What moves that were made cost; nil where none was.
    private static func price(_ report: WaveReport) -> String? {
        guard report.counts.done > 0 else { return nil }
        let sum = PriceSum(total: report.prices)
        let known = sum.isNothing ? "nothing" : sum.words
        if report.unpriced == 0 { return known }
        let more = "\(Words.count(report.unpriced, "move")) whose price was not recorded"
        return report.unpriced == report.counts.done ? more : "\(known), and \(more)"
    }

    private static func row(_ gate: WaveReport.GateTrace) -> [String] {
        func count(_ verdict: Evidence.Verdict) -> String {
            Words.number(gate.verdicts[verdict] ?? 0)
        }
        let failure = gate.firstFailure.map { "\($0.at): \($0.words)" } ?? ""
        let words = gate.last.words.isEmpty ? "" : " (\(gate.last.words))"
        return [
            "\(gate.gate.name) \(gate.gate.side.rawValue)", count(.passed), count(.failed),
            count(.inconclusive), failure, gate.last.at.description,
            gate.last.verdict.rawValue + words,
        ]
    }

    private static func row(_ decision: WaveReport.Decision) -> [String] {
        let until = decision.until.map { " until \($0)" } ?? ""
        return [
            decision.at.description, words(decision.what) + until,
            decision.by?.description ?? "rehome", decision.reason ?? "",
        ]
    }
}

extension WaveReportLines {
    fileprivate static func words(_ what: WaveReport.Decision.What) -> String {
        switch what {
        case .breached: "halted"
        case .paused: "paused"
        case .resumed: "resumed"
        case .opened(let gate): "gate \(gate.name) \(gate.side.rawValue) opened"
        case .closed(let gate): "gate \(gate.name) \(gate.side.rawValue) closed"
        case .measuredAgain(let gate): "gate \(gate.name) \(gate.side.rawValue) as measured"
        case .retried(let count): "\(Words.count(count, "step")) to be tried again"
        }
    }
}

extension WaveReport.Trouble.Kind {
    var words: String {
        switch self {
        case .failed: "failed"
        case .inDoubt: "in doubt"
        case .conflict: "in conflict"
        case .gone: "no longer there"
        }
    }
}

extension WaveReport.State {
    var words: String {
        switch self {
        case .notBegun: "not begun"
        case .underWay: "under way"
        case .halted: "halted"
        case .resting: "resting"
        case .complete: "complete"
        case .takenBack: "taken back"
        case .dropped: "given up for another way"
        }
    }

    var tone: Tone {
        switch self {
        case .complete: .good
        case .halted: .bad
        case .takenBack, .dropped: .warning
        case .notBegun, .underWay, .resting: .strong
        }
    }
}
