import ArgumentParser
import Model
import Reconciliation

/// What no probe can see and a person states, with how it was seen and until when that is good.
struct AttestationOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "State that an attested gate has passed.", valueName: "rollout/wave/gate"))
    var attest: String?

    @Option(help: ArgumentHelp("How it was seen, for the record.", valueName: "words"))
    var how: String?

    @OptionGroup var until: UntilOption

    @Flag(help: "The gate before the wave, where there is one of that name after it too.")
    var before = false

    @Flag(help: "The gate after the wave.")
    var after = false

    @Option(
        name: .customLong("as"),
        help: ArgumentHelp("A label beside the account.", valueName: "name"))
    var label: String?

    func validate() throws {
        guard let attest else {
            if how != nil || until.until != nil || before || after || label != nil {
                throw ValidationError(
                    "--how, --until, --before, --after and --as go with --attest")
            }
            return
        }
        if NamedGate(attest) == nil { throw ValidationError("--attest wants ROLLOUT/WAVE/GATE") }
        if how?.allSatisfy(\.isWhitespace) ?? true {
            throw ValidationError("--attest wants --how: by what somebody saw it")
        }
        if until.until == nil {
            throw ValidationError("--attest wants --until: what somebody saw grows old")
        }
        if before, after { throw ValidationError("--before or --after, not both") }
    }

    func record(in folder: String, _ output: OutputOptions) async throws {
        guard let named = attest.flatMap(NamedGate.init) else { return }
        let side: GateName.Side? = before ? .before : after ? .after : nil
        try await recording(because: how, in: folder, as: label, output) { desired, _ in
            let (id, gate) = try named.resolved(in: desired, on: side)
            guard gate.isAttested else {
                throw Complaint(
                    "the gate \(gate.name) is measured, and not attested",
                    hint:
                        "to open it whatever is measured: rehome approve \(named.wave)/\(named.name) --reason WORDS"
                )
            }
            return .decide(id, isOpen: true, until: try until.instant(in: desired))
        } afterwards: { desired in
            AttestationApproval.announce("\(named.wave)/\(named.name)", in: desired, folder)
        }
    }
}
