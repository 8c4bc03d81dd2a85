/// The cases of doubt: what is done when nobody saw how a step ended.

import Adapters
import Execution
import Ledgers
import Model
import Testing

struct DoubtTests {
    /// One step whose first answer is lost after the world did something.
    private func lost(
        repeatable: Bool = true, settles: Duration = .zero, endsWithRunner: Bool = false,
        _ world: @escaping (inout Harness, ResourceID) -> Void
    ) -> Harness {
        var harness = Harness(
            .moving(
                1, settles: settles, repeatable: repeatable, endsWithRunner: endsWithRunner))
        harness.answer = { harness, batch in
            guard harness.batches.count == 1 else { return harness.moveAll(batch) }
            world(&harness, batch.moves[0].resource)
            return .failure(.outcomeUnknown("the line went dead"))
        }
        return harness
    }

    @Test func `seen at the target, it is done, and by us`() throws {
        var world = lost { $0.homes[$1] = .new }
        let run = try world.finish()
        #expect(run.outcome == .succeeded)
        #expect(world.outcomes(of: 0) == [.done])
        #expect(world.batches.count == 1)
        #expect(world.settledHomes.first?.movedByUs == true)
    }

    @Test func `seen at the source, it is tried again and recorded as an attempt`() throws {
        var world = lost { _, _ in }
        let run = try world.finish()
        #expect(run.outcome == .succeeded)
        #expect(world.intents.map(\.attempt) == [1, 2])
        #expect(world.outcomes(of: 0).last == .done)
        let deadline = try #require(world.intents.first?.deadline)
        #expect(world.batches[1].at >= deadline, "two that are open at once act in either order")
    }

    @Test func `while the other side may still be working, the ledger keeps the doubt`() throws {
        var world = lost { _, _ in }
        world.send(.stopAsked(.interrupt), after: .milliseconds(300))
        let run = try world.finish()
        #expect(run.outcome == .interrupted)
        #expect(run.counts.inDoubt == 1)
        #expect(world.outcomes(of: 0).isEmpty, "a later look must settle it")
    }

    @Test func `where work ends with its call, what was seen at the source is settled`() throws {
        var world = lost(repeatable: false, endsWithRunner: true) { _, _ in }
        let run = try world.finish()
        #expect(run.outcome == .succeeded)
        #expect(world.outcomes(of: 0).count == 2)
        guard case .failed(let failure) = world.outcomes(of: 0)[0] else {
            Issue.record("the first attempt came to nothing")
            return
        }
        #expect(failure.class == .transient)
    }

    @Test func `the last attempt is not given up while one may still be working`() throws {
        var orders = RunOrders.moving(1)
        orders.limits.retry.attempts = 2
        var world = Harness(orders)
        world.answer = { _, _ in .failure(.outcomeUnknown("the line went dead")) }
        let run = try world.finish()
        #expect(run.outcome == .failed)
        #expect(world.batches.count == 2)
        let deadline = try #require(world.intents.last?.deadline)
        #expect(world.now >= deadline)
        #expect(world.outcomes(of: 0).count == 2, "one for each attempt, once it was over")
    }

    @Test func `what may not be repeated is never tried again, and a person is told`() throws {
        var world = lost(repeatable: false) { _, _ in }
        let run = try world.finish()
        #expect(world.batches.count == 1)
        #expect(run.outcome == .failed)
        guard case .failed(let failure) = world.outcomes(of: 0).last else {
            Issue.record("it is set aside")
            return
        }
        #expect(failure.class == .permanent)
        #expect(failure.message.contains("may not be repeated"))
        let deadline = try #require(world.intents.first?.deadline)
        #expect(try #require(world.looks.last).at >= deadline, "not before its deadline")
    }

    @Test func `what may not be repeated and shows late is done`() throws {
        var world = lost(repeatable: false) { _, _ in }
        world.look = { world, _ in
            if world.looks.count == 4 { world.homes[world.orders.moves[0].move.resource] = .new }
            return .success(world.glance)
        }
        let run = try world.finish()
        #expect(run.outcome == .succeeded)
        #expect(world.batches.count == 1)
    }

    @Test func `in flight, it is looked at until it arrives`() throws {
        var world = lost { $0.homes[$1] = .onItsWay }
        world.look = { world, _ in
            if world.looks.count == 5 { world.homes[world.orders.moves[0].move.resource] = .new }
            return .success(world.glance)
        }
        let run = try world.finish()
        #expect(run.outcome == .succeeded)
        #expect(world.batches.count == 1)
        #expect(world.looks.count == 5)
    }

    @Test func `in flight beyond its deadline, it stays in doubt and the run waits`() throws {
        var world = lost { $0.homes[$1] = .onItsWay }
        let run = try world.finish()
        #expect(run.outcome == .waiting)
        #expect(run.counts.inDoubt == 1)
        #expect(run.reason == "1 step in doubt")
        #expect(world.outcomes(of: 0).isEmpty, "its intent stays open")
        #expect(world.batches.count == 1)
    }

    @Test func `seen elsewhere, it is a conflict`() throws {
        var world = lost { $0.homes[$1] = .other }
        let run = try world.finish()
        #expect(run.counts.conflict == 1)
        #expect(world.batches.count == 1)
    }

    @Test func `not to be seen, it stays in doubt and is never repeated blindly`() throws {
        var world = lost { world, resource in
            world.homes[resource] = nil
            world.gaps = [Gap(kind: .user, reason: "the directory does not answer")]
        }
        let run = try world.finish()
        #expect(run.outcome == .waiting)
        #expect(run.counts.inDoubt == 1)
        #expect(world.batches.count == 1)
    }

    @Test func `gone meanwhile, it is dropped`() throws {
        var world = lost { $0.homes[$1] = nil }
        let run = try world.finish()
        #expect(run.counts.gone == 1)
        #expect(run.outcome == .succeeded)
    }

    @Test func `accepted, it is looked at when it should have settled`() throws {
        var world = Harness(.moving(2, settles: .seconds(600)))
        world.answer = { world, batch in
            for move in batch.moves { world.homes[move.resource] = .onItsWay }
            return .success(batch.moves.map { _ in .underway(until: world.now + .seconds(300)) })
        }
        world.look = { world, _ in
            if world.now - Harness.start >= .seconds(300) {
                for order in world.orders.moves { world.homes[order.move.resource] = .new }
            }
            return .success(world.glance)
        }
        let run = try world.finish()
        #expect(run.outcome == .succeeded)
        #expect(world.looks.count == 2, "one before the batch, one when it should show")
        #expect(world.outcomes(of: 0) == [.done])
    }

    @Test func `no answer by the deadline is doubt, and is looked at`() throws {
        var world = Harness(.moving(1))
        world.answer = { world, batch in
            guard world.batches.count == 1 else { return world.moveAll(batch) }
            _ = world.moveAll(batch)
            return nil
        }
        let run = try world.finish()
        #expect(run.outcome == .succeeded)
        #expect(world.outcomes(of: 0) == [.done])
        #expect(world.batches.count == 1)
    }

    @Test func `an answer that comes after its deadline still settles what is in doubt`() throws {
        var world = Harness(.moving(1, settles: .seconds(60)))
        world.performTakes = .seconds(75)
        world.look = { world, _ in
            guard world.looks.count > 1 else { return .success(world.glance) }
            return .success(Glance(homes: Homes(), gaps: [Gap(reason: "busy")]))
        }
        let run = try world.finish()
        #expect(run.outcome == .succeeded)
        #expect(world.batches.count == 1)
        #expect(world.outcomes(of: 0) == [.done])
    }

    @Test func `an adapter that answers for another number of steps leaves all in doubt`() throws {
        var world = Harness(.moving(3))
        world.answer = { world, batch in
            _ = world.moveAll(batch)
            return .success([.done])
        }
        let run = try world.finish()
        #expect(run.counts.done == 3)
        #expect(world.looks.count == 2)
    }

    @Test func `in doubt for one step only, the others are settled at once`() throws {
        var world = Harness(.moving(3))
        world.answer = { world, batch in
            guard world.batches.count == 1 else { return world.moveAll(batch) }
            world.homes[batch.moves[0].resource] = .new
            world.homes[batch.moves[2].resource] = .new
            return .success([.done, .failed(.init(.outcomeUnknown, "timeout")), .done])
        }
        let run = try world.finish()
        #expect(run.counts.done == 3)
        #expect(world.batches.map(\.batch.moves.count) == [3, 1])
    }
}
