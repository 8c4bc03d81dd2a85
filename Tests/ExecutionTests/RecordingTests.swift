/// What a run writes down, and when.

import Adapters
import Execution
import Ledgers
import Model
import Testing

struct RecordingTests {
    @Test func `a run of one batch records intent, outcomes and end`() throws {
        var world = Harness(.moving(2))
        let run = try world.finish()
        #expect(run.outcome == .succeeded)
        #expect(run.reason == nil)
        #expect(run.counts.done == 2)
        #expect(world.homes.values.allSatisfy { $0 == .new })
        try #require(world.commits.count == 3)
        guard case .planRecorded = world.commits[0][0], case .runBegan = world.commits[0][1],
            case .batchIntended(let steps) = world.commits[0][2]
        else {
            Issue.record("the first commit holds the plan, the run and the intent")
            return
        }
        #expect(steps.map(\.attempt) == [1, 1])
        #expect(world.commits[0].count == 3)
        guard case .runEnded(_, .succeeded, nil, let counts, _) = world.commits[2].last else {
            Issue.record("the last entry is the end of the run")
            return
        }
        #expect(counts == run.counts)
    }

    @Test func `no batch is performed before its intent is durable`() {
        var world = Harness(.moving(40, concurrency: 4))
        world.commitTakes = .seconds(2)
        _ = world.run()
        for batch in world.batches {
            let intents = world.intents.filter { $0.batch == batch.batch.number }
            #expect(intents.map(\.move) == batch.batch.moves)
            #expect(intents.allSatisfy { $0.at + .seconds(2) <= batch.at })
        }
        #expect(world.batches.count == 8)
    }

    @Test func `outcomes ride with the next intent, so that batches cost few commits`() {
        var world = Harness(.moving(50, concurrency: 1))
        _ = world.run()
        #expect(world.batches.count == 10)
        // One for each batch, one for the last outcomes, one for the end.
        #expect(world.commits.count <= 12)
    }

    @Test func `outcomes do not wait while the run rests`() {
        var world = Harness(.moving(10, rate: Connection.Rate(steps: 5, per: .seconds(600))))
        _ = world.run()
        let settled = world.commits.firstIndex { commit in
            commit.contains { if case .stepSettled = $0 { true } else { false } }
        }
        #expect(settled == 1, "the first five are recorded before the ten minutes of rest")
        let second = world.commits.firstIndex { commit in
            commit.contains {
                if case .batchIntended(let steps) = $0 { steps[0].batch == 2 } else { false }
            }
        }
        #expect(second == 2)
    }

    @Test func `a run with nothing to do writes nothing`() throws {
        var world = Harness(.empty)
        let run = try world.finish()
        #expect(run.outcome == .succeeded)
        #expect(world.commits.isEmpty)
    }

    @Test func `what was moved is remembered with its former home and its own id`() throws {
        var orders = RunOrders.moving(1)
        orders.moves[0].bySelection = true
        var world = Harness(orders)
        world.ownIDs[orders.moves[0].move.resource] = "guid-0"
        _ = world.run()
        let home = try #require(world.settledHomes.first)
        #expect(world.settledHomes.count == 1)
        #expect(home.pool == "new.contoso.example")
        #expect(home.former == "old.contoso.example")
        #expect(home.ownID == "guid-0")
        #expect(home.movedByUs)
        #expect(home.bySelection)
        #expect(home.placement == "all")
        #expect(world.intents.first?.move.ownID == "guid-0", "bound to the id at first sight")
    }

    @Test func `a refused commit begins nothing and ends the run with the ledger's error`() {
        var world = Harness(.moving(20, concurrency: 1))
        world.refuseCommit = { $0 == 2 ? .storage("disk full") : nil }
        #expect(world.run() == nil)
        guard case .refused(.storage("disk full")) = world.ending else {
            Issue.record("the run ends with what the ledger said")
            return
        }
        #expect(world.batches.count == 1)
        #expect(world.homes.values.count { $0 == .new } == 5)
    }

    @Test func `what is in flight is awaited when the ledger refuses`() {
        var world = Harness(.moving(20, concurrency: 2))
        world.performTakes = .seconds(30)
        world.refuseCommit = { $0 == 2 ? .storage("disk full") : nil }
        // The second commit comes while the first batch is under way.
        world.lookTakes = .seconds(1)
        world.look = { world, resources in
            if world.looks.count == 2, resources.count == 5 { world.lookTakes = .seconds(2) }
            return .success(world.glance)
        }
        _ = world.run()
        #expect(world.underWay == 0)
        #expect(world.commits.count == 1)
    }
}

struct PremiseTests {
    @Test func `id and home are read again right before each batch`() {
        var world = Harness(.moving(10, concurrency: 1))
        _ = world.run()
        for batch in world.batches {
            #expect(
                world.looks.contains { look in
                    look.resources == batch.batch.moves.map(\.resource) && look.at < batch.at
                })
        }
    }

    @Test func `somebody who left is dropped and is no failure`() throws {
        var world = Harness(.moving(3, budget: Policy.Share(percent: 0, atLeast: 0)))
        world.homes[world.orders.moves[1].move.resource] = nil
        let run = try world.finish()
        #expect(run.outcome == .succeeded)
        #expect(run.counts.gone == 1)
        #expect(run.counts.done == 2)
        #expect(world.outcomes(of: 1) == [.gone])
    }

    @Test func `somebody who is already there is done and was not moved by us`() throws {
        var world = Harness(.moving(2))
        world.homes[world.orders.moves[0].move.resource] = .new
        let run = try world.finish()
        #expect(run.counts.already == 1)
        #expect(world.outcomes(of: 0) == [.already])
        let home = try #require(world.settledHomes.first { !$0.movedByUs })
        #expect(home.former == nil)
        #expect(home.resource == world.orders.moves[0].move.resource)
    }

    @Test func `being where the ledger has him is no news`() throws {
        var orders = RunOrders.moving(1)
        orders.moves[0].isRecorded = true
        var world = Harness(orders)
        world.homes[orders.moves[0].move.resource] = .new
        let run = try world.finish()
        #expect(run.counts.already == 1)
        #expect(world.settledHomes.isEmpty)
    }

    @Test func `somewhere else than expected is a conflict for that resource only`() throws {
        var world = Harness(.moving(3))
        world.homes[world.orders.moves[1].move.resource] = .other
        let run = try world.finish()
        #expect(run.counts.conflict == 1)
        #expect(run.counts.done == 2)
        #expect(run.outcome == .succeeded)
        #expect(run.reason == "1 step in conflict")
        #expect(world.homes[world.orders.moves[1].move.resource] == .other, "never forced")
    }

    @Test func `an address that belongs to somebody else now is a conflict`() throws {
        var world = Harness(.moving(2, ownIDs: true))
        world.ownIDs[world.orders.moves[0].move.resource] = "id-of-another"
        let run = try world.finish()
        #expect(run.counts.conflict == 1)
        #expect(world.homes[world.orders.moves[0].move.resource] == .old)
    }

    @Test func `a resource out of sight is waited for, then left, and never taken for gone`() throws
    {
        var world = Harness(.moving(2))
        let hidden = world.orders.moves[0].move.resource
        world.homes[hidden] = nil
        world.gaps = [Gap(reason: "one server does not answer")]
        let run = try world.finish()
        #expect(run.outcome == .waiting)
        #expect(run.counts.gone == 0)
        #expect(run.counts.done == 1)
        #expect(run.reason == "1 step that could not be looked at")
        #expect(world.looks.count > 3)
    }

    @Test func `a resource that comes into sight again is moved`() throws {
        var world = Harness(.moving(1))
        let resource = world.orders.moves[0].move.resource
        world.look = { world, _ in
            guard world.looks.count < 3 else { return .success(world.glance) }
            return .success(Glance(homes: Homes(), gaps: [Gap(reason: "busy")]))
        }
        let run = try world.finish()
        #expect(run.outcome == .succeeded)
        #expect(world.homes[resource] == .new)
    }

    @Test func `what somebody else is moving there is waited for`() throws {
        var world = Harness(.moving(1))
        let resource = world.orders.moves[0].move.resource
        world.homes[resource] = .onItsWay
        world.look = { world, _ in
            if world.looks.count == 4 { world.homes[resource] = .new }
            return .success(world.glance)
        }
        let run = try world.finish()
        #expect(run.counts.already == 1)
        #expect(world.batches.isEmpty)
    }

    @Test func `two records under one name are a conflict`() throws {
        var world = Harness(.moving(1))
        let resource = world.orders.moves[0].move.resource
        world.look = { world, _ in
            var glance = world.glance
            glance.homes.append(
                ObservedResource(id: resource, ownID: .absent, home: .present(.other)))
            return .success(glance)
        }
        let run = try world.finish()
        #expect(run.counts.conflict == 1)
        #expect(world.batches.isEmpty)
    }
}
