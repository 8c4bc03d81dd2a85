/// Whose a pool is: written on it before anything leaves or enters it, and taken off when its document goes.

import Adapters
import Model

/// Claims of one estate, as far as its deployments can store them.
struct Claiming {
    let desired: DesiredState
    let survey: Survey
    let adapters: [String: any Adapter]
    let part: Narrowing

    /// Claims every pool that a step which may begin leaves or enters, and hands over those that are
    /// declared no more.
    ///
    /// - Parameter plan: The plan that is about to be carried out.
    /// - Throws: What keeps a deployment from answering.
    /// - Returns: Why the plan is not to be carried out, in words; nil where all pools are ours. Another
    ///   estate may have been faster.
    func settle(_ plan: Plan) async throws(AdapterError) -> String? {
        guard let ledger = survey.memory.ledgerID else { return nil }
        let ours = desired.estate.owner(ledger: ledger)
        for (connection, pool) in claimable(plan) {
            guard let adapter = adapters[connection] else { continue }
            let owner = try await adapter.claim(PoolClaim(pool: pool, from: nil, to: ours))
            guard let owner, Estate.isOwner(owner, ledger: ledger) else {
                return "\(pool) was claimed by \(owner ?? "nobody") meanwhile: plan anew"
            }
        }
        // A part of the estate touches nothing outside of it.
        for (connection, pool, owner) in part.isWholeEstate ? released(ledger) : [] {
            _ = try await adapters[connection]?.claim(
                PoolClaim(pool: pool, from: owner, to: nil))
        }
        return nil
    }

    /// Pools of authorised steps that nobody owns yet, by connection and FQDN.
    private func claimable(_ plan: Plan) -> [(String, String)] {
        var rows: Set<Int32> = []
        for step in plan.steps where plan.stages[Int(step.stage)].isAuthorised {
            if let from = step.from { rows.insert(from) }
            if let to = step.to { rows.insert(to) }
        }
        return rows.sorted().map { plan.pools[Int($0)] }.filter { pool in
            guard survey.capabilities[pool.connection]?.claims == true else { return false }
            return seen(pool)?.owner == .absent
        }.map { ($0.connection, $0.fqdn) }
    }

    private func seen(_ pool: PlanPool) -> ObservedPool? {
        survey.observed.connection(named: pool.connection)?.pools.first {
            Address.folded($0.fqdn) == Address.folded(pool.fqdn)
        }
    }

    private func released(_ ledger: String) -> [(String, String, String)] {
        survey.observed.connections.flatMap { connection in
            connection.pools.compactMap { seen in
                guard case .present(let owner) = seen.owner,
                    Estate.isOwner(owner, ledger: ledger),
                    !desired.pools.contains(where: {
                        $0.connection == connection.name
                            && Address.folded($0.fqdn) == Address.folded(seen.fqdn)
                    })
                else { return nil }
                return (connection.name, seen.fqdn, owner)
            }
        }
    }
}
