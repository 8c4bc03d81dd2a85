/// Approvals that are signed: what is signed, by whom, and what became of looking at it.

/// A signature as `ssh-keygen -Y sign` makes it, with the name under which its key is listed.
package struct Signature: Hashable, Sendable {
    /// The name of a key in the file of signers: usually an e-mail address.
    package var principal: String
    /// `-----BEGIN SSH SIGNATURE-----` and what follows.
    package var armor: String

    package init(principal: String, armor: String) {
        self.principal = principal
        self.armor = armor
    }

    /// What such signatures are for. A signature that was made for a commit or a file is none for a plan.
    package static let namespace = "rehome-approval"

    /// What became of looking at one.
    package enum Verdict: Hashable, Sendable {
        /// It is of the key with this fingerprint, which is listed under its principal.
        case good(fingerprint: String)
        /// It is not, and why.
        case bad(String)
    }
}

/// The text that somebody signs who approves a plan: the same on every machine, to the byte.
///
/// It names the steps themselves by their hash, so that a signature is worth nothing for other steps
/// that a ledger holds under the same digest.
package struct ApprovalStatement: Hashable, Sendable {
    package static let format = "rehome-approval/1"

    package var estate: String
    package var ledger: String
    package var plan: String
    /// In any order.
    package var steps: [StepID]

    package init(estate: String, ledger: String, plan: String, steps: [StepID]) {
        self.estate = estate
        self.ledger = ledger
        self.plan = plan
        self.steps = steps
    }

    package var text: String {
        var digest = Digest()
        for step in steps.sorted() { digest.add(step.bytes) }
        return """
            \(Self.format)
            estate \(estate)
            ledger \(ledger)
            plan \(plan)
            steps \(steps.count) \(digest.hex())

            """
    }
}
