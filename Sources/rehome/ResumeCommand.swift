import ArgumentParser
import Model

struct ResumeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Ends a pause.",
        discussion: """
            It begins nothing by itself: the next apply goes on.

            example:
              rehome resume --reason "the network is mended"
              rehome resume madrid --reason "it was the firewall"
            """)

    @Argument(
        help: ArgumentHelp("One rollout; without it the whole estate.", valueName: "rollout"))
    var rollout: String?

    @OptionGroup var reason: ReasonOption
    @OptionGroup var options: InstructionOptions

    func run() async throws {
        try await options.record(because: reason.reason) { _, _ in
            .resume(rollout.map { .rollout($0) } ?? .estate)
        }
    }
}
