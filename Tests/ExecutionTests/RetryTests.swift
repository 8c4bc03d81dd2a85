/// When a step is tried again, and how a connection that throttles is spared.

import Adapters
import Execution
import Ledgers
import Model
import Testing

struct RetryTests {
    @Test func `a transient failure is tried again, later each time`() throws {
        var world = Harness(.moving(1))
        world.answer = { world, batch in
            world.batches.count < 5
                ? .success([.failed(.init(.transient, "busy"))]) : world.moveAll(batch)
        }
        let run = try world.finish()
        #expect(run.outcome == .succeeded)
        #expect(world.intents.map(\.attempt) == [1, 2, 3, 4, 5])
        let waits = zip(world.batches, world.batches.dropFirst()).map { $1.at - $0.at }
        for (wait, full) in zip(waits, [1000, 2000, 4000, 8000]) {
            #expect(wait.milliseconds >= full / 2)
            #expect(wait.milliseconds <= Int64(full) + 200)
        }
    }

    @Test func `jitter comes from the seed alone`() {
        func times(_ seed: UInt64) -> [Instant] {
            var orders = RunOrders.moving(4, batch: 1)
            orders.seed = seed
            var world = Harness(orders)
            world.answer = { _, batch in
                .success(batch.moves.map { _ in .failed(.init(.transient, "busy")) })
            }
            _ = world.run()
            return world.batches.map(\.at)
        }
        #expect(times(1) == times(1))
        #expect(times(1) != times(2))
    }

    @Test func `after its attempts a step has failed, and a later run may try it again`() throws {
        var world = Harness(.moving(1))
        world.answer = { _, _ in .success([.failed(.init(.transient, "busy"))]) }
        let run = try world.finish()
        #expect(run.outcome == .failed)
        #expect(run.counts.failed == 1)
        #expect(world.batches.count == 5)
        #expect(world.outcomes(of: 0).allSatisfy { $0 == .failed(.init(.transient, "busy")) })
    }

    @Test func `a permanent failure is not tried again`() throws {
        var world = Harness(.moving(3))
        world.answer = { world, batch in
            world.homes[batch.moves[1].resource] = .new
            world.homes[batch.moves[2].resource] = .new
            return .success([.failed(.init(.permanent, "not provisioned")), .done, .done])
        }
        let run = try world.finish()
        #expect(run.outcome == .failed)
        #expect(run.counts.failed == 1)
        #expect(run.counts.done == 2)
        #expect(world.batches.count == 1)
        #expect(run.reason == "1 step failed")
    }

    @Test
    func `a deployment that asks to come back later is given that time, and no attempt is used`()
        throws
    {
        var world = Harness(.moving(5))
        world.answer = { world, batch in
            world.batches.count < 8
                ? .failure(.transient("too many requests", retryAfter: .seconds(90)))
                : world.moveAll(batch)
        }
        let run = try world.finish()
        #expect(run.outcome == .succeeded)
        for (one, other) in zip(world.batches, world.batches.dropFirst()) {
            #expect(other.at - one.at >= .seconds(90))
        }
        #expect(world.intents.allSatisfy { $0.attempt == 1 })
    }

    @Test func `throttling halves what is under way at a time, and success brings it back`() throws
    {
        var orders = RunOrders.moving(200, concurrency: 8, batch: 1)
        orders.limits.retry.attempts = 50
        var world = Harness(orders)
        var most: [Int] = []
        world.answer = { world, batch in
            world.underWay + 1 > 3 ? .failure(.transient("slow down")) : world.moveAll(batch)
        }
        let run = try world.finish()
        #expect(run.outcome == .succeeded)
        #expect(world.underWayMost == 8)
        // Half-way through, no more than a few are tried at once.
        for batch in world.batches.dropFirst(world.batches.count / 2) {
            most.append(
                world.batches.count {
                    $0.at <= batch.at && batch.at < $0.at + .milliseconds(100)
                })
        }
        #expect(most.min() ?? 9 <= 3)
    }

    @Test func `a connection that refuses ends its part, and nobody is set aside for it`() throws {
        var orders = RunOrders.moving(20, concurrency: 1)
        orders.connections.append(
            ConnectionOrders(
                name: "barcelona", limits: Connection.Limits(concurrency: 1, batch: 5, rate: nil),
                endsWithRunner: false))
        orders.lanes.append(
            LaneOrders(connection: 1, stage: 0, batch: 50, settles: .zero, repeatable: true))
        orders.moves += (100..<105).map { .user($0, lane: 1) }
        var world = Harness(orders)
        world.answer = { world, batch in
            batch.moves[0].step.high == 0
                ? .failure(.permanent("the password is wrong")) : world.moveAll(batch)
        }
        let run = try world.finish()
        #expect(run.outcome == .failed)
        #expect(run.counts.done == 5)
        #expect(run.counts.failed == 5)
        #expect(run.reason == "5 steps failed; madrid: the password is wrong; 15 steps not begun")
        #expect(
            world.outcomes(of: 0) == [.failed(.init(.transient, "the password is wrong"))])
    }

    @Test func `a connection that cannot be looked at is given up after some tries`() throws {
        var world = Harness(.moving(10, concurrency: 1))
        world.look = { _, _ in .failure(.transient("no answer")) }
        let run = try world.finish()
        #expect(run.outcome == .failed)
        #expect(run.reason == "madrid: no answer; 10 steps not begun")
        #expect(world.looks.count == 5)
        #expect(world.batches.isEmpty)
        #expect(world.commits.isEmpty, "nothing happened, so nothing is written")
    }

    @Test func `a look that fails once costs nobody an attempt`() throws {
        var world = Harness(.moving(10))
        world.look = { world, _ in
            world.looks.count < 3 ? .failure(.transient("no answer")) : .success(world.glance)
        }
        let run = try world.finish()
        #expect(run.outcome == .succeeded)
        #expect(world.intents.allSatisfy { $0.attempt == 1 })
    }

    @Test func `a look that is never answered is given up`() throws {
        var world = Harness(.moving(3))
        world.look = { world, _ in world.looks.count == 1 ? nil : .success(world.glance) }
        let run = try world.finish()
        #expect(run.outcome == .succeeded)
        #expect(world.now - Harness.start >= .seconds(30))
    }
}
