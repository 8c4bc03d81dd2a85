import ArgumentParser
import Manifests
import Model
import Reconciliation
import Reporting

struct ValidateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Says all that is wrong with the manifests, and reaches nothing but files.",
        discussion: """
            example:
              rehome validate manifests/contoso
              rehome validate manifests/contoso -o sarif
            """)

    @Argument(help: ArgumentHelp("The folder of manifests.", valueName: "dir"))
    var folder: String = "."

    @Option(name: [.customShort("o"), .long], help: "How the result is written.")
    var output: ValidationFormat = .text

    func run() async throws {
        try await telling {
            let workspace = try await Workspace(folder)
            let desired: DesiredState?
            let diagnostics: [Diagnostic]
            switch workspace.reconciler.load() {
            case .valid(let valid):
                desired = valid
                diagnostics = valid.diagnostics
                await workspace.respectPrivacy(of: valid)
            case .invalid(let found):
                desired = nil
                diagnostics = found
            }
            switch output {
            case .text:
                Console.result(
                    ValidationText.render(
                        diagnostics, desired: desired, folder: folder, style: Console.style))
            case .json: Console.result(ValidationJSON.encode(diagnostics, desired: desired))
            case .sarif:
                Console.result(SARIF.encode(diagnostics, folder: workspace.relativeName))
            case .junit: Console.result(JUnit.diagnostics(diagnostics))
            }
            if desired == nil { throw ExitStatus.invalidManifests.code }
        }
    }
}
