import ArgumentParser
import Model
import Reconciliation

struct CancelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "Ends a run that goes on, after what is in flight.",
        discussion: """
            What was moved stays where it is, and the next apply plans anew: change the manifests first, \
            or it begins where this run ended.

            example:
              rehome cancel --reason "the wrong list"
              rehome cancel 20261122-221319-1f3a --reason "the wrong list"
            """)

    @Argument(help: ArgumentHelp("The run; without it the one that goes on.", valueName: "run"))
    var runID: String?

    @OptionGroup var reason: ReasonOption
    @OptionGroup var options: InstructionOptions

    func run() async throws {
        try await options.record(because: reason.reason) { desired, reconciler in
            if let runID { return .cancel(RunID(runID)) }
            guard let going = try await reconciler.runGoingOn(desired) else {
                throw Complaint(
                    "no run goes on", hint: "rehome history lists those that have ended")
            }
            return .cancel(going)
        }
    }
}
