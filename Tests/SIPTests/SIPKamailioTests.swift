/// The agent and a real server: registrations, passwords, and requests whose headers tell their path.

import Foundation
import TestSupport
import Testing

@testable import SIP

@Suite(.serialized, .enabled(if: KamailioProxy.isThere, KamailioProxy.hint))
struct SIPKamailioTests {
    private static let patience = Duration.seconds(20)

    private struct Party {
        let agent: SIPAgent
        let account: SIPAccount
    }

    @Test(arguments: [SIPTransport.udp, .tcp])
    func `texts and calls go through a proxy, and their headers say so`(
        _ transport: SIPTransport
    ) async throws {
        try await lab(transport) { proxy, ana, ben in
            for party in [ana, ben] { try await register(party, proxy, 60) }
            let probe = try SIPHeader("X-Probe", "text 1")
            let text = try await ana.agent.message(
                from: ana.account, to: ben.account.address, text: "¿qué tal?", at: proxy.place,
                headers: [probe], within: Self.patience)
            #expect(text.status == 200, "\(proxy.log)")
            let message = try await ben.agent.next("MESSAGE", within: Self.patience)
            #expect(message.text == "¿qué tal?" && message.message.all("X-Probe") == ["text 1"])
            expectPath(of: message, from: ana, through: proxy)

            for (caller, called) in [(ana, ben), (ben, ana)] {
                let outcome = try await caller.agent.call(
                    from: caller.account, to: called.account.address, at: proxy.place,
                    within: Self.patience)
                #expect(outcome.invitation.status == 200, "\(proxy.log)")
                #expect(outcome.goodbye?.status == 200)
                let route = try #require(outcome.invitation.message.list("Record-Route").first)
                #expect(route.contains("\(proxy.place)"))
                for method in ["INVITE", "ACK", "BYE"] {
                    let came = try await called.agent.next(method, within: Self.patience)
                    expectPath(of: came, from: caller, through: proxy)
                }
            }
        }
    }

    @Test func `who was called hangs up through the proxy`() async throws {
        try await lab(.udp) { proxy, ana, ben in
            try await register(ben, proxy, 60)
            let (_, call) = try await ana.agent.invite(
                from: ana.account, to: ben.account.address, at: proxy.place,
                within: Self.patience)
            try #require(call != nil, "\(proxy.log)")
            _ = try await ben.agent.next("ACK", within: Self.patience)
            let invite = try await ben.agent.next("INVITE", within: Self.patience)
            let goodbye = try await ben.agent.hangUp(
                #require(invite.call), within: Self.patience)
            #expect(goodbye.status == 200, "\(proxy.log)")
            let bye = try await ana.agent.next("BYE", within: Self.patience)
            expectPath(of: bye, from: ben, through: proxy)
        }
    }

    @Test func `users of every spelling are registered, found, and gone`() async throws {
        try await lab(.udp) { proxy, ana, ben in
            // This server's registrar takes no user part that is longer than 64 bytes.
            let users = ["a;b", "o'brien", "%61lice", "a b", String(repeating: "u", count: 64)]
            for user in users {
                let account = SIPAccount(
                    try SIPAddress(user: user, host: "uc.test"), name: "ben",
                    password: SIPPassword(KamailioProxy.password))
                let party = Party(agent: ben.agent, account: account)
                try await register(party, proxy, 60)
                #expect(try await say(user, ana, account.address, proxy) == 200, "\(user)")
                let came = try await ben.agent.next("MESSAGE", within: Self.patience)
                #expect(came.text == user)
                let named = try #require(
                    came.message.first("To").flatMap { SIPNamedAddress(parsing: $0) })
                #expect(try SIPAddress(parsing: named.address).user == user)
                try await register(party, proxy, 0)
                #expect(try await say(user, ana, account.address, proxy) == 480, "\(user)")
            }
        }
    }

    /// A limit of the server: its registrar takes no escape of a byte beyond ASCII.
    @Test func `a registrar may refuse what a user part can say`() async throws {
        try await lab(.udp) { proxy, ana, _ in
            let account = SIPAccount(
                try SIPAddress(user: "señor", host: "uc.test"), name: "ana",
                password: SIPPassword(KamailioProxy.password))
            let error = await #expect(throws: SIPError.self) {
                try await ana.agent.register(
                    account, at: proxy.place, expires: 60, within: Self.patience)
            }
            #expect(
                error.map { "\($0)" }
                    == "REGISTER of sip:se%C3%B1or@uc.test at \(proxy.place) was refused: "
                    + "400 Bad Request")
        }
    }

    @Test func `a wrong password is refused, and not asked for again`() async throws {
        try await lab(.udp) { proxy, ana, ben in
            for password in ["wrong", nil] {
                let account = SIPAccount(
                    ana.account.address, password: password.map { SIPPassword($0) })
                let error = await #expect(throws: SIPError.self) {
                    try await ana.agent.register(
                        account, at: proxy.place, expires: 60, within: Self.patience)
                }
                #expect(
                    error
                        == .refused(
                            what: "REGISTER of sip:ana@uc.test at \(proxy.place)", status: 401,
                            reason: "Unauthorized"), "\(proxy.log)")
                let outcome = try await ana.agent.call(
                    from: account, to: ben.account.address, at: proxy.place,
                    within: Self.patience)
                #expect(outcome.invitation.status == 407 && outcome.goodbye == nil)
            }
        }
    }

    private func say(
        _ text: String, _ party: Party, _ to: SIPAddress, _ proxy: KamailioProxy
    ) async throws -> Int {
        try await party.agent.message(
            from: party.account, to: to, text: text, at: proxy.place, within: Self.patience
        ).status
    }

    private func register(_ party: Party, _ proxy: KamailioProxy, _ seconds: Int) async throws {
        try await party.agent.register(
            party.account, at: proxy.place, expires: seconds, within: Self.patience)
    }

    /// The last hop is the proxy, the first one is who sent it.
    private func expectPath(
        of came: SIPReceived, from sender: Party, through proxy: KamailioProxy
    ) {
        #expect(came.source.host == proxy.place.host)
        #expect(
            came.message.vias.map(\.sentBy) == ["\(proxy.place)", "\(sender.agent.local)"],
            "\(came.method)")
        if came.message.toTag == nil {
            #expect(came.message.all("X-Passed") == ["proxy"])
            #expect(came.message.list("Record-Route").count == 1)
        }
    }

    private func lab(
        _ transport: SIPTransport,
        _ body: (KamailioProxy, _ ana: Party, _ ben: Party) async throws -> Void
    ) async throws {
        let local = SIPEndpoint(host: "127.0.0.1", port: 0)
        let account = { (name: String) in
            SIPAccount(
                try SIPAddress(user: name, host: "uc.test"),
                password: SIPPassword(KamailioProxy.password))
        }
        try await withTemporaryFolder { folder in
            let proxy = try KamailioProxy(in: folder)
            try await proxy.awaitReadiness()
            try await SIPAgent.with(local: local, transport, seed: 1) { ana in
                try await SIPAgent.with(local: local, transport, seed: 2) { ben in
                    try await body(
                        proxy, Party(agent: ana, account: account("ana")),
                        Party(agent: ben, account: account("ben")))
                }
            }
        }
    }
}
