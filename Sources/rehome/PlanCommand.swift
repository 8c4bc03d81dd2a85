import ArgumentParser
import Foundation
import Model
import Reconciliation
import Reporting

struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Shows what would be done, and changes nothing.",
        discussion: """
            example:
              rehome plan manifests/contoso
              rehome plan manifests/contoso -o json --out plan.json
              rehome plan manifests/contoso --site barcelona
              rehome plan manifests/contoso -o markdown --out comment.md
              rehome plan manifests/contoso --observed snapshot.json
              rehome plan manifests/contoso --base origin/main
            """)

    @Argument(help: ArgumentHelp("The folder of manifests.", valueName: "dir"))
    var folder: String = "."

    @OptionGroup var part: PartOptions
    @Option(name: [.customShort("o"), .long], help: "How the plan is written.")
    var output: PlanFormat = .text

    @Option(help: ArgumentHelp("Write the plan to a file instead of stdout.", valueName: "file"))
    var out: String?

    @Option(
        help: ArgumentHelp(
            "Plan over what rehome observe --out wrote, and reach nothing.", valueName: "file"))
    var observed: String?

    @Option(
        help: ArgumentHelp(
            "Tell what this change adds to a revision of Git from what was pending before.",
            valueName: "revision"))
    var base: String?

    @Flag(
        name: .customLong("detailed-exitcode"),
        help: "End with 2 when a step could run, with 4 when a rail refuses.")
    var detailedExitCode = false

    func run() async throws {
        try await telling {
            let workspace = try await Workspace(folder)
            let desired = try await workspace.load()
            let part = try part.narrowing(of: desired)
            let base = try await workspace.base(base, of: desired)
            let plan = try await plan(desired, part, base, workspace.reconciler)
            try write(plan, part)
            if detailedExitCode { throw Self.status(of: plan).code }
        }
    }

    private func plan(
        _ desired: DesiredState, _ part: Narrowing, _ base: BaseRevision?,
        _ reconciler: Reconciler
    ) async throws -> Plan {
        guard let observed else {
            guard let base else { return try await reconciler.plan(desired, part) }
            return try await reconciler.review(desired, part, since: base)
        }
        let snapshot = try readSnapshot(observed, of: desired)
        let now = Composition.machineTime()
        guard let base else {
            return reconciler.plan(desired, part, over: snapshot, at: now)
        }
        return reconciler.review(desired, part, since: base, over: snapshot, at: now)
    }

    private func write(_ plan: Plan, _ part: Narrowing) throws {
        let isFile = out != nil
        let bytes: [UInt8] =
            switch output {
            case .json: PlanJSON.encode(plan)
            case .jsonl: PlanJSON.encodeLines(plan)
            case .markdown:
                Console.masked(
                    Array(PlanMarkdown.render(plan, source: .folder(folder, part: part)).utf8),
                    for: .comments)
            case .text:
                Array(
                    PlanText.render(
                        plan, width: isFile ? 100 : Console.width,
                        style: isFile ? .plain : Console.style, limit: 10,
                        source: .folder(folder, part: part)
                    ).utf8)
            }
        try Console.result(bytes, to: out)
    }

    /// A connection that only reads refuses every apply and is no reason to alarm.
    static func status(of plan: Plan) -> ExitStatus {
        var statuses: [ExitStatus] = [.success]
        if plan.refusals.contains(where: { $0.rail != .readOnly }) {
            statuses.append(.refusedByRail)
        }
        if !plan.steps.isEmpty { statuses.append(.difference) }
        return .first(of: statuses)
    }
}

/// What `rehome observe --out` wrote; says when it was seen.
func readSnapshot(_ file: String, of desired: DesiredState) throws -> Snapshot {
    let data: Data
    do {
        data = try Data(contentsOf: URL(filePath: file))
    } catch {
        throw Complaint("\(file) cannot be read: \(error.localizedDescription)")
    }
    do {
        let snapshot = try Snapshot(Array(data), comparedBy: desired.folding)
        Console.say("note: planned over what was seen at \(snapshot.observed.at)")
        return snapshot
    } catch {
        throw Complaint("\(file): \(error.message)", hint: error.hint)
    }
}
