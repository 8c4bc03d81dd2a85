import ArgumentParser
import Model

struct HoldCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hold",
        abstract: "Leaves somebody alone, at once: also in a run that goes on.",
        discussion: """
            Recorded in the ledger, beside the Holds of the manifests. A run that goes on begins no move \
            of the held from its next batch on; what is in flight is finished.

            example:
              rehome hold ceo@contoso.example --reason "board week" --until 2026-12-05
              rehome hold --release ceo@contoso.example --reason "the board has gone"
            """)

    @Argument(
        help: ArgumentHelp("KIND/NAME, or the address of a user.", valueName: "resource"))
    var resources: [ResourceArgument]

    @Flag(help: "End a hold instead.")
    var release = false

    @Option(
        help: ArgumentHelp("Who may end it; without it, who records it.", valueName: "name"))
    var owner: String?

    @OptionGroup var reason: ReasonOption
    @OptionGroup var until: UntilOption
    @OptionGroup var options: InstructionOptions

    func validate() throws {
        if resources.isEmpty { throw ValidationError("name whom to hold") }
        if release, owner != nil || until.until != nil {
            throw ValidationError("--owner and --until go with a hold, not with its end")
        }
    }

    func run() async throws {
        let ids = resources.map(\.id)
        try await options.record(because: reason.reason) { desired, _ in
            if release { return .release(ids) }
            return .hold(
                ids, owner: owner ?? options.actor.account,
                until: try until.instant(in: desired))
        }
    }
}
