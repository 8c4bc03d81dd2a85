/// The end of a window: what could not end in time does not begin.

import Execution
import Model
import Testing

struct WindowTests {
    /// From 7:00 to 8:10 each day; the run begins at 8:00.
    private static let window = Rollout.Window(days: [], from: 420, to: 490, zone: "UTC")
    private static let closes = Harness.start + .seconds(600)

    private static func world(batchTakes: Duration, moves: Int = 40) -> Harness {
        var orders = RunOrders.moving(moves, concurrency: 1, batch: 10)
        orders.stages[0].windows = [window]
        orders.limits.batchDeadline = .seconds(900)
        orders.limits.stepDeadline = .seconds(90)
        var world = Harness(orders)
        world.performTakes = batchTakes
        return world
    }

    @Test func `the last batch of a window is the last that ends before it closes`() throws {
        var world = Self.world(batchTakes: .seconds(180))
        let run = world.run()
        let today = world.batches.filter { $0.at < Self.closes }
        #expect(today.count == 3)
        #expect(today.allSatisfy { $0.at + .seconds(180) < Self.closes })
        // The fourth would have ended two minutes after it.
        #expect(world.homes.values.count { $0 == .new } == 30)
        #expect(run?.outcome == .waiting, "\(String(describing: run))")
        #expect(run?.counts.failed == 0)
        for order in world.orders.moves.suffix(10) {
            #expect(world.homes[order.move.resource] == .old)
        }
    }

    @Test func `how long a batch takes is known from the slowest of the run`() throws {
        var world = Self.world(batchTakes: .seconds(60))
        var count = 0
        world.answer = { world, batch in
            count += 1
            if count == 2 { world.performTakes = .seconds(300) }
            return world.moveAll(batch)
        }
        _ = world.run()
        // Two of a minute, one of five, and none after it: that would end at 8:12.
        #expect(world.batches.count { $0.at < Self.closes } == 3)
    }

    @Test func `a window that is long enough holds nothing back`() throws {
        var world = Self.world(batchTakes: .seconds(60))
        let run = try world.finish()
        #expect(run.outcome == .succeeded)
        #expect(world.now < Self.closes)
    }
}
