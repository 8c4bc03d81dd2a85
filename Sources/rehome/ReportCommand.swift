import ArgumentParser
import Foundation
import Model
import Reconciliation
import Reporting

struct ReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Says how waves went, from what is recorded alone.",
        discussion: """
            It asks no deployment, but for --notices before, which plans. --pack writes all that is recorded of a \
            wave, for whoever checks it later.

            example:
              rehome report
              rehome report madrid/pilot -o html --out pilot.html
              rehome report madrid/pilot --notices before --out letters.csv
              rehome report madrid/pilot --pack pilot.json
            """)

    @Argument(
        help: ArgumentHelp(
            "One rollout, or one wave as ROLLOUT/WAVE; without it all.", valueName: "wave"))
    var subject: String?

    @OptionGroup var folder: FolderOption

    @Option(name: [.customShort("o"), .long], help: "How the report is written.")
    var output: ReportFormat = .text

    @Option(help: ArgumentHelp("Write to a file instead of stdout.", valueName: "file"))
    var out: String?

    @Option(
        help: ArgumentHelp(
            "Write a CSV for letters to the people of a wave: before they move, or after.",
            valueName: "side"))
    var notices: WaveNotice.Side?

    @Option(
        help: ArgumentHelp(
            "Write events, plans, approvals, evidence and outcomes of a wave to one file.",
            valueName: "file"))
    var pack: String?

    func validate() throws {
        if notices != nil || pack != nil, subject.flatMap({ WaveID($0) }) == nil {
            throw ValidationError("--notices and --pack want one wave, as ROLLOUT/WAVE")
        }
        if let subject, WaveID(subject) == nil, subject.contains("/") || subject.isEmpty {
            throw ValidationError("\(subject) is no rollout and no ROLLOUT/WAVE")
        }
        if notices != nil, pack != nil {
            throw ValidationError("--notices and --pack are written one at a time")
        }
        if pack != nil, out != nil { throw ValidationError("--pack names its file itself") }
    }

    func run() async throws {
        try await telling {
            let workspace = try await Workspace(folder.dir)
            let desired = try await workspace.load()
            let wave = subject.flatMap { WaveID($0) }
            if let pack, let wave {
                try await writePack(of: wave, to: pack, desired, workspace.reconciler)
            } else if let notices, let wave {
                try await writeNotices(notices, of: wave, desired, workspace.reconciler)
            } else {
                try await report(wave, desired, workspace.reconciler)
            }
        }
    }

    private func report(
        _ wave: WaveID?, _ desired: DesiredState, _ reconciler: Reconciler
    ) async throws {
        let reports = try await reconciler.waveReports(
            desired, rollout: wave?.rollout ?? subject, wave: wave?.wave)
        if reports.isEmpty, let subject {
            let isDeclared = desired.rollouts.contains { rollout in
                rollout.name == subject
                    || rollout.waves.contains { "\(rollout.name)/\($0.name)" == subject }
            }
            guard isDeclared else {
                throw Complaint(
                    "\(subject) is not declared, and nothing is recorded of it",
                    hint: "rehome report lists every wave of which something is")
            }
        }
        let isFile = out != nil
        let bytes: [UInt8] =
            switch output {
            case .text:
                Array(
                    WaveReportText.render(
                        reports, width: isFile ? 100 : Console.width,
                        style: isFile ? .plain : Console.style
                    ).utf8)
            case .json: WaveReportJSON.encode(reports)
            case .markdown:
                Console.masked(Array(WaveReportMarkdown.render(reports).utf8), for: .comments)
            case .html: Array(WaveReportHTML.render(reports).utf8)
            }
        try Console.result(bytes, to: out)
    }

    private func writeNotices(
        _ side: WaveNotice.Side, of wave: WaveID, _ desired: DesiredState, _ reconciler: Reconciler
    ) async throws {
        // A letter to a pseudonym reaches nobody.
        let isMasked =
            out == nil ? Console.resultIsMasked : desired.policy.privacy.mask.contains(.files)
        guard !isMasked else {
            throw Complaint(
                "the policy masks people in \(out == nil ? "logs" : "files"), and letters must name them",
                hint: out == nil
                    ? "write to a file with --out" : "take files out of privacy.mask")
        }
        let notices =
            switch side {
            case .before: try await reconciler.noticesBefore(desired, of: wave)
            case .after: try await reconciler.noticesAfter(desired, of: wave)
            }
        if notices.isEmpty {
            let words = side == .before ? "moves with" : "was moved with"
            Console.say("note: nobody \(words) \(Escaped.text(wave.description))")
        }
        try Console.result(
            Array(NoticesCSV.render(notices, side).utf8), to: out, isPrivate: true)
    }

    private func writePack(
        of wave: WaveID, to file: String, _ desired: DesiredState, _ reconciler: Reconciler
    ) async throws {
        guard let pack = try await reconciler.auditPack(desired, of: wave) else {
            throw Complaint(
                "nothing is recorded of \(wave)",
                hint: "rehome report lists every wave of which something is")
        }
        try Console.result(AuditPackJSON.encode(pack), to: file, isPrivate: true)
        Console.say("wrote \(Escaped.text(file)), up to the audit head \(pack.head)")
        guard let broken = pack.broken else { return }
        throw Complaint(
            "the audit chain is broken: \(broken)",
            hint: "the pack says so; see rehome history --verify")
    }
}

/// How a report of waves is written.
enum ReportFormat: String, ExpressibleByArgument, CaseIterable {
    case text
    case json
    case markdown
    case html
}

extension WaveNotice.Side: ExpressibleByArgument {}
