/// Orders with defaults, so that what a test sets is what it is about.

import Execution
import Model

extension RunOrders {
    /// Users 0..<count of one stage and one connection, from pool `old` to pool `new`.
    static func moving(
        _ count: Int, concurrency: Int = 4, batch: Int = 5, rate: Connection.Rate? = nil,
        budget: Policy.Share = Policy.Share(percent: 100, atLeast: 0), ownIDs: Bool = false,
        settles: Duration = .zero, repeatable: Bool = true, endsWithRunner: Bool = false
    ) -> RunOrders {
        var orders = RunOrders.empty
        orders.connections = [
            ConnectionOrders(
                name: "madrid",
                limits: Connection.Limits(concurrency: concurrency, batch: batch, rate: rate),
                endsWithRunner: endsWithRunner)
        ]
        orders.stages = [.named("open", budget: budget)]
        orders.lanes = [
            LaneOrders(
                connection: 0, stage: 0, batch: 50, settles: settles, repeatable: repeatable)
        ]
        orders.moves = (0..<count).map { .user($0, ownID: ownIDs ? "id-\($0)" : nil) }
        return orders
    }

    static var empty: RunOrders {
        RunOrders(
            run: Run(
                id: RunID("20261122-221319-1f3a"), plan: "p1", campaign: "d1", revision: nil,
                by: Actor(account: "tester", host: "here"), began: Harness.start),
            plan: RecordedPlan(
                digest: "p1", campaign: "d1", revision: nil, at: Harness.start, steps: []),
            connections: [], stages: [], lanes: [], moves: [], waits: [],
            limits: RunLimits(
                retry: .standard, batchDeadline: .seconds(60), stepDeadline: .seconds(1),
                lookDeadline: .seconds(30), grace: .seconds(5), lookSize: 500,
                stale: Policy.Share(percent: 100, atLeast: 0), movesPerHour: nil, begunLately: []),
            seed: 1)
    }
}

extension MoveOrder {
    static func user(_ number: Int, lane: Int = 0, ownID: String? = nil) -> MoveOrder {
        let resource = ResourceID(kind: .user, name: "u\(number)@contoso.example")
        return MoveOrder(
            move: Move(
                step: StepID(high: UInt64(lane), low: UInt64(number)), resource: resource,
                ownID: ownID, from: "old.contoso.example", to: "new.contoso.example"),
            lane: lane, placement: "all", bySelection: false)
    }
}

extension Stage {
    static func named(
        _ id: String, needs: [String] = [],
        budget: Policy.Share = Policy.Share(percent: 100, atLeast: 0), rollout: String? = nil
    ) -> Stage {
        Stage(
            id: id, rollout: rollout, wave: nil, needs: needs, gatesBefore: [], gatesAfter: [],
            soak: nil, windows: [], budget: budget, isAuthorised: true,
            standing: Standing(
                state: needs.isEmpty ? .open : .waiting, waitsFor: needs.first))
    }
}

extension Home {
    static let old = Home.pool("old.contoso.example")
    static let new = Home.pool("new.contoso.example")
    static let other = Home.pool("other.contoso.example")
    static let onItsWay = Home.inFlight(from: "old.contoso.example", to: "new.contoso.example")
}
