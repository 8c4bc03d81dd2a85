/// `onBreach: roll-back`: what goes back without a person, and why it does not.

import Model

extension WayBackPlan {
    /// Why nobody but a person carries out this way back; nil where it may go by itself.
    ///
    /// It goes by itself only where all of it can be reversed in full: nothing is broken by it, nobody stays
    /// behind for good, and nobody's whereabouts are unknown. Who is held, or was moved on, is left alone as
    /// in any way back.
    package var objection: String? {
        let priced = plan.steps.filter { $0.price != 0 }
        if !priced.isEmpty {
            let lists = Set(priced.map(\.price)).flatMap { plan.columns.prices[Int($0)] }
            let names = Set(lists.map(\.what)).sorted().map(\.rawValue).joined(separator: ", ")
            return
                "\(priced.count) of its \(plan.steps.count) moves back have a price (\(names)), which a person has to accept"
        }
        if plan.steps.contains(where: { $0.action != .move }) {
            return "it has steps that a person makes"
        }
        if let stays = plan.left.first(where: { Self.staysBehind.contains($0.because) }) {
            return
                "\(plan.words(of: stays.subject)) cannot go: \(plan.columns.texts[Int(stays.detail)])"
        }
        return plan.refusals.first.map(\.message)
    }

    private static let staysBehind: Set<Left.Because> = [.blocked, .unknown, .unable, .setAside]
}

extension PlanBuilder {
    /// Says beforehand which rollouts would halt for a person although they are to roll back by themselves.
    mutating func addHaltsInstead(of steps: [Step], in stages: [Stage]) {
        for rollout in desired.rollouts where rollout.onBreach == .rollBack {
            let handles = Set(
                stages.indices.filter { stages[$0].rollout == rollout.name }.map(Int32.init))
            let priced = steps.count { step in
                handles.contains(step.stage) && (step.back != 0 || step.reversal == .never)
            }
            guard priced > 0 else { continue }
            findings.append(
                Finding(
                    rule: PlanRule.haltsInstead.rawValue, severity: .warning,
                    message:
                        "\(rollout.name) says onBreach: roll-back, and the way back of \(priced) of its steps breaks something or does not exist: where one of them has begun, it halts for a person instead",
                    count: priced, location: rollout.location,
                    hint:
                        "what it breaks stands above at Way back; of a wave that has begun: rehome rollback \(rollout.name)/WAVE --dry-run"
                ))
        }
    }
}
