/// Asks somebody outside of rehome whether a gate may pass: over HTTP, or by a program.

import Crypto
import Foundation
package import Model

/// Calls out as definitions say. Whatever does not come to a clear answer is one too: nobody can say.
package struct Caller: Sendable {
    private let home: String?
    private let secret: @Sendable (SecretReference) throws -> String

    /// - Parameters:
    ///   - home: The home folder of the account, for programs; nil where it has none.
    ///   - secret: The value of a secret that a definition refers to.
    package init(
        home: String?, secret: @escaping @Sendable (SecretReference) throws -> String
    ) {
        self.home = home
        self.secret = secret
    }

    /// Puts a question, and waits for the answer no longer than the definition says.
    ///
    /// - Parameters:
    ///   - callout: Who is asked, and how.
    ///   - question: What about.
    /// - Returns: The answer, bounded in length, not escaped.
    /// - Throws: What keeps a secret from being had.
    package func ask(
        _ callout: Callout, _ question: CalloutQuestion
    ) async throws -> CalloutAnswer {
        let body = question.json()
        let clock = ContinuousClock()
        let began = clock.now
        var answer =
            switch callout.way {
            case .post(let url, let signature):
                CalloutAnswer(
                    await Posting.post(
                        body, to: url, signedBy: try signature.map(secret), callout.timeout),
                    within: callout.timeout)
            case .command(let words):
                CalloutAnswer(
                    await ProgramRun.run(
                        words, reading: body, home: home, callout.timeout),
                    within: callout.timeout)
            }
        answer.took = clock.now - began
        return answer
    }

    /// `sha256=` and the HMAC of a body in hexadecimal digits.
    package static func signature(over body: [UInt8], by secret: String) -> String {
        let code = HMAC<SHA256>.authenticationCode(
            for: body, using: SymmetricKey(data: Array(secret.utf8)))
        return "sha256=" + Digest.hex(Array(code))
    }
}
