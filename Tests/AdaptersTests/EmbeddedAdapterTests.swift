/// The embedded adapter over its file: what lasts, what goes wrong on purpose, and how it says so.

import AdapterEmbedded
import Adapters
import Conformance
import Foundation
import GRDB
import Model
import TestSupport
import Testing

@Suite struct EmbeddedAdapterTests {
    private static let people = (1...6).map {
        ResourceID(kind: .user, name: "person\($0)@north.example")
    }

    /// Six people on the old pool.
    private func deployment(in folder: URL, faults: [String] = []) -> Deployment {
        var deployment = Deployment(folder: folder)
        let rows = Self.people.map { "sip:\($0.name),\(AdapterFixture.old)\n" }
        deployment.seeds = [("users.csv", "SipAddress,RegistrarPool\n" + rows.joined())]
        deployment.faults = faults
        return deployment
    }

    private func moves(_ people: [ResourceID] = people) -> [Move] {
        people.enumerated().map { index, id in
            Move(
                step: StepID(high: 7, low: UInt64(index)), resource: id, ownID: nil,
                from: AdapterFixture.old, to: AdapterFixture.new)
        }
    }

    private func perform(_ adapter: any Adapter, _ moves: [Move]) async -> Answer {
        do {
            return .outcomes(
                try await adapter.perform(
                    Batch(run: RunID("r"), number: 1, moves: moves),
                    deadline: Instant(millisecondsSince1970: .max / 2)))
        } catch {
            return .error(error)
        }
    }

    private enum Answer: Equatable {
        case outcomes([StepOutcome])
        case error(AdapterError)
    }

    @Test func `what was done lasts, and the seeds are read once`() async throws {
        try await withTemporaryFolder { folder in
            var deployment = deployment(in: folder)
            let answer = try await deployment.with { await perform($0, moves()) }
            #expect(answer == .outcomes(Array(repeating: .done, count: 6)))
            deployment.seeds = [("users.csv", "nonsense")]
            let again = try await deployment.with { await perform($0, moves()) }
            #expect(again == .outcomes(Array(repeating: .already, count: 6)))
            #expect(try deployment.log.map(\.step) == moves().map(\.step))
            let names = try FileManager.default.contentsOfDirectory(
                atPath: folder.appending(path: ".rehome").path)
            #expect(names == ["estate.db"])
        }
    }

    @Test func `every commit is durable`() async throws {
        try await withTemporaryFolder { folder in
            let deployment = deployment(in: folder)
            try await deployment.with { _ in }
            let database = try EstateFile.open(deployment.estate)
            let synchronous = try await database.writeWithoutTransaction {
                try Int.fetchOne($0, sql: "PRAGMA synchronous")
            }
            let mode = try await database.read {
                try String.fetchOne($0, sql: "PRAGMA journal_mode")
            }
            #expect(synchronous == 2)
            #expect(mode == "wal")
            try database.close()
        }
    }

    @Test func `a fault strikes once, whichever process counts the batch`() async throws {
        try await withTemporaryFolder { folder in
            let deployment = deployment(in: folder, faults: ["transient on batch 2"])
            let one = moves([Self.people[0]])
            let first = try await deployment.with { await perform($0, one) }
            #expect(first == .outcomes([.done]))
            let second = try await deployment.with { await perform($0, one) }
            guard case .error(.transient) = second else {
                Issue.record("\(second)")
                return
            }
            let third = try await deployment.with { await perform($0, one) }
            #expect(third == .outcomes([.already]))
        }
    }

    @Test(arguments: [
        ("unknown before batch 1", 0, 0), ("unknown after batch 1", 6, 0),
        ("kill before batch 1", 0, 1), ("kill within batch 1", 3, 1), ("kill after batch 1", 6, 1),
        ("permanent on batch 1", 0, 0), ("transient on batch 1", 0, 0),
    ])
    func `a fault leaves a prefix done, and what is asked again is done once`(
        fault: String, done: Int, deaths: Int
    ) async throws {
        try await withTemporaryFolder { folder in
            let deployment = deployment(in: folder, faults: [fault])
            let answer = try await deployment.with { await perform($0, moves()) }
            guard case .error(let error) = answer else {
                Issue.record("\(answer)")
                return
            }
            switch error {
            case .transient, .permanent: #expect(done == 0)
            case .outcomeUnknown: break
            }
            #expect(deployment.died.value == deaths)
            #expect(try deployment.log.map(\.resource) == Array(Self.people.prefix(done)))
            let again = try await deployment.with { await perform($0, moves()) }
            let expected = Array(repeating: StepOutcome.already, count: done)
            #expect(
                again == .outcomes(expected + Array(repeating: .done, count: 6 - done)))
            #expect(try deployment.log.map(\.resource) == Self.people)
        }
    }

    @Test func `one refused person does not stop the others`() async throws {
        try await withTemporaryFolder { folder in
            let deployment = deployment(
                in: folder, faults: ["permanent for user/PERSON2@north.example"])
            let answer = try await deployment.with { await perform($0, moves()) }
            guard case .outcomes(let outcomes) = answer, case .failed(let failure) = outcomes[1]
            else {
                Issue.record("\(answer)")
                return
            }
            #expect(failure.class == .permanent)
            #expect(outcomes.filter { $0 == .done }.count == 5)
            #expect(try deployment.log.count == 5)
        }
    }

    @Test func `a slow batch stops at its deadline and says what is in doubt`() async throws {
        try await withTemporaryFolder { folder in
            let deployment = deployment(in: folder, faults: ["slow 10s per move"])
            let deadline = deployment.clock.now + .seconds(35)
            await #expect(throws: AdapterError.outcomeUnknown("the deadline has passed")) {
                try await deployment.with { adapter in
                    _ = try await adapter.perform(
                        Batch(run: RunID("r"), number: 1, moves: moves()), deadline: deadline)
                }
            }
            let log = try deployment.log
            #expect(log.count == 3)
        }
    }

    @Test func `the clock goes forward only, and lasts`() async throws {
        try await withTemporaryFolder { folder in
            let deployment = deployment(in: folder)
            let start = deployment.clock.now
            #expect(try EmbeddedAdapter.now(estate: deployment.estate, machine: start) == start)
            #expect(throws: DeploymentError.self) {
                try EmbeddedAdapter.advance(estate: deployment.estate, by: .seconds(1))
            }
            try await deployment.with { _ in }
            try EmbeddedAdapter.advance(estate: deployment.estate, by: .seconds(3600))
            try EmbeddedAdapter.advance(estate: deployment.estate, by: .seconds(60))
            #expect(throws: DeploymentError.self) {
                try EmbeddedAdapter.advance(estate: deployment.estate, by: .seconds(-60))
            }
            #expect(
                try EmbeddedAdapter.now(estate: deployment.estate, machine: start)
                    == start + .seconds(3660))
            _ = try await deployment.with { await perform($0, moves()) }
            #expect(try deployment.log.first?.at == start + .seconds(3660))
        }
    }

    @Test func `a pool that is declared later joins at the next opening`() async throws {
        try await withTemporaryFolder { folder in
            var deployment = deployment(in: folder)
            let all = deployment.pools
            deployment.pools = [all[0]]
            let before = try await deployment.with { await perform($0, moves()) }
            guard case .outcomes(let outcomes) = before, case .failed = outcomes[0] else {
                Issue.record("\(before)")
                return
            }
            deployment.pools = all
            let after = try await deployment.with { await perform($0, moves()) }
            #expect(after == .outcomes(Array(repeating: .done, count: 6)))
        }
    }

    @Test func `a change by hand is seen and counted, and the log has no step for it`() async throws
    {
        try await withTemporaryFolder { folder in
            var deployment = deployment(in: folder)
            deployment.pools[1].capacity = 1
            try await deployment.with { _ in }
            #expect(
                try EmbeddedAdapter.moveByHand(
                    estate: deployment.estate, Self.people[0], to: AdapterFixture.new,
                    machine: deployment.clock.now))
            let answer = try await deployment.with { await perform($0, moves([Self.people[1]])) }
            #expect("\(answer)".contains("is full: it holds 1 of 1 users"))
            #expect(try deployment.log.map(\.step) == [nil])
        }
    }

    @Test func `looking inside with SQL shows homes and moves`() async throws {
        try await withTemporaryFolder { folder in
            let deployment = deployment(in: folder)
            _ = try await deployment.with { await perform($0, moves([Self.people[0]])) }
            let database = try DatabaseQueue(path: deployment.estate.path)
            let rows = try await database.read { db in
                let homes = try Row.fetchAll(db, sql: "SELECT * FROM homes LIMIT 2")
                let moves = try Row.fetchAll(
                    db, sql: "SELECT step, kind, name, from_pool, to_pool FROM moves")
                return (homes + moves).map(\.description)
            }
            #expect(
                rows == [
                    "[resource:\"user/person1@north.example\" pool:\"lync.north.example\" coming_from:NULL]",
                    "[resource:\"user/person2@north.example\" pool:\"ocs.north.example\" coming_from:NULL]",
                    "[step:\"00000000000000070000000000000000\" kind:\"user\" name:\"person1@north.example\" from_pool:\"ocs.north.example\" to_pool:\"lync.north.example\"]",
                ])
        }
    }
}
