/// How the end of a pool stands at a moment: proven or not, closed, rested, approved, gone.

package import Model

extension Circumstances {
    /// Says of each stage at the end of a pool how it stands; one run begins no more of them than it may.
    /// Pools that refused the last time come after the others, so that one of them keeps nobody waiting.
    func standEndings(_ stages: inout [Stage]) {
        var begun = 0
        let endings = stages.indices.filter { stages[$0].retirement != nil }
        let (refused, others) = (
            endings.filter { stages[$0].retirement?.refusal != nil },
            endings.filter { stages[$0].retirement?.refusal == nil }
        )
        for index in others + refused {
            guard let ending = stages[index].retirement else { continue }
            var standing = standing(of: ending, needing: stages[index].needs.first)
            if standing.state == .open { standing = halt(of: stages[index]) ?? standing }
            if standing.state == .open, ending.part != .reopening {
                begun += 1
                if begun > retirementsPerRun {
                    standing = .waiting(
                        "limits.retirements.perRun, \(retirementsPerRun)",
                        releasedBy: "the next rehome apply")
                }
            }
            stages[index].standing = standing
        }
    }

    private func standing(of ending: StageRetirement, needing need: String?) -> Standing {
        if let until = ending.unsettledUntil, time <= until, !ending.isGone {
            return .waiting(
                "a change of the pool of which nobody heard how it ended, and which may still happen",
                releasedBy: "the time", earliest: until)
        }
        switch ending.part {
        case .reopening: return Standing(state: .open)
        case .fence: return unproven(ending) ?? Standing(state: .open)
        case .removal:
            if ending.isGone {
                return ending.proof.isEmpty ? Standing(state: .done) : drained(ending.proof)
            }
            if let need { return .waiting(need, releasedBy: "the end of \(need)") }
            return removal(of: ending)
        }
    }

    private func removal(of ending: StageRetirement) -> Standing {
        if let unproven = unproven(ending, asks: false) { return unproven }
        if let fencedAt = ending.fencedAt, time < fencedAt + ending.rest {
            return .waiting(
                "its rest", since: fencedAt, releasedBy: "the time",
                earliest: fencedAt + ending.rest)
        }
        if ending.approvals < ending.approvalsNeeded {
            return .waiting(
                "approvals, \(ending.approvals) of \(ending.approvalsNeeded) so far",
                releasedBy: "rehome approve \(ending.approvable)")
        }
        if let unproven = unproven(ending) { return unproven }
        if !ending.isByAdapter {
            return .waiting(
                "a person, who takes \(ending.pool) out of the topology",
                releasedBy: "rehome plan, which sees that it is gone")
        }
        return Standing(state: .open)
    }

    /// What is missing from the proof; nil where it is whole.
    private func unproven(_ ending: StageRetirement, asks: Bool = true) -> Standing? {
        if !ending.failed.isEmpty { return drained(ending.failed) }
        if let unsaid = ending.unsaid.first {
            let more = ending.unsaid.count - 1
            let words =
                "its proof: \(unsaid.row): \(unsaid.words)"
                + (more > 0 ? ", and \(more) more row\(more == 1 ? "" : "s")" : "")
            return .waiting(words, releasedBy: Self.release(of: unsaid, ending.pool))
        }
        guard asks, let unasked = ending.unasked else { return nil }
        return .waiting("its proof: \(unasked.words)", releasedBy: "rehome apply, which asks")
    }

    private static func release(of unsaid: ProofLine, _ pool: String) -> String {
        if unsaid.approvalsMissing > 0 { return Vouching.command("\(pool)/\(unsaid.row)") }
        let attest = "rehome attest \(pool) \(unsaid.row) --how WORDS"
        return unsaid.source == .attested ? attest : "reading it, or \(attest)"
    }

    private func drained(_ lines: [ProofLine]) -> Standing {
        let words = lines.prefix(3).map { "\($0.row): \($0.words)" }.joined(separator: "; ")
        let more = lines.count > 3 ? "; and \(lines.count - 3) more rows" : ""
        return .waiting(words + more, releasedBy: "moving it off, by a placement or by hand")
    }

    /// Pools whose deployments are to be asked now: nothing but their answer is missing.
    package func dueProofs(of plan: Plan) -> [StageRetirement] {
        plan.stages.compactMap { stage in
            guard stage.isAuthorised, let ending = stage.retirement, ending.unasked != nil,
                ending.failed.isEmpty, ending.unsaid.isEmpty, halt(of: stage) == nil
            else { return nil }
            var asked = ending
            for index in asked.proof.indices where asked.proof[index].source == .probed {
                asked.proof[index].verdict = .passed
            }
            let state = standing(of: asked, needing: stage.needs.first)
            return state.state == .open ? ending : nil
        }
    }
}
