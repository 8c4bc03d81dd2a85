import ArgumentParser
import Ledgers
import Model
import Reconciliation
import Reporting

struct AttestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "attest",
        abstract: "States of a pool that is to be retired what no adapter can see.",
        discussion: """
            Recorded in the ledger with your name, and listed as stated in the proof. It counts for thirty \
            days, or until the time that is given. What was seen to live on a pool, nobody talks away.

            example:
              rehome attest legacy dns --how "no SRV record names it"
              rehome attest legacy backup --how "see vault 7" --until 2027-01-31
            """)

    @Argument(help: ArgumentHelp("The name of a retired Pool.", valueName: "pool"))
    var pool: String

    @Argument(help: ArgumentHelp("A row of its proof, as rehome plan shows it.", valueName: "row"))
    var row: String

    @Option(help: ArgumentHelp("How you know.", valueName: "words"))
    var how: String

    @OptionGroup var until: UntilOption
    @OptionGroup var options: AttestOptions

    func validate() throws {
        if how.allSatisfy(\.isWhitespace) { throw ValidationError("--how wants words") }
    }

    func run() async throws {
        try await telling {
            let workspace = try await Workspace(options.folder.dir)
            let desired = try await workspace.load()
            do {
                let (event, head) = try await workspace.reconciler.attest(
                    row, of: pool, words: how, until: try until.instant(in: desired),
                    by: options.actor, desired)
                Console.result(
                    "\(RetirementText.line(event))\n  audit head: \(head.description)\n")
                AttestationApproval.announce("\(pool)/\(row)", in: desired, workspace.name)
            } catch let error as Meaningless {
                throw Complaint(error.message, hint: error.hint)
            }
        }
    }
}

struct AttestOptions: ParsableArguments {
    @OptionGroup var folder: FolderOption

    @Option(
        name: .customLong("as"),
        help: ArgumentHelp("A label beside the account.", valueName: "name"))
    var label: String?

    var actor: Actor {
        var actor = Composition.actor
        actor.label = label
        return actor
    }
}
