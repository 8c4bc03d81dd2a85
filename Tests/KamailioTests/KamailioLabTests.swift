/// What the lab promises to those who test on it, shown on itself.

import Foundation
import Postgres
import TestSupport
import Testing

@Suite(.serialized, .enabled(if: KamailioLab.isThere, KamailioLab.hint))
struct KamailioLabTests {
    /// The names of the hops, in the order in which a request passed them.
    private func path(_ message: String?) -> [String] {
        (message ?? "").split(separator: "\r\n")
            .filter { $0.hasPrefix("X-Rehome-Path:") }
            .flatMap { $0.dropFirst("X-Rehome-Path:".count).split(separator: ",") }
            .map { $0.trimmingCharacters(in: .whitespaces) }
    }

    private func line(_ message: String?) -> Substring? { message?.split(separator: "\r\n").first }

    @Test func `who is reached went through both home pools, and it shows`() async throws {
        try await KamailioLab.with { lab in
            try lab.database.add("ana", "uc.test", 1)
            try lab.database.add("bo", "uc.test", 2)
            #expect(try lab.register(["ana", "bo"]).succeeded == 2)
            let phone = try SIPSocket()
            for method in ["MESSAGE", "INVITE"] {
                let answer = try phone.answer(
                    method, "sip:bo@uc.test", at: lab.front, attempts: 20,
                    from: "sip:ana@uc.test", headers: ["X-Rehome-Path: forged"])
                #expect(line(answer) == "SIP/2.0 200 OK")
                #expect(path(answer) == ["front", "legacy", "front", "modern", "front"])
            }
            // With BYE, on the way that Record-Route made.
            let calls = try lab.run(.calls, count: 20, rate: 20)
            #expect(
                calls == KamailioLab.Counts(succeeded: 20, failed: 0), "\(lab.errors(of: .calls))")
        }
    }

    @Test func `an application answers where its row says, and before people`() async throws {
        try await KamailioLab.with(reloadDelta: 0) { lab in
            try lab.database.add("ana", "uc.test", 1)
            try lab.database.add("conf-x", "uc.test", 1)
            let phone = try SIPSocket()
            func answer(_ app: String) throws -> String? {
                try phone.answer(
                    "MESSAGE", "sip:\(app)@uc.test", at: lab.front, attempts: 20,
                    from: "sip:ana@uc.test")
            }
            for app in ["voicemail", "conf-12", "4930555507"] {
                #expect(line(try answer(app)) == "SIP/2.0 200 Application At legacy")
                #expect(path(try answer(app)) == ["front", "legacy", "front", "legacy"])
            }
            #expect(line(try answer("conf-x")) == "SIP/2.0 480 Not Registered At legacy")
            #expect(line(try answer("voicemailbox")) == "SIP/2.0 404 No Home Pool")

            try lab.database.run("UPDATE dialplan SET attrs = '2' WHERE match_exp LIKE '^conf%'")
            #expect(try lab.ask(.front, "dialplan.reload").contains("result"))
            #expect(try answer("conf-12")?.contains("X-Rehome-Pool: modern") == true)
            #expect(try answer("voicemail")?.contains("X-Rehome-Pool: legacy") == true)
        }
    }

    @Test func `user parts are decoded everywhere, and compared with case`() async throws {
        let people = [
            "o'brien", "%61lice", "a;b", "ünï", "日本", "Ana", "ana", "q\"uote", "back\\slash",
            "sp ace", "a:b", "+4930", "a%b", "<b>", "{c}",
        ]
        try await KamailioLab.with { lab in
            for person in people { try lab.database.add(person, "uc.test", 1) }
            let counts = try lab.register(people)
            #expect(counts == KamailioLab.Counts(succeeded: people.count, failed: 0))
            let rows = try lab.pool("legacy").connection.run("SELECT username FROM location")
            #expect(Set((0..<rows.rows).map { rows.text($0, 0) ?? "" }) == Set(people))
            let phone = try SIPSocket()
            for person in people {
                let answer = try phone.answer(
                    "MESSAGE", "sip:\(KamailioLab.escaped(person))@UC.test", at: lab.front,
                    attempts: 20, from: "sip:\(KamailioLab.escaped(person))@uc.test")
                #expect(line(answer) == "SIP/2.0 200 OK", "\(person)")
            }
            for stranger in ["ANA", "%2561na", "o''brien"] {
                let answer = try phone.ask(
                    "MESSAGE", "sip:\(stranger)@uc.test", at: lab.front, attempts: 20)
                #expect(
                    answer?.hasSuffix("404 No Home Pool") == true, "\(stranger): \(answer ?? "")")
            }
        }
    }

    @Test func `a device on a connection is reached there, through the front that has it`()
        async throws
    {
        try await KamailioLab.with(fronts: 2) { lab in
            try lab.database.add("ana", "uc.test", 1)
            let device = try SIPConnection(to: lab.address(.front2))
            device.ask(
                "REGISTER", "sip:uc.test", of: "ana",
                headers: ["Contact: <sip:ana@127.0.0.1:9;transport=tcp>", "Expires: 600"])
            #expect(line(device.receive()) == "SIP/2.0 200 OK")
            // Ana writes to herself, through the same front, and hears it on the same connection.
            device.ask("MESSAGE", "sip:ana@uc.test", of: "ana")
            let message = try #require(device.receive())
            #expect(path(message) == ["front2", "legacy", "front2", "legacy", "front2"])
            device.say(
                try #require(SIPPhone.answer(to: message)).split(separator: "\r\n")
                    .filter { !$0.hasPrefix("Content-Length") }.map(String.init))
            #expect(line(device.receive()) == "SIP/2.0 200 OK")
            // Through the other front too: the device is found at the one that has it.
            let answer = try SIPSocket().answer(
                "OPTIONS", "sip:ana@uc.test", at: lab.front, attempts: 1)
            #expect(answer == nil)
            #expect(path(device.receive()) == ["front", "legacy", "front2"])
        }
    }
}
