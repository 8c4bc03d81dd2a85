/// A request on its way, on a clock of the test's own: what is sent when, and what becomes of answers.

import Testing

@testable import SIP

struct SIPTransactionTests {
    private static func request(_ method: String) throws -> SIPMessage {
        try SIPReader.datagram(
            SIPReaderTests.bytes(
                """
                \(method) sip:ben@uc.test SIP/2.0
                Via: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bK1
                Route: <sip:p1.test;lr>
                Route: <sip:p2.test;lr>
                From: <sip:ana@uc.test>;tag=1
                To: <sip:ben@uc.test>
                Call-ID: c1
                CSeq: 7 \(method)
                X-Probe: 1


                """))
    }

    private static func answer(
        _ status: Int, to request: SIPMessage, tag: String = "b"
    ) -> SIPMessage {
        request.answer(status, "Reason", tag: tag, from: SIPEndpoint(host: "127.0.0.1"))
    }

    /// When the machine sends, in milliseconds, as long as it wants to be asked.
    private static func times(
        _ machine: inout SIPClientTransaction, from: Int = 0, until end: Int
    ) -> [Int] {
        var times: [Int] = []
        while let time = machine.wakeAt, time <= .milliseconds(end) {
            let actions = machine.tick(time)
            if actions.contains(.send(machine.request)) {
                times.append(Int(time / .milliseconds(1)))
            }
            if actions.contains(.giveUp) { break }
        }
        return times
    }

    @Test func `a request is repeated up to every four seconds`() throws {
        var machine = SIPClientTransaction(
            try Self.request("OPTIONS"), isReliable: false, deadline: .seconds(32), now: .zero)
        #expect(
            Self.times(&machine, until: 40_000)
                == [500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500])
        #expect(machine.isGone)
        #expect(machine.receive(Self.answer(200, to: machine.request), .seconds(33)) == [])
    }

    @Test func `an invitation is repeated ever more slowly`() throws {
        var machine = SIPClientTransaction(
            try Self.request("INVITE"), isReliable: false, deadline: .seconds(32), now: .zero)
        #expect(
            Self.times(&machine, until: 40_000) == [500, 1500, 3500, 7500, 15_500, 31_500])
    }

    @Test func `what is heard is repeated slowly, an invitation not at all`() throws {
        for (method, times) in [("OPTIONS", [500, 4500, 8500]), ("INVITE", [])] {
            let request = try Self.request(method)
            var machine = SIPClientTransaction(
                request, isReliable: false, deadline: .seconds(60), now: .zero)
            #expect(machine.receive(Self.answer(100, to: request), .milliseconds(100)) == [])
            #expect(Self.times(&machine, until: 9000) == times)
            #expect(
                machine.receive(Self.answer(404, to: request), .seconds(10)).last
                    == .finish(Self.answer(404, to: request)))
        }
    }

    @Test func `nothing is sent twice over TCP`() throws {
        for method in ["OPTIONS", "INVITE"] {
            var machine = SIPClientTransaction(
                try Self.request(method), isReliable: true, deadline: .seconds(60), now: .zero)
            #expect(machine.wakeAt == .seconds(60))
            #expect(machine.tick(.seconds(60)) == [.giveUp])
        }
    }

    @Test func `an answer counts once`() throws {
        let request = try Self.request("OPTIONS")
        var machine = SIPClientTransaction(
            request, isReliable: false, deadline: .seconds(60), now: .zero)
        let answer = Self.answer(200, to: request)
        #expect(machine.receive(answer, .seconds(1)) == [.finish(answer)])
        #expect(machine.receive(answer, .seconds(2)) == [])
        #expect(machine.tick(.seconds(5)) == [] && !machine.isGone)
        #expect(machine.tick(.seconds(6)) == [] && machine.isGone)
    }

    @Test func `a refusal of an invitation is acknowledged each time`() throws {
        let request = try Self.request("INVITE")
        var machine = SIPClientTransaction(
            request, isReliable: false, deadline: .seconds(60), now: .zero)
        let answer = Self.answer(486, to: request)
        let actions = machine.receive(answer, .seconds(1))
        #expect(actions.count == 2 && actions.last == .finish(answer))
        guard case .send(let ack) = actions.first else {
            Issue.record("no ACK: \(actions)")
            return
        }
        #expect(
            String(decoding: ack.bytes, as: UTF8.self)
                == String(
                    decoding: SIPReaderTests.bytes(
                        """
                        ACK sip:ben@uc.test SIP/2.0
                        Via: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bK1
                        Route: <sip:p1.test;lr>
                        Route: <sip:p2.test;lr>
                        From: <sip:ana@uc.test>;tag=1
                        To: <sip:ben@uc.test>;tag=b
                        Call-ID: c1
                        CSeq: 7 ACK
                        Max-Forwards: 70
                        Content-Length: 0


                        """), as: UTF8.self))
        #expect(machine.receive(answer, .seconds(2)) == [.send(ack)])
    }

    @Test func `a 200 that comes again gets the ACK again`() throws {
        let request = try Self.request("INVITE")
        var machine = SIPClientTransaction(
            request, isReliable: true, deadline: .seconds(60), now: .zero)
        let answer = Self.answer(200, to: request)
        #expect(machine.receive(answer, .seconds(1)) == [.finish(answer)])
        #expect(machine.receive(answer, .seconds(2)) == [])
        let ack = request.companion("ACK")
        machine.acknowledge(with: ack)
        #expect(machine.receive(answer, .seconds(3)) == [.acknowledge(ack)])
        // A second phone said yes too.
        let other = Self.answer(200, to: request, tag: "other")
        #expect(machine.receive(other, .seconds(4)) == [.unwanted(other)])
        #expect(machine.tick(.seconds(33)) == [] && machine.isGone)
    }

    @Test func `an invitation that is given up is cancelled as soon as it was heard`() throws {
        let request = try Self.request("INVITE")
        let cancel = SIPClientTransaction.Action.cancel(request.companion("CANCEL"))
        let ringing = Self.answer(180, to: request)
        let yes = Self.answer(200, to: request)

        var heard = SIPClientTransaction(
            request, isReliable: true, deadline: .seconds(5), now: .zero)
        #expect(heard.receive(ringing, .seconds(1)) == [])
        #expect(heard.tick(.seconds(5)) == [.giveUp, cancel])
        #expect(heard.receive(ringing, .seconds(6)) == [])
        #expect(heard.receive(yes, .seconds(6)) == [.unwanted(yes)])

        var unheard = SIPClientTransaction(
            request, isReliable: true, deadline: .seconds(5), now: .zero)
        #expect(unheard.tick(.seconds(5)) == [.giveUp])
        #expect(unheard.receive(ringing, .seconds(6)) == [cancel])

        var abandoned = SIPClientTransaction(
            request, isReliable: true, deadline: .seconds(50), now: .zero)
        #expect(abandoned.receive(ringing, .seconds(1)) == [])
        abandoned.abandon(.seconds(2))
        #expect(abandoned.tick(.seconds(2)) == [.giveUp, cancel])
    }
}
