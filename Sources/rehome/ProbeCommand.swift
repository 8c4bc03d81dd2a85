import ArgumentParser
import Model
import Reconciliation
import Reporting

struct ProbeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "probe",
        abstract: "Measures whether pools work and people on them reach each other.",
        discussion: """
            Asks all that the deployments can answer, about every declared pool and every pair of them, \
            and moves nobody. It ends with 0 where all passed, with 7 where something failed, and with 8 \
            where nobody can say.

            example:
              rehome probe manifests/uc
              rehome probe manifests/uc --ask message-both-ways --pool legacy --pool modern
            """)

    @Argument(help: ArgumentHelp("The folder of manifests.", valueName: "dir"))
    var folder: String = "."

    @Option(
        help: ArgumentHelp("Only this question; may be given again.", valueName: "question"))
    var ask: [Probe.Question] = []

    @Option(help: ArgumentHelp("Only this pool; may be given again.", valueName: "name"))
    var pool: [String] = []

    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await telling {
            let workspace = try await Workspace(folder)
            let desired = try await workspace.load()
            for name in pool where desired.pool(named: name) == nil {
                throw Complaint(
                    "--pool \(name): no such pool is declared",
                    hint: "pools: \(desired.pools.map(\.name).joined(separator: ", "))")
            }
            let isText = output.output == .text
            let results = try await workspace.reconciler.probe(
                desired, Questionnaire(questions: Set(ask), pools: Set(pool))
            ) { result in
                guard isText else { return }
                Console.result(
                    ProbeText.render(result, width: Console.width, style: Console.style))
            }
            if isText {
                Console.result(ProbeText.summary(results))
            } else {
                Console.result(ProbeJSON.encode(results))
            }
            throw Self.status(results).code
        }
    }

    private static func status(_ results: [ProbeResult]) -> ExitStatus {
        let verdicts = results.map(\.evidence.verdict)
        if verdicts.contains(.failed) { return .stepsFailed }
        return verdicts.contains(.inconclusive) ? .waiting : .success
    }
}

extension Probe.Question: ExpressibleByArgument {}
