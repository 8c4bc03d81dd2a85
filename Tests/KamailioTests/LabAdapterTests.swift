/// What the adapter sees of running servers and does with them: health, applications, the end of a pool.

import Adapters
import Foundation
import Model
import Postgres
import TestSupport
import Testing

@Suite(.serialized, .enabled(if: KamailioLab.isThere, KamailioLab.hint))
struct LabAdapterTests {
    static let legacy = "legacy.uc.test"
    static let modern = "modern.uc.test"
    static let apps = ["voicemail", "^conf-[0-9]+$", "^49305555[0-9]{2}$"]

    @Test func `everything that can be asked is answered with yes`() async throws {
        try await KamailioLab.with { lab in
            try await lab.withAdapter { adapter in
                let able = adapter.capabilities.probes
                #expect(
                    able == [
                        .servicesRunning, .administrable, .replicationCurrent, .messageBothWays,
                        .callBothWays, .appsAnswering, .empty,
                    ])
                for question in able.sorted() where question != .empty {
                    let pools = question.isBetweenTwo ? [Self.legacy, Self.modern] : [Self.legacy]
                    let evidence = try await ask(question, pools, adapter)
                    #expect(evidence.verdict == .passed, "\(evidence)")
                    #expect(!evidence.checks.isEmpty)
                }
                // Nothing is left of it: no binding, no row.
                #expect(try lab.registered("legacy") == 0 && lab.registered("modern") == 0)
            }
        }
    }

    @Test func `a short cut is not taken for a crossing`() async throws {
        try await KamailioLab.with { lab in
            // The account of the modern pool lives on the other one: messages arrive, and do not cross.
            try lab.database.run(
                "UPDATE usr_preferences SET value = '1' WHERE username = 'probe-modern'")
            try await lab.withAdapter { adapter in
                let evidence = try await ask(
                    .messageBothWays, [Self.legacy, Self.modern], adapter)
                #expect(evidence.verdict == .inconclusive)
                #expect(
                    evidence.checks[0].words == "its account for probes lives on legacy.uc.test")
            }
        }
    }

    @Test func `a pool that is killed takes nobody, is told, and can be left`() async throws {
        try await KamailioLab.with { lab in
            for user in ["ana", "bo"] { try lab.database.add(user, "uc.test", 2) }
            try lab.pool("modern").run(Self.contact("ana"))
            try lab.kill(.modern)
            try await lab.awaitState("I", of: .modern, by: .front)
            try await lab.withAdapter { adapter in
                let notices = try await notices(adapter)
                #expect(notices.map(\.rule) == [.memberDown], "\(notices)")
                #expect(notices.first?.pool == Self.modern)
                let services = try await ask(.servicesRunning, [Self.modern], adapter)
                #expect(services.verdict == .failed, "\(services)")
                let messages = try await ask(
                    .messageBothWays, [Self.legacy, Self.modern], adapter)
                #expect(messages.verdict == .failed, "\(messages)")

                let moves = [move("ana", Self.modern, Self.legacy)]
                let error = await #expect(throws: AdapterError.self) {
                    try await perform(moves, adapter)
                }
                #expect(
                    error?.message.hasPrefix("modern.uc.test takes no requests, as front") == true,
                    "\(String(describing: error))")
                #expect(try lab.database.homes()["ana@uc.test"] == "2")

                let left = try await perform(moves, adapter, evacuating: [Self.modern])
                #expect(left == [.done])
                // Given up or not, nobody is moved to it.
                let back = await #expect(throws: AdapterError.self) {
                    try await perform(
                        [move("ana", Self.legacy, Self.modern)], adapter,
                        evacuating: [Self.modern])
                }
                #expect(back?.message.contains("takes no requests") == true)
            }
            #expect(try lab.database.homes()["ana@uc.test"] == "1")
            #expect(try lab.registered("legacy") == 1)
        }
    }

    @Test func `a pool is left although its registrations cannot be read, when it is given up`()
        async throws
    {
        try await KamailioLab.with { lab in
            try lab.database.add("ana", "uc.test", 2)
            try lab.pool("modern").run("ALTER TABLE location RENAME TO away")
            try await lab.withAdapter { adapter in
                let moves = [move("ana", Self.modern, Self.legacy)]
                await #expect(throws: AdapterError.self) { try await perform(moves, adapter) }
                let left = try await perform(moves, adapter, evacuating: [Self.modern])
                #expect(left == [.done])
            }
        }
    }

    @Test func `applications move, and fronts that reload already are waited for`() async throws {
        try await KamailioLab.with(fronts: 2) { lab in
            try await lab.withAdapter { adapter in
                let page = try await adapter.observe(
                    .everything(attributes: []), after: nil, limit: 100)
                let seen = (0..<page.homes.count).filter {
                    page.homes.table.kind(at: $0) == .serviceAddress
                }.map { page.homes.table[$0].name }
                #expect(seen.sorted() == Self.apps.sorted())
                let there = try await perform(
                    Self.apps.map { app($0, Self.legacy, Self.modern) }, adapter)
                #expect(there == [.done, .done, .done])
                #expect(try sets(lab) == ["2"])
                for server in [KamailioLab.Server.front, .front2] {
                    let dump = try lab.ask(server, "dialplan.dump", "[1]")
                    #expect(!dump.contains("\"ATTRS\":\t\"1\""), "\(dump)")
                }
                // Kamailio refuses a second reload within five seconds.
                #expect(
                    try lab.ask(.front, "dialplan.reload").lowercased().contains("ongoing reload"))
                let back = try await perform(
                    [app("voicemail", Self.modern, Self.legacy)], adapter)
                #expect(back == [.done])
                let answering = try await ask(.appsAnswering, [Self.legacy], adapter)
                #expect(answering.verdict == .passed, "\(answering)")
            }
        }
    }

    @Test func `an application that a front still has elsewhere is on its way`() async throws {
        try await KamailioLab.with { lab in
            try lab.database.run("UPDATE dialplan SET attrs = '2' WHERE match_exp = 'voicemail'")
            try await lab.withAdapter { adapter in
                let id = ResourceID(kind: .serviceAddress, name: "voicemail")
                let page = try await adapter.observe(.resources([id]), after: nil, limit: 1)
                #expect(
                    page.homes.home(at: 0)
                        == .present(.inFlight(from: Self.legacy, to: Self.modern)))
                let current = try await ask(.replicationCurrent, [Self.modern], adapter)
                #expect(current.verdict == .failed, "\(current)")
                // Moving it where it is already has the front read it.
                let outcomes = try await perform(
                    [app("voicemail", Self.legacy, Self.modern)], adapter)
                #expect(outcomes == [.already])
                let again = try await adapter.observe(.resources([id]), after: nil, limit: 1)
                #expect(again.homes.home(at: 0) == .present(.pool(Self.modern)))
            }
        }
    }

    @Test func `a pool is closed once it is empty, and takes nobody`() async throws {
        try await KamailioLab.with(fronts: 2) { lab in
            try lab.database.add("ana", "uc.test", 1)
            try await lab.withAdapter { adapter in
                let full = try await change(.close, adapter)
                #expect(full == .conflict("2 users and 3 applications still live there"))
                try lab.database.run("UPDATE usr_preferences SET value = '2'")
                try lab.database.run("UPDATE dialplan SET attrs = '2'")
                let closed = try await change(.close, adapter)
                #expect(closed == .done)
                let twice = try await change(.close, adapter)
                #expect(twice == .already)
                for server in [KamailioLab.Server.front, .front2] {
                    let list = try lab.ask(server, "dispatcher.list")
                    #expect(list.contains("\"FLAGS\":\t\"D"), "\(list)")
                }
                // By whatever hand.
                #expect(throws: PostgresError.self) {
                    try lab.database.run(
                        "UPDATE usr_preferences SET value = '1' WHERE username = 'ana'")
                }
                let arriving = try await perform([move("ana", Self.modern, Self.legacy)], adapter)
                #expect("\(arriving)".contains("takes nobody"), "\(arriving)")
            }
        }
    }

    @Test func `a closed pool is opened again, or removed once nobody is registered there`()
        async throws
    {
        try await KamailioLab.with(fronts: 2) { lab in
            try lab.database.run("UPDATE usr_preferences SET value = '2'")
            try lab.database.run("UPDATE dialplan SET attrs = '2'")
            try await lab.withAdapter { adapter in
                _ = try await change(.close, adapter)
                let opened = try await change(.reopen, adapter)
                #expect(opened == .done)
                let open = try await change(.remove, adapter)
                #expect(open == .conflict("it is not closed"))
                _ = try await change(.close, adapter)
                try lab.pool("legacy").run(Self.contact("ana"))
                let registered = try await change(.remove, adapter)
                #expect(registered == .conflict("1 registration not ended there"))
                let empty = try await ask(.empty, [Self.legacy], adapter)
                #expect(empty.checks.map(\.verdict) == [.passed, .passed, .failed])
                try lab.pool("legacy").run("DELETE FROM location")
                let removed = try await change(.remove, adapter)
                #expect(removed == .done)
                for server in [KamailioLab.Server.front, .front2] {
                    #expect(!(try lab.ask(server, "dispatcher.list").contains("127.0.0.11")))
                }
            }
        }
    }

    @Test func `fronts that do not agree, or cannot be asked, are told`() async throws {
        try await KamailioLab.with(fronts: 2) { lab in
            _ = try lab.ask(
                .front2, "dispatcher.set_state", #"["d", 1, "sip:127.0.0.11:\#(lab.port)"]"#)
            try await lab.withAdapter { adapter in
                let notices = try await notices(adapter)
                #expect(notices.map(\.rule) == [.viewsDiffer], "\(notices)")
                try lab.kill(.front2)
                let missing = try await self.notices(adapter)
                #expect(missing.map(\.rule) == [.viewMissing], "\(missing)")
                try lab.kill(.front)
                let error = await #expect(throws: AdapterError.self) {
                    try await perform([move("ana", Self.legacy, Self.modern)], adapter)
                }
                #expect(error?.message.hasPrefix("no front answers") == true)
            }
        }
    }
}
