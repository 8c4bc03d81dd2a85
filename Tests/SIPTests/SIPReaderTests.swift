/// Messages that are odd and right, messages that are wrong, and bytes that are nothing at all. In the
/// manner of RFC 4475.

import TestSupport
import Testing

@testable import SIP

struct SIPReaderTests {
    /// As a datagram has it: lines end with CR and LF.
    static func bytes(_ text: String) -> [UInt8] {
        Array(text.replacing("\n", with: "\r\n").utf8)
    }

    static let plain = """
        MESSAGE sip:ben@uc.test SIP/2.0
        Via: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bK1
        From: <sip:ana@uc.test>;tag=1
        To: <sip:ben@uc.test>
        Call-ID: 1
        CSeq: 1 MESSAGE
        Content-Length: 2

        hi
        """

    /// Odd in everything that may be odd.
    static let odd = """
        MESSAGE sip:b%65n;a@uc.test;x=y SIP/2.0
        v: SIP  / 2.0  / TCP  first.test : 5061 ;branch=z9hG4bK-a;RPORT
         ;note="a, b;\\"c", SIP/2.0/UDP [::1]:7
        \u{20}\t;branch=z9hG4bK-b
        VIA: SIP/2.0/SCTP third.test;branch=z9hG4bK-c
        record-route: <sip:p1.test;lr>,
          <sip:p2.test;lr;x=",">
        rEcOrD-rOuTe : "Last, the \\" one" <sip:p3.test;lr>
        f: "Ana; T\\\\orres" <sip:ana@uc.test?x=y>;x;TAG=ab
        t: sip:ben@uc.test;tag=cd
        i: f(8)\\"@"
        CSeq:    0000000009\t\tMESSAGE
        X-Empty:
        X-Émpty-Not: no
        l: 3

        añb
        """

    @Test func `an odd message is read as it is meant`() throws {
        let text = Self.odd.replacing("X-Émpty-Not: no\n", with: "").replacing("añb", with: "añ")
        let message = try SIPReader.datagram(Self.bytes(text))
        #expect(message.start == .request(method: "MESSAGE", target: "sip:b%65n;a@uc.test;x=y"))
        #expect(message.vias.map(\.transport) == ["TCP", "UDP", "SCTP"])
        #expect(message.vias.map(\.sentBy) == ["first.test:5061", "[::1]:7", "third.test"])
        #expect(message.vias.map(\.port) == [5061, 7, 5060])
        #expect(message.vias.map(\.branch) == ["z9hG4bK-a", "z9hG4bK-b", "z9hG4bK-c"])
        #expect(message.vias[0].parameters.value("rport") == "")
        #expect(
            message.list("Record-Route").compactMap { SIPNamedAddress(parsing: $0)?.address }
                == ["sip:p1.test;lr", "sip:p2.test;lr;x=\",\"", "sip:p3.test;lr"])
        #expect(message.fromTag == "ab" && message.toTag == "cd")
        #expect(message.callID == "f(8)\\\"@\"")
        #expect(message.sequence?.number == 9 && message.sequence?.method == "MESSAGE")
        #expect(message.first("x-empty") == "")
        #expect(String(decoding: message.body, as: UTF8.self) == "añ")
        // What is written is read as the same.
        #expect(try SIPReader.datagram(message.bytes) == message)
    }

    @Test func `what may stand around a message is left out`() throws {
        let message = try SIPReader.datagram(Self.bytes("\n\n" + Self.plain + " and more"))
        #expect(message == (try SIPReader.datagram(Self.bytes(Self.plain))))
        let without = Self.plain.replacing("Content-Length: 2\n", with: "")
        #expect(try SIPReader.datagram(Self.bytes(without)).body == Array("hi".utf8))
        let answer = Self.plain.replacing(
            "MESSAGE sip:ben@uc.test SIP/2.0", with: "sip/2.0 200 Sí, \"vale\"")
        #expect(
            try SIPReader.datagram(Self.bytes(answer)).start
                == .answer(status: 200, reason: "Sí, \"vale\""))
    }

    /// A part of the plain message, what stands in its place, and what is said of that.
    static let wrong: [(part: String, instead: String, why: String)] = [
        ("MESSAGE sip", " MESSAGE sip", "it begins with a folded line"),
        ("SIP/2.0\nVia", "SIP/3.0\nVia", "its first line is none"),
        ("SIP/2.0\nVia", "SIP/2.0 \nVia", "its first line is none"),
        ("MESSAGE sip:ben@uc.test SIP/2.0", "MESSAGE", "its first line is none"),
        ("MESSAGE sip:ben@uc.test SIP/2.0", "SIP/2.0 20 OK", "its status is none"),
        ("MESSAGE sip:ben@uc.test SIP/2.0", "SIP/2.0 700 OK", "its status is none"),
        ("MESSAGE sip:ben@uc.test SIP/2.0", "SIP/2.0 +20 OK", "its status is none"),
        ("MESSAGE sip:ben@uc.test SIP/2.0\n", "\u{20}", "it begins with a folded line"),
        (
            "Via: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bK1\n", "",
            "its Via is none, or has no branch"
        ),
        (";branch=z9hG4bK1", "", "its Via is none, or has no branch"),
        ("SIP/2.0/UDP 127", "SIP/1.0/UDP 127", "its Via is none, or has no branch"),
        ("SIP/2.0/UDP 127.0.0.1:5060", "SIP/2.0/UDP", "its Via is none, or has no branch"),
        ("Via:", " Via:", "it begins with a folded line"),
        ("Via:", "Via", "the name of a header is none"),
        ("Via:", "V ia:", "the name of a header is none"),
        ("Call-ID: 1\n", "", "it has not one Call-ID"),
        ("Call-ID: 1\n", "Call-ID: 1\ni: 2\n", "it has not one Call-ID"),
        ("Call-ID: 1\n", "Call-ID: \n", "its Call-ID is empty"),
        ("From: <sip:ana@uc.test>;tag=1\n", "", "it has not one From"),
        (
            "From: <sip:ana@uc.test>;tag=1\n", "From: <sip:ana@uc.test\n",
            "its From holds no address"
        ),
        ("To: <sip:ben@uc.test>\n", "To: >sip:ben<\n", "its To holds no address"),
        ("To: <sip:ben@uc.test>\n", "To: <>\n", "its To holds no address"),
        ("CSeq: 1", "CSeq: 2147483648", "its CSeq is none"),
        ("CSeq: 1", "CSeq: -1", "its CSeq is none"),
        ("CSeq: 1", "CSeq: 99999999999999999999", "its CSeq is none"),
        ("CSeq: 1 MESSAGE", "CSeq: 1 INVITE", "its CSeq is of another method"),
        ("Length: 2", "Length: 3", "its body is cut off"),
        ("Length: 2", "Length: -2", "its Content-Length is none"),
        ("Length: 2", "Length: 99999999999999999999", "its Content-Length is none"),
        ("Length: 2", "Length: 2\nl: 1", "its Content-Length is none"),
        ("Call-ID: 1", "Call-ID: 1\u{0}", "a line does not end as lines do"),
        ("\n\nhi", "\n", "its head has no end"),
    ]

    @Test(arguments: wrong)
    func `a wrong message is an error`(_ part: String, _ instead: String, _ why: String) throws {
        let text = Self.plain.replacing(part, with: instead)
        try #require(text != Self.plain)
        #expect(throws: SIPError.malformed(what: "a message that came", why: why)) {
            try SIPReader.datagram(Self.bytes(text))
        }
    }

    @Test func `bytes that are no text, and what is too much`() throws {
        let check = { (bytes: [UInt8], why: String) -> Void in
            _ = #expect(throws: SIPError.malformed(what: "a message that came", why: why)) {
                try SIPReader.datagram(bytes)
            }
        }
        check([], "its head has no end")
        check(Self.bytes(Self.plain).map { $0 == UInt8(ascii: "1") ? 0xFF : $0 }, "it is no UTF-8")
        check(Array(Self.plain.utf8), "its head has no end")
        let bare = Self.bytes(Self.plain).split(separator: 13, maxSplits: 1)
        check(Array(bare.joined()), "a line does not end as lines do")
        check(Self.bytes(Self.plain + String(repeating: "x", count: 65_536)), "it is too long")
        let many = String(repeating: "X: y\n", count: 300)
        check(
            Self.bytes(Self.plain.replacing("Call-ID", with: many + "Call-ID")),
            "it has too many headers")
    }

    @Test func `a stream is cut into its messages, however it comes`() throws {
        let one = Self.bytes(Self.plain)
        let stream = Self.bytes("\n\n") + one + Self.bytes("\n\n") + one
        var pending: [UInt8] = []
        var found: [SIPMessage] = []
        for byte in stream {
            pending.append(byte)
            if let (message, count) = try SIPReader.stream(pending[...]) {
                found.append(message)
                pending.removeFirst(count)
            }
        }
        #expect(pending.isEmpty)
        #expect(found == Array(repeating: try SIPReader.datagram(one), count: 2))
    }

    @Test func `a stream that cannot be cut is an error, before it grows`() {
        let without = Self.plain.replacing("Content-Length: 2\n", with: "")
        let long = Self.plain.replacing("Length: 2", with: "Length: 65535")
        let endless = [UInt8](repeating: UInt8(ascii: "x"), count: 65_536)
        for bytes in [Self.bytes(without), Self.bytes(long), endless] {
            #expect(throws: SIPError.self) { try SIPReader.stream(bytes[...]) }
        }
    }

    /// Bytes changed, taken away, doubled and moved, from messages that are right. Whatever is still read
    /// is written and read as the same, goes through the engine, and breaks no line.
    @Test(arguments: 0..<20 as Range<UInt64>)
    func `nothing that comes does harm`(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let sources = [Self.bytes(Self.plain), Self.bytes(Self.odd)]
        let local = SIPEndpoint(host: "127.0.0.1")
        var engine = SIPEngine(
            local: local, transport: .udp, contact: SIPHeader(made: "Contact", "<sip:\(local)>"),
            body: [], tokens: SIPTokens(seed: seed, local: local))
        for turn in 0..<500 {
            var bytes = sources[turn % 2]
            for _ in 0...Int.random(in: 0..<6, using: &random) { mutate(&bytes, &random) }
            _ = try? SIPReader.stream(bytes[...])
            guard let message = try? SIPReader.datagram(bytes) else { continue }
            #expect(try SIPReader.datagram(message.bytes) == message, "seed \(seed), turn \(turn)")
            let now = Duration.seconds(turn)
            _ = engine.receive(message, from: SIPPeer(endpoint: local), now)
            _ = engine.tick(now)
        }
    }

    private func mutate(_ bytes: inout [UInt8], _ random: inout SeededGenerator) {
        guard !bytes.isEmpty else { return }
        let at = Int.random(in: 0..<bytes.count, using: &random)
        let end = min(bytes.count, at + Int.random(in: 1..<40, using: &random))
        switch Int.random(in: 0..<5, using: &random) {
        case 0: bytes[at] = UInt8.random(in: .min ... .max, using: &random)
        case 1: bytes[at] = Array(" \r\n\t;,:<>\"\\=%@[]0".utf8).randomElement(using: &random) ?? 0
        case 2: bytes.removeSubrange(at..<end)
        case 3: bytes.insert(contentsOf: bytes[at..<end], at: at)
        default: bytes.append(contentsOf: bytes[at..<end].reversed())
        }
    }
}
