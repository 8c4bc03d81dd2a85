import ArgumentParser
import Ledgers
import Manifests
import Model
import Reconciliation
import Reporting

/// What every command shares that tells runs something.
struct InstructionOptions: ParsableArguments {
    @OptionGroup var folder: FolderOption

    @Option(
        name: .customLong("as"),
        help: ArgumentHelp("A label beside the account.", valueName: "name"))
    var label: String?

    @OptionGroup var output: OutputOptions

    var actor: Actor { Composition.actor(as: label) }

    /// Records an instruction that the manifests lead to, and tells what comes of it.
    func record(
        because reason: String?,
        _ deed: (DesiredState, Reconciler) async throws -> Instruction.Deed
    ) async throws {
        try await recording(because: reason, in: folder.dir, as: label, output, deed)
    }
}

/// Records an instruction that the manifests of a folder lead to, and tells what comes of it.
func recording(
    because reason: String?, in folder: String, as label: String?, _ output: OutputOptions,
    _ deed: (DesiredState, Reconciler) async throws -> Instruction.Deed,
    afterwards: (DesiredState) -> Void = { _ in }
) async throws {
    try await telling {
        let workspace = try await Workspace(folder)
        let desired = try await workspace.load()
        let instructed = try await workspace.reconciler.instruct(
            try await deed(desired, workspace.reconciler), reason: reason,
            by: Composition.actor(as: label), desired)
        let head = instructed.head.description
        switch output.output {
        case .text:
            Console.result(
                InstructionText.render(
                    instructed.instruction, running: instructed.running, auditHead: head,
                    folder: folder, width: Console.width, style: Console.style))
        case .json:
            Console.result(
                InstructionJSON.encode(
                    instructed.instruction, running: instructed.running, auditHead: head))
        }
        afterwards(desired)
    }
}

/// Why, for the record: a sentence that somebody will read at night.
struct ReasonOption: ParsableArguments {
    @Option(help: ArgumentHelp("Why, for the record.", valueName: "words"))
    var reason: String

    func validate() throws {
        if reason.allSatisfy(\.isWhitespace) { throw ValidationError("--reason wants words") }
    }
}

struct UntilOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The last day or moment, in the zone of the estate: 2026-12-05, 2026-12-05T22:00.",
            valueName: "time"))
    var until: String?

    func instant(in desired: DesiredState) throws -> Instant? {
        guard let until else { return nil }
        guard let time = ManifestTime(closing: until, zone: desired.estate.zone) else {
            throw Complaint(
                "--until \(until) is no time",
                hint: "write 2026-12-05, 2026-12-05T22:00 or 2026-12-05T22:00+01:00")
        }
        return time.instant
    }
}
