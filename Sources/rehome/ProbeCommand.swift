import ArgumentParser
import Model
import Reconciliation
import Reporting

struct ProbeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "probe",
        abstract: "Measures whether pools work and people on them reach each other.",
        discussion: """
            Measures the gates that waves wait for or rest with, and asks for the proof of pools that are to \
            be retired, where they are due, and records what came of it: run it on a schedule between two \
            applies. Without rollouts and such pools, or with --all, --ask or --pool, it asks deployments and \
            records nothing: about every declared pool and every pair of them. It moves nobody, and ends with 0 where all passed, with 7 where something failed, and \
            with 8 where nobody can say.

            example:
              rehome probe manifests/uc
              rehome probe manifests/uc --all
              rehome probe manifests/uc --ask message-both-ways --pool legacy --pool modern
              rehome probe --attest uc/pilot/emergency --how "rang 112" --until 2026-12-05
            """)

    @Argument(help: ArgumentHelp("The folder of manifests.", valueName: "dir"))
    var folder: String = "."

    @Option(
        help: ArgumentHelp("Only this question; may be given again.", valueName: "question"))
    var ask: [Probe.Question] = []

    @Option(help: ArgumentHelp("Only this pool; may be given again.", valueName: "name"))
    var pool: [String] = []

    @Flag(help: "Ask all deployments all that they can answer, and record nothing.")
    var all = false

    @OptionGroup(title: "WHAT A PERSON STATES") var attestation: AttestationOptions
    @OptionGroup var callouts: CalloutOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if attestation.attest != nil, all || !ask.isEmpty || !pool.isEmpty {
            throw ValidationError("--all, --ask and --pool are for what deployments answer")
        }
    }

    func run() async throws {
        if attestation.attest != nil {
            return try await attestation.record(in: folder, output)
        }
        try await telling {
            let workspace = try await Workspace(folder, callouts: callouts.place)
            let desired = try await workspace.loadToCallOut()
            for name in pool where desired.pool(named: name) == nil {
                throw Complaint(
                    "--pool \(name): no such pool is declared",
                    hint: "pools: \(desired.pools.map(\.name).joined(separator: ", "))")
            }
            let isText = output.output == .text
            let keeps =
                !desired.rollouts.isEmpty || desired.pools.contains { $0.state == .retired }
            if !all, ask.isEmpty, pool.isEmpty, keeps {
                throw try await gauge(desired, workspace).code
            }
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

    private func gauge(
        _ desired: DesiredState, _ workspace: Workspace
    ) async throws -> ExitStatus {
        let isText = output.output == .text
        let gauged = try await workspace.reconciler.gauge(desired, by: Composition.actor) {
            if isText { Console.result(GateText.line($0) + "\n") }
        }
        if isText {
            for proof in gauged.proofs { Console.result(RetirementText.line(proof) + "\n") }
            Console.result(GateText.summary(gauged.readings, gauged.plan.stages))
        } else {
            Console.result(
                GateJSON.encode(gauged.readings, proofs: gauged.proofs, gauged.plan.stages))
        }
        let asked = gauged.proofs.compactMap(\.verdict)
        return Self.status(of: gauged.readings.map(\.measurement.verdict) + asked)
    }

    private static func status(_ results: [ProbeResult]) -> ExitStatus {
        status(of: results.map(\.evidence.verdict))
    }

    private static func status(of verdicts: [Evidence.Verdict]) -> ExitStatus {
        if verdicts.contains(.failed) { return .stepsFailed }
        return verdicts.contains(.inconclusive) ? .waiting : .success
    }
}

extension Probe.Question: ExpressibleByArgument {}
