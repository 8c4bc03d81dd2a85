/// What stays as it is when a plan is divided into waves, and when people get new addresses.

import Model
import Planning
import TestSupport
import Testing

struct SplitAndRenameTests {
    private static let again = "again: swift test --filter SplitAndRenameTests, seed"

    private static func rollout(over world: World, _ percents: [Double]) -> Rollout {
        Rollout(
            name: "way", renamedFrom: nil, placements: world.pools.map { "on-\($0.name)" },
            upTo: nil,
            waves: percents.enumerated().map { index, percent in
                Wave(
                    name: "wave-\(index)", renamedFrom: nil, percent: percent, selections: [],
                    takesAllApps: percent == 100, soak: nil, change: nil, location: World.place)
            },
            relations: Rollout.Relations(mode: .bestEffort, file: nil), gatesBefore: [],
            gatesAfter: [], budget: Policy.Share(percent: 1, atLeast: 3), onBreach: .halt,
            windows: [], consent: world.consent, closureMax: nil, location: World.place)
    }

    /// Dividing asks for the same deeds, each in one wave, and refuses nothing that was allowed whole:
    /// neither the divided plan nor any wave of it alone.
    @Test func `a plan within the policy is within it after splitting into waves`() {
        for seed in 0..<120 {
            var world = PropertyTests.largeWorld(seed: UInt64(seed))
            var random = SeededGenerator(seed: UInt64(seed))
            world.policy.limits.movesPerRun = Int.random(in: 1...60, using: &random)
            world.policy.limits.movesPercent = Double(Int.random(in: 10...100, using: &random))
            let whole = world.plan()
            var split = world
            split.rollouts = [Self.rollout(over: world, [10, 50, 100])]
            let divided = split.plan()
            #expect(
                Set(divided.steps.map(\.id)) == Set(whole.steps.map(\.id)), "\(Self.again) \(seed)")
            #expect(divided.steps.count == Set(divided.steps.map(\.id)).count)
            guard whole.refusals.isEmpty else { continue }
            #expect(divided.refusals.isEmpty, "\(Self.again) \(seed)")
            var drawn: Set<StepID> = []
            for wave in 0..<3 {
                let part = split.plan(Narrowing(waves: ["way/wave-\(wave)"]))
                #expect(part.refusals.isEmpty, "\(Self.again) \(seed), wave \(wave)")
                drawn.formUnion(part.steps(of: .user))
            }
            #expect(drawn == whole.steps(of: .user), "\(Self.again) \(seed)")
        }
    }

    /// Who was settled once is known by id: a new address neither loses nor doubles anybody, and moves
    /// nobody who would have stayed.
    @Test func `new addresses for all who were settled leave the plan as it is`() {
        for seed in 0..<120 {
            let world = PropertyTests.largeWorld(seed: UInt64(seed))
            var renamed = world
            for index in renamed.residents.indices
            where renamed.residents[index].lastApplied != nil {
                renamed.residents[index].id.name = "new-" + renamed.residents[index].id.name
            }
            let before = Self.ways(world.plan(), renaming: world)
            let after = Self.ways(
                Planner.plan(
                    desired: world.desired, observed: renamed.observed, memory: world.memory,
                    capabilities: [World.connection: world.capabilities], asOf: World.now,
                    part: .wholeEstate), renaming: nil)
            #expect(before == after, "\(Self.again) \(seed)")
        }
    }

    /// From, to and present name of each step; held and left people are left out of both.
    private static func ways(_ plan: Plan, renaming world: World?) -> Set<String> {
        let settled = Set((world?.residents ?? []).filter { $0.lastApplied != nil }.map(\.id))
        return Set(
            plan.steps.map { step in
                guard case .resource(let row) = step.subject else { return "" }
                var id = plan.columns.resource(row)
                if settled.contains(id) { id.name = "new-" + id.name }
                return "\(id) \(plan.poolName(step.from) ?? "") \(plan.poolName(step.to) ?? "")"
            })
    }
}
