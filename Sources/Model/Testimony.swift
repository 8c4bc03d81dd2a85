/// What people state because nothing can see it, as one value to be approved.

/// What a person states of a gate, or of a row of the proof that a pool is empty.
package struct Testimony: Hashable, Sendable {
    package enum Subject: Hashable, Sendable {
        case gate(GateID)
        /// A row, of the pool that the manifests call so.
        case row(String, pool: String, PoolID)
    }

    package var subject: Subject
    /// By what he saw it.
    package var words: String
    package var by: Actor
    package var at: Instant
    /// The last instant at which it counts; nil until another one is made.
    package var until: Instant?

    /// What was decided about a gate. Whether that gate is attested, and open, the caller knows.
    package init(_ decision: GateHistory.Decision, of gate: GateID) {
        subject = .gate(gate)
        words = decision.reason
        by = decision.by
        at = decision.at
        until = decision.until
    }

    /// What was stated of a row of the proof of a pool, which the manifests call so.
    package init(_ stated: RetirementProgress.Stated, of pool: PoolID, named name: String) {
        subject = .row(stated.attestation.row, pool: name, pool)
        words = stated.attestation.words
        by = stated.attestation.by
        at = stated.at
        until = stated.attestation.until
    }

    /// As a person names it: `madrid/pilot/emergency-calls`, `ocs-mad/dns`.
    package var name: String {
        switch subject {
        case .gate(let gate): "\(gate.wave)/\(gate.name.name)"
        case .row(let row, let pool, _): "\(pool)/\(row)"
        }
    }

    /// SHA-256 over all that it says and who said it: whoever approves this one approves no other.
    package var digest: String {
        var digest = Digest()
        switch subject {
        case .gate(let gate):
            for word in ["gate", gate.wave.description, gate.name.side.rawValue, gate.name.name] {
                digest.add(word)
            }
        case .row(let row, _, let pool):
            for word in ["row", pool.connection, pool.fqdn, row] { digest.add(word) }
        }
        digest.add(words)
        for word in [by.account, by.host, by.label ?? ""] { digest.add(word) }
        digest.add(at.rfc3339)
        digest.add(until?.rfc3339 ?? "")
        return digest.hex()
    }

    /// What somebody signs who approves it: the same on every machine, to the byte. What was said is in the
    /// digest, so that no word of it can pass for a line of its own.
    package func text(estate: String, ledger: String) -> String {
        """
        rehome-attestation/1
        estate \(estate)
        ledger \(ledger)
        statement \(name)
        digest \(digest)

        """
    }
}
