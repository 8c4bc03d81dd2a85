/// The properties of a plan, each a question with a yes or a sentence.

import Model
import Planning
import TestSupport

enum Properties {
    /// The first property that a plan of a world breaks, in words; nil when all hold.
    static func broken(by plan: Plan, of world: World) -> String? {
        stepsNameOnlyWhatMayMove(plan, world)
            ?? everyDeclaredResidentIsAccountedFor(plan, world)
            ?? stepsAreWithinCapabilities(plan, world)
            ?? stepsComeAfterTheirNeeds(plan)
            ?? applyingLeadsThere(plan, world)
            ?? everyPrefixConverges(plan, world)
            ?? everyPrefixCanBeTakenBack(plan, world)
    }

    private static func resident(_ step: Step, _ plan: Plan, _ world: World) -> World.Resident? {
        let words = plan.words(of: step.subject)
        return world.residents.first { $0.id.description == words }
    }

    /// Unmanaged, held and unseen residents are never named by a step, and nobody is named twice.
    private static func stepsNameOnlyWhatMayMove(_ plan: Plan, _ world: World) -> String? {
        var named: Set<String> = []
        for step in plan.steps {
            let words = plan.words(of: step.subject)
            guard named.insert(words).inserted else { return "\(words) has two steps" }
            guard let resident = resident(step, plan, world) else { return "\(words) is nobody" }
            guard !resident.isHeld else { return "\(words) is held and has a step" }
            guard let desired = resident.desired else { return "\(words) is asked for by nobody" }
            guard case .on(let pool) = resident.seen else {
                return "\(words) was not seen on a pool"
            }
            guard plan.poolName(step.from) == pool, plan.poolName(step.to) == desired,
                pool != desired
            else { return "\(words) goes the wrong way" }
        }
        return nil
    }

    /// Who is declared is unchanged, has a step, or stands in `left`: nobody is silently dropped.
    private static func everyDeclaredResidentIsAccountedFor(
        _ plan: Plan, _ world: World
    ) -> String? {
        var accounted = Set(plan.steps.map { plan.words(of: $0.subject) })
        accounted.formUnion(plan.left.map { plan.words(of: $0.subject) })
        for resident in world.residents {
            guard let desired = resident.desired else { continue }
            if resident.seen == .on(desired) {
                if accounted.contains(resident.id.description) {
                    return "\(resident.id) is where it should be and is not left in peace"
                }
            } else if !accounted.contains(resident.id.description) {
                return "\(resident.id) is asked for and forgotten"
            }
        }
        return nil
    }

    private static func comesBackAlone(_ step: Step, _ plan: Plan, _ world: World) -> Bool {
        guard case .resource(let row) = step.subject,
            let from = step.from.flatMap({ plan.pools[Int($0)].product }),
            let to = step.to.flatMap({ plan.pools[Int($0)].product })
        else { return false }
        let rule = world.capabilities.rule(for: plan.columns.kind(row), from: to, to: from)
        return rule?.grain == .each
    }

    private static func stepsAreWithinCapabilities(_ plan: Plan, _ world: World) -> String? {
        for step in plan.steps {
            guard case .resource(let row) = step.subject,
                let from = step.from.flatMap({ plan.pools[Int($0)].product }),
                let to = step.to.flatMap({ plan.pools[Int($0)].product }),
                world.capabilities.rule(for: plan.columns.kind(row), from: from, to: to) != nil
            else { return "\(plan.words(of: step.subject)) is beyond the adapter" }
        }
        return nil
    }

    private static func stepsComeAfterTheirNeeds(_ plan: Plan) -> String? {
        var done: Set<StepID> = []
        var stages: Set<String> = []
        var last: Int32 = 0
        for step in plan.steps {
            guard step.stage >= last else { return "stages are out of order" }
            if step.stage > last { stages.insert(plan.stages[Int(last)].id) }
            last = step.stage
            guard step.needs.allSatisfy(done.contains) else { return "a step precedes its needs" }
            let needs = plan.stages[Int(step.stage)].needs
            guard needs.allSatisfy({ need in plan.stages.contains { $0.id == need } }) else {
                return "a stage needs one that is not there"
            }
            done.insert(step.id)
        }
        return nil
    }

    /// Applying the plan to the model leads to what was asked for, and planning again gives nothing.
    private static func applyingLeadsThere(_ plan: Plan, _ world: World) -> String? {
        let after = world.applying(plan.steps, of: plan)
        for step in plan.steps {
            guard let before = resident(step, plan, world),
                let now = after.residents.first(where: { $0.id == before.id }),
                now.seen == .on(before.desired ?? "")
            else { return "applying does not lead to what was asked for" }
        }
        let again = after.plan()
        return again.steps.isEmpty ? nil : "planning again asks for \(again.steps.count) more steps"
    }

    /// After any prefix, planning again asks for exactly the rest: no step is lost or named anew.
    private static func everyPrefixConverges(_ plan: Plan, _ world: World) -> String? {
        for length in plan.steps.indices {
            let rest = world.applying(Array(plan.steps.prefix(length)), of: plan).plan()
            guard Set(rest.steps.map(\.id)) == Set(plan.steps.dropFirst(length).map(\.id)) else {
                return "after \(length) steps the rest of the plan is another one"
            }
        }
        return nil
    }

    /// After any prefix, asking for where everybody was leads back there. What would come back only
    /// with its whole pool is left out: that way takes others along, and is asked for as such.
    private static func everyPrefixCanBeTakenBack(_ plan: Plan, _ world: World) -> String? {
        for length in 0...plan.steps.count {
            let done = plan.steps.prefix(length).filter { comesBackAlone($0, plan, world) }
            var after = world.applying(done, of: plan)
            for step in done {
                guard let id = resident(step, plan, world)?.id,
                    let index = after.residents.firstIndex(where: { $0.id == id })
                else { return "a step names nobody" }
                after.residents[index].desired = plan.poolName(step.from)
            }
            let back = after.plan()
            let restored = after.applying(back.steps, of: back)
            for step in done {
                guard let before = resident(step, plan, world),
                    let now = restored.residents.first(where: { $0.id == before.id }),
                    now.seen == before.seen
                else { return "after \(length) steps the way back does not restore what was" }
            }
        }
        return nil
    }
}

extension World {
    func plan(_ part: Narrowing = .wholeEstate) -> Plan {
        Planner.plan(
            desired: desired, observed: observed, memory: memory,
            capabilities: [World.connection: capabilities], asOf: World.now, part: part)
    }

    func plan(shuffledBy random: inout SeededGenerator) -> Plan {
        var seen = self
        seen.residents.shuffle(using: &random)
        var remembered = self
        remembered.residents.shuffle(using: &random)
        return Planner.plan(
            desired: desired, observed: seen.observed, memory: remembered.memory,
            capabilities: [World.connection: capabilities], asOf: World.now, part: .wholeEstate)
    }

    /// The world after some steps: each moved resident is where its step leads, and remembered there.
    func applying(_ steps: [Step], of plan: Plan) -> World {
        var world = self
        for step in steps {
            let words = plan.words(of: step.subject)
            guard let index = world.residents.firstIndex(where: { $0.id.description == words }),
                let to = plan.poolName(step.to)
            else { continue }
            world.residents[index].seen = .on(to)
            world.residents[index].lastApplied = to
        }
        return world
    }
}

extension Plan {
    /// Everything of a plan that a person reads, in one text.
    var printed: [String] {
        steps.map {
            "\($0.id) \(words(of: $0.subject)) \(poolName($0.from) ?? "") \(poolName($0.to) ?? "") \(stages[Int($0.stage)].id)"
        }
            + left.map {
                "\(words(of: $0.subject)) \($0.because) \($0.rule) \(columns.texts[Int($0.detail)]) \(place($0.reason)?.description ?? "")"
            }
            + findings.map { "\($0)" } + refusals.map { "\($0)" } + [
                "\(summary)", "\(undo)", observed.digest,
            ]
    }
}

extension Plan {
    /// The ids of the steps of resources of a kind.
    func steps(of kind: Kind) -> Set<StepID> {
        Set(
            steps.filter { step in
                guard case .resource(let row) = step.subject else { return false }
                return columns.kind(row) == kind
            }.map(\.id))
    }
}
