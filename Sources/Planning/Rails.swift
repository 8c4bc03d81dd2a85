/// Rails judge what one run may begin now, each on its own. A refused plan is still printed.

import Model

struct Rails {
    let desired: DesiredState
    let memory: Memory
    let capabilities: [String: Capabilities]
    let comparisons: [Comparison]

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
        // The end of a pool has a limit and approvals of its own.
        let steps = plan.authorisedSteps.filter { plan.stages[Int($0.stage)].retirement == nil }
        let all: [[Refusal]] = [
            desiredEmpty(), desiredShrunken(plan), movesPerRun(steps, plan),
            movesPercent(steps, plan), capacity(steps, plan), arrivalOnClosedPool(steps, plan),
            productFit(steps, plan), price(steps, plan), observationIncomplete(plan),
            readOnly(steps, plan),
        ]
        return all.flatMap { $0 }.filter { !$0.isLiftable || !isOverridden($0.rail, plan.digest) }
    }

    /// Those that judge a way back. What the manifests ask for meanwhile is not its business, and prices
    /// are accepted for it alone.
    func refusals(ofWayBack plan: Plan) -> [Refusal] {
        let steps = plan.authorisedSteps
        let all: [[Refusal]] = [
            movesPerRun(steps, plan), movesPercent(steps, plan), capacity(steps, plan),
            arrivalOnClosedPool(steps, plan), productFit(steps, plan),
            price(steps, plan, isWayBack: true), observationIncomplete(plan),
            readOnly(steps, plan), freeze(steps, plan),
        ]
        return all.flatMap { $0 }.filter { !$0.isLiftable || !isOverridden($0.rail, plan.digest) }
    }

    private func isOverridden(_ rail: Rail, _ digest: String) -> Bool {
        memory.consents.contains { $0.subject == .override(rail) && $0.digest == digest }
    }

    func overrideHint(_ rail: Rail, _ plan: Plan) -> String {
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
            sum + comparison.verdicts.indices.count { comparison.isLetGo(at: $0) }
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

    func arrives(_ step: Step, on pool: Pool, _ kind: Kind?, _ plan: Plan) -> Bool {
        guard let to = step.to, plan.pools[Int(to)].name == pool.name,
            case .resource(let row) = step.subject
        else { return false }
        return kind == nil || plan.columns.kind(row) == kind
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
