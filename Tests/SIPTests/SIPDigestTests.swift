/// The examples of RFC 2069, 2617 and 7616, and challenges as servers write them.

import Testing

@testable import SIP

struct SIPDigestTests {
    private static let old = """
        Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", \
        opaque="5ccc069c403ebaf9f0171e9517f40e41"
        """
    private static let new = """
        Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=@, \
        nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", \
        opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"
        """

    private func response(
        _ challenge: String, password: String, nonce: String
    ) throws -> String {
        let account = SIPAccount(
            try SIPAddress(parsing: "sip:ana@uc.test"), name: "Mufasa",
            password: SIPPassword(password))
        let challenge = try #require(SIPChallenge(parsing: challenge))
        return try #require(
            challenge.credentials(
                of: account, method: "GET", target: "/dir/index.html", clientNonce: nonce))
    }

    @Test func `MD5 without protection, as RFC 2069 has it`() throws {
        #expect(
            try response(Self.old, password: "CircleOfLife", nonce: "") == """
                Digest username="Mufasa", realm="testrealm@host.com", \
                nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", uri="/dir/index.html", \
                response="1949323746fe6a43ef61f9606e7febea", \
                opaque="5ccc069c403ebaf9f0171e9517f40e41"
                """)
    }

    @Test func `MD5 with protection, as RFC 2617 has it`() throws {
        let text = try response(
            Self.old + ", qop=\"auth,auth-int\"", password: "Circle Of Life",
            nonce: "0a4f113b")
        #expect(text.contains("response=\"6629fae49393a05397450978507c4ef1\""))
        #expect(text.hasSuffix(", qop=auth, nc=00000001, cnonce=\"0a4f113b\""))
    }

    @Test(arguments: [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ])
    func `both algorithms, as RFC 7616 has them`(_ algorithm: String, _ digest: String) throws {
        let text = try response(
            Self.new.replacing("@,", with: "\(algorithm),"), password: "Circle of Life",
            nonce: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ")
        #expect(text.contains("response=\"\(digest)\""))
        #expect(text.contains(", algorithm=\(algorithm),"))
    }

    @Test func `the strongest challenge is taken, and what is unknown is not`() throws {
        let answer = SIPMessage(
            start: .answer(status: 407, reason: ""),
            headers: [
                SIPHeader(made: "WWW-Authenticate", "Digest realm=\"not this\", nonce=\"1\""),
                SIPHeader(made: "Proxy-Authenticate", "Basic realm=\"a\""),
                SIPHeader(
                    made: "Proxy-Authenticate", "Digest realm=\"a\", nonce=\"n\", algorithm=MD4"),
                SIPHeader(
                    made: "Proxy-Authenticate", "Digest realm=\"a\", nonce=\"n\", qop=\"auth-int\""),
                SIPHeader(
                    made: "Proxy-Authenticate", "digest nonce=\"b\" , realm=\"x, \\\"y\\\"\""),
                SIPHeader(
                    made: "proxy-authenticate",
                    "DIGEST realm=r,nonce=n,algorithm=sha-256,stale=TRUE,qop=auth"),
            ])
        let best = try #require(SIPChallenge.best(of: answer))
        #expect(best.algorithm == .sha256 && best.realm == "r" && best.isStale)
        #expect(SIPChallenge(parsing: answer.headers[4].value)?.realm == "x, \\\"y\\\"")
        for text in ["", "Digest", "Digest realm=\"a\"", "Digest ,,=,", "Negotiate x"] {
            #expect(SIPChallenge(parsing: text) == nil)
        }
    }

    @Test func `nothing shows a password`() throws {
        let account = SIPAccount(
            try SIPAddress(parsing: "sip:ana@uc.test"), password: SIPPassword("hunter2"))
        var dumped = ""
        dump(account, to: &dumped)
        for text in ["\(account)", String(reflecting: account), dumped] {
            #expect(!text.contains("hunter2"))
            #expect(text.contains("ana"))
        }
    }
}
