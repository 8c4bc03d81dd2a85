/// Rate, pace, concurrency, batches, and fairness between connections.

import Adapters
import Execution
import Ledgers
import Model
import Testing

struct PaceTests {
    @Test func `no span of the rate's length begins more than the rate and one batch`() throws {
        var world = Harness(
            .moving(
                200, concurrency: 8, batch: 10, rate: Connection.Rate(steps: 30, per: .seconds(60)))
        )
        let run = try world.finish()
        #expect(run.outcome == .succeeded)
        for batch in world.batches {
            let begun = world.batches
                .filter { $0.at >= batch.at && $0.at < batch.at + .seconds(60) }
                .reduce(0) { $0 + $1.batch.moves.count }
            #expect(begun <= 40)
        }
        let took = world.now - Harness.start
        #expect(took >= .seconds(370) && took <= .seconds(400), "the rate is used, too")
    }

    @Test func `steps that do not begin give their tokens back`() throws {
        var world = Harness(
            .moving(
                20, concurrency: 1, batch: 10, rate: Connection.Rate(steps: 10, per: .seconds(3600))
            ))
        for number in 0..<10 { world.homes[world.orders.moves[number].move.resource] = .new }
        let run = try world.finish()
        #expect(run.outcome == .succeeded)
        #expect(world.now - Harness.start < .seconds(60))
    }

    @Test func `moves per hour pace the estate, with what earlier runs began`() throws {
        var orders = RunOrders.moving(30, batch: 10)
        orders.limits.movesPerHour = 10
        orders.limits.begunLately = (0..<6).map { _ in Harness.start + .seconds(-1800) }
        var world = Harness(orders)
        let run = try world.finish()
        #expect(run.outcome == .succeeded)
        for batch in world.batches {
            let begun = world.batches
                .filter { $0.at >= batch.at && $0.at < batch.at + .seconds(3590) }
                .reduce(0) { $0 + $1.batch.moves.count }
            #expect(begun <= 10)
        }
        #expect(world.batches[0].batch.moves.count == 4)
        let second = world.batches[1].at - Harness.start
        #expect(second >= .seconds(1800) && second < .seconds(1810))
    }

    @Test func `never more batches at a time than the connection allows, and as many where it can`()
    {
        var world = Harness(.moving(100, concurrency: 3, batch: 4))
        _ = world.run()
        #expect(world.underWayMost == 3)
        #expect(world.batches.allSatisfy { $0.batch.moves.count <= 4 })
    }

    @Test func `a batch is no larger than the means of moving takes`() {
        var orders = RunOrders.moving(20, batch: 10)
        orders.lanes[0].batch = 3
        var world = Harness(orders)
        _ = world.run()
        #expect(world.batches.map(\.batch.moves.count).max() == 3)
    }

    @Test func `what moves as a whole is one batch`() throws {
        var orders = RunOrders.moving(
            12, batch: 5, rate: Connection.Rate(steps: 2, per: .seconds(1)),
            budget: Policy.Share(percent: 0, atLeast: 0))
        orders.lanes[0].batch = nil
        var world = Harness(orders)
        let run = try world.finish()
        #expect(run.outcome == .succeeded)
        #expect(world.batches.map(\.batch.moves.count) == [12])
    }

    @Test func `connections take turns where they share a limit`() throws {
        var orders = RunOrders.moving(40, concurrency: 4, batch: 2)
        orders.connections.append(
            ConnectionOrders(
                name: "barcelona", limits: Connection.Limits(concurrency: 4, batch: 2, rate: nil),
                endsWithRunner: false))
        orders.lanes.append(
            LaneOrders(connection: 1, stage: 0, batch: 50, settles: .zero, repeatable: true))
        orders.moves += (100..<140).map { .user($0, lane: 1) }
        orders.limits.movesPerHour = 8
        var world = Harness(orders)
        _ = world.run()
        let first = world.batches.prefix(4)
        #expect(first.count { $0.connection == "madrid" } == 2)
        #expect(first.count { $0.connection == "barcelona" } == 2)
    }

    @Test func `progress tells how fast it goes and how long it will take`() throws {
        var world = Harness(.moving(600, concurrency: 1, batch: 10))
        world.performTakes = .milliseconds(1985)
        _ = world.run()
        let half = world.progress.filter { $0.counts.done == 300 }.last
        let progress = try #require(half)
        let rate = try #require(progress.perMinute)
        #expect(rate > 280 && rate < 310)
        let left = try #require(progress.timeLeft)
        #expect(left > .seconds(55) && left < .seconds(65))
        #expect(world.progress.last?.counts.done == 600)
    }
}

struct StageTests {
    private func staged(_ needs: [String], of second: String = "open/apps") -> RunOrders {
        var orders = RunOrders.moving(4)
        orders.stages.append(.named(second, needs: needs))
        orders.lanes.append(
            LaneOrders(connection: 0, stage: 1, batch: 50, settles: .zero, repeatable: true))
        orders.moves += (100..<102).map { .user($0, lane: 1) }
        return orders
    }

    @Test func `a stage begins when the stages that it needs are settled`() throws {
        var world = Harness(staged(["open"]))
        let run = try world.finish()
        #expect(run.outcome == .succeeded)
        let lanes = world.batches.map { $0.batch.moves[0].step.high }
        #expect(lanes == [0, 1])
        #expect(world.batches[1].at >= world.batches[0].at + .milliseconds(100))
    }

    @Test func `failures within the budget do not keep the next stage from beginning`() throws {
        var world = Harness(staged(["open"]))
        world.answer = { world, batch in
            guard world.batches.count == 1 else { return world.moveAll(batch) }
            return .success(batch.moves.map { _ in .failed(.init(.permanent, "no")) })
        }
        let run = try world.finish()
        #expect(run.outcome == .failed)
        #expect(run.counts.done == 2)
    }

    @Test func `a stage in doubt keeps the next one from beginning`() throws {
        var world = Harness(staged(["open"]))
        world.answer = { world, batch in
            for move in batch.moves { world.homes[move.resource] = .onItsWay }
            return .failure(.outcomeUnknown("the line went dead"))
        }
        let run = try world.finish()
        #expect(run.outcome == .waiting)
        #expect(world.batches.count == 1)
        #expect(run.reason == "4 steps in doubt; 2 steps not begun; open/apps waits for open")
    }

    @Test func `what waits from the beginning makes the run wait in the end`() throws {
        var orders = RunOrders.moving(2)
        orders.waits = ["madrid/pilot waits for rollout-not-yet"]
        var world = Harness(orders)
        let run = try world.finish()
        #expect(run.outcome == .waiting)
        #expect(run.counts.done == 2)
        #expect(run.reason == "madrid/pilot waits for rollout-not-yet")
    }

    @Test func `steps wait for the steps that they need`() throws {
        var orders = RunOrders.moving(3, concurrency: 8, batch: 1)
        orders.moves[0].needs = [2]
        var world = Harness(orders)
        let run = try world.finish()
        #expect(run.outcome == .succeeded)
        #expect(world.batches.map { $0.batch.moves[0].step.low } == [1, 2, 0])
    }

    @Test func `a step whose need did not get done does not begin`() throws {
        var orders = RunOrders.moving(4, batch: 1)
        orders.moves[1].needs = [0]
        orders.moves[2].needs = [1]
        var world = Harness(orders)
        world.answer = { world, batch in
            batch.moves[0].step.low == 0
                ? .success([.failed(.init(.permanent, "no"))]) : world.moveAll(batch)
        }
        let run = try world.finish()
        #expect(run.outcome == .failed)
        #expect(run.counts.done == 1)
        #expect(run.reason == "1 step failed; 2 steps that need one of those")
    }

    @Test func `a leaver keeps nobody waiting`() throws {
        var orders = RunOrders.moving(2, batch: 1)
        orders.moves[1].needs = [0]
        var world = Harness(orders)
        world.homes[orders.moves[0].move.resource] = nil
        let run = try world.finish()
        #expect(run.outcome == .succeeded)
        #expect(run.counts.done == 1)
    }
}
