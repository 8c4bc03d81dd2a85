/// What running Kamailios do with the rows that the adapter changes.

import Adapters
import Foundation
import Model
import TestSupport
import Testing

@Suite(.serialized, .enabled(if: KamailioLab.isThere, KamailioLab.hint))
struct KamailioTrafficTests {
    private static let users = ["ana", "o'brien", "%61lice", "a;b"]

    @Test func `the front follows a move with the next request`() async throws {
        try await KamailioLab.with { lab in
            for user in Self.users { try lab.database.add(user, "uc.test", 1) }
            let phone = try SIPSocket()
            #expect(try answer(phone, "ana", lab) == "SIP/2.0 480 Not Registered At legacy")
            #expect(try answer(phone, "nobody", lab) == "SIP/2.0 404 No Home Pool")
            try await lab.withAdapter { adapter in
                try await Self.move(Self.users, "legacy", "modern", adapter)
            }
            for user in Self.users {
                #expect(
                    try answer(phone, user, lab) == "SIP/2.0 480 Not Registered At modern",
                    "\(user)")
            }
        }
    }

    @Test func `nobody is away for a moment while everybody moves there and back`() async throws {
        try await KamailioLab.with { lab in
            let names = (0..<60).map { "u\($0)" }
            for name in names { try lab.database.add(name, "uc.test", 1) }
            let phone = try SIPPhone()
            let caller = try SIPSocket()
            for name in names {
                #expect(
                    try phone.register(name, at: lab.front, by: caller) == "SIP/2.0 200 OK")
            }
            let traffic = Traffic(to: names, at: lab.front)
            try await lab.withAdapter { adapter in
                // Often enough that more than a hundred messages come in between.
                for round in 0..<9 {
                    let (from, to) =
                        round % 2 == 0 ? ("legacy", "modern") : ("modern", "legacy")
                    for part in stride(from: 0, to: names.count, by: 10) {
                        try await Self.move(
                            Array(names[part..<part + 10]), from, to, adapter)
                    }
                }
            }
            let answers = await traffic.end()
            phone.hangUp()
            #expect(answers["SIP/2.0 200 OK"] ?? 0 > 100, "\(answers)")
            #expect(answers.count == 1, "\(answers)")
            #expect(try lab.registered("legacy") == 0)
            #expect(try lab.registered("modern") == names.count)
        }
    }

    @Test func `nobody moves while a pool's registrations cannot be carried`() async throws {
        try await KamailioLab.with { lab in
            try lab.database.add("ana", "uc.test", 1)
            try lab.pool("legacy").run(
                "INSERT INTO location (username, domain, contact, ruid) VALUES ('ana', 'uc.test', 'sip:ana@127.0.0.1', 'r1')"
            )
            var locations = lab.locations
            locations["modern.uc.test"] = "host=/nowhere dbname=modern"
            let document = lab.database.document(KamailioLab.sets, locations: locations)
            try await KamailioDatabase.open(document) { adapter in
                let error = await #expect(throws: AdapterError.self) {
                    try await adapter.perform(
                        Batch(
                            run: RunID("r"), number: 1,
                            moves: [Self.move("ana", "legacy", "modern")]),
                        deadline: KamailioDatabase.now + .seconds(30))
                }
                guard case .transient? = error else {
                    Issue.record("\(String(describing: error))")
                    return
                }
            }
            #expect(try lab.database.homes()["ana@uc.test"] == "1")
        }
    }

    @Test func `a pool whose registrations cannot be swept keeps nobody from moving`() async throws
    {
        try await KamailioLab.with { lab in
            try lab.database.add("ana", "uc.test", 1)
            try lab.database.add("bo", "uc.test", 2)
            let legacy = lab.pool("legacy")
            try legacy.run(
                "INSERT INTO location (username, domain, contact, ruid) VALUES ('ana', 'uc.test', 'sip:ana@127.0.0.1', 'r1')"
            )
            try await lab.withAdapter { adapter in
                try await Self.move(["ana"], "legacy", "modern", adapter)
                try legacy.run("ALTER TABLE location RENAME TO away")
                // Nobody needs the legacy pool for this one.
                let stay = try await adapter.perform(
                    Batch(
                        run: RunID("r"), number: 2, moves: [Self.move("bo", "modern", "modern")]),
                    deadline: KamailioDatabase.now + .seconds(30))
                #expect(stay == [.already])
                try legacy.run("ALTER TABLE away RENAME TO location")
            }
            #expect(try lab.registered("legacy") == 0)
            #expect(try lab.registered("modern") == 1)
        }
    }

    private static func move(
        _ users: [String], _ from: String, _ to: String, _ adapter: any Adapter
    ) async throws {
        let outcomes = try await adapter.perform(
            Batch(run: RunID("r"), number: 1, moves: users.map { move($0, from, to) }),
            deadline: KamailioDatabase.now + .seconds(30))
        #expect(outcomes.allSatisfy { $0 == .done }, "\(outcomes)")
    }

    private static func move(_ user: String, _ from: String, _ to: String) -> Move {
        Move(
            step: StepID(high: 1, low: UInt64(user.utf8.reduce(7) { $0 &* 31 &+ UInt64($1) })),
            resource: ResourceID(kind: .user, name: "\(user)@uc.test"), ownID: nil,
            from: "\(from).uc.test", to: "\(to).uc.test")
    }

    /// How a message to a user is answered.
    private func answer(_ phone: SIPSocket, _ user: String, _ lab: KamailioLab) throws -> String? {
        try phone.ask(
            "MESSAGE", "sip:\(KamailioLab.escaped(user))@uc.test", at: lab.front, attempts: 20)
    }
}
