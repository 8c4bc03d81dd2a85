import Ledgers
import Model
import Reconciliation
import Reporting

/// Approves what a person stated, and tells what was approved.
struct AttestationApproval {
    let options: InstructionOptions
    let signing: SigningOptions

    /// Says after an attestation what it still waits for; nothing where it counts at once.
    static func announce(_ name: String, in desired: DesiredState, _ folder: String) {
        let wanted = desired.policy.approvals.attest
        guard wanted > 0 else { return }
        let people = wanted == 1 ? "somebody else approves" : "\(wanted) others approve"
        Console.say(
            "it counts once \(people) it: rehome approve --attestation \(Escaped.shell(name)) --reason WORDS --dir \(Escaped.shell(folder))"
        )
    }

    func record(_ named: NamedStatement, because reason: String) async throws {
        let workspace = try await Workspace(options.folder.dir)
        let desired = try await workspace.load()
        let reconciler = workspace.reconciler
        let prepared = try await reconciler.prepareVouching(for: named, desired)
        if signing.print {
            Console.result(prepared.text)
            Console.say(Escaped.text(VouchedText.headline(prepared.statement)))
            Console.say(
                "sign it: ssh-keygen -Y sign -n \(Signature.namespace) -f KEY FILE, then: rehome approve --attestation \(Escaped.shell(prepared.statement.name)) --signature FILE.sig --principal NAME --reason WORDS --dir \(Escaped.shell(workspace.name))"
            )
            return
        }
        let signature = try await signing.signature(over: prepared.text, desired, workspace)
        let vouched = try await reconciler.vouch(
            for: prepared, reason: reason, signature: signature, by: options.actor, desired)
        let head = vouched.head.description
        let approval = VouchedText.Approval(
            statement: vouched.statement, consent: vouched.consent, people: vouched.people,
            wanted: vouched.wanted, auditHead: head)
        switch options.output.output {
        case .text:
            Console.result(
                VouchedText.render(
                    approval, folder: workspace.name, width: Console.width, style: Console.style))
        case .json: Console.result(VouchedText.encode(approval))
        }
    }
}
