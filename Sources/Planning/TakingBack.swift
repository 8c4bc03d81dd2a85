/// The way back of what was moved, as a plan like any other.

package import Model

/// A plan that leads back, and what stays blocked once it is carried out.
package struct WayBackPlan: Sendable {
    package var plan: Plan
    /// The steps forward that it takes back, sorted, and those that were still to come.
    package var takenBack: [StepID]
}

extension Planner {
    /// The plan that leads everybody whom some moves took away to where he was before them.
    ///
    /// Who lives there already gets no step. Whoever cannot go, or is not where the moves left him, stands in
    /// `left`. Windows, gates and waves say nothing here; rails do, and prices are those of this way.
    ///
    /// - Parameters:
    ///   - back: The moves.
    ///   - desired: What the manifests ask for; here its pools, holds and limits.
    ///   - observed: What adapters saw.
    ///   - memory: What the ledger knows; prices are accepted in it, for the digest of this plan.
    ///   - capabilities: What each connection can do, by its name.
    ///   - asOf: The time by which holds and freezes are judged.
    ///   - part: What to look at; nobody outside it goes back.
    /// - Returns: A plan, also where rails refuse it.
    package static func planBack(
        _ back: WayBack, desired: DesiredState, observed: ObservedState, memory: Memory,
        capabilities: [String: Capabilities], asOf: Instant, part: Narrowing
    ) -> WayBackPlan {
        let observed = observed.compared(by: desired.folding)
        let memory = memory.compared(by: desired.folding)
        let comparisons = compare(desired, observed, memory, capabilities, asOf)
        var builder = PlanBuilder(desired, memory, part)
        for comparison in comparisons { builder.add(back, comparison) }
        builder.addUnreachable(back, comparisons)
        builder.addNarrowing(part)
        let stages = builder.stages(of: back)
        var plan = builder.plan(in: stages, observed, capabilities, asOf)
        plan.digest = plan.computedDigest()
        plan.refusals =
            Rails(desired, memory, capabilities, comparisons).refusals(ofWayBack: plan)
        let unmoved = part.isWholeEstate ? back.unmoved.map(\.step) : []
        // Manifests may ask by now for the very way back: its own steps are never blocked by it.
        let takenBack = Set(builder.takenBack).union(unmoved).subtracting(plan.steps.map(\.id))
        return WayBackPlan(plan: plan, takenBack: takenBack.sorted())
    }
}

extension PlanBuilder {
    private static let apps: Int32 = 0
    private static let users: Int32 = 1

    /// Adds all trails of one connection.
    fileprivate mutating func add(_ back: WayBack, _ comparison: Comparison) {
        let connection = Int32(columns.connections.count)
        columns.connections.append(comparison.scene.connection.name)
        var routes = Routes(comparison.scene)
        var rows: [(trail: WayBack.Trail, row: Int)] = []
        // Who was moved under two names is one.
        var place: [Int: Int] = [:]
        for trail in back.trails where trail.connection == comparison.scene.connection.name {
            if let row = comparison.row(of: trail.resource) {
                guard part.contains(comparison, row) else { continue }
                if let known = place[row] {
                    rows[known].trail.goOn(with: trail)
                } else {
                    place[row] = rows.count
                    rows.append((trail, row))
                }
            } else if part.isWholeEstate {
                addLeft(trail, connection, comparison.whyUnseen(trail.resource))
            }
        }
        let targets = Dictionary(
            rows.compactMap { trail, row in
                comparison.scene.pool(fqdn: trail.former).map { (row, $0) }
            }, uniquingKeysWith: { first, _ in first })
        let torn = tornPools(comparison) { targets[$0] }
        for (trail, row) in rows {
            if comparison.isAt(trail.former, row) {
                summary.unchanged += 1
                takenBack += trail.steps
            } else if let reason = comparison.whyNot(trail, row, inDoubt: inDoubt) {
                addLeft(trail, connection, reason, subject(comparison, row))
            } else if let former = targets[row] {
                add(trail, row, to: former, comparison, connection, &routes, torn)
            }
        }
    }

    private mutating func add(
        _ trail: WayBack.Trail, _ row: Int, to former: Pool, _ comparison: Comparison,
        _ connection: Int32, _ routes: inout Routes, _ torn: Set<TornPool>
    ) {
        let table = comparison.homes.table
        let kind = table.kind(at: row)
        let route = routes.route(
            kind: kind, code: comparison.homes.pools.code(at: row), to: former, &self)
        let id = table.withName(at: row) {
            StepID(
                action: route.action, connection: comparison.scene.connection.name, subject: $0,
                kind: kind, from: route.fromFQDN, to: route.toFQDN, comparedBy: table.folding)
        }
        let subject = subject(comparison, row)
        guard let rule = route.rule, obstacle(id, route, comparison, row, torn) == nil else {
            let reason = obstacle(id, route, comparison, row, torn)
            return addLeft(trail, connection, reason ?? Reasons.neverBack(kind), subject)
        }
        takenBack += trail.steps
        steps.append(
            Step(
                id: id, stage: kind.isApp ? Self.apps : Self.users, action: route.action,
                connection: connection, subject: .resource(subject), from: route.from,
                to: route.to, reversal: rule.reversal,
                price: price(
                    rule.costs.map { $0.naming(former.product) }, route.ruleIndex, back: false,
                    comparison, row),
                back: price(rule.costsBack, route.ruleIndex, back: true, comparison, row),
                cause: .takenBack, reason: nil, placement: columns.text(""), bySelection: false,
                needs: []))
        if case .present(false) = comparison.enabled(at: row) { summary.disabled += 1 }
    }

    /// What keeps a way back from being a step; the first that holds.
    private func obstacle(
        _ id: StepID, _ route: Route, _ comparison: Comparison, _ row: Int,
        _ torn: Set<TornPool>
    ) -> Reason? {
        if inDoubt.contains(id) { return Reasons.inDoubt }
        let kind = comparison.homes.table.kind(at: row)
        if comparison.isOneWay(kind, from: route.toFQDN, to: route.fromFQDN) {
            return Reasons.neverBack(kind)
        }
        if let blocked = route.obstacle { return blocked }
        if let held = comparison.hold(on: row) { return held }
        if memory.rolledBack.contains(id) { return Reasons.rolledBack }
        if let failure = memory.setAside[id] { return Reasons.setAside(failure) }
        let pool = TornPool(kind: kind, code: comparison.homes.pools.code(at: row))
        return torn.contains(pool) && route.rule?.grain == .wholePool
            ? Reasons.wholePool(kind) : nil
    }

    /// Trails of connections that are not declared any more.
    fileprivate mutating func addUnreachable(_ back: WayBack, _ comparisons: [Comparison]) {
        let known = Set(comparisons.map(\.scene.connection.name))
        guard part.isWholeEstate else { return }
        for trail in back.trails where !known.contains(trail.connection) {
            addLeft(
                trail, nil,
                Reason(
                    .unknown, .homeUnknown,
                    "the connection \(trail.connection) is not declared any more"))
        }
    }

    private mutating func addLeft(
        _ trail: WayBack.Trail, _ connection: Int32?, _ reason: Reason, _ known: Int32? = nil
    ) {
        var name = trail.resource.name
        let subject =
            known
            ?? name.withUTF8 {
                columns.subject(
                    kind: trail.resource.kind, name: UnsafeRawBufferPointer($0),
                    ownID: UnsafeRawBufferPointer(start: nil, count: 0))
            }
        left.append(
            Left(
                connection: connection, subject: .resource(subject),
                wanted: pool(fqdn: trail.former, connection: trail.connection),
                because: reason.because, rule: reason.rule.rawValue,
                detail: columns.text(reason.detail), until: reason.until, reason: nil))
    }

    /// Apps go first: they came after the users. Both begin with one run.
    fileprivate mutating func stages(of back: WayBack) -> [Stage] {
        let used = Set(steps.map(\.stage))
        var stages: [Stage] = []
        var place: [Int32: Int32] = [:]
        for handle in [Self.apps, Self.users] where used.contains(handle) {
            place[handle] = Int32(stages.count)
            stages.append(
                Stage(
                    id: handle == Self.apps ? back.stage + "/apps" : back.stage, rollout: nil,
                    wave: nil, needs: stages.map(\.id), gatesBefore: [], gatesAfter: [],
                    soak: nil, windows: [], budget: back.budget ?? WaveDrawing.openBudget,
                    isAuthorised: true, standing: Standing(state: .open)))
        }
        for index in steps.indices { steps[index].stage = place[steps[index].stage] ?? 0 }
        return stages
    }
}

extension WayBack.Trail {
    /// What the same resource did after this, under another name.
    fileprivate mutating func goOn(with later: WayBack.Trail) {
        pool = later.pool
        placement = later.placement
        movedByUs = movedByUs || later.movedByUs
        steps += later.steps.filter { !steps.contains($0) }
    }
}

extension MoveRule.Cost {
    /// Says which client the older product wants.
    fileprivate func naming(_ product: Product) -> MoveRule.Cost {
        guard what == .clients, let client = product.client else { return self }
        return MoveRule.Cost(what, measure, detail: "\(detail), \(client)")
    }
}

extension Product {
    /// What its users run on their machines; nil where any phone does.
    fileprivate var client: String? {
        switch self {
        case .ocs2007r2: "Office Communicator 2007 R2"
        case .lync2010: "Lync 2010"
        case .lync2013: "Lync 2013"
        case .sfb2015: "Skype for Business 2015"
        case .sfb2019, .sfbSE: "Skype for Business 2016 or later"
        case .teams: "Microsoft Teams"
        case .kamailio: nil
        }
    }
}

extension Rails {
    /// Going back in a freeze wants a name that is put to it.
    func freeze(_ steps: [Step], _ plan: Plan) -> [Refusal] {
        let spans = desired.policy.freezes.map(FreezeSpan.init)
        guard !steps.isEmpty, let freeze = spans.first(where: { $0.covers(plan.asOf) })
        else { return [] }
        return [
            Refusal(
                rail: .freeze, message: "the freeze (\(freeze.reason)) lasts until \(freeze.to)",
                hint: "wait for its end, or " + overrideHint(.freeze, plan))
        ]
    }
}
