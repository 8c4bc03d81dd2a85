/// What holds for every plan: over all small worlds exhaustively, and over seeded larger ones.

import Model
import Planning
import TestSupport
import Testing

@Suite struct PropertyTests {
    /// Every state of one resident in a world of two pools.
    static func states(name: String, held: [Bool]) -> [World.Resident] {
        let seen: [World.Seen] = [
            .on("legacy"), .on("modern"), .inFlight("legacy", "modern"), .homeless, .unknown,
            .nowhere,
        ]
        let pools: [String?] = [nil, "legacy", "modern"]
        return seen.flatMap { seen in
            pools.flatMap { desired in
                pools.flatMap { last in
                    held.map {
                        World.Resident(
                            name, seen: seen, desired: desired, lastApplied: last, isHeld: $0)
                    }
                }
            }
        }
    }

    /// All worlds of up to three residents whose first is in one state; those that only differ in the
    /// names are left out. Held residents are taken in for worlds of up to two.
    static func smallWorlds(first: Int, _ body: (World) -> Void) {
        let names = ["ana@contoso.example", "bo@contoso.example", "cy@contoso.example"]
        let states = names.map { Self.states(name: $0, held: [false]) }
        for second in first..<states[1].count {
            body(World(residents: [states[0][first], states[1][second]]))
            for third in second..<states[2].count {
                body(
                    World(residents: [states[0][first], states[1][second], states[2][third]]))
            }
        }
        let held = names.prefix(2).map { Self.states(name: $0, held: [false, true]) }
        for first in [first * 2, first * 2 + 1] {
            body(World(residents: [held[0][first]]))
            for second in first..<held[1].count {
                body(World(residents: [held[0][first], held[1][second]]))
            }
        }
    }

    /// Larger worlds of all kinds of resource and four pools, repeated by their seed.
    static func largeWorld(seed: UInt64) -> World {
        var random = SeededGenerator(seed: seed)
        let pools = [
            World.pool("legacy", .ocs2007r2), World.pool("modern", .lync2013),
            World.pool("old", .ocs2007r2), World.pool("new", .lync2013),
        ]
        let names = pools.map(\.name)
        let residents = (0..<Int.random(in: 1...60, using: &random)).map { index in
            let kind =
                random.oneIn(4) ? Kind.allCases.randomElement(using: &random) ?? .user : .user
            let pool = names.randomElement(using: &random) ?? "legacy"
            let other = names.randomElement(using: &random) ?? "modern"
            let seen: World.Seen =
                switch Int.random(in: 0..<10, using: &random) {
                case 0: .homeless
                case 1: .unknown
                case 2: .nowhere
                case 3: .inFlight(pool, other)
                default: .on(pool)
                }
            return World.Resident(
                "p\(index)@contoso.example", kind: kind, seen: seen,
                desired: random.oneIn(4) ? nil : names.randomElement(using: &random),
                lastApplied: random.oneIn(2) ? nil : names.randomElement(using: &random),
                isHeld: random.oneIn(8))
        }
        return World(pools: pools, residents: residents)
    }

    @Test(arguments: 0..<54)
    func `every property of a plan holds in every small world`(first: Int) {
        #expect(Self.states(name: "ana", held: [false]).count == 54)
        Self.smallWorlds(first: first, Self.expectProperties)
    }

    @Test func `every property of a plan holds in seeded larger worlds`() {
        for seed in 0..<300 { Self.expectProperties(Self.largeWorld(seed: UInt64(seed))) }
    }

    static func expectProperties(_ world: World) {
        if let broken = Properties.broken(by: world.plan(), of: world) {
            Issue.record(
                "\(broken)\nworld: \(world.residents)\nagain: swift test --filter PropertyTests")
        }
    }

    /// What moves one by one moves alike alone: the parts are the whole, and touch nothing else.
    @Test func `plans of single people make up the plan of all`() {
        for seed in 0..<60 {
            let world = Self.largeWorld(seed: UInt64(seed))
            let users = world.plan().steps(of: .user)
            var gathered: Set<StepID> = []
            for resident in world.residents where resident.id.kind == .user {
                let part = world.plan(Narrowing(only: [resident.id]))
                #expect(
                    part.steps.allSatisfy { part.words(of: $0.subject) == resident.id.description }
                        && part.left.allSatisfy {
                            part.words(of: $0.subject) == resident.id.description
                        }, "seed \(seed), \(resident.id)")
                gathered.formUnion(part.steps.map(\.id))
            }
            #expect(gathered == users, "seed \(seed)")
        }
    }

    @Test func `shuffled input gives the same digest, steps and remainders`() {
        for seed in 0..<300 {
            let world = Self.largeWorld(seed: UInt64(seed))
            var random = SeededGenerator(seed: UInt64(seed) ^ 0xFF)
            let plan = world.plan()
            let shuffled = world.plan(shuffledBy: &random)
            #expect(plan.digest == shuffled.digest, "seed \(seed)")
            #expect(plan.printed == shuffled.printed, "seed \(seed)")
        }
    }

    @Test func `observe then plan equals plan, for every world`() throws {
        for seed in 0..<300 {
            let world = Self.largeWorld(seed: UInt64(seed))
            let taken = Snapshot(
                observed: world.observed, memory: world.memory,
                capabilities: [World.connection: world.capabilities])
            let snapshot = try Snapshot(taken.encoded(), comparedBy: .whole)
            let over = Planner.plan(
                desired: world.desired, observed: snapshot.observed, memory: snapshot.memory,
                capabilities: snapshot.capabilities, asOf: World.now, part: .wholeEstate)
            #expect(
                PlanJSON.encode(over) == PlanJSON.encode(world.plan()),
                "seed \(seed); again: swift test --filter PropertyTests")
        }
    }

    @Test func `a review of a world against itself has nothing of this change`() {
        for seed in 0..<100 {
            let world = Self.largeWorld(seed: UInt64(seed))
            let plan = world.plan()
            let review = Planner.review(plan, since: "c0ffee", .plan(plan), world.memory)
            #expect(review.count(of: .change) == 0, "seed \(seed)")
            #expect(
                review.count(of: .drifted) + review.count(of: .pending) == plan.steps.count,
                "seed \(seed)")
            #expect(review.review?.dropped == [] && review.railsLifted == [])
            let first = Planner.review(plan, since: "c0ffee", .nothing, world.memory)
            #expect(first.count(of: .change) == plan.steps.count, "seed \(seed)")
        }
    }

    @Test func `a property can fail: a plan that forgets a step is found`() {
        let world = World(residents: [
            World.Resident("ana@contoso.example", seen: .on("legacy"), desired: "modern")
        ])
        var plan = world.plan()
        #expect(Properties.broken(by: plan, of: world) == nil)
        plan.steps = []
        #expect(Properties.broken(by: plan, of: world) != nil)
    }
}
