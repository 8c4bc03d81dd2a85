import ArgumentParser
import Foundation
import Manifests
import Model
import Reconciliation
import Reporting

struct RehearseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rehearse",
        abstract:
            "Plays the whole rollout through, and says how long it takes and where it breaks.",
        discussion: """
            Looks once, and then applies in a time of its own to a copy of what was seen: windows, soaks, gates, \
            rates and budgets are kept as in any apply. It changes nothing, neither deployments nor the ledger.

            example:
              rehome rehearse manifests/contoso
              rehome rehearse manifests/contoso --from 2026-12-01T22:00 --failures 1
              rehome rehearse manifests/contoso -o html --out rehearsal.html
            """)

    @Argument(help: ArgumentHelp("The folder of manifests.", valueName: "dir"))
    var folder: String = "."

    @Option(
        help: ArgumentHelp(
            "When it begins, in the zone of the estate: 2026-12-01T22:00; without it now.",
            valueName: "time"))
    var from: String?

    @Option(
        help: ArgumentHelp(
            "How many steps of a hundred fail for good, always the same ones.",
            valueName: "percent"))
    var failures: Double = 0

    @Option(
        help: ArgumentHelp(
            "Rehearse over what rehome observe --out wrote, and reach nothing.", valueName: "file"))
    var observed: String?

    @Option(name: [.customShort("o"), .long], help: "How the rehearsal is written.")
    var output: RehearsalFormat = .text

    @Option(help: ArgumentHelp("Write to a file instead of stdout.", valueName: "file"))
    var out: String?

    @Flag(name: .customLong("detailed-exitcode"), help: "End with 2 when something breaks.")
    var detailedExitCode = false

    func validate() throws {
        guard (0...100).contains(failures) else {
            throw ValidationError("--failures \(failures) is no percentage")
        }
    }

    func run() async throws {
        try await telling {
            let workspace = try await Workspace(folder)
            let desired = try await workspace.load()
            var wish = RehearsalWish()
            wish.failures = failures
            wish.from = try beginning(in: desired)
            wish.snapshot = try observed.map { try readSnapshot($0, of: desired) }
            let rehearsal = try await workspace.reconciler.rehearse(
                desired, wish, at: Composition.machineTime())
            try write(rehearsal)
            if detailedExitCode, !rehearsal.isWhole || !rehearsal.breaks.isEmpty {
                throw ExitStatus.difference.code
            }
        }
    }

    private func beginning(in desired: DesiredState) throws -> Instant? {
        guard let from else { return nil }
        guard let time = ManifestTime(opening: from, zone: desired.estate.zone) else {
            throw Complaint(
                "--from \(from) is no time",
                hint: "write 2026-12-05, 2026-12-05T22:00 or 2026-12-05T22:00+01:00")
        }
        return time.instant
    }

    private func write(_ rehearsal: Rehearsal) throws {
        let isFile = out != nil
        let bytes: [UInt8] =
            switch output {
            case .text:
                Array(
                    RehearsalText.render(
                        rehearsal, width: isFile ? 100 : Console.width,
                        style: isFile ? .plain : Console.style
                    ).utf8)
            case .json: RehearsalJSON.encode(rehearsal)
            case .html: Array(RehearsalHTML.render(rehearsal).utf8)
            }
        try Console.result(bytes, to: out)
    }
}

/// How a rehearsal is written.
enum RehearsalFormat: String, ExpressibleByArgument, CaseIterable {
    case text
    case json
    case html
}
