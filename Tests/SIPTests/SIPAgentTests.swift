/// Two agents that speak to each other over loopback, and agents to which nobody speaks.

import Foundation
import Testing

@testable import SIP

struct SIPAgentTests {
    static let patience = Duration.seconds(20)

    @Test(arguments: [SIPTransport.udp, .tcp], ["127.0.0.1", "::1"])
    func `an agent answers for life and for a text`(_ transport: SIPTransport, _ host: String)
        async throws
    {
        try await pair(transport, host) { ana, ben in
            let life = try await ana.agent.options(to: ben.place, within: Self.patience)
            #expect(life.status == 200)
            #expect(
                life.message.list("Allow")
                    == ["INVITE", "ACK", "BYE", "CANCEL", "OPTIONS", "MESSAGE"])
            let probe = try SIPHeader("X-Probe", "7, \"a;b\"")
            let answer = try await ana.agent.message(
                from: ana.account, to: ben.account.address, text: "bon día\r\n\u{0}",
                at: ben.agent.local, headers: [probe], within: Self.patience)
            #expect(answer.isSuccess && answer.reason == "OK")
            let came = try await ben.agent.next("MESSAGE", within: Self.patience)
            #expect(came.text == "bon día\r\n\u{0}")
            #expect(came.message.all("X-Probe") == ["7, \"a;b\""])
            #expect(came.message.vias.count == 1)
            #expect(came.source.host == host)
            #expect(came.status == 200)
            #expect(try await ben.agent.received().map(\.method) == ["OPTIONS", "MESSAGE"])
        }
    }

    @Test(arguments: [SIPTransport.udp, .tcp])
    func `a call is set up, acknowledged and ended`(_ transport: SIPTransport) async throws {
        try await pair(transport) { ana, ben in
            let outcome = try await ana.agent.call(
                from: ana.account, to: ben.account.address, at: ben.agent.local,
                within: Self.patience)
            #expect(outcome.invitation.status == 200)
            #expect(outcome.goodbye?.status == 200)
            let came = try await ben.agent.received()
            #expect(came.map(\.method) == ["INVITE", "ACK", "BYE"])
            #expect(came.map { $0.message.sequence?.number } == [1, 1, 2])
            #expect(Set(came.map(\.message.callID)).count == 1)
            #expect(came[0].text.contains("m=audio 9 RTP/AVP 0\r\n"))
        }
    }

    @Test(arguments: [SIPTransport.udp, .tcp])
    func `who was called can hang up`(_ transport: SIPTransport) async throws {
        try await pair(transport) { ana, ben in
            let (answer, call) = try await ana.agent.invite(
                from: ana.account, to: ben.account.address, at: ben.agent.local,
                within: Self.patience)
            #expect(answer.status == 200)
            _ = try await ben.agent.next("ACK", within: Self.patience)
            let invite = try await ben.agent.next("INVITE", within: Self.patience)
            let goodbye = try await ben.agent.hangUp(
                #require(invite.call), within: Self.patience)
            #expect(goodbye.status == 200)
            let bye = try await ana.agent.next("BYE", within: Self.patience)
            #expect(bye.message.callID == invite.message.callID)
            // Whoever comes second learns that there is no call any more.
            let late = try await ana.agent.hangUp(#require(call), within: Self.patience)
            #expect(late.status == 481)
        }
    }

    @Test func `what is no message is dropped, and what follows is heard`() async throws {
        for transport in [SIPTransport.udp, .tcp] {
            try await pair(transport) { ana, ben in
                var sockets = try SIPSockets(
                    local: SIPEndpoint(host: "127.0.0.1", port: 0), transport: transport)
                defer { sockets.closeAll() }
                for text in ["", "\r\n\r\n", "GET / HTTP/1.1\r\n\r\n", "\u{0}"] {
                    let peer = SIPPeer(endpoint: ben.agent.local)
                    #expect(sockets.send(Array(text.utf8), to: peer) == nil)
                    _ = sockets.wait(.milliseconds(1), alarm: -1)
                }
                let life = try await ana.agent.options(to: ben.place, within: Self.patience)
                #expect(life.status == 200)
            }
        }
    }

    @Test func `many conversations go on at once`() async throws {
        try await pair(.udp) { ana, ben in
            let account = ana.account
            let (agent, to, hop) = (ana.agent, ben.account.address, ben.agent.local)
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<50 {
                    group.addTask {
                        try await agent.message(
                            from: account, to: to, text: "\(number)", at: hop,
                            within: Self.patience
                        ).status
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses == Array(repeating: 200, count: 50))
            #expect(
                Set(try await ben.agent.received().map(\.text)) == Set((0..<50).map { "\($0)" }))
        }
    }

    @Test func `nobody answers by the deadline`() async throws {
        // Bound, and read by nobody.
        var silent = try SIPSockets(
            local: SIPEndpoint(host: "127.0.0.1", port: 0), transport: .udp)
        defer { silent.closeAll() }
        let place = silent.local
        try await pair(.udp) { ana, _ in
            let error = await #expect(throws: SIPError.self) {
                try await ana.agent.options(
                    to: Self.address(nil, place), within: .milliseconds(50))
            }
            #expect(
                error.map { "\($0)" } == "waited in vain for an answer to OPTIONS from \(place)")
            let other = await #expect(throws: SIPError.self) {
                try await ana.agent.next("BYE", within: .milliseconds(10))
            }
            #expect(other.map { "\($0)" } == "waited in vain for a BYE at \(ana.agent.local)")
        }
    }

    @Test func `a place where nobody listens is known at once over TCP`() async throws {
        var gone = try SIPSockets(local: SIPEndpoint(host: "127.0.0.1", port: 0), transport: .tcp)
        let place = gone.local
        gone.closeAll()
        try await pair(.tcp) { ana, _ in
            await #expect(throws: SIPError.unreachable(place, why: "Connection refused")) {
                try await ana.agent.options(
                    to: Self.address(nil, place), within: Self.patience)
            }
        }
    }

    @Test func `a name is looked up`() async throws {
        try await pair(.udp) { ana, ben in
            let named = SIPEndpoint(host: "localhost", port: ben.agent.local.port)
            let life = try await ana.agent.options(
                to: Self.address(nil, named), within: .milliseconds(20_500))
            #expect(life.status == 200)
            let came = try await ben.agent.next("OPTIONS", within: Self.patience)
            #expect(came.message.start == .request(method: "OPTIONS", target: "sip:\(named)"))
        }
        #expect(SIPLimits.milliseconds(.milliseconds(-1)) == 0)
        #expect(SIPLimits.milliseconds(.microseconds(1500)) == 2)
        #expect(SIPLimits.milliseconds(.seconds(Int64.max)) == 3_600_001)
    }

    @Test func `a name that nobody has, and an address that is not ours`() async throws {
        try await pair(.udp) { ana, _ in
            let error = await #expect(throws: SIPError.self) {
                try await ana.agent.options(
                    to: SIPAddress(parsing: "sip:nobody.invalid"), within: .seconds(5))
            }
            #expect(error.map { "\($0)".contains("nobody.invalid") } == true)
        }
        for host in ["192.0.2.1", "0.0.0.0", "a name"] {
            #expect(throws: SIPError.self) {
                try SIPAgent(local: SIPEndpoint(host: host, port: 0), .udp, seed: 1)
            }
        }
    }

    @Test func `a closed agent says so, and its port is free`() async throws {
        let agent = try SIPAgent(local: SIPEndpoint(host: "127.0.0.1", port: 0), .tcp, seed: 1)
        await withThrowingTaskGroup(of: SIPReceived.self) { group in
            group.addTask { try await agent.next("MESSAGE", within: Self.patience) }
            await agent.close()
            await #expect(throws: SIPError.closed) { try await group.next() }
        }
        await #expect(throws: SIPError.closed) { try await agent.received() }
        await agent.close()
        let other = try SIPAgent(local: agent.local, .tcp, seed: 1)
        #expect(other.local == agent.local)
        await other.close()
    }

    @Test func `a task that is cancelled waits no longer`() async throws {
        try await pair(.udp) { ana, _ in
            let agent = ana.agent
            await withThrowingTaskGroup(of: SIPReceived.self) { group in
                group.addTask { try await agent.next("MESSAGE", within: .seconds(3600)) }
                group.cancelAll()
                await #expect(throws: CancellationError.self) { try await group.next() }
            }
        }
    }

    @Test func `headers of the agent's own, and what breaks a line, are never sent`() async throws {
        try await pair(.udp) { ana, ben in
            for headers in [[SIPHeader(made: "via", "x")], [SIPHeader(made: "CONTACT", "x")]] {
                await #expect(throws: SIPError.self) {
                    try await ana.agent.message(
                        from: ana.account, to: ben.account.address, text: "",
                        at: ben.agent.local, headers: headers, within: Self.patience)
                }
            }
            let came = try await ben.agent.received()
            #expect(came.isEmpty)
        }
        for value in ["a\r\nVia: x", "a\nb", "a\u{0}"] {
            #expect(throws: SIPError.self) { try SIPHeader("X-Probe", value) }
        }
        #expect(throws: SIPError.self) { try SIPHeader("X Probe", "") }
    }

    struct Party {
        let agent: SIPAgent
        let account: SIPAccount
        var place: SIPAddress {
            get throws { try SIPAgentTests.address(nil, agent.local) }
        }
    }

    static func address(_ user: String?, _ endpoint: SIPEndpoint) throws -> SIPAddress {
        try SIPAddress(user: user, host: endpoint.host, port: endpoint.port)
    }

    private func pair(
        _ transport: SIPTransport, _ host: String = "127.0.0.1",
        _ body: (_ ana: Party, _ ben: Party) async throws -> Void
    ) async throws {
        let local = SIPEndpoint(host: host, port: 0)
        try await SIPAgent.with(local: local, transport, seed: 1) { ana in
            try await SIPAgent.with(local: local, transport, seed: 2) { ben in
                try await body(
                    Party(agent: ana, account: SIPAccount(SIPAddress(parsing: "sip:ana@uc.test"))),
                    Party(agent: ben, account: SIPAccount(SIPAddress(parsing: "sip:ben@uc.test"))))
            }
        }
    }
}
