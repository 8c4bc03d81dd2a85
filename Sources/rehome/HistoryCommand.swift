import ArgumentParser
import Ledgers
import Model
import Reconciliation
import Reporting

struct HistoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "Shows what runs did, and proves that their record is whole.",
        discussion: """
            example:
              rehome history
              rehome history 20261122-221319-1f3a
              rehome history --verify --anchor 12:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
            """)

    @Argument(help: ArgumentHelp("One run; without it all are listed.", valueName: "run"))
    var run: String?

    @OptionGroup var folder: FolderOption
    @OptionGroup var output: OutputOptions

    @Flag(help: "Compute the audit chain anew and compare it with all that is recorded.")
    var verify = false

    @Option(help: ArgumentHelp("A head that an earlier run printed.", valueName: "head"))
    var anchor: String?

    func validate() throws {
        if anchor != nil, !verify { throw ValidationError("--anchor goes with --verify") }
        if let anchor, AuditHead(anchor) == nil {
            throw ValidationError("an anchor is NUMBER:HASH as a run prints it, or the hash alone")
        }
        if verify, run != nil { throw ValidationError("--verify looks at all runs, not at one") }
    }

    func run() async throws {
        try await telling {
            let workspace = try await Workspace(folder.dir)
            let desired = try await workspace.load()
            guard let ledger = try await workspace.reconciler.ledger(of: desired) else {
                return try listRuns([])
            }
            if verify {
                try await tellAudit(ledger)
            } else if let run {
                try await tellRun(RunID(run), ledger)
            } else {
                try listRuns(try await ledger.runs())
                if output.output == .text { Console.result("ledger \(ledger.id)\n") }
            }
        }
    }

    private func listRuns(_ runs: [Run]) throws {
        switch output.output {
        case .text:
            Console.result(
                HistoryText.render(
                    runs, folder: folder.dir, width: Console.width, style: Console.style, limit: 30)
            )
        case .json: Console.result(HistoryJSON.encode(runs))
        }
    }

    private func tellRun(_ id: RunID, _ ledger: any Ledger) async throws {
        guard let run = try await ledger.runs().first(where: { $0.id == id }) else {
            throw Complaint("no run \(id) is recorded", hint: "rehome history lists all runs")
        }
        let record = RunRecord(run: run, steps: try await ledger.steps(of: id))
        switch output.output {
        case .text:
            Console.result(
                RunText.render(
                    record, waiting: [], auditHead: nil, folder: folder.dir, width: Console.width,
                    style: Console.style, limit: 10))
        case .json: Console.result(RunJSON.encode(record, waiting: [], auditHead: nil))
        }
    }

    private func tellAudit(_ ledger: any Ledger) async throws {
        let report = try await ledger.verify(anchor: anchor.flatMap { AuditHead($0) })
        let finding = AuditFinding(
            head: report.head.description, broken: report.broken, anchor: anchor,
            anchorFound: report.anchorFound)
        switch output.output {
        case .text: Console.result(AuditText.render(finding, style: Console.style))
        case .json: Console.result(AuditJSON.encode(finding))
        }
        if !finding.isWhole { throw ExitStatus.error.code }
    }
}
