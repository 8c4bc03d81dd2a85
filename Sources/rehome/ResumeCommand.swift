import ArgumentParser
import Model
import Reconciliation

struct ResumeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Ends a pause, or lets go forward again what was taken back.",
        discussion: """
            It begins nothing by itself: the next apply goes on.

            example:
              rehome resume --reason "the network is mended"
              rehome resume madrid --reason "it was the firewall"
              rehome resume --taken-back ana.torres@contoso.example --reason "she asked"
              rehome resume --all-taken-back --reason "the second attempt"
            """)

    @Argument(
        help: ArgumentHelp("One rollout; without it the whole estate.", valueName: "rollout"))
    var rollout: String?

    @Option(
        help: ArgumentHelp(
            "Let this resource, which rollback took back, go forward again; may be given again.",
            valueName: "resource"))
    var takenBack: [ResourceArgument] = []

    @Flag(help: "Let all that rollback took back go forward again.")
    var allTakenBack = false

    @OptionGroup var reason: ReasonOption
    @OptionGroup var options: InstructionOptions

    func validate() throws {
        let ways = [rollout != nil, !takenBack.isEmpty, allTakenBack]
        if ways.count(where: { $0 }) > 1 {
            throw ValidationError("name a rollout, or what was taken back, not both")
        }
    }

    func run() async throws {
        try await options.record(because: reason.reason) { desired, reconciler in
            guard allTakenBack || !takenBack.isEmpty else {
                return .resume(rollout.map { .rollout($0) } ?? .estate)
            }
            let steps = try await reconciler.takenBack(
                of: allTakenBack ? nil : takenBack.map(\.id), desired)
            let other = takenBack.first { resource in
                !steps.values.contains { desired.isSame($0, resource.id) }
            }
            if let other {
                throw Complaint(
                    "\(other.id) was not taken back", hint: "rehome plan says what it waits for")
            }
            guard !steps.isEmpty else { throw Complaint("nothing was taken back") }
            return .goForward(steps.keys.sorted())
        }
    }
}
