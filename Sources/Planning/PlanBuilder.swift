/// Gathers steps and what is left while connections are compared, and makes them a plan.

import Model

/// A plan in the making. Steps are gathered unordered; `plan` draws them into stages and sorts them.
struct PlanBuilder {
    let desired: DesiredState
    let memory: Memory
    private(set) var pools: [PlanPool]
    private var poolIndex: [PoolKey: Int32] = [:]
    var columns = Plan.Columns()
    var steps: [Step] = []
    var left: [Left] = []
    var findings: [Finding] = []
    var summary = Plan.Summary()
    let waves: WaveDrawing
    var tally: StageTally
    /// Of the connection that is being added.
    var tied = TiedWaves()
    let part: PartFilter
    private var placementTexts: [Int32]
    var priceLists: [PriceKey: Int32] = [:]
    private var routes = 0
    /// On how many connections a row of `DesiredState.held` named nobody.
    var idleHolds: [Int: Int] = [:]
    let inDoubt: Set<StepID>
    /// Stages of pools that come to their end, in the order of the manifests.
    var endings: [PoolEnding] = []
    /// By what means a person does what no script can.
    private var operatorMeans: [OperatorWay: String] = [:]
    /// Steps forward that a way back takes back.
    var takenBack: [StepID] = []

    private struct PoolKey: Hashable {
        var connection: String
        var fqdn: String
    }

    private struct OperatorWay: Hashable {
        var kind: Kind
        var from: Int32?
        var to: Int32?
    }

    init(_ desired: DesiredState, _ memory: Memory, _ part: Narrowing) {
        self.desired = desired
        self.memory = memory
        inDoubt = Set(memory.inDoubt.map(\.move.step))
        pools = desired.pools.map {
            PlanPool(
                name: $0.name, fqdn: $0.fqdn, connection: $0.connection, site: $0.site,
                product: $0.product)
        }
        waves = WaveDrawing(desired, memory.journey)
        tally = StageTally(handles: waves.handles)
        self.part = PartFilter(part, desired, waves)
        placementTexts = []
        for (index, pool) in pools.enumerated() {
            poolIndex[PoolKey(connection: pool.connection, fqdn: Address.folded(pool.fqdn))] =
                Int32(index)
        }
        placementTexts = desired.placements.map { columns.text($0.name) }
    }

    /// A number that tells one route's prices from another's.
    mutating func nextRoute() -> Int {
        routes += 1
        return routes
    }

    func placementText(_ placement: Int) -> Int32 { placementTexts[placement] }

    /// The row of a pool, made when it is not declared.
    mutating func pool(fqdn: String, connection: String) -> Int32 {
        let key = PoolKey(connection: connection, fqdn: Address.folded(fqdn))
        if let known = poolIndex[key] { return known }
        pools.append(
            PlanPool(name: fqdn, fqdn: fqdn, connection: connection, site: nil, product: nil))
        poolIndex[key] = Int32(pools.count - 1)
        return Int32(pools.count - 1)
    }

    mutating func pool(declared pool: Pool) -> Int32 {
        self.pool(fqdn: pool.fqdn, connection: pool.connection)
    }

    mutating func plan(
        _ observed: ObservedState, _ capabilities: [String: Capabilities], _ asOf: Instant
    ) -> Plan {
        for step in steps { tally.add(step, pools) }
        let stages = StageOrder(
            waves, tally, Circumstances(memory, desired.policy, at: asOf))
        for index in steps.indices { steps[index].stage = stages.place[Int(steps[index].stage)] }
        addHaltsInstead(of: steps, in: stages.stages)
        addEmptyWaves()
        return plan(
            in: stages.stages + addEndings(after: stages.stages.count), observed, capabilities, asOf
        )
    }

    /// The plan of steps that know their stages.
    mutating func plan(
        in stages: [Stage], _ observed: ObservedState, _ capabilities: [String: Capabilities],
        _ asOf: Instant
    ) -> Plan {
        steps = ordered(steps)
        addNeeds(capabilities)
        left = ordered(left)
        var plan = Plan(
            digest: "", asOf: asOf,
            desired: Plan.Desired(digest: desired.digest, revision: desired.revision),
            observed: Plan.Observed(
                digest: observed.digest(), at: observed.at,
                gaps: observed.connections.flatMap { connection in
                    connection.gaps.sorted().map {
                        Plan.ConnectionGap(connection: connection.name, gap: $0)
                    }
                }),
            summary: summed(), pools: pools, stages: stages, steps: steps, left: left,
            undo: undo(), refusals: [], findings: findings.sorted(by: Finding.isBefore),
            columns: columns)
        plan.operatorTasks = operatorTasks()
        return plan
    }

    /// Remembers what a person does for whatever goes this way.
    mutating func note(_ route: Route, of kind: Kind) {
        guard route.action == .operator else { return }
        operatorMeans[OperatorWay(kind: kind, from: route.from, to: route.to)] =
            route.rule?.source
    }

    /// In the order of the steps.
    private func operatorTasks() -> [OperatorTask] {
        guard !operatorMeans.isEmpty else { return [] }
        var tasks: [OperatorTask] = []
        var place: [OperatorWay: Int] = [:]
        for step in steps where step.action == .operator {
            guard case .resource(let row) = step.subject else { continue }
            let way = OperatorWay(kind: columns.kind(row), from: step.from, to: step.to)
            if let known = place[way] {
                tasks[known].count += 1
            } else if let means = operatorMeans[way] {
                place[way] = tasks.count
                tasks.append(
                    OperatorTask(
                        kind: way.kind, from: way.from, to: way.to, count: 1, means: means))
            }
        }
        return tasks
    }
}

extension PlanBuilder {
    mutating func addNarrowing(_ part: Narrowing) {
        guard !part.isWholeEstate else { return }
        note(
            .narrowed,
            "this is a part of the estate (\(part.arguments.joined(separator: " "))): nothing else is looked at or touched",
            hint: nil)
    }

    /// What no observation brings up: defaults that are in force, and guarantees that are missing.
    mutating func addWhatIsNotDeclared(_ capabilities: [String: Capabilities]) {
        if desired.policy.location == nil {
            note(
                .policyDefaults,
                "no Policy is declared: 1000 moves and 30 % in one run, no freezes, no masking",
                hint: "declare a Policy to set limits of your own")
        }
        if desired.estate.ledger.id == nil {
            note(
                .ledgerUnnamed,
                "no ledger id is declared: a lost ledger cannot be told from a new one",
                hint: memory.ledgerID.map { "add to the Estate: ledger: {id: \"\($0)\"}" }
                    ?? "declare an Estate with ledger: {url, id} after the first apply")
        }
        if !memory.isAtHand {
            note(
                .memoryNotAtHand,
                "no ledger is at hand: what others moved cannot be told from what is pending",
                hint: desired.estate.ledger.id.map {
                    "restore the ledger \($0) if it was lost; the first apply of all makes it, with --new-ledger --reason WORDS"
                })
        }
        for connection in desired.connections {
            guard let able = capabilities[connection.name], able.performs else { continue }
            if !able.comparesAndSwaps {
                note(
                    .unguardedOverwrite,
                    "\(connection.name) cannot refuse a move whose premise changed: between the look before a batch and the move itself, a change by somebody else may be overwritten",
                    hint: nil)
            }
            if !able.checksFencing, !able.endsWithRunner {
                note(
                    .unfencedRunner,
                    "\(connection.name) cannot refuse a runner that lost its lease: taking over waits for the longest deadline",
                    hint: nil)
            }
        }
    }

    private mutating func note(_ rule: PlanRule, _ message: String, hint: String?) {
        findings.append(
            Finding(rule: rule.rawValue, severity: .note, message: message, count: 1, hint: hint))
    }

    private func summed() -> Plan.Summary {
        var summary = summary
        for step in steps {
            switch step.action {
            case .move:
                summary.move += 1
                if direction(of: step) == .back { summary.back += 1 }
                if step.reversal == .never { summary.irreversible += 1 }
            case .operator: summary.operator += 1
            case .retire:
                summary.retire += 1
                summary.irreversible += 1
            case .proveEmpty, .reopen: break
            }
        }
        for entry in left {
            switch entry.because {
            case .held: summary.held += 1
            case .missing: summary.missing += 1
            case .conflict where entry.rule == PlanRule.moved.rawValue: summary.drifted += 1
            default: summary.blocked += 1
            }
        }
        return summary
    }

    private func direction(of step: Step) -> Product.Direction? {
        guard let from = step.from.flatMap({ pools[Int($0)].product }),
            let to = step.to.flatMap({ pools[Int($0)].product })
        else { return nil }
        return from.direction(to: to)
    }

    private func undo() -> Plan.Undo {
        var undo = Plan.Undo()
        var amounts: [Int32: Int] = [:]
        for step in steps where step.action == .move {
            if step.reversal == .never {
                undo.impossible += 1
            } else {
                undo.moves += 1
                amounts[step.back, default: 0] += 1
            }
        }
        undo.prices = Price.total(amounts.map { (columns.prices[Int($0.key)], $0.value) })
        return undo
    }
}
