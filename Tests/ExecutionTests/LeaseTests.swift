/// The lease, and how a run is stopped.

import Adapters
import Execution
import Ledgers
import Model
import Testing

struct LeaseTests {
    @Test func `no batch begins whose deadline could outlive the lease`() throws {
        var world = Harness(.moving(60, concurrency: 1), leaseLength: .seconds(90))
        world.performTakes = .seconds(20)
        let run = try world.finish()
        #expect(run.outcome == .succeeded)
        #expect(!world.renewals.isEmpty)
        for batch in world.batches {
            let last = world.renewals.last { $0 + .milliseconds(5) <= batch.at }
            let expires = (last.map { $0 + .milliseconds(5) } ?? Harness.start) + .seconds(90)
            #expect(batch.deadline <= expires)
        }
    }

    @Test func `a lease is kept while a batch takes long`() throws {
        var world = Harness(.moving(1), leaseLength: .seconds(60))
        world.performTakes = .seconds(25)
        let run = try world.finish()
        #expect(run.outcome == .succeeded)
    }

    @Test func `nothing begins once the lease is lost`() {
        var world = Harness(.moving(40, concurrency: 1), leaseLength: .seconds(600))
        world.performTakes = .seconds(10)
        world.send(.ledgerRefused(.leaseLost), after: .seconds(25))
        _ = world.run()
        guard case .refused(.leaseLost) = world.ending else {
            Issue.record("the run ends because the lease is lost")
            return
        }
        #expect(world.batches.allSatisfy { $0.at <= Harness.start + .seconds(25) })
        #expect(world.underWay == 0)
    }
}

struct StopTests {
    @Test func `a stop finishes what is in flight, records it and ends interrupted`() throws {
        var world = Harness(.moving(40, concurrency: 2))
        world.performTakes = .seconds(10)
        world.send(.stopAsked(.interrupt), after: .seconds(5))
        let run = try world.finish()
        #expect(run.outcome == .interrupted)
        #expect(run.counts.done == 10)
        #expect(run.reason == "it was stopped; 30 steps not begun")
        #expect(world.batches.count == 2)
        #expect((0..<10).allSatisfy { world.outcomes(of: $0) == [.done] })
    }

    @Test func `a second stop changes nothing, and neither does one after all is done`() throws {
        var world = Harness(.moving(5))
        world.performTakes = .seconds(10)
        world.send(.stopAsked(.interrupt), after: .seconds(5))
        world.send(.stopAsked(.interrupt), after: .seconds(6))
        let run = try world.finish()
        #expect(run.outcome == .succeeded)
    }

    @Test func `what was recorded and has not begun does not begin, and is not in doubt`() throws {
        var world = Harness(.moving(5))
        world.commitTakes = .seconds(10)
        world.send(.stopAsked(.interrupt), after: .seconds(5))
        let run = try world.finish()
        #expect(run.outcome == .interrupted)
        #expect(world.batches.isEmpty)
        #expect(world.intents.count == 5)
        #expect(
            world.outcomes(of: 0)
                == [.failed(.init(.transient, "it did not begin: the run ends"))])
    }

    @Test func `a stop does not wait for what takes hours to settle`() throws {
        var world = Harness(.moving(2, settles: .seconds(7200)))
        world.answer = { world, batch in
            for move in batch.moves { world.homes[move.resource] = .onItsWay }
            return .success(batch.moves.map { _ in .underway(until: world.now + .seconds(7200)) })
        }
        world.send(.stopAsked(.interrupt), after: .seconds(60))
        let run = try world.finish()
        #expect(run.outcome == .interrupted)
        #expect(run.counts.inDoubt == 2)
        #expect(world.now - Harness.start < .seconds(70))
    }

    @Test func `a stop ends a rest`() throws {
        var world = Harness(.moving(10, rate: Connection.Rate(steps: 1, per: .seconds(3600))))
        world.send(.stopAsked(.interrupt), after: .seconds(60))
        let run = try world.finish()
        #expect(run.outcome == .interrupted)
        #expect(world.now - Harness.start < .seconds(61))
    }

    @Test func `a run that is cancelled says so`() throws {
        var world = Harness(.moving(40, concurrency: 1))
        world.performTakes = .seconds(10)
        world.send(.stopAsked(.cancel(reason: "a mistake")), after: .seconds(5))
        let run = try world.finish()
        #expect(run.outcome == .cancelled)
        #expect(
            run.reason == "it was cancelled: a mistake; 35 steps not begun")
    }
}
