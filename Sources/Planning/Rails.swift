/// Rails judge what one run may begin now, each on its own. A refused plan is still printed.

import Model

struct Rails {
    private let desired: DesiredState
    private let memory: Memory
    private let capabilities: [String: Capabilities]
    private let comparisons: [Comparison]

    init(
        _ desired: DesiredState, _ memory: Memory, _ capabilities: [String: Capabilities],
        _ comparisons: [Comparison]
    ) {
        self.desired = desired
        self.memory = memory
        self.capabilities = capabilities
        self.comparisons = comparisons
    }

    /// The refusals that no consent lifts, in the order of their rails.
    func refusals(of plan: Plan) -> [Refusal] {
        let steps = plan.authorisedSteps
        let all: [[Refusal]] = [
            desiredEmpty(), desiredShrunken(plan), movesPerRun(steps, plan),
            movesPercent(steps, plan), capacity(steps, plan), arrivalOnClosedPool(steps, plan),
            productFit(steps, plan), price(steps, plan), observationIncomplete(plan),
            readOnly(steps, plan),
        ]
        return all.flatMap { $0 }.filter { !$0.isLiftable || !isOverridden($0.rail, plan.digest) }
    }

    private func isOverridden(_ rail: Rail, _ digest: String) -> Bool {
        memory.consents.contains { $0.subject == .override(rail) && $0.digest == digest }
    }

    private func overrideHint(_ rail: Rail, _ plan: Plan) -> String {
        "to lift it once: --override \(rail.rawValue)@\(plan.digest.prefix(12)) --reason \"...\""
    }
}

extension Rails {
    private var managed: Int { memory.homes.values.reduce(0) { $0 + $1.count } }

    /// Nothing asked for where something was managed: a wrong folder far more often than a wish.
    private func desiredEmpty() -> [Refusal] {
        let asks =
            desired.entries.count > 0 || desired.placements.contains { !$0.selections.isEmpty }
        guard !asks, managed > 0 else { return [] }
        return [
            Refusal(
                rail: .desiredEmpty,
                message: "the manifests place nobody, and rehome manages \(managed) resources",
                hint: "look at the folder that was named: this is never lifted")
        ]
    }

    private func desiredShrunken(_ plan: Plan) -> [Refusal] {
        let gone = comparisons.reduce(0) { sum, comparison in
            sum + comparison.verdicts.count { $0 == .released || $0 == .unselected }
        }
        let limit = desired.policy.limits.vanish
        guard gone > limit.allowance(of: managed) else { return [] }
        return [
            Refusal(
                rail: .desiredShrunken,
                message:
                    "\(gone) of \(managed) managed resources are no longer asked for: more than \(limit.percent.words) % and more than \(limit.atLeast)",
                hint: "if they are meant to be let go, " + overrideHint(.desiredShrunken, plan))
        ]
    }

    private func movesPerRun(_ steps: [Step], _ plan: Plan) -> [Refusal] {
        let limit = desired.policy.limits.movesPerRun
        guard steps.count > limit else { return [] }
        return [
            Refusal(
                rail: .movesPerRun,
                message:
                    "\(steps.count) moves in one run are more than limits.moves.perRun, \(limit)",
                hint: "place fewer at a time, raise the limit in the Policy, or "
                    + overrideHint(.movesPerRun, plan))
        ]
    }

    private func movesPercent(_ steps: [Step], _ plan: Plan) -> [Refusal] {
        let limit = desired.policy.limits.movesPercent
        var refusals: [Refusal] = []
        for (index, name) in plan.columns.connections.enumerated() {
            let moves = steps.count { $0.connection == Int32(index) }
            guard moves > 0,
                let scene = comparisons.first(where: { $0.scene.connection.name == name })
            else { continue }
            let homes = scene.homes
            let total = (0..<homes.count).count { row in
                let code = homes.pools.code(at: row)
                return code > 0 && scene.scene.poolOfCode[Int(code)] != nil
            }
            guard Double(moves) * 100 > limit * Double(total) else { continue }
            let share = (Double(moves) * 1000 / Double(total)).rounded() / 10
            refusals.append(
                Refusal(
                    rail: .movesPercent,
                    message:
                        "\(moves) of \(total) resources on the pools of \(name) would move: \(share.words) % is more than limits.moves.percent, \(limit.words) %",
                    hint: "place fewer at a time, raise the limit in the Policy, or "
                        + overrideHint(.movesPercent, plan)))
        }
        return refusals
    }

    private func capacity(_ steps: [Step], _ plan: Plan) -> [Refusal] {
        desired.pools.compactMap { pool in
            guard let capacity = pool.capacity,
                let comparison = comparisons.first(where: {
                    $0.scene.connection.name == pool.connection
                })
            else { return nil }
            let arrivals = steps.count { arrives($0, on: pool, .user, plan) }
            guard arrivals > 0 else { return nil }
            let load = load(of: pool, comparison)
            guard load + arrivals > capacity else { return nil }
            return Refusal(
                rail: .capacity,
                message:
                    "\(pool.name) has room for \(capacity) users, is home to \(load), and \(arrivals) would arrive",
                hint: "place fewer there, correct the capacity at \(pool.location), or "
                    + overrideHint(.capacity, plan))
        }
    }

    private func load(of pool: Pool, _ comparison: Comparison) -> Int {
        guard let code = comparison.scene.code(ofPool: pool.name) else { return 0 }
        return (0..<comparison.homes.count).count {
            comparison.homes.pools.code(at: $0) == code
                && comparison.homes.table.kind(at: $0) == .user
        }
    }

    private func arrives(_ step: Step, on pool: Pool, _ kind: Kind?, _ plan: Plan) -> Bool {
        guard let to = step.to, plan.pools[Int(to)].name == pool.name,
            case .resource(let row) = step.subject
        else { return false }
        return kind == nil || plan.columns.kind(row) == kind
    }
}

extension Rails {
    /// Who goes back to the pool that rehome took him from is no arrival on a draining pool.
    private func arrivalOnClosedPool(_ steps: [Step], _ plan: Plan) -> [Refusal] {
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
    private func productFit(_ steps: [Step], _ plan: Plan) -> [Refusal] {
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

    private func price(_ steps: [Step], _ plan: Plan) -> [Refusal] {
        var unpaid: [Price.What: [Int32: Int]] = [:]
        let given = consent(for: plan.digest)
        let consents = Dictionary(
            desired.placements.map { ($0.name, $0.consent) }, uniquingKeysWith: { $1 })
        for step in steps where step.price != 0 {
            let placed = consents[plan.columns.texts[Int(step.placement)]] ?? PriceConsent()
            let consent = placed.union(given)
            for price in plan.prices(of: step) where !consent.covers(price) {
                unpaid[price.what, default: [:]][step.price, default: 0] += 1
            }
        }
        return unpaid.sorted { $0.key < $1.key }.map { what, lists in
            let total = Price.total(
                lists.map { list, times in
                    (plan.columns.prices[Int(list)].filter { $0.what == what }, times)
                })
            let moves = lists.values.reduce(0, +)
            let isUnknown = total.contains { $0.amount == .unknown }
            let amount = total.map { $0.amount.words }.joined(separator: " and ")
            let also = isUnknown ? ", acceptUnknown: [\(what.rawValue)]" : ""
            let flags = isUnknown ? " --accept-unknown \(what.rawValue)" : ""
            return Refusal(
                rail: .price,
                message:
                    "\(moves) move\(moves == 1 ? "" : "s") cost \(what.rawValue) (\(amount)) that nobody accepted: \(total.first?.detail ?? "")",
                hint:
                    "accept it on the Placement (accept: [\(what.rawValue)]\(also)), or once for this plan: --accept \(what.rawValue)\(flags) --expect \(plan.digest.prefix(12))"
            )
        }
    }

    private func consent(for digest: String) -> PriceConsent {
        var consent = PriceConsent()
        for given in memory.consents where given.digest == digest {
            switch given.subject {
            case .price(let what): consent.accepted.insert(what)
            case .unknownPrice(let what): consent.acceptedUnknown.insert(what)
            case .override, .approval: break
            }
        }
        return consent
    }

    /// For a kind that the run moves: most of the pools that it would leave or enter were not read.
    private func observationIncomplete(_ plan: Plan) -> [Refusal] {
        var refusals: [Refusal] = []
        for comparison in comparisons where !comparison.scene.observed.gaps.isEmpty {
            let scene = comparison.scene
            guard let connection = plan.columns.connections.firstIndex(of: scene.connection.name)
            else { continue }
            for kind in Kind.allCases {
                let concerned = pools(of: kind, Int32(connection), plan)
                let unread = concerned.filter { pool in
                    scene.observed.gaps.contains {
                        $0.covers(pool: plan.pools[Int(pool)].fqdn, kind: kind)
                            && ($0.fact == nil || $0.fact == "home")
                    }
                }
                guard unread.count * 2 > concerned.count else { continue }
                let gap = scene.observed.gaps.sorted().first
                refusals.append(
                    Refusal(
                        rail: .observationIncomplete,
                        message:
                            "\(unread.count) of \(concerned.count) pools whose \(kind.name) resources would move could not be read on \(scene.connection.name): \(gap?.reason ?? "")",
                        hint: "mend what keeps them from being read, or "
                            + overrideHint(.observationIncomplete, plan)))
            }
        }
        return refusals
    }

    /// Pools that steps of a kind leave or enter, or would if they were not left for want of sight.
    private func pools(of kind: Kind, _ connection: Int32, _ plan: Plan) -> Set<Int32> {
        var pools: Set<Int32> = []
        for step in plan.steps where step.connection == connection {
            guard case .resource(let row) = step.subject, plan.columns.kind(row) == kind
            else { continue }
            for pool in [step.from, step.to] {
                if let pool { pools.insert(pool) }
            }
        }
        for left in plan.left where left.connection == connection && left.because == .unknown {
            guard case .resource(let row) = left.subject, plan.columns.kind(row) == kind,
                let wanted = left.wanted
            else { continue }
            pools.insert(wanted)
        }
        return pools
    }

    private func readOnly(_ steps: [Step], _ plan: Plan) -> [Refusal] {
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

extension Double {
    /// Without a fraction that says nothing.
    var words: String { self == rounded() ? String(Int(self)) : String(self) }
}

extension Price.Amount {
    var words: String {
        switch self {
        case .count(let count): String(count)
        case .unknown: "nobody can say how many"
        }
    }
}
