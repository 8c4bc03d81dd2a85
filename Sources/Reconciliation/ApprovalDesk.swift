/// Approvals looked at anew: whose they are, for which steps, and whether they are still good.

import Ledgers
import Manifests
import Model
import Planning

/// What stands between what the ledger remembers and what counts.
struct ApprovalDesk {
    private let desired: DesiredState
    private let ledger: any Ledger
    private let reconciler: Reconciler

    init(_ desired: DesiredState, _ ledger: any Ledger, _ reconciler: Reconciler) {
        self.desired = desired
        self.ledger = ledger
        self.reconciler = reconciler
    }

    private var policy: Policy.Approvals { desired.policy.approvals }

    /// How the approvals of a plan stand. Signatures are looked at each time: what a ledger remembers of
    /// them proves nothing. Nobody applies the plan while `actor` is nil.
    func standing(
        of plan: Plan, _ consents: [Consent], appliedBy actor: Actor?
    ) async throws -> ApprovalStanding {
        let isLifted = consents.contains {
            guard case .override = $0.subject else { return false }
            return $0.digest == plan.digest
        }
        let nobody = Approvals(
            of: plan, given: [], policy: policy, partisans: Partisans(applier: actor))
        guard !nobody.tallies(lifting: isLifted).isEmpty else {
            return ApprovalStanding(tallies: [], wantsSignatures: policy.signers != nil)
        }
        let (given, void) = try await approvals(of: plan, consents)
        let partisans = Partisans(applier: actor, authors: try await authors())
        let approvals = Approvals(of: plan, given: given, policy: policy, partisans: partisans)
        return ApprovalStanding(
            tallies: approvals.tallies(lifting: isLifted), void: void,
            wantsSignatures: policy.signers != nil)
    }

    /// What somebody signs who approves a plan.
    func statement(of plan: RecordedPlan) -> ApprovalStatement {
        ApprovalStatement(
            estate: desired.estate.name, ledger: ledger.id, plan: plan.digest, steps: plan.steps)
    }

    /// The keys of this revision; nil where policy names none.
    func signers() throws -> [UInt8]? {
        guard let path = policy.signers else { return nil }
        do throws(FileSourceError) {
            return try reconciler.source.read(path, limit: Limits.standard.listBytes)
        } catch {
            throw Meaningless(message: "the file of signers \(path) \(error.words)", hint: nil)
        }
    }

    /// Whether a signature is a good one for a plan.
    func judge(
        _ signature: Signature, _ plan: RecordedPlan, _ signers: [UInt8]
    ) async throws -> Signature.Verdict {
        try await reconciler.edges.judge(
            signature, over: statement(of: plan).text, signers: signers)
    }
}

extension ApprovalDesk {
    /// Approvals that have something to do with a plan, and those among them that are void.
    private func approvals(
        of plan: Plan, _ consents: [Consent]
    ) async throws -> (given: [Approval], void: [ApprovalStanding.Void]) {
        let signers = try signers()
        let authorised = Set(plan.authorisedSteps.map(\.id))
        var given: [Approval] = []
        var void: [ApprovalStanding.Void] = []
        for consent in consents where consent.subject == .approval {
            guard let approved = try await recorded(consent.digest, plan),
                !authorised.isDisjoint(with: approved.steps)
            else { continue }
            switch try await giver(of: consent, approved, signers) {
            case .success(let giver):
                given.append(
                    Approval(by: giver, digest: consent.digest, steps: Set(approved.steps)))
            case .failure(let words):
                let name = consent.signature?.principal ?? consent.by.description
                let entry = ApprovalStanding.Void(name: name, because: words.text)
                if !void.contains(entry) { void.append(entry) }
            }
        }
        return (given, void)
    }

    private struct Words: Error {
        var text: String
    }

    private func giver(
        of consent: Consent, _ approved: RecordedPlan, _ signers: [UInt8]?
    ) async throws -> Result<Approval.Giver, Words> {
        guard let signers else {
            return .success(.account(consent.by.account, host: consent.by.host))
        }
        guard let signature = consent.signature else {
            return .failure(Words(text: "it is not signed"))
        }
        switch try await judge(signature, approved, signers) {
        case .good(let fingerprint):
            return .success(.key(principal: signature.principal, fingerprint: fingerprint))
        case .bad(let words): return .failure(Words(text: words))
        }
    }

    /// The steps that an approved plan authorised: of the plan at hand its own, which are its digest's.
    private func recorded(_ digest: String, _ plan: Plan) async throws -> RecordedPlan? {
        if digest == plan.digest { return RecordedPlan(of: plan, at: plan.asOf) }
        return try await ledger.plan(digest: digest)
    }

    /// Who wrote what is new since another state was last gone for. Accounts say nothing about addresses.
    private func authors() async throws -> Set<String> {
        guard policy.signers != nil else { return [] }
        let before = try await ledger.runs().last {
            $0.campaign != desired.digest && $0.revision != nil
        }
        return await reconciler.edges.authors(since: before?.revision)
    }
}
