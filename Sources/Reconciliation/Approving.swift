/// Approving: a person agrees to the steps of one plan, once, and is remembered.

import Execution
package import Ledgers
package import Model

/// What somebody is about to approve.
package struct PreparedApproval: Sendable {
    /// What the ledger keeps of the plan that is approved.
    package var recorded: RecordedPlan
    /// What somebody signs who approves it.
    package var statement: ApprovalStatement
    /// The plan of now.
    package var plan: Plan
    /// Whether policy names keys, so that only what is signed counts.
    package var wantsSignature: Bool
    let ledger: any Ledger

    /// Whether what is approved is the plan of now.
    package var isOfNow: Bool { recorded.digest == plan.digest }
}

/// An approval that was recorded, and how the plan of now stands with it.
package struct Approved: Sendable {
    package var consent: Consent
    package var recorded: RecordedPlan
    package var plan: Plan
    package var standing: ApprovalStanding
    package var head: AuditHead
}

/// The plan that somebody names is not the plan of now, and nothing is known of it.
package struct NotOfNow: Error {
    package var message: String
}

/// Which plan somebody approves.
package enum ApprovedPlan: Sendable {
    /// The first digits of its digest.
    case digest(String)
    /// A plan that was written to a file.
    case file(Plan)
}

extension Reconciler {
    /// Finds the plan that somebody means, and demands that it is the plan of now, or one that is
    /// recorded.
    ///
    /// - Parameters:
    ///   - named: By its digest or as a file.
    ///   - wish: The way back whose plan it is; nil for one that leads forward.
    ///   - part: What the plan is about.
    ///   - desired: What the manifests ask for.
    ///   - actor: Who asks.
    /// - Returns: What is to be approved, and the plan of now beside it.
    /// - Throws: `NotOfNow` where it is neither.
    package func prepareApproval(
        of named: ApprovedPlan, back wish: WayBackWish?, _ part: Narrowing,
        _ desired: DesiredState, by actor: Actor
    ) async throws -> PreparedApproval {
        guard
            let ledger = try await edges.openLedger(desired.estate.ledger, for: .acting)
        else {
            throw LedgerError.storage("the ledger \(desired.estate.ledger.url) cannot be made")
        }
        let plan: Plan
        if let wish {
            plan = try await planBack(desired, wish, part, accepting: PriceConsent(), by: actor)
                .plan
        } else {
            plan = try await look(desired, part).plan
        }
        let recorded = try await recorded(named, plan, ledger)
        let desk = ApprovalDesk(desired, ledger, self)
        return PreparedApproval(
            recorded: recorded, statement: desk.statement(of: recorded), plan: plan,
            wantsSignature: desired.policy.approvals.signers != nil, ledger: ledger)
    }

    /// Records which steps a plan authorises, for a signature that comes later.
    package func remember(
        _ prepared: PreparedApproval, by actor: Actor, _ desired: DesiredState
    ) async throws {
        let now = try await edges.clock(for: desired).now()
        try await prepared.ledger.commit(
            [.planRecorded(prepared.recorded)], under: nil, by: actor, at: now)
    }

    /// Records an approval, with the steps that it is for. A signature that is not good is refused.
    package func approve(
        _ prepared: PreparedApproval, reason: String, signature: Signature?, by actor: Actor,
        _ desired: DesiredState
    ) async throws -> Approved {
        let desk = ApprovalDesk(desired, prepared.ledger, self)
        try await refuseUseless(signature, prepared.recorded, desk)
        let now = try await edges.clock(for: desired).now()
        let consent = Consent(
            subject: .approval, digest: prepared.recorded.digest, reason: reason, by: actor,
            at: now,
            signature: signature)
        let head = try await prepared.ledger.commit(
            [.planRecorded(prepared.recorded), .consentGiven(consent)], under: nil, by: actor,
            at: now)
        let consents = try await prepared.ledger.memory(comparedBy: desired.folding).consents
        let standing = try await desk.standing(of: prepared.plan, consents, appliedBy: nil)
        return Approved(
            consent: consent, recorded: prepared.recorded, plan: prepared.plan, standing: standing,
            head: head)
    }

    private func refuseUseless(
        _ signature: Signature?, _ plan: RecordedPlan, _ desk: ApprovalDesk
    ) async throws {
        switch (signature, try desk.signers()) {
        case (nil, nil): break
        case (nil, _?):
            throw Meaningless(
                message: "approvals are signatures here: the Policy names a file of signers",
                hint:
                    "sign with --sign-with KEY, or print the text with --print and sign it elsewhere"
            )
        case (_?, nil):
            throw Meaningless(
                message: "nobody can tell whose this signature is: the Policy names no signers",
                hint: "approve without one, or name the file of public keys at approvals.signers")
        case (let signature?, let signers?):
            guard case .bad(let words) = try await desk.judge(signature, plan, signers) else {
                return
            }
            throw Meaningless(
                message: "the signature of \(signature.principal) is none for this plan: \(words)",
                hint: "sign what --print prints for it, with the key that the file of signers lists"
            )
        }
    }

    private func recorded(
        _ named: ApprovedPlan, _ plan: Plan, _ ledger: any Ledger
    ) async throws -> RecordedPlan {
        let now = RecordedPlan(of: plan, at: plan.asOf)
        switch named {
        case .digest(let digits):
            if plan.digest.hasPrefix(digits) { return now }
            if let known = try await known(digits, ledger) { return known }
        case .file(let file):
            let read = RecordedPlan(of: file, at: plan.asOf)
            // Whoever approves more than is left to do approves what is left to do.
            if Set(now.steps).isSubset(of: read.steps) { return read }
            if let known = try await ledger.plan(digest: file.digest) { return known }
        }
        let words =
            switch named {
            case .digest(let digits): "the ledger holds none that begins with \(digits)"
            case .file: "it has steps that the plan in the file has not"
            }
        throw NotOfNow(message: "the plan is \(plan.digest.prefix(12)) now, and \(words)")
    }

    /// A plan that somebody approved or that began: by the first digits of its digest, where they name
    /// one alone.
    private func known(_ digits: String, _ ledger: any Ledger) async throws -> RecordedPlan? {
        let approved = try await ledger.memory(comparedBy: .whole).consents
            .filter { $0.subject == .approval }.map(\.digest)
        let begun = try await ledger.runs().map(\.plan)
        let digests = Set((approved + begun).filter { $0.hasPrefix(digits) })
        guard digests.count == 1, let digest = digests.first else { return nil }
        return try await ledger.plan(digest: digest)
    }
}
