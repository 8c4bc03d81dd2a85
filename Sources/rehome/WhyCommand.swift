import ArgumentParser
import Model
import Reconciliation
import Reporting

struct WhyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "why",
        abstract:
            "Says of one resource where it is, why there, what is next and what it waits for.",
        discussion: """
            example:
              rehome why user/ana.torres@contoso.example --dir manifests/contoso
            """)

    @Argument(help: ArgumentHelp("KIND/NAME, or the address of a user.", valueName: "resource"))
    var resource: String

    @OptionGroup var folder: FolderOption
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await telling {
            guard let id = ResourceArgument(argument: resource)?.id else {
                throw Complaint(
                    "\(resource) is not a resource",
                    hint:
                        "write KIND/NAME, as in user/ana@contoso.example or response-groups/madrid")
            }
            let workspace = try Workspace(folder.dir)
            let desired = try workspace.load()
            let answers = try await workspace.reconciler.why(id, desired)
            guard !answers.isEmpty else {
                throw Complaint(
                    "no manifest asks for \(id), and no deployment shows it",
                    hint: "rehome plan \(folder.dir) names what could not be read")
            }
            for why in answers {
                switch output.output {
                case .text:
                    Console.result(
                        WhyText.render(
                            why, folder: folder.dir, width: Console.width, style: Console.style,
                            limit: 10))
                case .json: Console.result(WhyJSON.encode(why))
                }
            }
        }
    }
}
