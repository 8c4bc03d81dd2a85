import ArgumentParser
import Foundation
import Model
import Reconciliation
import Reporting

struct ObserveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "observe",
        abstract: "Writes down what is there and what is remembered, for plans elsewhere.",
        discussion: """
            A reviewer's machine plans over it with rehome plan --observed, with no credentials and no \
            ledger. It names everybody: keep it where the ledger may be read.

            example:
              rehome observe manifests/contoso --out snapshot.json
            """)

    @Argument(help: ArgumentHelp("The folder of manifests.", valueName: "dir"))
    var folder: String = "."

    @Option(help: ArgumentHelp("The file to write.", valueName: "file"))
    var out: String

    func run() async throws {
        try await telling {
            let workspace = try await Workspace(folder)
            let desired = try await workspace.load()
            // A pseudonym matches nobody in a manifest: a masked snapshot would move nobody, and say that
            // everybody is missing.
            guard !desired.policy.privacy.mask.contains(.files) else {
                throw Complaint(
                    "the policy masks people in files, and a snapshot must name them",
                    hint: "take files out of privacy.mask, or review where the ledger can be read")
            }
            let snapshot = try await workspace.reconciler.snapshot(desired)
            try OutFile(path: out, isPrivate: true).write(snapshot.encoded())
            Console.result(
                SnapshotText.render(
                    snapshot, file: out, folder: folder, width: Console.width,
                    style: Console.style))
        }
    }
}
