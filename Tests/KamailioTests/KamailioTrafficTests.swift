/// What running Kamailios do with the rows that the adapter changes.

import Adapters
import Foundation
import Model
import TestSupport
import Testing

@Suite(.serialized, .enabled(if: KamailioServer.isThere, KamailioServer.hint))
struct KamailioTrafficTests {
    private static let users = ["ana", "o'brien", "%61lice", "a;b"]

    @Test func `the front follows a move with the next request`() async throws {
        try await withTemporaryFolder { folder in
            let lab = try KamailioLab(in: folder)
            for user in Self.users { try lab.database.add(user, "uc.test", 1) }
            try lab.awaitReadiness()
            let phone = try SIPSocket()
            #expect(try answer(phone, "ana", lab) == "SIP/2.0 480 Not Registered At legacy")
            #expect(try answer(phone, "nobody", lab) == "SIP/2.0 404 No Home Pool")
            try await lab.database.with(KamailioLab.pools) { adapter in
                let moves = Self.users.enumerated().map { number, user in
                    Move(
                        step: StepID(high: 1, low: UInt64(number)),
                        resource: ResourceID(kind: .user, name: "\(user)@uc.test"), ownID: nil,
                        from: "legacy.uc.test", to: "modern.uc.test")
                }
                let outcomes = try await adapter.perform(
                    Batch(run: RunID("r"), number: 1, moves: moves),
                    deadline: KamailioDatabase.now + .seconds(30))
                #expect(outcomes.allSatisfy { $0 == .done }, "\(outcomes)")
            }
            for user in ["ana", "o'brien"] {
                #expect(
                    try answer(phone, user, lab) == "SIP/2.0 480 Not Registered At modern",
                    "\(user)")
            }
        }
    }

    /// How a message to a user is answered.
    private func answer(_ phone: SIPSocket, _ user: String, _ lab: KamailioLab) throws -> String? {
        try phone.ask("MESSAGE", "sip:\(user)@uc.test", at: lab.front, attempts: 20)
    }
}
