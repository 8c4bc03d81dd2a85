import ArgumentParser
import Model
import Reconciliation
import Reporting

struct AcceptCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accept",
        abstract: "Writes drift back into the manifests, as a patch for review.",
        discussion: """
            What somebody else moved is declared where it is now, and what is gone is declared no more. \
            Comments and layout stay. Nothing is moved, and without --write no file is changed either.

            example:
              rehome accept manifests/contoso --only ana.torres@contoso.example
              rehome accept manifests/contoso --write
            """)

    @Argument(help: ArgumentHelp("The folder of manifests.", valueName: "dir"))
    var folder: String = "."

    @Flag(help: "Change the files instead of printing the patch.")
    var write = false

    @OptionGroup var part: PartOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await telling {
            let workspace = try await Workspace(folder)
            let desired = try await workspace.load()
            if !write, Console.resultIsMasked {
                throw Complaint(
                    "the policy masks people in logs, and a patch with pseudonyms cannot be applied",
                    hint: "say --write, and look at the change with git diff")
            }
            let acceptance = try await workspace.reconciler.accept(
                desired, part.narrowing(of: desired))
            let patch = patch(acceptance.edits, below: workspace.relativeName)
            switch output.output {
            case .text:
                if !write { Console.result(patch) }
                Console.say(
                    AcceptanceText.render(
                        acceptance, isWritten: write, folder: folder, width: Console.width,
                        style: Console.style, limit: 10
                    ).trimmed)
            case .json: Console.result(AcceptanceJSON.encode(acceptance, patch: patch))
            }
            if write { try FileEdits.save(acceptance.edits, in: folder) }
            if !acceptance.refused.isEmpty { throw ExitStatus.difference.code }
        }
    }

    /// Paths as they are seen from where the command was started, which is where `git apply` looks.
    private func patch(_ edits: [FileEdit], below name: String) -> String {
        let prefix = name.isEmpty ? "" : name + "/"
        return edits.map {
            PatchText.file(prefix + $0.path, before: $0.before, after: $0.after)
        }.joined()
    }
}
