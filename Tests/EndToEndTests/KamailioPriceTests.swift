/// Devices that hold a connection: one to a front is kept while its owner moves, and one to the pool itself
/// is lost, which is a price that somebody agrees to.

import Foundation
import SIP
import TestSupport
import Testing

extension KamailioStoryTests {
    struct Prices {
        @Test func `who is connected to a front is reached before and after`() async throws {
            try await KamailioScene.with(users: 20) { scene in
                try scene.run(
                    "homes",
                    """
                    INSERT INTO usr_preferences (username, domain, attribute, type, value)
                    VALUES ('tess', 'uc.test', 'home_pool', 1, '1')
                    """)
                let tess = SIPAccount(try SIPAddress(user: "tess", host: "uc.test"))
                let local = SIPEndpoint(host: "127.0.0.25", port: 0)
                try await SIPAgent.with(local: local, .tcp, seed: 1) { phone in
                    try await phone.register(
                        tess, at: scene.front, expires: 600, within: .seconds(20))
                    try await expectConnected(phone, through: "legacy", scene)
                    try scene.declareThatEverybodyMoves()
                    try await scene.expectAllAnswered {
                        try scene.rehome("apply", "--yes", expecting: 0)
                    }
                    try await expectConnected(phone, through: "modern", scene)
                }
            }
        }

        private func expectConnected(
            _ phone: SIPAgent, through pool: String, _ scene: KamailioScene
        ) async throws {
            try await scene.expectAnswer("200 OK", of: "tess")
            let message = try await phone.next("MESSAGE", within: .seconds(20)).message
            #expect(
                message.list("X-Rehome-Path") == ["front", "legacy", "front", pool, "front"])
        }

        @Test func `what is lost is told, refused, agreed to, and comes again`() async throws {
            try await KamailioScene.with(users: 20) { scene in
                // As a pool writes it down that speaks to devices itself.
                try scene.run(
                    "legacy",
                    """
                    UPDATE location SET socket = 'tcp:127.0.0.11:5060', path = NULL
                    WHERE username IN ('u1', 'u2', 'u3')
                    """)
                try scene.declareThatEverybodyMoves()
                try scene.rehome("plan", expecting: 0).expectOutput("3 outages")
                try scene.rehome("apply", "--yes", expecting: 4).expectSentence("--accept outage")
                #expect(try scene.homes() == [.legacy: 20])
                try scene.declareThatEverybodyMoves(accepting: ["outage"])
                try scene.rehome("apply", "--yes", expecting: 0)
                try await scene.expectAnswer("480 Not Registered At modern", of: "u1")
                try await scene.expectReached("u4", on: .modern)
                try scene.registerAll()
                try await scene.expectReached("u1", on: .modern)
                try scene.expectEverybody(on: .modern)
                try scene.expectNothingToDo()
            }
        }
    }
}
