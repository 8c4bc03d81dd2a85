/// How the estate stands: read off a plan made now and off the ledger.

import Ledgers
package import Model

extension Reconciler {
    /// One look at everything. Changes nothing and remembers nothing.
    package func status(_ desired: DesiredState) async throws -> EstateStatus {
        let survey = try await look(desired, .wholeEstate)
        let plan = survey.plan
        var arriving: [Int32: Int] = [:]
        var leaving: [Int32: Int] = [:]
        var ofStage: [Int32: Int] = [:]
        for step in plan.steps {
            if let to = step.to { arriving[to, default: 0] += 1 }
            if let from = step.from { leaving[from, default: 0] += 1 }
            ofStage[step.stage, default: 0] += 1
        }
        let pools = desired.pools.map { pool in
            let row = plan.pools.firstIndex { $0.name == pool.name }.map { Int32($0) }
            let connection = survey.observed.connection(named: pool.connection)
            return EstateStatus.PoolRow(
                pool: pool, residents: connection.map { residents(of: pool, $0) } ?? [:],
                arriving: row.flatMap { arriving[$0] } ?? 0,
                leaving: row.flatMap { leaving[$0] } ?? 0)
        }
        let stages = plan.stages.enumerated().map { index, stage in
            EstateStatus.StageRow(stage: stage, steps: ofStage[Int32(index)] ?? 0)
        }
        return EstateStatus(
            name: desired.estate.location == nil ? nil : desired.estate.name,
            at: survey.observed.at, pools: pools, stages: stages, gaps: plan.observed.gaps,
            refusals: plan.refusals, summary: plan.summary,
            drift: survey.drift(from: desired, .wholeEstate).reduce(into: [:]) {
                $0[$1.class, default: 0] += 1
            },
            lastRun: try await ledger(of: desired)?.runs().last,
            inDoubt: survey.memory.inDoubt.count, setAside: survey.memory.setAside.count,
            stops: survey.memory.stops)
    }

    /// Who lives on a pool, as far as it was read, by kind.
    func residents(of pool: Pool, _ connection: ObservedConnection) -> [Kind: Int] {
        let homes = connection.homes
        let folded = Address.folded(pool.fqdn)
        let codes = homes.pools.values.map { Address.folded($0) == folded }
        var counts: [Kind: Int] = [:]
        for row in 0..<homes.count {
            let code = homes.pools.code(at: row)
            if code > 0, codes[Int(code) - 1] { counts[homes.table.kind(at: row), default: 0] += 1 }
        }
        return counts
    }
}
