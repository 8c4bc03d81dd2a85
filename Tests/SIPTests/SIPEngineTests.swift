/// What an agent says to what comes in, and how a call goes through proxies: messages in, messages out.

import Testing

@testable import SIP

struct SIPEngineTests {
    private static let local = SIPEndpoint(host: "127.0.0.1", port: 5070)
    private static let peer = SIPPeer(endpoint: SIPEndpoint(host: "127.0.0.9", port: 40_000))

    private static func engine(_ transport: SIPTransport = .udp) -> SIPEngine {
        SIPEngine(
            local: local, transport: transport,
            contact: SIPHeader(made: "Contact", "<sip:\(local)>"), body: [1, 2],
            tokens: SIPTokens(seed: 7, local: local))
    }

    private static func request(
        _ method: String, branch: String = "1", to: String = "<sip:ben@uc.test>",
        more: String = "", via: String = ";rport"
    ) throws -> SIPMessage {
        let more = more.isEmpty ? "" : more + "\n"
        return try SIPReader.datagram(
            SIPReaderTests.bytes(
                """
                \(method) sip:ben@uc.test SIP/2.0
                Via: SIP/2.0/UDP p2.test:5062;branch=z9hG4bK\(branch)\(via), SIP/2.0/UDP p1.test;branch=z9hG4bKp1
                Record-Route: <sip:127.0.0.2;lr>
                Record-Route: <sip:127.0.0.3:5063;lr>
                From: <sip:ana@uc.test>;tag=a
                To: \(to)
                Call-ID: c1
                CSeq: 1 \(method)
                \(more)Contact: <sip:ana@127.0.0.8:5068>


                """))
    }

    /// The messages that go out, as lines, and where to.
    private static func sent(_ effects: [SIPEngine.Effect]) -> [(SIPMessage, SIPPeer)] {
        effects.compactMap {
            if case .send(let message, let peer) = $0 { (message, peer) } else { nil }
        }
    }

    @Test func `an answer goes back to where the request came from`() throws {
        var engine = Self.engine()
        let effects = engine.receive(try Self.request("OPTIONS"), from: Self.peer, .zero)
        let (message, peer) = try #require(Self.sent(effects).first)
        #expect(peer == Self.peer)
        #expect(
            message.list("Via") == [
                "SIP/2.0/UDP p2.test:5062;branch=z9hG4bK1;rport=40000;received=127.0.0.9",
                "SIP/2.0/UDP p1.test;branch=z9hG4bKp1",
            ])
        #expect(message.status == 200 && message.toTag != nil && message.fromTag == "a")
        #expect(message.callID == "c1" && message.method == "OPTIONS")

        // Who does not ask for the true port gets the answer at the one that he names.
        let other = engine.receive(
            try Self.request("OPTIONS", branch: "2", via: ""), from: Self.peer, .zero)
        #expect(Self.sent(other).first?.1.endpoint == SIPEndpoint(host: "127.0.0.9", port: 5062))
        let back = SIPPeer(endpoint: Self.peer.endpoint, connection: 3)
        let stream = engine.receive(
            try Self.request("OPTIONS", branch: "3", via: ""), from: back, .zero)
        #expect(Self.sent(stream).first?.1 == back)
    }

    @Test func `a request that comes again gets the same answer and is kept once`() throws {
        var engine = Self.engine()
        let request = try Self.request("MESSAGE")
        let first = Self.sent(engine.receive(request, from: Self.peer, .zero))
        let second = Self.sent(engine.receive(request, from: Self.peer, .seconds(31)))
        #expect(first.map(\.0) == second.map(\.0) && first.count == 1)
        #expect(engine.received.count == 1)
        // After so long it is another one.
        _ = engine.tick(.seconds(32))
        _ = engine.receive(request, from: Self.peer, .seconds(33))
        #expect(engine.received.count == 2)
    }

    @Test(arguments: [
        ("OPTIONS", "<sip:ben@uc.test>", "", 200), ("MESSAGE", "<sip:ben@uc.test>", "", 200),
        ("INVITE", "<sip:ben@uc.test>", "", 200), ("REGISTER", "<sip:ben@uc.test>", "", 405),
        ("FOO", "<sip:ben@uc.test>", "", 405), ("BYE", "<sip:ben@uc.test>", "", 481),
        ("BYE", "<sip:ben@uc.test>;tag=x", "", 481), ("INVITE", "<sip:ben@uc.test>;tag=x", "", 481),
        ("MESSAGE", "<sip:ben@uc.test>;tag=x", "", 481), ("CANCEL", "<sip:ben@uc.test>", "", 481),
        ("INVITE", "<sip:ben@uc.test>", "Require: 100rel", 420),
        ("INVITE", "<sip:ben@uc.test>", "Contact: <tel:1>", 400),
    ])
    func `each request gets its answer`(
        _ method: String, _ to: String, _ more: String, _ status: Int
    ) throws {
        var engine = Self.engine()
        let effects = engine.receive(
            try Self.request(method, to: to, more: more), from: Self.peer, .zero)
        let answer = try #require(Self.sent(effects).first?.0)
        #expect(answer.status == status)
        #expect((answer.first("Allow") != nil) == (status == 405 || method == "OPTIONS"))
        #expect(answer.first("Unsupported") == (status == 420 ? "100rel" : nil))
        #expect(engine.received.map(\.status) == [status])
    }

    @Test func `a 200 to an invitation comes again until it is acknowledged`() throws {
        var engine = Self.engine()
        let answer = try #require(
            Self.sent(engine.receive(try Self.request("INVITE"), from: Self.peer, .zero)).first?.0)
        #expect(answer.all("Record-Route") == ["<sip:127.0.0.2;lr>", "<sip:127.0.0.3:5063;lr>"])
        #expect(answer.first("Contact") == "<sip:127.0.0.1:5070>" && answer.body == [1, 2])
        #expect(engine.wakeAt == .milliseconds(500))
        #expect(Self.sent(engine.tick(.milliseconds(500))).map(\.0) == [answer])
        #expect(Self.sent(engine.tick(.milliseconds(1500))).map(\.0) == [answer])
        let to = try #require(answer.first("To"))
        _ = engine.receive(
            try Self.request("ACK", branch: "2", to: to), from: Self.peer, .seconds(2))
        #expect(Self.sent(engine.tick(.seconds(31))).isEmpty)
        // An end to the call, and an end to it once.
        let bye = Self.sent(
            engine.receive(
                try Self.request("BYE", branch: "3", to: to), from: Self.peer, .seconds(31)))
        let late = Self.sent(
            engine.receive(
                try Self.request("BYE", branch: "4", to: to), from: Self.peer, .seconds(31)))
        #expect(bye.map(\.0.status) == [200] && late.map(\.0.status) == [481])
        #expect(engine.received.map(\.method) == ["INVITE", "ACK", "BYE", "BYE"])
    }

    @Test func `who was called hangs up along the path`() throws {
        var engine = Self.engine()
        _ = engine.receive(try Self.request("INVITE"), from: Self.peer, .zero)
        var dialog = try #require(engine.received.first?.call?.dialog)
        let bye = try dialog.request("BYE")
        #expect(bye.start == .request(method: "BYE", target: "sip:ana@127.0.0.8:5068"))
        #expect(bye.all("Route") == ["<sip:127.0.0.2;lr>", "<sip:127.0.0.3:5063;lr>"])
        #expect(bye.first("To") == "<sip:ana@uc.test>;tag=a" && bye.fromTag != nil)
        #expect(bye.first("CSeq") == "1 BYE")
        #expect(try dialog.nextHop() == SIPEndpoint(host: "127.0.0.2"))
    }

    @Test func `who called acknowledges and hangs up along the path, turned around`() throws {
        let invite = try Self.request("INVITE")
        var answer = invite.answer(200, "OK", tag: "b", from: Self.peer.endpoint)
        answer.headers.append(SIPHeader(made: "Contact", "Ben <sip:ben@127.0.0.7;x=y>;q=1"))
        answer.headers.append(
            SIPHeader(made: "Record-Route", "<sip:127.0.0.2;lr>, <sip:127.0.0.3:5063;lr>"))
        var dialog = try SIPDialog(calling: invite, answer: answer)
        for (method, sequence) in [("ACK", "1 ACK"), ("BYE", "2 BYE")] {
            let request = try dialog.request(method)
            #expect(request.start == .request(method: method, target: "sip:ben@127.0.0.7;x=y"))
            #expect(request.all("Route") == ["<sip:127.0.0.3:5063;lr>", "<sip:127.0.0.2;lr>"])
            #expect(request.first("CSeq") == sequence && request.toTag == "b")
        }
        #expect(try dialog.nextHop() == SIPEndpoint(host: "127.0.0.3", port: 5063))

        // A proxy of the old kind is the target itself.
        answer.headers.removeLast()
        answer.headers.append(
            SIPHeader(made: "Record-Route", "<sip:127.0.0.2;lr>, <sip:127.0.0.3:5063>"))
        var strict = try SIPDialog(calling: invite, answer: answer)
        let bye = try strict.request("BYE")
        #expect(bye.start == .request(method: "BYE", target: "sip:127.0.0.3:5063"))
        #expect(bye.all("Route") == ["<sip:127.0.0.2;lr>", "<sip:ben@127.0.0.7;x=y>"])

        for contact in ["<tel:1>", "<sips:ben@127.0.0.7>", "", "<sip:a@b\">"] {
            answer.headers.removeAll { $0.isNamed("Contact") }
            answer.headers.append(SIPHeader(made: "Contact", contact))
            #expect(throws: SIPError.self) { try SIPDialog(calling: invite, answer: answer) }
        }
    }

    @Test func `a call that comes about after all is ended at once`() throws {
        var engine = Self.engine()
        var invite = try Self.request("INVITE")
        invite.headers.removeAll { $0.isNamed("Via") }
        let sent = try #require(
            Self.sent(engine.begin(1, invite, to: Self.peer, deadline: .seconds(1), .zero)).first?.0
        )
        _ = engine.receive(
            sent.answer(180, "Ringing", tag: "b", from: Self.local), from: Self.peer, .zero)
        let ending = engine.tick(.seconds(1))
        guard case .failed(1, .timeout) = ending.first else {
            Issue.record("nobody was told: \(ending)")
            return
        }
        #expect(Self.sent(ending).map(\.0.method) == ["CANCEL"])
        var yes = sent.answer(200, "OK", tag: "b", from: Self.local)
        yes.headers.append(SIPHeader(made: "Contact", "<sip:ben@127.0.0.7>"))
        let out = Self.sent(engine.receive(yes, from: Self.peer, .seconds(2)))
        #expect(out.map(\.0.method) == ["ACK", "BYE"])
        #expect(
            out.map(\.1.endpoint) == [
                SIPEndpoint(host: "127.0.0.7"), SIPEndpoint(host: "127.0.0.7"),
            ])
        #expect(Set(out.map { $0.0.vias.first?.branch }).count == 2)
    }

    @Test func `answers that belong to nothing are nobody's`() throws {
        var engine = Self.engine()
        let request = try Self.request("OPTIONS")
        let answer = request.answer(200, "OK", tag: "b", from: Self.local)
        #expect(engine.receive(answer, from: Self.peer, .zero).isEmpty)
        #expect(engine.lose(Self.peer.endpoint, why: "gone").isEmpty)
        #expect(engine.wakeAt == nil)
    }
}
