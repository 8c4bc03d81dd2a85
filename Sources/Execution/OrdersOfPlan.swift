/// From a plan to the orders of a run: which steps it may begin, and what it waits for instead.

package import Model

extension RunOrders {
    /// The steps that the plan authorises, with all that is needed to do them, check them and name them.
    ///
    /// - Parameters:
    ///   - plan: A plan without refusals.
    ///   - memory: What the ledger knows; being where it already remembers a resource is no news.
    ///   - connections: For their limits.
    ///   - capabilities: Of each connection, by its name.
    ///   - id: The name of the run.
    ///   - actor: Who applies the plan.
    ///   - now: When the run begins.
    ///   - limits: Every other limit.
    ///   - seed: Of the jitter between attempts.
    package init(
        _ plan: Plan, memory: Memory, connections: [Connection],
        capabilities: [String: Capabilities], id: RunID, by actor: Actor, at now: Instant,
        limits: RunLimits, seed: UInt64
    ) {
        var draft = OrdersDraft(plan, memory, connections, capabilities)
        draft.addSteps()
        draft.addNeeds()
        var run = Run(
            id: id, plan: plan.digest, campaign: plan.desired.digest,
            revision: plan.desired.revision, by: actor, began: now)
        run.counts.total = draft.moves.count
        self.init(
            run: run,
            plan: RecordedPlan(of: plan, at: now),
            connections: draft.connections, stages: draft.stages, lanes: draft.lanes,
            moves: draft.moves, waits: draft.waits(), limits: limits, seed: seed)
        stops = memory.stops
        journey = memory.journey
        inDoubt = Set(memory.inDoubt.map(\.move.step))
        failedBefore = draft.stages.map { memory.failures(in: $0) }
    }
}

extension Plan {
    /// Whether a wave is behind: complete, or without anybody to move.
    fileprivate func isDone(_ wave: String, _ journey: Journey) -> Bool {
        stages.allSatisfy { stage in
            guard let id = stage.waveID, "\(id)" == wave else { return true }
            let progress = journey[id]
            return stage.standing.state == .done
                && (progress?.hasStarted != true || progress?.isComplete == true)
        }
    }
}

extension Memory {
    /// How many members of a wave under way failed for good, since a person last let it go on.
    fileprivate func failures(in stage: Stage) -> Int {
        guard let progress = journey[stage], progress.isUnderWay else { return 0 }
        return setAside.count { step, failure in
            progress.members.contains(step)
                && progress.resumedAt.map { failure.since > $0 } ?? true
        }
    }
}

private struct OrdersDraft {
    let plan: Plan
    let memory: Memory
    let capabilities: [String: Capabilities]
    let limitsOf: [String: Connection.Limits]
    var connections: [ConnectionOrders] = []
    var stages: [Stage] = []
    var lanes: [LaneOrders] = []
    var moves: [MoveOrder] = []
    private var stageOf: [Int32: Int] = [:]
    private var connectionOf: [Int32: Int] = [:]
    private var laneOf: [LaneKey: Int] = [:]
    private var routeOf: [RouteKey: MoveRule?] = [:]
    private var needs: [(move: Int, on: [StepID])] = []
    /// Steps of which an earlier run may still know more than we do, or that a person set aside.
    private let inDoubt: Set<StepID>
    private var doubted: [Int] = []
    private var aside: [Int] = []
    private var operators = 0
    private var blocked = 0

    private struct LaneKey: Hashable {
        var orders: LaneOrders
        var kind: Kind
        /// Only where a pool moves as a whole.
        var from: Int32?
        var to: Int32?
    }

    private struct RouteKey: Hashable {
        var connection: Int32
        var kind: Kind
        var from: Int32
        var to: Int32
    }

    init(
        _ plan: Plan, _ memory: Memory, _ connections: [Connection],
        _ capabilities: [String: Capabilities]
    ) {
        self.plan = plan
        self.memory = memory
        self.capabilities = capabilities
        inDoubt = Set(memory.inDoubt.map(\.move.step))
        limitsOf = Dictionary(
            connections.map { ($0.name, $0.limits) }, uniquingKeysWith: { first, _ in first })
        let mine = Set(plan.stages.filter(\.isAuthorised).map(\.id))
        for (index, stage) in plan.stages.enumerated()
        where stage.isAuthorised && stage.retirement == nil {
            stageOf[Int32(index)] = stages.count
            stages.append(stage)
            stages[stages.count - 1].needs.removeAll {
                !mine.contains($0) && plan.isDone($0, memory.journey)
            }
        }
    }

    mutating func addSteps() {
        for step in plan.steps {
            guard let stage = stageOf[step.stage] else { continue }
            guard step.action == .move, case .resource(let subject) = step.subject,
                let from = step.from, let to = step.to
            else {
                operators += 1
                continue
            }
            add(step, subject, from: from, to: to, stage: stage)
        }
    }

    private mutating func add(
        _ step: Step, _ subject: Int32, from: Int32, to: Int32, stage: Int
    ) {
        let resource = plan.columns.resource(subject)
        let rule = rule(
            RouteKey(connection: step.connection, kind: resource.kind, from: from, to: to))
        let isWhole = rule?.grain == .wholePool
        let key = LaneKey(
            orders: LaneOrders(
                connection: connection(step.connection), stage: stage,
                batch: isWhole ? nil : rule?.batch ?? 1, settles: rule?.settles ?? .zero,
                repeatable: rule?.repeatable ?? false),
            kind: resource.kind, from: isWhole ? from : nil, to: isWhole ? to : nil)
        let lane = laneOf[key] ?? lanes.count
        if lane == lanes.count {
            lanes.append(key.orders)
            laneOf[key] = lane
        }
        let target = plan.pools[Int(to)].fqdn
        if !step.needs.isEmpty { needs.append((moves.count, step.needs)) }
        if inDoubt.contains(step.id) {
            doubted.append(moves.count)
        } else if memory.setAside[step.id] != nil || memory.rolledBack.contains(step.id) {
            aside.append(moves.count)
        }
        moves.append(
            MoveOrder(
                move: Move(
                    step: step.id, resource: resource, ownID: plan.columns.ownID(subject),
                    from: plan.pools[Int(from)].fqdn, to: target),
                lane: lane,
                // Who was taken back belongs to no placement any more, and is not asked back again.
                placement: step.cause == .returned || step.cause == .takenBack
                    ? "" : plan.columns.texts[Int(step.placement)],
                bySelection: step.bySelection,
                isRecorded: isRecorded(resource, at: target, on: step.connection)))
    }

    private mutating func rule(_ key: RouteKey) -> MoveRule? {
        if let known = routeOf[key] { return known }
        var rule: MoveRule?
        if let from = plan.pools[Int(key.from)].product, let to = plan.pools[Int(key.to)].product {
            rule = capabilities[plan.columns.connections[Int(key.connection)]]?
                .rule(for: key.kind, from: from, to: to)
        }
        routeOf[key] = .some(rule)
        return rule
    }

    private mutating func connection(_ row: Int32) -> Int {
        if let known = connectionOf[row] { return known }
        let name = plan.columns.connections[Int(row)]
        connections.append(
            ConnectionOrders(
                name: name,
                limits: limitsOf[name] ?? Connection.Limits(concurrency: 1, batch: 1, rate: nil),
                endsWithRunner: capabilities[name]?.endsWithRunner ?? false))
        connectionOf[row] = connections.count - 1
        return connections.count - 1
    }

    private func isRecorded(_ resource: ResourceID, at pool: String, on connection: Int32) -> Bool {
        let name = plan.columns.connections[Int(connection)]
        guard let homes = memory.homes[name], let row = homes.row(of: resource) else {
            return false
        }
        return Address.folded(homes[row].pool) == Address.folded(pool)
    }
}

extension OrdersDraft {
    /// A step that needs one which this run does not begin is left out, and so is what needs it. A plan
    /// made anew has no steps in doubt or set aside; one that was saved before may.
    mutating func addNeeds() {
        var out = Set(doubted + aside)
        guard !needs.isEmpty || !out.isEmpty else { return }
        var place: [StepID: Int] = [:]
        for (index, order) in moves.enumerated() { place[order.move.step] = index }
        let planned = Set(plan.steps.map(\.id))
        var grew = true
        while grew {
            grew = false
            for (move, on) in needs where !out.contains(move) {
                let isOut = on.contains { id in
                    place[id].map { out.contains($0) } ?? planned.contains(id)
                }
                if isOut { grew = out.insert(move).inserted || grew }
            }
        }
        for (move, on) in needs { moves[move].needs = on.compactMap { place[$0] }.sorted() }
        leaveOut(out)
    }

    private mutating func leaveOut(_ out: Set<Int>) {
        guard !out.isEmpty else { return }
        blocked = out.count - doubted.count - aside.count
        var newPlace = [Int](repeating: 0, count: moves.count)
        var kept: [MoveOrder] = []
        for (index, order) in moves.enumerated() where !out.contains(index) {
            newPlace[index] = kept.count
            kept.append(order)
        }
        for index in kept.indices { kept[index].needs = kept[index].needs.map { newPlace[$0] } }
        moves = kept
    }

    /// Stages with steps that may not begin yet, those that wait for the same thing together.
    private func waitingStages() -> [String] {
        let used = Set(plan.steps.map(\.stage))
        var groups: [(cause: String, stages: [String])] = []
        for (index, stage) in plan.stages.enumerated()
        where (!stage.isAuthorised || stage.retirement != nil) && stage.standing.state == .waiting
            && used.contains(Int32(index))
            && !stage.needs.contains(stage.standing.waitsFor ?? "")
        {
            let cause = stage.standing.waitsFor ?? "its turn"
            if let group = groups.firstIndex(where: { $0.cause == cause }) {
                groups[group].stages.append(stage.id)
            } else {
                groups.append((cause, [stage.id]))
            }
        }
        return groups.map { cause, stages in
            stages.count == 1
                ? "\(stages[0]) waits for \(cause)"
                : "\(stages[0]) and \(stages.count - 1) more stages wait for \(cause)"
        }
    }

    /// What waits from the beginning, in words.
    func waits() -> [String] {
        var waits = waitingStages()
        if operators > 0 { waits.append("\(Words.steps(operators)) for an operator") }
        if !doubted.isEmpty {
            waits.append("\(Words.steps(doubted.count)) in doubt since an earlier run")
        }
        if !aside.isEmpty { waits.append("\(Words.steps(aside.count)) set aside") }
        if blocked > 0 { waits.append("\(Words.steps(blocked)) that need what does not begin yet") }
        return waits
    }
}

/// Counts as a person reads them.
enum Words {
    static func steps(_ count: Int) -> String { count == 1 ? "1 step" : "\(count) steps" }
}
