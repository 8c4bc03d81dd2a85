/// What tests of the adapter say in a line.

import Adapters
import Foundation
import Model
import Postgres
import TestSupport

extension LabAdapterTests {
    func ask(
        _ question: Probe.Question, _ pools: [String], _ adapter: any Adapter
    ) async throws -> Evidence {
        try await adapter.probe(
            Probe(question, pools), deadline: KamailioDatabase.now + .seconds(60))
    }

    func notices(_ adapter: any Adapter) async throws -> [Notice] {
        try await adapter.observe(.everything(attributes: []), after: nil, limit: 1000).notices
    }

    func perform(
        _ moves: [Move], _ adapter: any Adapter, evacuating: Set<String> = []
    ) async throws -> [StepOutcome] {
        var batch = Batch(run: RunID("r"), number: 1, moves: moves)
        batch.evacuated = evacuating
        return try await adapter.perform(batch, deadline: KamailioDatabase.now + .seconds(60))
    }

    func change(
        _ action: PoolChange.Action, _ adapter: any Adapter
    ) async throws -> StepOutcome {
        try await adapter.change(
            PoolChange(action, pool: Self.legacy, fence: nil),
            deadline: KamailioDatabase.now + .seconds(60))
    }

    func move(_ user: String, _ from: String, _ to: String) -> Move {
        Move(
            step: StepID(high: 1, low: UInt64(user.utf8.reduce(7) { $0 &* 31 &+ UInt64($1) })),
            resource: ResourceID(kind: .user, name: "\(user)@uc.test"), ownID: nil, from: from,
            to: to)
    }

    func app(_ expression: String, _ from: String, _ to: String) -> Move {
        var move = move(expression, from, to)
        move.resource = ResourceID(kind: .serviceAddress, name: expression)
        return move
    }

    func sets(_ lab: KamailioLab) throws -> Set<String> {
        let rows = try lab.database.connection.run("SELECT DISTINCT attrs FROM dialplan")
        return Set((0..<rows.rows).compactMap { rows.text($0, 0) })
    }

    /// A contact of a user, as a registration leaves it.
    static func contact(_ user: String, socket: String = "udp:127.0.0.11:5060") -> String {
        """
        INSERT INTO location (username, domain, contact, ruid, socket, expires) VALUES
            ('\(user)', 'uc.test', 'sip:\(user)@127.0.0.20', 'ruid-\(user)', '\(socket)',
            now() AT TIME ZONE 'UTC' + interval '1 hour')
        """
    }
}

extension KamailioLab {
    /// Waits until a front sees a member in a state, by the first letter of its flags.
    func awaitState(_ letter: String, of server: Server, by front: Server) async throws {
        let clock = ContinuousClock()
        let end = clock.now + .seconds(20)
        // Each question takes a while, and the front pings every second.
        while clock.now < end {
            let list = try ask(front, "dispatcher.list").split(separator: "\"URI\":")
            if list.contains(where: {
                $0.contains(server.host) && $0.contains("\"FLAGS\":\t\"\(letter)")
            }) {
                return
            }
            await Task.yield()
        }
        throw Failure(description: "\(front) does not see \(server) in state \(letter)")
    }
}
