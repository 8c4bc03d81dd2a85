import ArgumentParser
import Model
import Reconciliation
import Reporting

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Says on one screen how the estate stands and what wants somebody.",
        discussion: """
            It looks at everything and changes nothing; it ends with 0 whatever it finds. For a job that \
            alarms there is rehome drift.

            example:
              rehome status manifests/contoso
            """)

    @Argument(help: ArgumentHelp("The folder of manifests.", valueName: "dir"))
    var folder: String = "."

    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await telling {
            let workspace = try await Workspace(folder)
            let status = try await workspace.reconciler.status(try await workspace.load())
            switch output.output {
            case .text:
                Console.result(
                    StatusText.render(
                        status, folder: folder, width: Console.width, style: Console.style))
            case .json: Console.result(StatusJSON.encode(status))
            }
        }
    }
}
