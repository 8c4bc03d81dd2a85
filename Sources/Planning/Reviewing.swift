/// Sorts the steps of a plan into those of a change, those that drifted and those that were pending.

package import Model

/// What a change is based on.
package enum ReviewBase: Sendable {
    /// The plan that the base's own manifests and Policy lead to, over what was seen for the change.
    case plan(Plan)
    /// There were no manifests: all that is asked for is new.
    case nothing
    /// Its manifests are not valid, so nobody can say what it asked for.
    case invalid
}

extension Planner {
    /// The same plan with a section for each step: ids that only this plan has are of this change;
    /// of the others, those drifted whose resource is not where rehome settled it; the rest is pending.
    package static func review(
        _ plan: Plan, since commit: String, _ base: ReviewBase, _ memory: Memory
    ) -> Plan {
        var plan = plan
        var review = Review(base: commit)
        if !memory.isAtHand {
            review.lacks.append("no ledger is at hand: what drifted stands under pending")
        }
        switch base {
        case .nothing:
            review.lacks.append("it holds no manifests here: all is of this change")
            for index in plan.steps.indices { plan.steps[index].section = .change }
        case .invalid:
            review.lacks.append("its manifests are not valid: what this change adds cannot be told")
        case .plan(let base):
            review.baseRefusals = base.refusals
            var sorting = Sorting(base)
            sorting.sort(&plan, memory)
            review.begins = sorting.begins.turned
            review.waits = sorting.waits.turned
            review.dropped = plan.dropped(from: base)
        }
        plan.review = review
        return plan
    }
}

/// The steps of the base, by id, and what the change does to those that stay.
private struct Sorting {
    /// Whether a step of the base might begin.
    private var wasAuthorised: [StepID: Bool] = [:]
    var begins = StageCounts()
    var waits = StageCounts()

    init(_ base: Plan) {
        wasAuthorised.reserveCapacity(base.steps.count)
        for step in base.steps {
            wasAuthorised[step.id] = base.stages[Int(step.stage)].isAuthorised
        }
    }

    mutating func sort(_ plan: inout Plan, _ memory: Memory) {
        for index in plan.steps.indices {
            let step = plan.steps[index]
            guard let was = wasAuthorised[step.id] else {
                plan.steps[index].section = .change
                continue
            }
            plan.steps[index].section = plan.isDrifted(step, memory) ? .drifted : .pending
            let stage = plan.stages[Int(step.stage)]
            if stage.isAuthorised, !was { begins.add(stage.id) }
            if !stage.isAuthorised, was { waits.add(stage.id) }
        }
    }
}

/// How many steps of which stage, in the order of the plan.
private struct StageCounts {
    private(set) var turned: [Review.Turned] = []

    mutating func add(_ stage: String) {
        if let last = turned.indices.last, turned[last].stage == stage {
            turned[last].count += 1
        } else {
            turned.append(Review.Turned(stage: stage, count: 1))
        }
    }
}

extension Plan {
    /// Whether rehome settled the resource of a step elsewhere than it is now.
    fileprivate func isDrifted(_ step: Step, _ memory: Memory) -> Bool {
        if step.cause == .drifted { return true }
        guard case .resource(let row) = step.subject, let from = step.from,
            let homes = memory.homes[columns.connections[Int(step.connection)]]
        else { return false }
        let kind = columns.kind(row)
        guard let known = columns.withName(row, { homes.table.row(of: kind, name: $0) }) else {
            return false
        }
        return Address.folded(homes[known].pool) != Address.folded(pools[Int(from)].fqdn)
    }

    /// The steps that only the base has, in words of this plan.
    fileprivate mutating func dropped(from base: Plan) -> [Review.Dropped] {
        let known = Set(steps.map(\.id))
        var rows = PoolRows(pools)
        var dropped: [Review.Dropped] = []
        for step in base.steps where !known.contains(step.id) {
            let from = step.from.map { rows.row(of: base.pools[Int($0)], in: &pools) }
            let to = step.to.map { rows.row(of: base.pools[Int($0)], in: &pools) }
            let subject: Step.Subject
            switch step.subject {
            case .pool(let pool):
                subject = .pool(rows.row(of: base.pools[Int(pool)], in: &pools))
            case .resource(let row):
                subject = .resource(columns.copy(row, of: base.columns))
            }
            let connection = columns.connection(base.columns.connections[Int(step.connection)])
            dropped.append(
                Review.Dropped(
                    id: step.id, action: step.action, connection: connection, subject: subject,
                    from: from, to: to))
        }
        return dropped
    }
}

/// Where the pools of another plan stand in this one; those that it does not know are added.
private struct PoolRows {
    private struct Key: Hashable {
        var connection: String
        var fqdn: String
    }

    private var rows: [Key: Int32] = [:]

    init(_ pools: [PlanPool]) {
        for (row, pool) in pools.enumerated() { rows[Self.key(pool)] = Int32(row) }
    }

    mutating func row(of pool: PlanPool, in pools: inout [PlanPool]) -> Int32 {
        if let row = rows[Self.key(pool)] { return row }
        pools.append(pool)
        let row = Int32(pools.count - 1)
        rows[Self.key(pool)] = row
        return row
    }

    private static func key(_ pool: PlanPool) -> Key {
        Key(connection: pool.connection, fqdn: Address.folded(pool.fqdn))
    }
}

extension Plan.Columns {
    fileprivate mutating func copy(_ row: Int32, of other: Plan.Columns) -> Int32 {
        other.withName(row) { name in
            other.withOwnID(row) { ownID in
                subject(kind: other.kind(row), name: name, ownID: ownID)
            }
        }
    }

    fileprivate mutating func connection(_ name: String) -> Int32 {
        if let row = connections.firstIndex(of: name) { return Int32(row) }
        connections.append(name)
        return Int32(connections.count - 1)
    }
}
