import ArgumentParser
import Model
import Reconciliation

struct RetryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: "Takes up again what failed for good.",
        discussion: """
            A move that a deployment refused for good is set aside, so that no plan repeats it. When the \
            cause is mended, this lets the next apply try again.

            example:
              rehome retry ana.torres@contoso.example --reason "her account is enabled now"
              rehome retry --all
            """)

    @Argument(
        help: ArgumentHelp("KIND/NAME, or the address of a user.", valueName: "resource"))
    var resources: [ResourceArgument] = []

    @Flag(help: "Everything that failed for good.")
    var all = false

    @Option(help: ArgumentHelp("Why, for the record.", valueName: "words"))
    var reason: String?

    @OptionGroup var options: InstructionOptions

    func validate() throws {
        if all == !resources.isEmpty { throw ValidationError("name resources, or say --all") }
    }

    func run() async throws {
        try await options.record(because: reason) { desired, reconciler in
            let steps = try await reconciler.setAside(
                of: all ? nil : resources.map(\.id), desired)
            let other = resources.first { resource in
                !steps.contains { desired.isSame($0.move.resource, resource.id) }
            }
            if let other {
                throw Complaint(
                    "\(other.id) is not set aside",
                    hint: "rehome plan says what it waits for")
            }
            guard !steps.isEmpty else {
                throw Complaint("nothing is set aside")
            }
            return .retry(steps.map(\.move.step))
        }
    }
}
