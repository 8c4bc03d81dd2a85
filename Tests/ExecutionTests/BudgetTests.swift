/// How much may go wrong before a run halts, and how little is at stake before it is known.

import Adapters
import Execution
import Ledgers
import Model
import Testing

struct BudgetTests {
    private func failing(
        _ orders: RunOrders, _ fails: @escaping (Move) -> Bool
    ) -> Harness {
        var world = Harness(orders)
        world.answer = { world, batch in
            .success(
                batch.moves.map { move in
                    if fails(move) { return .failed(.init(.permanent, "not provisioned")) }
                    world.homes[move.resource] = .new
                    return .done
                })
        }
        return world
    }

    @Test func `failures within the budget do not stop a run`() throws {
        var world = failing(.moving(100, budget: Policy.Share(percent: 1, atLeast: 3))) {
            $0.step.low % 40 == 0
        }
        let run = try world.finish()
        #expect(run.outcome == .failed)
        #expect(run.counts.failed == 3)
        #expect(run.counts.done == 97)
    }

    @Test func `failures beyond the budget halt the run after what is in flight`() throws {
        var world = failing(.moving(100, budget: Policy.Share(percent: 1, atLeast: 3))) {
            $0.step.low % 10 == 0
        }
        let run = try world.finish()
        #expect(run.outcome == .halted)
        #expect(run.counts.failed >= 4)
        #expect(run.counts.done < 97)
        #expect(world.underWay == 0)
        #expect(
            run.reason?.contains("of 100 steps of open failed, and its budget is 3") == true)
        #expect(run.isStale == false)
    }

    @Test func `a stage starts slowly and widens with success`() throws {
        var world = failing(
            .moving(400, concurrency: 50, batch: 50, budget: Policy.Share(percent: 1, atLeast: 3))
        ) { _ in false }
        let run = try world.finish()
        #expect(run.outcome == .succeeded)
        #expect(world.batches[0].batch.moves.count == 4)
        var done = 0
        for (index, batch) in world.batches.enumerated() {
            let earlier = world.batches[..<index]
            done = earlier.filter { $0.at + .milliseconds(100) <= batch.at }
                .reduce(0) { $0 + $1.batch.moves.count }
            let inFlight =
                earlier.filter { $0.at + .milliseconds(100) > batch.at }
                .reduce(0) { $0 + $1.batch.moves.count } + batch.batch.moves.count
            #expect(inFlight <= max(1, 4 + done))
        }
        #expect(world.batches.map(\.batch.moves.count).max() == 50)
    }

    @Test func `with a budget of nothing, steps begin one at a time until one has succeeded`()
        throws
    {
        var world = failing(.moving(10, budget: Policy.Share(percent: 0, atLeast: 0))) { _ in true }
        let run = try world.finish()
        #expect(run.outcome == .halted)
        #expect(run.counts.failed == 1)
        #expect(world.batches.count == 1)
        #expect(world.batches[0].batch.moves.count == 1)
    }

    @Test func `steps in doubt take their place until observing has settled them`() throws {
        var world = Harness(
            .moving(50, budget: Policy.Share(percent: 1, atLeast: 3)))
        world.answer = { world, batch in
            for move in batch.moves { world.homes[move.resource] = .onItsWay }
            return .failure(.outcomeUnknown("the line went dead"))
        }
        let run = try world.finish()
        #expect(run.outcome == .waiting)
        #expect(run.counts.inDoubt == 3)
        #expect(world.batches.count == 1, "nobody else is risked while nobody knows")
        #expect(run.reason == "3 steps in doubt; 47 steps not begun")
    }

    @Test func `conflicts and leavers do not count against the budget`() throws {
        var world = Harness(.moving(10, budget: Policy.Share(percent: 0, atLeast: 0)))
        for number in 0..<4 { world.homes[world.orders.moves[number].move.resource] = .other }
        world.homes[world.orders.moves[4].move.resource] = nil
        let run = try world.finish()
        #expect(run.outcome == .succeeded)
        #expect(run.counts.conflict == 4)
        #expect(run.counts.gone == 1)
        #expect(run.counts.done == 5)
    }

    @Test func `a plan of which too much has changed is stale`() throws {
        var orders = RunOrders.moving(100, concurrency: 1, batch: 10)
        orders.limits.stale = Policy.Share(percent: 1, atLeast: 3)
        var world = Harness(orders)
        for number in 0..<30 { world.homes[orders.moves[number].move.resource] = .other }
        let run = try world.finish()
        #expect(run.outcome == .halted)
        #expect(run.isStale)
        #expect(run.counts.conflict == 10, "those of the first look")
        #expect(run.counts.done == 0)
        #expect(
            run.reason
                == "the plan is stale: 10 of 100 steps of open changed since it was made, and 3 may; 10 steps in conflict; 90 steps not begun"
        )
        #expect(world.batches.isEmpty)
    }

    @Test func `as many changes as may be do not make a plan stale`() throws {
        var orders = RunOrders.moving(100)
        orders.limits.stale = Policy.Share(percent: 1, atLeast: 3)
        var world = Harness(orders)
        for number in 0..<3 { world.homes[orders.moves[number * 20].move.resource] = .other }
        let run = try world.finish()
        #expect(run.outcome == .succeeded)
        #expect(!run.isStale)
    }
}
