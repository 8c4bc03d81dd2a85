/// Every difference becomes a step, or is left with the reason why not.

import Model

/// What pricing one move once has shown, for all moves that cost the same.
struct PriceKey: Hashable {
    var rule: Int
    var back: Bool
    /// Amounts in the order of the rule's costs; -1 where nobody can say.
    var amounts: [Int]
}

extension PlanBuilder {
    /// Adds everything that one compared connection brings up.
    mutating func add(_ comparison: Comparison) {
        let connection = Int32(columns.connections.count)
        columns.connections.append(comparison.scene.connection.name)
        var routes = Routes(comparison.scene)
        tied = TiedWaves(comparison, waves)
        var book = FindingBook()
        let torn = tornPools(comparison)
        for row in comparison.verdicts.indices {
            guard part.contains(comparison, row) else {
                noteOutside(comparison, row)
                continue
            }
            switch comparison.verdicts[row] {
            case .unchanged: summary.unchanged += 1
            case .pending, .moved, .returning:
                addWanted(comparison, row, connection, &routes, torn)
            default:
                note(comparison, row, in: &book)
                addUndecided(comparison, row, connection)
            }
        }
        for row in comparison.claims.renamed where part.contains(comparison, row) {
            book.note(.renamed, pool: 0, row, of: comparison.homes.table)
        }
        addUnseen(comparison, connection)
        addUnreadRelations(comparison, connection)
        addTied(comparison)
        summary.unmanaged += book.count(of: .unmanaged) + book.count(of: .released)
        summary.unmanaged += book.count(of: .unselected)
        let scene = comparison.scene
        findings += book.rolledUp(comparison.homes.table) { code in
            scene.poolOfCode[Int(code)]?.name ?? comparison.homes.pools.values[Int(code) - 1]
        }
        if part.isWholeEstate {
            addForgotten(comparison)
            addReleasedPools(comparison)
            addNotices(comparison)
            addIdleHolds(comparison)
        }
    }

    /// Somebody who is asked for, and of whom nobody can say what is to be done.
    private mutating func addUndecided(
        _ comparison: Comparison, _ row: Int, _ connection: Int32
    ) {
        guard comparison.claims.placement[row] != Claims.nobody else { return }
        noteUnsure(comparison, row)
        addLeft(comparison, row, connection, Reasons.verdict(comparison, row))
    }

    private func note(_ comparison: Comparison, _ row: Int, in book: inout FindingBook) {
        let rule: PlanRule? =
            switch comparison.verdicts[row] {
            case .unmanaged: .unmanaged
            case .released: .released
            case .unselected: .unselected
            case .ambiguous: .ambiguous
            case .homeless: .homeless
            case .foreign: .foreignPool
            default: nil
            }
        guard let rule else { return }
        let byPool = rule != .ambiguous && rule != .homeless
        book.note(
            rule, pool: byPool ? max(0, comparison.homes.pools.code(at: row)) : 0, row,
            of: comparison.homes.table)
    }

    /// A resource that is asked for elsewhere than it is: a step, unless something stands in the way.
    private mutating func addWanted(
        _ comparison: Comparison, _ row: Int, _ connection: Int32, _ routes: inout Routes,
        _ torn: Set<TornPool>
    ) {
        guard comparison.isOnItsWay(at: row), let target = comparison.target(at: row) else {
            return addLeft(comparison, row, connection, Reasons.verdict(comparison, row))
        }
        let kind = comparison.homes.table.kind(at: row)
        let route = routes.route(
            kind: kind, code: comparison.homes.pools.code(at: row), to: target, &self)
        let id = comparison.homes.table.withName(at: row) {
            StepID(
                action: route.action, connection: comparison.scene.connection.name, subject: $0,
                kind: kind, from: route.fromFQDN, to: route.toFQDN,
                comparedBy: comparison.homes.table.folding)
        }
        let placement = Int(comparison.claims.placement[row])
        let draw =
            placement >= 0
            ? waves.draw(comparison, row, placement: placement, step: id, tied)
            : .stage(WaveDrawing.open(for: kind))
        if let reason = obstacle(comparison, row, route, id, torn) ?? blanks(route, routes, row) {
            if case .stage(let stage) = draw, reason.isWaitedFor(inWave: stage > 1) {
                tally.block(stage)
            }
            return addLeft(comparison, row, connection, reason)
        }
        guard let rule = route.rule, case .stage(let stage) = draw else {
            return addLeft(comparison, row, connection, reason(draw, placement))
        }
        var step = step(id, route, rule, comparison, row)
        step.stage = stage
        step.connection = connection
        steps.append(step)
        if case .present(false) = comparison.enabled(at: row) { summary.disabled += 1 }
    }

    /// The step of one resource along a route; its stage is drawn, and its connection known, outside.
    private mutating func step(
        _ id: StepID, _ route: Route, _ rule: MoveRule, _ comparison: Comparison, _ row: Int
    ) -> Step {
        let cause: Step.Cause =
            switch comparison.verdicts[row] {
            case .moved: .drifted
            case .returning: .returned
            default: .pending
            }
        let placement = Int(comparison.claims.placement[row])
        return Step(
            id: id, stage: 0, action: route.action, connection: 0,
            subject: .resource(subject(comparison, row)), from: route.from, to: route.to,
            reversal: rule.reversal,
            price: price(rule.costs, route.ruleIndex, back: false, comparison, row),
            back: price(rule.costsBack, route.ruleIndex, back: true, comparison, row),
            cause: cause, reason: comparison.reason(at: row).map { columns.place($0) },
            placement: placement >= 0
                ? placementText(placement)
                : columns.text(comparison.formerPlacement(at: row)?.name ?? ""),
            bySelection: cause != .returned && comparison.claims.entry[row] < 0, needs: [])
    }

    private func reason(_ draw: WaveDrawing.Draw, _ placement: Int) -> Reason {
        switch draw {
        case .tooLate: Reasons.tooLate
        case .unknown(let gap): Reasons.waveUnknown(gap)
        case .none, .stage: Reasons.noWave(desired.placements[placement])
        }
    }

    /// A member outside the part that the plan is about: its wave is not over for that.
    private mutating func noteOutside(_ comparison: Comparison, _ row: Int) {
        let placement = Int(comparison.claims.placement[row])
        guard comparison.verdicts[row] == .pending, placement >= 0,
            comparison.isOnItsWay(at: row),
            case .stage(let stage) = waves.draw(
                comparison, row, placement: placement, step: StepID(high: 0, low: 0), tied)
        else { return }
        tally.leaveOutside(stage)
    }

    /// A member of whom nobody can say whether he should move: his wave is not over for that.
    private mutating func noteUnsure(_ comparison: Comparison, _ row: Int) {
        switch comparison.verdicts[row] {
        case .homeUnknown, .undecided, .inFlight: break
        default: return
        }
        let placement = Int(comparison.claims.placement[row])
        guard placement >= 0,
            case .stage(let stage) = waves.draw(
                comparison, row, placement: placement, step: StepID(high: 0, low: 0), tied)
        else { return }
        tally.block(stage)
    }

    /// What keeps a wanted move from being a step; the first that holds.
    private func obstacle(
        _ comparison: Comparison, _ row: Int, _ route: Route, _ id: StepID, _ torn: Set<TornPool>
    ) -> Reason? {
        if inDoubt.contains(id) { return Reasons.inDoubt }
        if let blocked = route.obstacle { return blocked }
        if let held = comparison.hold(on: row) { return held }
        if isRolledBack(id, route, comparison, row) { return Reasons.rolledBack }
        if let failure = memory.setAside[id] { return Reasons.setAside(failure) }
        let pool = TornPool(
            kind: comparison.homes.table.kind(at: row), code: comparison.homes.pools.code(at: row))
        if torn.contains(pool), route.rule?.grain == .wholePool {
            return Reasons.wholePool(pool.kind)
        }
        if let tooMany = tied.refused[row] { return tooMany }
        let placement = Int(comparison.claims.placement[row])
        if pool.kind == .user, let unread = comparison.scene.unreadRelations,
            waves.requiresRelations(placement: placement)
        {
            return Reasons.relationsUnknown(unread)
        }
        return nil
    }

    /// Whether the step was taken back, under whatever name: who has another one now stays as well.
    private func isRolledBack(
        _ id: StepID, _ route: Route, _ comparison: Comparison, _ row: Int
    ) -> Bool {
        if memory.rolledBack.isEmpty { return false }
        if memory.rolledBack.contains(id) { return true }
        return comparison.identities.formerNames(of: row).contains { former in
            var name = former.name
            let earlier = name.withUTF8 {
                StepID(
                    action: route.action, connection: comparison.scene.connection.name,
                    subject: UnsafeRawBufferPointer($0), kind: former.kind, from: route.fromFQDN,
                    to: route.toFQDN, comparedBy: comparison.homes.table.folding)
            }
            return memory.rolledBack.contains(earlier)
        }
    }

    /// Last of all obstacles: who is held or set aside is left alone for that.
    private func blanks(_ route: Route, _ routes: Routes, _ row: Int) -> Reason? {
        route.refusesBlanks && routes.hasBlanks(at: row) ? Reasons.nameWithBlanks : nil
    }

    mutating func subject(_ comparison: Comparison, _ row: Int) -> Int32 {
        let entry = Int(comparison.claims.entry[row])
        let entries = desired.entries
        let kind = comparison.homes.table.kind(at: row)
        return comparison.homes.withOwnID(at: row) { ownID in
            // A marker of one zero byte stands for an id that was not read.
            let known = ownID.first == 0 ? UnsafeRawBufferPointer(start: nil, count: 0) : ownID
            // Who was renamed is acted on under the present name, whatever the manifest calls him.
            if entry >= 0, !comparison.claims.renamed.contains(row) {
                return entries.withName(at: entry) {
                    columns.subject(kind: kind, name: $0, ownID: known)
                }
            }
            return comparison.homes.table.withName(at: row) {
                columns.subject(kind: kind, name: $0, ownID: known)
            }
        }
    }

    mutating func addLeft(
        _ comparison: Comparison, _ row: Int, _ connection: Int32, _ reason: Reason
    ) {
        let wanted = comparison.target(at: row)
        left.append(
            Left(
                connection: connection, subject: .resource(subject(comparison, row)),
                wanted: wanted.map { pool(declared: $0) }, because: reason.because,
                rule: reason.rule.rawValue, detail: columns.text(reason.detail),
                until: reason.until, reason: comparison.reason(at: row).map { columns.place($0) }))
    }

    /// The row of a list of prices for this resource.
    mutating func price(
        _ costs: [MoveRule.Cost], _ rule: Int, back: Bool, _ comparison: Comparison, _ row: Int
    ) -> Int32 {
        if costs.isEmpty { return 0 }
        let amounts = costs.map { cost in
            guard cost.measure == .observed else { return 1 }
            return switch comparison.homes.count(of: cost.what, at: row) {
            case .present(let count): count
            case .absent: 0
            case .unknown: -1
            }
        }
        let key = PriceKey(rule: rule, back: back, amounts: amounts)
        if let known = priceLists[key] { return known }
        let list = zip(costs, amounts).map { cost, amount in
            Price(cost.what, amount < 0 ? .unknown : .count(amount), detail: cost.detail)
        }
        let index = columns.priceList(list.sorted())
        priceLists[key] = index
        return index
    }
}
