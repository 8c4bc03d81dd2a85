import ArgumentParser
import Foundation
import Ledgers
import Model
import Reconciliation
import Reporting

struct ApproveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve",
        abstract: "Agrees to a plan or an attestation, or opens or closes a gate.",
        discussion: """
            An approval is for the steps of one plan: a later plan that has only fewer of them needs no \
            other, and a step that is new needs one. Where the Policy names a file of signers, an approval \
            is a signature. A gate that is opened counts as passed, whatever is measured. What a person \
            attests waits for others where the Policy asks for that (approvals.attest).

            example:
              rehome approve 7f3c9a1e04d2 --reason "read it with Ben"
              rehome approve plan.json --reason "agreed" --sign-with ~/.ssh/id_ed25519
              rehome approve 7f3c9a1e04d2 --print > approval.txt
              rehome approve 4adcb1e9e70b --rollback uc/pilot --reason "they cannot call"
              rehome approve uc/pilot/call-both-ways --reason "called by hand"
              rehome approve uc/pilot/call-both-ways --close --reason "wait for Monday"
              rehome approve --attestation uc/pilot/emergency --reason "I heard the call"
              rehome approve --attestation legacy/dns --reason "looked at the zone too"
            """)

    @Argument(
        help: ArgumentHelp(
            "The first digits of a plan's digest, a plan file, or ROLLOUT/WAVE/GATE; with --attestation, also POOL/ROW.",
            valueName: "digest|planfile|gate"))
    var subject: String

    @Flag(help: "Approve what somebody attests of a gate, or of a row of a pool's proof.")
    var attestation = false

    @Option(help: ArgumentHelp("Why, for the record.", valueName: "words"))
    var reason: String?

    @OptionGroup(title: "PLANS") var back: ApprovedWayBack
    @OptionGroup(title: "PLANS") var signing: SigningOptions
    @OptionGroup(title: "GATES") var decision: DecisionOptions
    @OptionGroup var part: PartOptions
    @OptionGroup var options: InstructionOptions

    func validate() throws {
        if attestation {
            try refuseWhatIsForOthers()
        } else if signing.print {
            try decision.refuse(beside: "--print")
        }
        if signing.print { return }
        guard let reason, !reason.allSatisfy(\.isWhitespace) else {
            throw ValidationError("approve wants --reason: it is recorded")
        }
        if attestation { return }
        if gate == nil {
            try decision.refuse(beside: "a plan")
        } else {
            try signing.refuse(beside: "a gate")
            try back.refuse(beside: "a gate")
        }
    }

    /// A file of that name counts more: a plan may lie two folders below.
    private var gate: NamedGate? {
        FileManager.default.fileExists(atPath: subject) ? nil : NamedGate(subject)
    }

    private func refuseWhatIsForOthers() throws {
        try back.refuse(beside: "an attestation")
        try decision.refuseDecision(beside: "an attestation")
        if NamedStatement(subject, on: nil) == nil {
            throw ValidationError("--attestation wants ROLLOUT/WAVE/GATE or POOL/ROW")
        }
    }

    func run() async throws {
        if attestation {
            guard let named = NamedStatement(subject, on: decision.side) else { return }
            return try await telling {
                try await AttestationApproval(options: options, signing: signing)
                    .record(named, because: reason ?? "")
            }
        }
        if let gate {
            return try await options.record(because: reason) { desired, _ in
                try decision.deed(about: gate, in: desired)
            }
        }
        try await telling {
            let workspace = try await Workspace(options.folder.dir)
            let desired = try await workspace.load()
            let narrowing = try part.narrowing(of: desired)
            do {
                try await approve(try plan(), narrowing, desired, workspace)
            } catch let error as NotOfNow {
                throw complain(
                    error.message,
                    "review the plan of now: rehome plan \(Escaped.shell(workspace.name))",
                    .approvalMissing)
            }
        }
    }

    private func plan() throws -> ApprovedPlan {
        if FileManager.default.fileExists(atPath: subject), !ApplyCommand.isFolder(subject) {
            return .file(try ApplyOptions.plan(subject))
        }
        guard let digest = DigestArgument(argument: subject) else {
            throw Complaint(
                "\(subject) is neither a digest nor a plan file nor a gate",
                hint:
                    "name at least eight digits of the digest that plan printed, or ROLLOUT/WAVE/GATE"
            )
        }
        return .digest(digest.digits)
    }

    private func approve(
        _ plan: ApprovedPlan, _ part: Narrowing, _ desired: DesiredState, _ workspace: Workspace
    ) async throws {
        let reconciler = workspace.reconciler
        let prepared = try await reconciler.prepareApproval(
            of: plan, back: back.wish, part, desired, by: options.actor)
        if signing.print {
            try await reconciler.remember(prepared, by: options.actor, desired)
            Console.result(prepared.statement.text)
            Console.say(
                "sign it: ssh-keygen -Y sign -n \(Signature.namespace) -f KEY FILE, then: rehome approve \(prepared.recorded.digest) --signature FILE.sig --principal NAME\(back.words) --reason WORDS --dir \(Escaped.shell(workspace.name))"
            )
            return
        }
        let signature = try await signing.signature(
            over: prepared.statement.text, desired, workspace)
        let approved = try await reconciler.approve(
            prepared, reason: reason ?? "", signature: signature, by: options.actor, desired)
        show(approved, folder: workspace.name)
    }

    private func show(_ approved: Approved, folder: String) {
        let head = approved.head.description
        switch options.output.output {
        case .text:
            Console.result(
                ApprovalText.render(
                    approved.consent, approved.recorded, plan: approved.plan,
                    standing: approved.standing, auditHead: head,
                    source: .init(folder: folder, takesBack: back.rollback),
                    width: Console.width, style: Console.style))
        case .json:
            Console.result(
                ApprovalJSON.encode(
                    approved.consent, approved.recorded, plan: approved.plan,
                    standing: approved.standing, auditHead: head))
        }
    }
}

/// Which way back a plan is that somebody approves.
struct ApprovedWayBack: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The plan is that of rehome rollback for a run, ROLLOUT/WAVE, or campaign.",
            valueName: "what"))
    var rollback: String?

    @Flag(help: "The way back includes those who were already there, as rollback's option says.")
    var includeOthers = false

    func validate() throws {
        if includeOthers, rollback == nil {
            throw ValidationError("--include-others is about a way back: say --rollback too")
        }
    }

    func refuse(beside subject: String) throws {
        if rollback != nil { throw ValidationError("--rollback is not for \(subject)") }
    }

    var wish: WayBackWish? {
        rollback.map { WayBackWish(WayBackScope($0), includesOthers: includeOthers) }
    }

    /// As a person types it.
    var words: String {
        rollback.map { " --rollback \(Escaped.shell($0))" } ?? ""
    }
}
