/// Who speaks, and with what he proves it (RFC 7616, and RFC 2617 for what is older).

import Crypto

/// A password that no description, dump or message shows.
package struct SIPPassword: Sendable, CustomStringConvertible, CustomReflectable {
    fileprivate let text: String

    package init(_ text: String) { self.text = text }

    package var description: String { "(password)" }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// An address with what it takes to speak for it.
package struct SIPAccount: Sendable {
    package let address: SIPAddress
    /// The name that the password belongs to; nearly always the user part.
    package let name: String
    /// Nil for who is never asked.
    package let password: SIPPassword?

    package init(_ address: SIPAddress, name: String? = nil, password: SIPPassword? = nil) {
        self.address = address
        self.name = name ?? address.user ?? ""
        self.password = password
    }
}

/// What a server wants to see proven (RFC 7616 3.3): one value of WWW-Authenticate or
/// Proxy-Authenticate.
struct SIPChallenge: Hashable, Sendable {
    enum Algorithm: String {
        case md5 = "MD5"
        case sha256 = "SHA-256"
    }

    var realm: String
    var nonce: String
    var opaque: String?
    var algorithm: Algorithm?
    /// Whether `auth` is among the protections that it offers; an old one offers none at all.
    var offersProtection: Bool
    var isStale: Bool

    /// Nil for schemes, algorithms and protections that are not spoken here.
    init?(parsing text: String) {
        let text = SIPText.trimmed(text)
        let scheme = text.prefix { $0 != " " && $0 != "\t" }
        guard scheme.lowercased() == "digest" else { return nil }
        let parameters = SIPText.split(
            String(text.dropFirst(scheme.count)), at: UInt8(ascii: ",")
        ).compactMap(SIPParameter.init(parsing:))
        let value = { (name: String) in parameters.value(name).map(SIPText.unquoted) }
        guard let realm = value("realm"), let nonce = value("nonce") else { return nil }
        self.realm = realm
        self.nonce = nonce
        opaque = value("opaque")
        if let name = value("algorithm") {
            guard let known = Algorithm(rawValue: name.uppercased()) else { return nil }
            algorithm = known
        }
        let protections = value("qop").map {
            $0.lowercased().split(separator: ",").map(SIPText.trimmed)
        }
        offersProtection = protections != nil
        guard protections?.contains("auth") != false else { return nil }
        isStale = value("stale")?.lowercased() == "true"
    }

    /// The strongest of those that an answer holds.
    static func best(of answer: SIPMessage) -> SIPChallenge? {
        let name = answer.status == 407 ? "Proxy-Authenticate" : "WWW-Authenticate"
        let all = answer.all(name).compactMap(SIPChallenge.init(parsing:))
        return all.first { $0.algorithm == .sha256 } ?? all.first
    }

    /// The value of Authorization or Proxy-Authorization (RFC 7616 3.4), with a nonce of ours.
    func credentials(
        of account: SIPAccount, method: String, target: String, clientNonce: String
    ) -> String? {
        guard let password = account.password else { return nil }
        let secret = hash("\(account.name):\(realm):\(password.text)")
        let deed = hash("\(method):\(target)")
        let response =
            offersProtection
            ? hash("\(secret):\(nonce):00000001:\(clientNonce):auth:\(deed)")
            : hash("\(secret):\(nonce):\(deed)")
        var text = "Digest username=\(SIPText.quoted(account.name)), realm=\"\(realm)\""
        text += ", nonce=\"\(nonce)\", uri=\"\(target)\", response=\"\(response)\""
        if let algorithm { text += ", algorithm=\(algorithm.rawValue)" }
        if let opaque { text += ", opaque=\"\(opaque)\"" }
        if offersProtection { text += ", qop=auth, nc=00000001, cnonce=\"\(clientNonce)\"" }
        return text
    }

    private func hash(_ text: String) -> String {
        switch algorithm ?? .md5 {
        case .md5: SIPText.hex(Insecure.MD5.hash(data: Array(text.utf8)))
        case .sha256: SIPText.hex(SHA256.hash(data: Array(text.utf8)))
        }
    }
}
