/// What is remembered for a plan, with whose approvals count for which end of a pool and which statement.

import Ledgers
import Model
import Planning

extension Reconciler {
    /// What a ledger remembers, as planning needs it.
    ///
    /// - Parameters:
    ///   - ledger: It knows consents by the digest of a plan, and plans by theirs.
    ///   - desired: Its pools that are to be retired are looked up; without any nothing is.
    /// - Returns: The memory, with `endorsed` and `vouched` filled in.
    /// - Throws: What the ledger throws, and what keeps signatures from being looked at.
    func memory(
        of ledger: any Ledger, for desired: DesiredState
    ) async throws -> Memory {
        var memory = try await ledger.memory(comparedBy: desired.folding)
        memory.vouched = try await AttestationDesk(desired, ledger, self).vouched(in: memory)
        // Where no adapter takes pools out, a person does.
        let removals = desired.pools.filter { $0.state == .retired }.flatMap {
            [StepID(.retire, of: $0), StepID(.operator, of: $0)]
        }
        guard !removals.isEmpty else { return memory }
        for consent in memory.consents where consent.subject == .approval {
            guard let plan = try await ledger.plan(digest: consent.digest) else { continue }
            for step in removals where plan.contains(step) {
                memory.endorsed[step, default: []].insert(consent.giver)
            }
        }
        return memory
    }
}
