/// What was reviewed and approved is what is applied.

import Ledgers
import Model

extension Application {
    /// What was reviewed is what is applied: a fresh plan may have fewer steps, and none that is new.
    func unexpected(_ plan: Plan) async throws -> Applied? {
        switch order.expectation {
        case nil: return nil
        case .plan(let reviewed):
            return notAmong(Set(reviewed.authorisedSteps.map(\.id)), plan)
        case .digest(let digits):
            if plan.digest.hasPrefix(digits) { return nil }
            let known = try await ledger.runs().last { $0.plan.hasPrefix(digits) }?.plan
            if let known, let recorded = try await ledger.plan(digest: known) {
                return notAmong(Set(recorded.steps), plan)
            }
            return .notExpected(
                plan, added: [],
                words:
                    "the plan is \(plan.digest.prefix(12)) now, and the ledger holds none that begins with \(digits)"
            )
        }
    }

    private func notAmong(_ reviewed: Set<StepID>, _ plan: Plan) -> Applied? {
        let added = plan.authorisedSteps.map(\.id).filter { !reviewed.contains($0) }
        guard !added.isEmpty else { return nil }
        return .notExpected(
            plan, added: added,
            words:
                "\(added.count) step\(added.count == 1 ? " is" : "s are") not in what was reviewed")
    }

    /// Policy wants people to agree to what would begin, and too few do. Consents are all that are
    /// remembered, with those that come with this apply.
    func missingApproval(_ plan: Plan, _ consents: [Consent]) async throws -> Applied? {
        let begins = plan.authorisedSteps.contains {
            plan.stages[Int($0.stage)].standing.state == .open
        }
        guard begins else { return nil }
        let standing = try await ApprovalDesk(desired, ledger, reconciler).standing(
            of: plan, consents, appliedBy: order.by)
        return standing.isMet ? nil : .notApproved(plan, standing)
    }
}
