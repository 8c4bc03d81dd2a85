import ArgumentParser
import Model
import Reconciliation
import Reporting

struct DriftCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drift",
        abstract: "Says how the world differs from what was asked for, for scheduled jobs.",
        discussion: """
            Ends with 2 for what somebody else moved, for what is missing, returned, contested or \
            unknown; for other classes only where --fail-on names them.

            example:
              rehome drift manifests/contoso --fail-on arrived
              rehome drift manifests/contoso --confirm 3 --every 1m
            """)

    @Argument(help: ArgumentHelp("The folder of manifests.", valueName: "dir"))
    var folder: String = "."

    @OptionGroup var part: PartOptions

    @Option(name: [.customShort("o"), .long], help: "How the result is written.")
    var output: DriftFormat = .text

    @Option(
        name: .customLong("fail-on"),
        help: ArgumentHelp(
            "Another class to end with 2 for; may be given again.", valueName: "class"))
    var failOn: [Drift.Class] = []

    @Option(
        help: ArgumentHelp(
            "Look so many times in a row; only what every look shows alarms.", valueName: "looks"))
    var confirm = 1

    @Option(help: ArgumentHelp("The pause between two looks, as in 90s.", valueName: "span"))
    var every: SpanArgument = SpanArgument(span: .seconds(10))

    func validate() throws {
        guard (1...100).contains(confirm) else {
            throw ValidationError("--confirm takes a number from 1 to 100")
        }
    }

    func run() async throws {
        try await telling {
            let workspace = try await Workspace(folder)
            let desired = try await workspace.load()
            let found = try await workspace.reconciler.drift(
                desired, part.narrowing(of: desired), looks: confirm, every: every.span)
            let alarming = Set(failOn)
            switch output {
            case .text:
                Console.result(
                    DriftText.render(
                        found.drift, failOn: alarming, folder: folder, width: Console.width,
                        style: Console.style, limit: 10))
            case .markdown:
                let text = DriftMarkdown.render(found.drift, failOn: alarming)
                Console.result(Console.masked(Array(text.utf8), for: .comments))
            case .junit: Console.result(JUnit.drift(found.drift, failOn: alarming))
            case .json:
                Console.result(DriftJSON.encode(found.drift, failOn: alarming, at: found.at))
            }
            if found.drift.contains(where: { $0.alarms(failOn: alarming) }) {
                throw ExitStatus.difference.code
            }
        }
    }
}
