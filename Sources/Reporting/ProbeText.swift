/// What was measured, check by check, for a person.

package import Model

package enum ProbeText {
    /// One answer: a line that says how it ended, and a line for each check.
    package static func render(_ result: ProbeResult, width: Int, style: Style) -> String {
        var page = TextPage(width: width, style: style)
        let evidence = result.evidence
        let pools = result.pools.map { Escaped.text($0) }
        let about = pools.count == 2 ? "between \(pools[0]) and \(pools[1])" : "of \(pools[0])"
        page.line(
            "\(evidence.probe.question.rawValue) \(about): \(evidence.verdict.rawValue)",
            evidence.verdict.tone)
        add(evidence.checks, to: &page)
        return page.text
    }

    /// A title, and a line for each check.
    package static func checks(
        of title: String, _ checks: [Evidence.Check], width: Int, style: Style
    ) -> String {
        var page = TextPage(width: width, style: style)
        page.line(Escaped.text(title), .strong)
        add(checks, to: &page)
        return page.text
    }

    private static func add(_ checks: [Evidence.Check], to page: inout TextPage) {
        for check in checks {
            var words = "\(Escaped.text(check.subject)): \(Escaped.text(check.words))"
            if let took = check.took { words += " (\(took.milliseconds) ms)" }
            let isFine = check.verdict == .passed
            page.sentence(
                isFine ? words : "\(check.verdict.rawValue): \(words)",
                isFine ? .plain : check.verdict.tone, indent: 2, hanging: 4)
        }
    }

    /// The last line.
    package static func summary(_ results: [ProbeResult]) -> String {
        guard !results.isEmpty else {
            return "Probes: none; no deployment here answers to any, or none was asked for\n"
        }
        let counts = Evidence.Verdict.allCases.map { verdict in
            "\(results.count { $0.evidence.verdict == verdict }) \(verdict.rawValue)"
        }
        return "Probes: \(counts.joined(separator: ", "))\n"
    }
}

extension Evidence.Verdict {
    fileprivate var tone: Tone {
        switch self {
        case .passed: .good
        case .failed: .bad
        case .inconclusive: .warning
        }
    }
}
