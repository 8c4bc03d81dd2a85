/// What people tell a run while it goes on, and what becomes of it.

import Adapters
import Execution
import Ledgers
import Model
import Testing

struct HeedingTests {
    private static let ana = Actor(account: "ana", host: "ops1")

    private func said(_ deed: Instruction.Deed, _ reason: String = "a mistake") -> Instruction {
        Instruction(deed, reason: reason, by: Self.ana, at: Harness.start)
    }

    /// A run of one batch at a time, whose third commit hears this: two batches are done or begun.
    private func run(
        _ orders: RunOrders, hearing instructions: Instruction...
    ) throws -> (world: Harness, run: Run) {
        var world = Harness(orders)
        world.saysAtCommit = 3
        world.said = instructions
        let run = try world.finish()
        return (world, run)
    }

    private func user(_ number: Int) -> ResourceID {
        ResourceID(kind: .user, name: "u\(number)@contoso.example")
    }

    @Test func `a paused estate lets nothing new begin, and the run ends waiting`() throws {
        let (world, run) = try run(
            .moving(40, concurrency: 1), hearing: said(.pause(.estate, until: nil)))
        #expect(run.outcome == .waiting)
        #expect(
            run.reason
                == "30 steps not begun; open waits for the pause by ana@ops1 (a mistake)")
        #expect(run.counts.done == 10)
        #expect(world.homes.values.count { $0 == .new } == 10)
        #expect(world.underWay == 0)
    }

    @Test func `what was intended and does not begin for a pause is recorded as not begun`() throws
    {
        let (world, _) = try run(
            .moving(40, concurrency: 1), hearing: said(.pause(.estate, until: nil)))
        let intended = Set(world.intents.map(\.move.step.low))
        let begun = Set(world.batches.flatMap { $0.batch.moves.map(\.step.low) })
        #expect(intended.subtracting(begun).count == 5)
        for step in intended.subtracting(begun) {
            #expect(
                world.outcomes(of: Int(step)) == [
                    .failed(
                        .init(
                            .transient,
                            "it did not begin: it waits for the pause by ana@ops1 (a mistake)"))
                ])
        }
    }

    @Test func `a pause that is over by then, or of another rollout, stops nothing`() throws {
        for pause: Instruction.Deed in [
            .pause(.estate, until: Harness.start), .pause(.rollout("madrid"), until: nil),
        ] {
            let (_, run) = try run(.moving(40, concurrency: 1), hearing: said(pause))
            #expect(run.outcome == .succeeded)
        }
    }

    @Test func `a pause and its end heard together stop nothing`() throws {
        let (_, run) = try run(
            .moving(40, concurrency: 1), hearing: said(.pause(.estate, until: nil)),
            said(.resume(.estate)))
        #expect(run.outcome == .succeeded)
    }

    @Test func `a cancelled run finishes what is in flight and says why`() throws {
        let orders = RunOrders.moving(40, concurrency: 1)
        let (world, run) = try run(orders, hearing: said(.cancel(orders.run.id)))
        #expect(run.outcome == .cancelled)
        #expect(run.reason == "it was cancelled: a mistake; 30 steps not begun")
        #expect(world.homes.values.count { $0 == .new } == 10)
    }

    @Test func `the cancelling of another run is none of its business`() throws {
        let (_, run) = try run(.moving(40, concurrency: 1), hearing: said(.cancel(RunID("other"))))
        #expect(run.outcome == .succeeded)
    }

    @Test func `whom somebody holds in mid-run stays, and that is no failure`() throws {
        // The third commit intends users 10 to 14; user 30 is still in the queue.
        let (world, run) = try run(
            .moving(40, concurrency: 1),
            hearing: said(.hold([user(12), user(30)], owner: "jm", until: nil)))
        #expect(run.outcome == .succeeded)
        #expect(run.reason == "2 steps held")
        #expect(run.counts.done == 38 && run.counts.total == 38 && run.counts.failed == 0)
        #expect(world.homes[user(12)] == .old && world.homes[user(30)] == .old)
        #expect(world.homes.values.count { $0 == .new } == 38)
        #expect(
            world.outcomes(of: 12) == [
                .failed(.init(.transient, "it did not begin: it is held"))
            ])
        #expect(world.outcomes(of: 30) == [])
        #expect(!world.intents.contains { $0.move.resource == user(30) })
    }

    @Test func `a hold that is heard means only who is written so where user parts are exact`()
        throws
    {
        for (folding, left) in [(Folding.host, 0), (.whole, 2)] {
            var orders = RunOrders.moving(40, concurrency: 1)
            orders.stops = Stops(comparedBy: folding)
            orders.ties = Ties(
                [Relation(user(31), .delegate, of: user(30))], comparedBy: folding)
            let shouted = ResourceID(kind: .user, name: user(30).name.uppercased())
            let (world, _) = try run(
                orders, hearing: said(.hold([shouted], owner: "jm", until: nil)))
            #expect(world.homes.values.count { $0 == .old } == left)
        }
    }

    @Test func `a hold that is heard holds those who are bound to the held`() throws {
        var orders = RunOrders.moving(40, concurrency: 1)
        orders.ties = Ties(
            [
                Relation(user(30), .delegate, of: user(20)),
                Relation(user(31), .sharedLine, of: user(30)),
                Relation(user(32), .delegate, of: user(33)),
            ], comparedBy: .whole)
        let (world, run) = try run(
            orders, hearing: said(.hold([user(20)], owner: "jm", until: nil)))
        #expect(run.reason == "3 steps held")
        for number in [20, 30, 31] { #expect(world.homes[user(number)] == .old, "\(number)") }
        #expect(world.homes.values.count { $0 == .new } == 37)
    }

    @Test func `who is released before his turn moves`() throws {
        let (world, run) = try run(
            .moving(40, concurrency: 1),
            hearing: said(.hold([user(12), user(30)], owner: "jm", until: nil)),
            said(.release([user(30)])))
        #expect(run.reason == "1 step held")
        #expect(world.homes[user(30)] == .new && world.homes[user(12)] == .old)
    }

    @Test func `what needs a held resource is blocked`() throws {
        var orders = RunOrders.moving(20, concurrency: 1)
        orders.moves[19].needs = [12]
        let (world, run) = try run(
            orders, hearing: said(.hold([user(12)], owner: "jm", until: nil)))
        #expect(run.outcome == .waiting)
        #expect(run.reason == "1 step that need one of those; 1 step held")
        #expect(world.homes[user(19)] == .old)
    }

    @Test func `an announced revision lets the stage end, and enters no other`() throws {
        var orders = RunOrders.moving(40, concurrency: 1)
        orders.stages.append(.named("open/apps", needs: ["open"]))
        orders.lanes.append(
            LaneOrders(connection: 0, stage: 1, batch: 50, settles: .zero, repeatable: true))
        orders.moves.append(.user(40, lane: 1))
        let next = AnnouncedRevision(
            desired: "9f86d081884c7d65", revision: nil, held: [user(30)], freezes: [])
        let (world, run) = try run(orders, hearing: said(.announce(next)))
        #expect(run.outcome == .superseded)
        #expect(
            run.reason
                == "the revision 9f86d081884c takes its place; 1 step held; 1 step not begun; open/apps waits for open"
        )
        #expect(world.homes[user(30)] == .old && world.homes[user(40)] == .old)
        #expect(world.homes.values.count { $0 == .new } == 39)
    }

    @Test func `the announcement of the same revision changes nothing`() throws {
        let orders = RunOrders.moving(40, concurrency: 1)
        let same = AnnouncedRevision(
            desired: orders.run.campaign, revision: nil, held: [user(30)], freezes: [])
        let (_, run) = try run(orders, hearing: said(.announce(same)))
        #expect(run.outcome == .succeeded && run.counts.done == 40)
    }

    @Test func `a freeze that begins in mid-run lets nothing new begin`() throws {
        var orders = RunOrders.moving(40, concurrency: 1)
        orders.limits.freezes = [
            FreezeSpan(
                from: Harness.start + .milliseconds(200), to: Harness.start + .seconds(3600),
                reason: "year end")
        ]
        var world = Harness(orders)
        let run = try world.finish()
        #expect(run.outcome == .waiting)
        #expect(run.reason?.hasSuffix("open waits for the freeze (year end)") == true)
        #expect(run.counts.done > 0 && run.counts.done < 40)
        #expect(world.batches.allSatisfy { $0.at < Harness.start + .milliseconds(200) })
    }
}
