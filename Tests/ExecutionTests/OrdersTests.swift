/// What of a plan becomes an order, and what a run waits for instead.

import Execution
import Model
import Planning
import TestSupport
import Testing

struct OrdersTests {
    private func orders(_ world: World, memory: Memory? = nil) -> RunOrders {
        let desired = world.desired
        let plan = Planner.plan(
            desired: desired, observed: world.observed, memory: world.memory,
            capabilities: [World.connection: world.capabilities], asOf: World.now,
            part: .wholeEstate)
        return RunOrders(
            plan, memory: memory ?? world.memory, connections: desired.connections,
            capabilities: [World.connection: world.capabilities], id: RunID("r1"),
            by: Actor(account: "tester", host: "here"), at: World.now,
            limits: RunLimits(desired.policy, begunLately: []), seed: 1)
    }

    private func user(_ name: String) -> World.Resident {
        World.Resident(name, seen: .on("legacy"), desired: "modern")
    }

    @Test func `a step becomes a move with all that is needed to do and to check it`() throws {
        let orders = orders(World(residents: [user("ana@contoso.example")]))
        let order = try #require(orders.moves.first)
        #expect(order.move.resource.description == "user/ana@contoso.example")
        #expect(order.move.ownID == "id-ana@contoso.example")
        #expect(order.move.from == World.fqdn("legacy"))
        #expect(order.move.to == World.fqdn("modern"))
        #expect(order.placement == "on-modern")
        #expect(orders.plan.steps == [order.move.step])
        #expect(orders.connections.map(\.limits.batch) == [3])
        #expect(orders.lanes.first?.batch == 10)
        #expect(orders.run.counts.total == 1)
        #expect(orders.run.campaign == "desired")
        #expect(orders.waits.isEmpty)
    }

    @Test func `what moves as a whole pool has a lane of its own for each way`() {
        let groups = ["madrid", "sales"].map {
            World.Resident($0, kind: .responseGroups, seen: .on("legacy"), desired: "modern")
        }
        let orders = orders(World(residents: groups + [user("ana@contoso.example")]))
        #expect(orders.lanes.map(\.batch) == [10, nil])
        #expect(orders.stages.map(\.id) == ["open", "open/apps"])
        #expect(orders.moves.count { $0.lane == 1 } == 2)
    }

    @Test func `steps in doubt or set aside since a plan was saved are left out and named`() {
        let world = World(residents: ["a@x.example", "b@x.example", "c@x.example"].map(user))
        let all = orders(world)
        var memory = world.memory
        memory.inDoubt = [
            IntendedStep(
                run: RunID("r0"), batch: 1, connection: World.connection, move: all.moves[0].move,
                placement: "on-modern", bySelection: false, attempt: 1, at: World.now,
                deadline: World.now, repeatable: true)
        ]
        memory.setAside[all.moves[1].move.step] = Memory.SetAside(message: "no", since: World.now)
        let rest = orders(world, memory: memory)
        #expect(rest.moves.map(\.move) == [all.moves[2].move])
        #expect(rest.waits == ["1 step in doubt since an earlier run", "1 step set aside"])
    }

    @Test func `who the ledger already has at the target is marked`() {
        var resident = user("ana@contoso.example")
        resident.lastApplied = "modern"
        var world = World(residents: [resident])
        world.onDrift = .correct
        #expect(orders(world).moves.map(\.isRecorded) == [true])
    }
}
