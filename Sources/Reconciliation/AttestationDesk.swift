/// Approvals of what people stated, looked at anew: whose they are, and whether they are still good.

import Execution
import Ledgers
import Manifests
import Model
import Planning

struct AttestationDesk {
    private let desired: DesiredState
    private let ledger: any Ledger
    private let reconciler: Reconciler

    init(_ desired: DesiredState, _ ledger: any Ledger, _ reconciler: Reconciler) {
        self.desired = desired
        self.ledger = ledger
        self.reconciler = reconciler
    }

    /// Who approved which statement of those that stand, by digest. Nothing where policy asks for no such
    /// approval.
    func vouched(in memory: Memory) async throws -> [String: Set<String>] {
        guard desired.policy.approvals.attest > 0,
            memory.consents.contains(where: { $0.subject.isAttestation })
        else { return [:] }
        let now = try await reconciler.edges.clock(for: desired).now()
        var vouched: [String: Set<String>] = [:]
        for statement in statements(in: memory.aligned(with: desired, at: now)) {
            let people = try await people(who: memory.consents, approve: statement)
            if !people.isEmpty { vouched[statement.digest] = people }
        }
        return vouched
    }

    /// The people among the givers of consents who approve a statement: one with several keys or accounts is
    /// one, and whoever stated it is none.
    func people(
        who consents: [Consent], approve statement: Testimony
    ) async throws -> Set<String> {
        let digest = statement.digest
        let mine = consents.filter { $0.subject.isAttestation && $0.digest == digest }
        guard !mine.isEmpty else { return [] }
        let signers = try signers()
        var given: [Approval] = []
        for consent in mine {
            guard case .success(let giver) = try await giver(of: consent, statement, signers)
            else { continue }
            given.append(Approval(by: giver, digest: digest, steps: []))
        }
        return given.people(but: statement.by)
    }

    /// Throws `Meaningless` where an approval would count for nothing.
    func refuseUseless(_ consent: Consent, of statement: Testimony) async throws {
        let signers = try signers()
        if signers == nil, consent.signature != nil {
            throw Meaningless(
                message: "nobody can tell whose this signature is: the Policy names no signers",
                hint: "approve without one, or name the file of public keys at approvals.signers")
        }
        switch try await giver(of: consent, statement, signers) {
        case .failure(let useless): throw useless
        case .success:
            guard try await people(who: [consent], approve: statement).isEmpty else { return }
            throw Meaningless(
                message: "\(statement.by) states it, and cannot approve it too",
                hint: "somebody else approves it, with another account or key")
        }
    }

    private func giver(
        of consent: Consent, _ statement: Testimony, _ signers: [UInt8]?
    ) async throws -> Result<Approval.Giver, Meaningless> {
        guard let signers else {
            return .success(.account(consent.by.account, host: consent.by.host))
        }
        guard let signature = consent.signature else {
            return .failure(
                Meaningless(
                    message: "approvals are signatures here: the Policy names a file of signers",
                    hint:
                        "sign with --sign-with KEY, or print the text with --print and sign it elsewhere"
                ))
        }
        let text = statement.text(estate: desired.estate.name, ledger: ledger.id)
        switch try await reconciler.edges.judge(signature, over: text, signers: signers) {
        case .good(let fingerprint):
            return .success(.key(principal: signature.principal, fingerprint: fingerprint))
        case .bad(let words):
            return .failure(
                Meaningless(
                    message:
                        "the signature of \(signature.principal) is none for what \(statement.by) states now: \(words)",
                    hint:
                        "sign what --print prints for it, with the key that the file of signers lists"
                ))
        }
    }

    /// The keys of this revision; nil where policy names none.
    private func signers() throws -> [UInt8]? {
        try ApprovalDesk(desired, ledger, reconciler).signers()
    }

    /// What stands, whether it is over or not: of gates that are attested, and of pools that are to be retired.
    private func statements(in memory: Memory) -> [Testimony] {
        var statements: [Testimony] = []
        for (wave, progress) in memory.journey.waves {
            let rollout = desired.rollouts.first { $0.name == wave.rollout }
            for (name, history) in progress.gates {
                let gates = name.side == .before ? rollout?.gatesBefore : rollout?.gatesAfter
                guard let decision = history.decision, decision.isOpen,
                    gates?.contains(where: { $0.gate.name == name.name && $0.gate.isAttested })
                        == true
                else { continue }
                statements.append(Testimony(decision, of: GateID(wave, name)))
            }
        }
        for pool in desired.pools where pool.state == .retired {
            let stated = memory.retirements[pool.id]?.attested ?? [:]
            statements += stated.values.map { Testimony($0, of: pool.id, named: pool.name) }
        }
        return statements
    }
}

extension Consent.Subject {
    fileprivate var isAttestation: Bool {
        if case .attestation = self { true } else { false }
    }
}
