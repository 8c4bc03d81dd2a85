/// What a person stated is approved by another one, and counts only then.

import Execution
package import Ledgers
package import Model
import Planning

/// Which statement somebody approves.
package enum NamedStatement: Hashable, Sendable {
    case gate(NamedGate, GateName.Side?)
    case row(String, pool: String)

    /// `ROLLOUT/WAVE/GATE` or `POOL/ROW`; nil where it is neither.
    package init?(_ text: String, on side: GateName.Side?) {
        if let gate = NamedGate(text) {
            self = .gate(gate, side)
            return
        }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }) else { return nil }
        self = .row(parts[1], pool: parts[0])
    }
}

/// A statement that somebody is about to approve.
package struct PreparedVouching: Sendable {
    package var statement: Testimony
    /// What is signed, where the Policy names keys.
    package var text: String
    let ledger: any Ledger
}

/// A statement that was approved, and who did so until now.
package struct Vouched: Sendable {
    package var statement: Testimony
    package var consent: Consent
    /// Sorted, without whoever stated it.
    package var people: [String]
    package var wanted: Int
    package var head: AuditHead
}

extension Reconciler {
    /// Finds what somebody stated and still holds.
    ///
    /// - Parameters:
    ///   - named: A gate or a row.
    ///   - desired: What the manifests ask for.
    /// - Returns: The statement, and what is signed by whoever approves it.
    /// - Throws: `Meaningless` where nobody states it, or the Policy asks for no such approval.
    package func prepareVouching(
        for named: NamedStatement, _ desired: DesiredState
    ) async throws -> PreparedVouching {
        guard desired.policy.approvals.attest > 0 else {
            throw Meaningless(
                message: "what a person states counts here without an approval",
                hint: "to ask for one, write approvals: {attest: 1} in the Policy")
        }
        guard let ledger = try await edges.openLedger(desired.estate.ledger, for: .acting) else {
            throw LedgerError.storage("the ledger \(desired.estate.ledger.url) cannot be made")
        }
        let now = try await edges.clock(for: desired).now()
        let memory = try await ledger.memory(comparedBy: desired.folding)
            .aligned(with: desired, at: now)
        let statement = try Self.statement(named, desired, memory, at: now)
        let text = statement.text(estate: desired.estate.name, ledger: ledger.id)
        return PreparedVouching(statement: statement, text: text, ledger: ledger)
    }

    /// Records that somebody approves a statement.
    ///
    /// - Parameters:
    ///   - prepared: From `prepareVouching`.
    ///   - reason: Why, for the record.
    ///   - signature: Over its text; nil where the Policy names no signers.
    ///   - actor: Who approves.
    ///   - desired: What the manifests ask for.
    /// - Returns: What was recorded, and who approved until now.
    /// - Throws: `Meaningless` where it would count for nothing: whoever stated it, or a signature that is not
    ///   good.
    package func vouch(
        for prepared: PreparedVouching, reason: String, signature: Signature?, by actor: Actor,
        _ desired: DesiredState
    ) async throws -> Vouched {
        let statement = prepared.statement
        let now = try await edges.clock(for: desired).now()
        let consent = Consent(
            subject: .attestation(statement.name), digest: statement.digest, reason: reason,
            by: actor, at: now, signature: signature)
        let desk = AttestationDesk(desired, prepared.ledger, self)
        try await desk.refuseUseless(consent, of: statement)
        let head = try await prepared.ledger.commit(
            [.consentGiven(consent)], under: nil, by: actor, at: now)
        let consents = try await prepared.ledger.memory(comparedBy: desired.folding).consents
        let people = try await desk.people(who: consents, approve: statement)
        return Vouched(
            statement: statement, consent: consent, people: people.sorted(),
            wanted: desired.policy.approvals.attest, head: head)
    }

    private static func statement(
        _ named: NamedStatement, _ desired: DesiredState, _ memory: Memory, at now: Instant
    ) throws -> Testimony {
        switch named {
        case .gate(let named, let side):
            let (id, gate) = try named.resolved(in: desired, on: side)
            guard gate.isAttested else {
                throw Meaningless(
                    message: "the gate \(gate.name) is measured, and not attested",
                    hint:
                        "to open it whatever is measured: rehome approve \(named.wave)/\(named.name) --reason WORDS"
                )
            }
            let decision = memory.journey[id.wave]?.gates[id.name]?.decision
            guard let decision, decision.isOpen, decision.isActive(at: now) else {
                throw Meaningless(
                    message: "nobody attests \(named.wave)/\(named.name) now",
                    hint:
                        "first: rehome probe --attest \(named.wave)/\(named.name) --how WORDS --until TIME"
                )
            }
            return Testimony(decision, of: id)
        case .row(let row, let name):
            guard let pool = desired.pool(named: name) else {
                throw Meaningless(
                    message: "no pool is named \(name)",
                    hint: "declared: \(desired.pools.map(\.name).joined(separator: ", "))")
            }
            guard let stated = memory.retirements[pool.id]?.attested[row],
                stated.attestation.until >= now
            else {
                throw Meaningless(
                    message: "nobody attests \(row) of \(name) now",
                    hint: "first: rehome attest \(name) \(row) --how WORDS")
            }
            return Testimony(stated, of: pool.id, named: pool.name)
        }
    }
}
