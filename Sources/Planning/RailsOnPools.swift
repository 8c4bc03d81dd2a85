/// Rails that look at the pools a run would leave or enter.

import Model

extension Rails {
    /// Who goes back to the pool that rehome took him from is no arrival on a draining pool.
    func arrivalOnClosedPool(_ steps: [Step], _ plan: Plan) -> [Refusal] {
        desired.pools.compactMap { pool in
            guard pool.state != .serving else { return nil }
            let arrivals = steps.filter {
                arrives($0, on: pool, nil, plan)
                    && (pool.state == .retired || !isWayBack($0, to: pool, plan))
            }
            guard let first = arrivals.first else { return nil }
            let retired = pool.state == .retired
            return Refusal(
                rail: .arrivalOnClosedPool,
                message:
                    "\(pool.name) is \(pool.state.rawValue) and takes nobody new; \(arrivals.count) would arrive, \(plan.words(of: first.subject)) among them",
                hint: "place them elsewhere, or set the pool's state to serving at \(pool.location)"
                    + (retired
                        ? ": this is never lifted"
                        : ", or \(overrideHint(.arrivalOnClosedPool, plan))"),
                isLiftable: !retired)
        }
    }

    private func isWayBack(_ step: Step, to pool: Pool, _ plan: Plan) -> Bool {
        guard case .resource(let row) = step.subject, let homes = memory.homes[pool.connection],
            let known = homes.row(of: plan.columns.resource(row))
        else { return false }
        return homes[known].former.map { Address.folded($0) == Address.folded(pool.fqdn) } ?? false
    }

    /// Means, order and price of a move hang on the products, so both ends must be what they are
    /// declared to be.
    func productFit(_ steps: [Step], _ plan: Plan) -> [Refusal] {
        let used = Set(steps.flatMap { [$0.from, $0.to].compactMap { $0 } }).sorted()
        return used.compactMap { index in
            let pool = plan.pools[Int(index)]
            guard let declared = desired.pool(named: pool.name),
                let scene = comparisons.first(where: {
                    $0.scene.connection.name == pool.connection
                })?.scene,
                let seen = scene.seenPools[Address.folded(pool.fqdn)]
            else { return nil }
            let found: String
            switch seen.product {
            case .present(declared.product): return nil
            case .present(let product): found = "runs \(product.rawValue)"
            case .absent: found = "runs no known product"
            case .unknown(let gap): found = "does not tell its product: \(gap.reason)"
            }
            return Refusal(
                rail: .productFit,
                message: "\(pool.name) is declared as \(declared.product.rawValue) and \(found)",
                hint: "correct the product at \(declared.location): this is never lifted")
        }
    }

    /// For a kind that the run moves: most of the pools that it would leave or enter, on whatever
    /// connection, were not read. One dead deployment of several keeps only its own people waiting.
    func observationIncomplete(_ plan: Plan) -> [Refusal] {
        guard comparisons.contains(where: { !$0.scene.observed.gaps.isEmpty }) else { return [] }
        return Kind.allCases.compactMap { kind in
            let concerned = pools(of: kind, plan)
            let unread = concerned.compactMap { gap(in: plan.pools[Int($0)], of: kind) }
            guard unread.count * 2 > concerned.count, let first = unread.min(by: Self.isBefore)
            else { return nil }
            return Refusal(
                rail: .observationIncomplete,
                message:
                    "\(unread.count) of \(concerned.count) pools whose \(kind.name) resources would move could not be read, on \(first.connection): \(first.gap.reason)",
                hint: "mend what keeps them from being read, or "
                    + overrideHint(.observationIncomplete, plan))
        }
    }

    /// What hides the homes of a kind on a pool.
    private func gap(in pool: PlanPool, of kind: Kind) -> Plan.ConnectionGap? {
        comparisons.first { $0.scene.connection.name == pool.connection }
            .flatMap { comparison in
                comparison.scene.observed.gaps.sorted().first {
                    $0.covers(pool: pool.fqdn, kind: kind) && ($0.fact == nil || $0.fact == "home")
                }
            }
            .map { Plan.ConnectionGap(connection: pool.connection, gap: $0) }
    }

    private static func isBefore(_ one: Plan.ConnectionGap, _ other: Plan.ConnectionGap) -> Bool {
        (one.connection, one.gap) < (other.connection, other.gap)
    }

    /// Pools that steps of a kind leave or enter, or would if they were not left for want of sight.
    private func pools(of kind: Kind, _ plan: Plan) -> Set<Int32> {
        var pools: Set<Int32> = []
        for step in plan.steps {
            guard case .resource(let row) = step.subject, plan.columns.kind(row) == kind
            else { continue }
            for pool in [step.from, step.to] {
                if let pool { pools.insert(pool) }
            }
        }
        for left in plan.left where left.because == .unknown {
            guard case .resource(let row) = left.subject, plan.columns.kind(row) == kind,
                let wanted = left.wanted
            else { continue }
            pools.insert(wanted)
        }
        return pools
    }

    func readOnly(_ steps: [Step], _ plan: Plan) -> [Refusal] {
        plan.columns.connections.enumerated().compactMap { index, name in
            guard capabilities[name]?.performs == false,
                steps.contains(where: { $0.connection == Int32(index) })
            else { return nil }
            return Refusal(
                rail: .readOnly,
                message: "\(name) can only be read: this plan is for review and as a runbook",
                hint: "apply through a connection that performs: this is never lifted")
        }
    }
}
