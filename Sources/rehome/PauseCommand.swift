import ArgumentParser
import Model

struct PauseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause",
        abstract: "Lets nothing new begin, in the whole estate or in one rollout.",
        discussion: """
            A run that goes on finishes what is in flight, records it, and ends waiting. Nothing begins \
            until rehome resume, or until the time given.

            example:
              rehome pause --reason "the network is being mended" --until 2026-12-05T22:00
              rehome pause madrid --reason "half of the pilot cannot call"
            """)

    @Argument(
        help: ArgumentHelp("One rollout; without it the whole estate.", valueName: "rollout"))
    var rollout: String?

    @OptionGroup var reason: ReasonOption
    @OptionGroup var until: UntilOption
    @OptionGroup var options: InstructionOptions

    func run() async throws {
        try await options.record(because: reason.reason) { desired, _ in
            .pause(
                rollout.map { .rollout($0) } ?? .estate, until: try until.instant(in: desired))
        }
    }
}
