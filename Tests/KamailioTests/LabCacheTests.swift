/// Fronts that keep homes in memory: told of every move, also by those who come after a runner that died.

import Adapters
import Foundation
import Model
import Postgres
import TestSupport
import Testing

@Suite(.serialized, .enabled(if: KamailioLab.isThere, KamailioLab.hint))
struct LabCacheTests {
    private let line = LabAdapterTests()

    /// The set that a front has for a user in memory.
    private func cached(_ user: String, _ front: KamailioLab.Server, _ lab: KamailioLab) throws
        -> String
    {
        let answer = try lab.ask(front, "htable.get", #"["home", "\#(user)@uc.test"]"#)
        let value = answer.split(separator: "\"value\":").dropFirst().first ?? ""
        return String(value.prefix { $0 != "," }.filter(\.isNumber))
    }

    @Test func `every front follows a move at once`() async throws {
        try await KamailioLab.with(fronts: 2, keepsHomesInMemory: true) { lab in
            for user in ["ana", "o'brien", "Ana"] { try lab.database.add(user, "uc.test", 1) }
            for front in [KamailioLab.Server.front, .front2] {
                _ = try lab.ask(front, "htable.reload", #"["home"]"#)
                #expect(try cached("ana", front, lab) == "1")
            }
            try await lab.withAdapter { adapter in
                let outcomes = try await line.perform(
                    ["ana", "o'brien"].map {
                        line.move($0, LabAdapterTests.legacy, LabAdapterTests.modern)
                    }, adapter)
                #expect(outcomes == [.done, .done])
                for front in [KamailioLab.Server.front, .front2] {
                    #expect(try cached("ana", front, lab) == "2")
                    #expect(try cached("o'brien", front, lab) == "2")
                    #expect(try cached("Ana", front, lab) == "1")
                }
                #expect(try await line.notices(adapter).isEmpty)
            }
        }
    }

    @Test func `what a runner that died owed a front is told by the next look`() async throws {
        try await KamailioLab.with(keepsHomesInMemory: true) { lab in
            try lab.database.add("ana", "uc.test", 1)
            _ = try lab.ask(.front, "htable.reload", #"["home"]"#)
            let ana = ResourceID(kind: .user, name: "ana@uc.test")
            try await lab.withAdapter { adapter in
                _ = try await adapter.observe(.resources([ana]), after: nil, limit: 1)
            }
            // As a runner leaves it that is killed between its commit and the front.
            try lab.database.run(
                "UPDATE usr_preferences SET value = '2', last_modified = now() AT TIME ZONE 'UTC' WHERE username = 'ana'"
            )
            try await lab.withAdapter { adapter in
                let notices = try await line.notices(adapter)
                #expect(notices.map(\.rule) == [.cacheBehind], "\(notices)")
                #expect(try cached("ana", .front, lab) == "1", "an observation changed a front")
                _ = try await adapter.observe(.resources([ana]), after: nil, limit: 1)
                #expect(try cached("ana", .front, lab) == "2")
                #expect(try await line.notices(adapter).isEmpty)
            }
        }
    }

    @Test func `nobody moves while a front that keeps homes cannot be told`() async throws {
        try await KamailioLab.with(fronts: 2, keepsHomesInMemory: true) { lab in
            try lab.database.add("ana", "uc.test", 1)
            try lab.kill(.front2)
            try await lab.withAdapter { adapter in
                let moves = [line.move("ana", LabAdapterTests.legacy, LabAdapterTests.modern)]
                let error = await #expect(throws: AdapterError.self) {
                    try await line.perform(moves, adapter)
                }
                guard case .transient(let words, _)? = error else {
                    Issue.record("\(String(describing: error))")
                    return
                }
                #expect(words.contains("keeps homes in memory and cannot be told"), "\(words)")
                #expect(try lab.database.homes()["ana@uc.test"] == "1")
                try lab.start(.front2)
                #expect(try await line.perform(moves, adapter) == [.done])
                #expect(try cached("ana", .front2, lab) == "2")
            }
        }
    }
}
