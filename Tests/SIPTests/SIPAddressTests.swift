/// Addresses: what is escaped, what is read, what is refused.

import Testing

@testable import SIP

struct SIPAddressTests {
    /// A user as a person writes it, and the address of it.
    static let users = [
        ("ana", "sip:ana@uc.test"),
        ("a;b", "sip:a;b@uc.test"),
        ("o'brien", "sip:o'brien@uc.test"),
        ("%61lice", "sip:%2561lice@uc.test"),
        ("J. Señor", "sip:J.%20Se%C3%B1or@uc.test"),
        ("a@b:c", "sip:a%40b%3Ac@uc.test"),
        ("<a>\"b\"[c]\\#", "sip:%3Ca%3E%22b%22%5Bc%5D%5C%23@uc.test"),
        ("+34915550100", "sip:+34915550100@uc.test"),
        ("-_.!~*'()&=+$,;?/", "sip:-_.!~*'()&=+$,;?/@uc.test"),
    ]

    @Test(arguments: users)
    func `a user part is escaped, and read back`(_ user: String, _ text: String) throws {
        let address = try SIPAddress(user: user, host: "uc.test")
        #expect(address.description == text)
        let back = try SIPAddress(parsing: text)
        #expect(back.user == user)
        #expect(back == address && back.hashValue == address.hashValue)
        #expect(back.description == text)
    }

    @Test func `a user of 250 letters, of any alphabet`() throws {
        for letter in ["u", "ü", "%", "界"] {
            let user = String(repeating: letter, count: 250)
            let address = try SIPAddress(user: user, host: "uc.test")
            #expect(try SIPAddress(parsing: address.description).user == user)
        }
    }

    @Test func `the spelling is kept, and the same user is the same`() throws {
        let written = try SIPAddress(parsing: "sip:%61lice@UC.test")
        #expect(written.description == "sip:%61lice@UC.test")
        #expect(written.user == "alice")
        #expect(written == (try SIPAddress(user: "alice", host: "uc.test")))
        #expect(written != (try SIPAddress(user: "Alice", host: "uc.test")))
    }

    @Test func `hosts, ports and parameters`() throws {
        let address = try SIPAddress(parsing: "SIP:ana@[2001:db8::1]:5070;transport=tcp;lr")
        #expect(address.description == "sip:ana@[2001:db8::1]:5070;transport=tcp;lr")
        #expect(address.host == "2001:db8::1" && address.port == 5070 && address.isLoose)
        #expect(address.endpoint.description == "[2001:db8::1]:5070")
        let place = try SIPAddress(user: nil, host: "::1")
        #expect(place.description == "sip:[::1]")
        #expect(place.endpoint == SIPEndpoint(host: "::1", port: 5060))
        #expect(try SIPAddress(parsing: "sip:uc.test;a=b%20c").parameters.value("a") == "b%20c")
    }

    @Test(arguments: [
        "", "ana", "ana@uc.test", "tel:+34915550100", "sips:ana@uc.test", "mailto:ana@uc.test",
        "sip:", "sip:@uc.test", "sip:ana@", "sip:ana:secret@uc.test", "sip:ana@uc.test?a=b",
        "sip:ana@uc.test:", "sip:ana@uc.test:65536", "sip:ana@uc.test:-1", "sip:ana@uc.test:5o60",
        "sip:a na@uc.test", "sip:ana@uc test", "sip:ana@uc.test;", "sip:ana@uc.test;=x",
        "sip:ana@uc.test;a=", "sip:ana@uc.test;a=\"b\"", "sip:ana@ben@uc.test", "sip:%4@uc.test",
        "sip:%zz@uc.test", "sip:%FF@uc.test", "sip:a%00b@uc.test", "sip:a%0d%0ab@uc.test",
        "sip:a\r\nb@uc.test", "sip:ana@[::1", "sip:ana@[x]", "sip:ana@[\u{301}::1]",
        "sip:ü@uc.test",
        "sip:ana@üc.test", "sip:ana@uc.test\r\n", "sip:ana@uc.test;a\r\nVia: x",
        "<sip:ana@uc.test>",
    ])
    func `what is no address of SIP is refused`(_ text: String) {
        #expect(throws: SIPError.self) { try SIPAddress(parsing: text) }
    }

    @Test func `nothing that breaks a line becomes an address`() {
        for user in ["a\r\nb", "a\nb", "a\u{0}b", ""] {
            #expect(throws: SIPError.self) { try SIPAddress(user: user, host: "uc.test") }
        }
        for host in ["uc\r\n", "", "a b", "a>b", "[::1]"] {
            #expect(throws: SIPError.self) { try SIPAddress(user: "a", host: host) }
        }
        for parameter in [
            SIPParameter("a\r\n"), SIPParameter("a", "\n"), SIPParameter(""),
            SIPParameter("a", ">"),
        ] {
            #expect(throws: SIPError.self) {
                try SIPAddress(user: "a", host: "uc.test", parameters: [parameter])
            }
        }
    }

    @Test func `errors say where and why`() {
        let error = #expect(throws: SIPError.self) { try SIPAddress(parsing: "tel:+34") }
        #expect(
            error.map { "\($0)" }
                == "the address 'tel:+34' cannot be said in SIP: only sip: addresses are spoken to")
        #expect(
            "\(SIPError.refused(what: "REGISTER of sip:a@b", status: 403, reason: "Forbidden"))"
                == "REGISTER of sip:a@b was refused: 403 Forbidden")
        #expect(
            "\(SIPError.unreachable(SIPEndpoint(host: "::1"), why: "no route"))"
                == "cannot reach [::1]:5060: no route")
        #expect("\(SIPError.closed)" == "the SIP agent was closed")
    }
}
