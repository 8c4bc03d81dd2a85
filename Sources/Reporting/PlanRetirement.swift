/// The end of pools in a plan: the proof line by line, what comes next, and where there is no way back.

package import Model

extension PlanPage {
    /// Each pool that is to be retired, or opened again.
    mutating func retirements() {
        let stages = plan.stages.filter { $0.retirement != nil }
        for stage in stages {
            guard let ending = stage.retirement else { continue }
            let isPointOfNoReturn = ending.part == .removal && !ending.isGone
            page.gap()
            page.sentence(
                "\(Escaped.text(stage.id)): \(standing(of: stage, ending))",
                isPointOfNoReturn ? .warning : .strong, hanging: 4)
            if isPointOfNoReturn {
                page.line(
                    "the point of no return: \(Escaped.text(ending.pool)) is taken out, and this cannot be undone",
                    .bad, indent: 2)
            }
            if let refusal = ending.refusal {
                page.sentence(
                    "the last attempt was refused: \(Escaped.text(refusal))", .warning, indent: 2,
                    hanging: 4)
            }
            proof(ending)
        }
    }

    /// A line for each part of the end of a pool: how it stands, and how many rows of its proof say yes.
    var retirementLines: [String] {
        plan.stages.compactMap { stage in
            guard let ending = stage.retirement else { return nil }
            var words = "\(stage.id): \(standing(of: stage, ending))"
            if ending.part == .removal, !ending.isGone { words += "; it cannot be undone" }
            if let refusal = ending.refusal {
                words += "; the last attempt was refused: \(refusal)"
            }
            if !ending.proof.isEmpty {
                let passed = ending.proof.count { $0.verdict == .passed }
                words += "; \(passed) of \(ending.proof.count) rows of its proof say yes"
            }
            return words
        }
    }

    private func standing(of stage: Stage, _ ending: StageRetirement) -> String {
        let would = plan.refusals.isEmpty ? "begins" : "would begin"
        let deed =
            switch ending.part {
            case .fence: "\(would) with apply: it is closed to arrivals, and can be opened again"
            case .removal: "\(would) with apply"
            case .reopening: "\(would) with apply: its document asks for it again"
            }
        switch stage.standing.state {
        case .done:
            let since = ending.removedAt.map { " since \($0)" } ?? ""
            return "gone\(since); its document is the tombstone"
        case .open: return deed
        case .waiting: return StandingWords.waiting(stage.standing)
        }
    }

    private mutating func proof(_ ending: StageRetirement) {
        let lines = page.aligned(ending.proof.map(cells), indent: 2)
        for (line, proof) in zip(lines, ending.proof) {
            page.raw(line)
            for example in proof.examples {
                page.sentence(Escaped.text(example), .faint, indent: 4, hanging: 6)
            }
        }
    }

    private func cells(_ line: ProofLine) -> [TextPage.Cell] {
        let (mark, tone): (String, Tone) =
            switch line.verdict {
            case .passed: ("yes", .good)
            case .failed: ("no", .bad)
            case .inconclusive: ("unknown", .warning)
            }
        return [
            .init(mark, tone), .init(Escaped.text(line.row)),
            .init("\(line.source.rawValue)\(age(line))", .faint), .init(Escaped.text(line.words)),
        ]
    }

    private func age(_ line: ProofLine) -> String {
        guard let at = line.at else { return "" }
        let age = plan.asOf - at
        return age < .seconds(1) ? " now" : " \(at), \(Words.span(age)) ago"
    }
}

/// What became of a pool, for a person who watches.
extension RetirementEvent {
    /// What a deployment answered; nil for anything else that became of a pool.
    package var verdict: Evidence.Verdict? {
        guard case .probed(let checks) = deed else { return nil }
        return Evidence.verdict(of: checks)
    }
}

package enum RetirementText {
    package static func line(_ event: RetirementEvent) -> String {
        let words =
            switch event.deed {
            case .probed(let checks): probed(checks)
            case .attested(let attestation):
                "\(attestation.row) is stated until \(attestation.until): \(attestation.words)"
            case .intended(let change, _): "is about to be \(done(change))"
            case .changed(let change): "was \(done(change))"
            case .refused(let change, let why): "could not be \(done(change)): \(why)"
            }
        return Escaped.text("\(event.pool.fqdn) \(words)")
    }

    private static func probed(_ checks: [Evidence.Check]) -> String {
        let verdict = Evidence.verdict(of: checks)
        let first = checks.first { $0.verdict == verdict }
        switch verdict {
        case .passed: return "was asked: nothing is left there"
        case .failed, .inconclusive:
            return
                "was asked: \(verdict.rawValue)\(first.map { " (\($0.subject): \($0.words))" } ?? "")"
        }
    }

    private static func done(_ change: RetirementEvent.Change) -> String {
        switch change {
        case .fence: "closed to arrivals"
        case .reopen: "opened again"
        case .remove: "taken out"
        }
    }
}
