/// The lab in trouble: what callers hear when a server is gone, and that it comes back.

import Foundation
import TestSupport
import Testing

@Suite(.serialized, .enabled(if: KamailioLab.isThere, KamailioLab.hint))
struct LabTroubleTests {
    private func answer(_ user: String, _ lab: KamailioLab) throws -> String? {
        try SIPSocket().ask("MESSAGE", "sip:\(user)@uc.test", at: lab.front, attempts: 80)
    }

    /// Asks the front until it sees the members of a set in a state, such as `A` for active.
    private func awaitState(_ state: String, of set: Int, _ lab: KamailioLab) throws {
        // Asking takes some milliseconds each time.
        for _ in 0..<2000 {
            let answer = try lab.ask(.front, "dispatcher.list")
            let object = try JSONSerialization.jsonObject(with: Data(answer.utf8)) as? [String: Any]
            let sets = (object?["result"] as? [String: Any])?["RECORDS"] as? [[String: Any]] ?? []
            let flags = sets.compactMap { $0["SET"] as? [String: Any] }
                .filter { $0["ID"] as? Int == set }
                .flatMap { $0["TARGETS"] as? [[String: Any]] ?? [] }
                .compactMap { ($0["DEST"] as? [String: Any])?["FLAGS"] as? String }
            if flags.allSatisfy({ $0.hasPrefix(state) }) { return }
        }
        Issue.record("set \(set) is never \(state)")
    }

    @Test func `a pool that is killed is unavailable, and is found again when it is back`()
        async throws
    {
        try await KamailioLab.with { lab in
            try lab.database.add("bo", "uc.test", 2)
            try lab.kill(.modern)
            #expect(try answer("bo", lab) == "SIP/2.0 503 Home Pool Unavailable")
            try awaitState("I", of: 2, lab)
            #expect(try answer("bo", lab) == "SIP/2.0 503 Home Pool Unavailable")
            #expect(try answer("voicemail", lab) == "SIP/2.0 200 Application At legacy")
            // Kamailio forgets at a reload what its pings found out, until they are lost again.
            #expect(try lab.ask(.front, "dispatcher.reload").contains("successfully reloaded"))
            #expect(try lab.ask(.front, "dispatcher.reload").contains("Ongoing reload"))
            try awaitState("I", of: 2, lab)
            try lab.start(.modern)
            try awaitState("A", of: 2, lab)
            #expect(try answer("bo", lab) == "SIP/2.0 480 Not Registered At modern")
        }
    }

    @Test func `a member that is silent is passed over`() async throws {
        try await KamailioLab.with { lab in
            try lab.database.add("bo", "uc.test", 2)
            try lab.database.run(
                "INSERT INTO dispatcher (setid, destination, flags) VALUES (2, 'sip:127.0.0.13:9', 8)"
            )
            _ = try lab.ask(.front, "dispatcher.reload")
            for _ in 0..<2 {
                #expect(try answer("bo", lab) == "SIP/2.0 480 Not Registered At modern")
            }
        }
    }

    @Test func `homes that cannot be read are not homes that are missing`() async throws {
        try await KamailioLab.with { lab in
            try lab.database.add("bo", "uc.test", 2)
            try lab.kill(.postgres)
            #expect(try answer("bo", lab) == "SIP/2.0 500 Homes Cannot Be Read")
            try lab.start(.postgres)
            #expect(try answer("bo", lab) == "SIP/2.0 480 Not Registered At modern")
            #expect(try answer("nobody", lab) == "SIP/2.0 404 No Home Pool")
        }
    }

    @Test func `a front that keeps homes in memory follows when it is told`() async throws {
        try await KamailioLab.with(keepsHomesInMemory: true) { lab in
            try lab.database.add("o'brien", "uc.test", 1)
            _ = try lab.ask(.front, "htable.reload", #"["home"]"#)
            try lab.database.run("UPDATE usr_preferences SET value = '2'")
            #expect(try answer("o'brien", lab) == "SIP/2.0 480 Not Registered At legacy")
            _ = try lab.ask(.front, "htable.seti", #"["home", "o'brien@uc.test", 2]"#)
            #expect(try answer("o'brien", lab) == "SIP/2.0 480 Not Registered At modern")
            try lab.database.add("new", "uc.test", 1)
            #expect(try answer("new", lab) == "SIP/2.0 480 Not Registered At legacy")
            try lab.kill(.postgres)
            #expect(try answer("o'brien", lab) == "SIP/2.0 480 Not Registered At modern")
        }
    }

    @Test func `two thousand devices register, and a thousand messages are all answered`()
        async throws
    {
        try await KamailioLab.with { lab in
            try lab.database.run(
                """
                INSERT INTO usr_preferences (username, domain, attribute, type, value)
                SELECT 'u' || n, 'uc.test', 'home_pool', 1, (n % 2 + 1)::text
                FROM generate_series(1, 2000) n
                """)
            let devices = try lab.register((1...2000).map { "u\($0)" })
            #expect(devices == KamailioLab.Counts(succeeded: 2000, failed: 0))
            try lab.begin(.calls, rate: 10)
            let messages = try lab.run(.messages, count: 1000, rate: 100)
            #expect(
                messages == KamailioLab.Counts(succeeded: 1000, failed: 0),
                "\(lab.errors(of: .messages))")
            let calls = try lab.end(.calls)
            #expect(calls.failed == 0 && calls.succeeded > 50, "\(lab.errors(of: .calls))")
        }
    }

    @Test func `failures are counted, and what came is told`() async throws {
        try await KamailioLab.with { lab in
            try lab.database.add("ana", "uc.test", 1)
            try lab.database.add("bo", "uc.test", 2)
            try lab.register(["ana", "bo"])
            try lab.pool("modern").run("DELETE FROM location")
            let messages = try lab.run(.messages, count: 10, rate: 100)
            #expect(messages == KamailioLab.Counts(succeeded: 5, failed: 5))
            #expect(lab.errors(of: .messages).contains("480 Not Registered At modern"))
        }
    }

    @Test func `nothing is left of a lab whose test failed`() async throws {
        var folder = ""
        await #expect(throws: CancellationError.self) {
            try await KamailioLab.with { lab in
                folder = lab.folder.path
                try lab.database.add("ana", "uc.test", 1)
                try lab.register(["ana"])
                try lab.begin(.messages, rate: 10)
                throw CancellationError()
            }
        }
        let processes = try FileManager.default.contentsOfDirectory(atPath: "/proc")
        for process in processes where Int(process) != nil {
            let words = FileManager.default.contents(atPath: "/proc/\(process)/cmdline") ?? Data()
            #expect(!String(decoding: words, as: UTF8.self).contains(folder))
        }
        #expect(!FileManager.default.fileExists(atPath: folder))
    }

    @Test func `a server that does not come up shows its log`() async throws {
        try await KamailioLab.with { lab in
            try lab.kill(.legacy)
            try lab.pool("legacy").run("DROP TABLE location")
            let error = #expect(throws: KamailioLab.Failure.self) { try lab.start(.legacy) }
            let text = error?.description ?? ""
            #expect(text.contains("legacy does not answer; its log"))
            #expect(text.contains("location"), "\(text)")
        }
        let options = KamailioLab.Options(preparation: "SELECT nonsense")
        let error = await #expect(throws: KamailioLab.Failure.self) {
            try await KamailioLab.with(options) { _ in }
        }
        #expect(error?.description.contains("nonsense") == true)
    }

    @Test func `scripts of the lab hold to what a linter asks of them`() throws {
        let names = ["lab", "traffic", "processes.sh"].map { "Tests/EndToEnd/Kamailio/\($0)" }
        let result = try CommandLineTool(path: "/usr/bin/env").run(
            ["shellcheck", "-x"] + names + [".ci/lab", ".ci/packages"], in: Repository.root)
        if result.code == 127 {
            print("SKIPPED: no shellcheck to judge the lab's scripts: apt-get install shellcheck")
        } else {
            result.expectExit(0)
        }
    }
}
