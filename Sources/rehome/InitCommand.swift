import ArgumentParser
import Foundation
import Manifests
import Model
import Reconciliation
import Reporting
import Scaffold

struct InitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Begins a repository: manifests to fill in, a hook, jobs for a CI.",
        discussion: """
            With --ci it writes jobs that plan a change for its reviewers, apply after a merge what \
            somebody approved, and look for drift every hour. It never overwrites: say it again with \
            another --ci, or with a later version, and only what is missing is written.

            example:
              rehome init contoso --zone Europe/Madrid
              rehome init --ci github
              rehome init --ci github --diff
            """)

    @Argument(help: ArgumentHelp("The folder to begin in.", valueName: "dir"))
    var folder: String = "."

    @Option(
        help: ArgumentHelp(
            "Also write jobs for this CI; may be given again.", valueName: "host"))
    var ci: [Scaffold.Host] = []

    @Option(
        help: ArgumentHelp(
            "The name of the estate. (default: the name of the folder)", valueName: "name"))
    var name: String?

    @Option(help: ArgumentHelp("The time zone of dates, as in Europe/Madrid.", valueName: "zone"))
    var zone: String = "UTC"

    @Option(
        help: ArgumentHelp(
            "Where the ledger is. (default: beside the manifests; with --ci in /var/lib/rehome)",
            valueName: "sqlite:path"))
    var ledger: String?

    @Option(help: ArgumentHelp("The branch that is applied.", valueName: "name"))
    var branch: String = "main"

    @Flag(help: "Show as a patch what files that are there lack, and write nothing.")
    var diff = false

    func validate() throws {
        // These become parts of YAML: what could end a word of it stays outside.
        let words = [
            ("--name", name ?? "a"), ("--zone", zone), ("--branch", branch),
            ("--ledger", ledger ?? "a"),
        ]
        for (option, word) in words
        where !word.utf8.allSatisfy(Self.isPlain) || word.isEmpty || word.hasPrefix("-") {
            throw ValidationError("\(option) takes letters, digits and . _ / - + : only")
        }
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "._/-+:".utf8.contains(byte)
        }
    }

    func run() async throws {
        try await telling {
            let site = try BuildingSite(folder)
            try checkTop(of: site)
            var scaffold = try scaffold(for: site)
            let foreign = try site.foreignManifests(beside: scaffold)
            if foreign.isEmpty { try checkManifests(of: scaffold) }
            var isOutOfReach = false
            if let there = await existingEstate(in: site) {
                scaffold.name = there.name
                scaffold.zone = there.zone
                scaffold.ledgerURL = there.ledger.url
                scaffold.ledgerID = there.ledger.id ?? scaffold.ledgerID
                isOutOfReach = !ci.isEmpty && !there.ledger.url.hasPrefix("sqlite:/")
            }
            let files = (foreign.isEmpty ? scaffold.manifests : []) + scaffold.surroundings
            if diff { return Console.result(patch(files, site)) }
            var page = InitPage(site: site, arguments: arguments, foreign: foreign)
            for file in files {
                let outcome = site.outcome(of: file)
                if case .written = outcome { try site.write(file) }
                page.note(file, outcome)
            }
            page.ledgerIsInCheckout = isOutOfReach ? scaffold.ledgerURL : nil
            Console.result(page.text(for: scaffold))
        }
    }

    /// A CI reads its files at the top of a repository and nowhere else.
    private func checkTop(of site: BuildingSite) throws {
        guard !ci.isEmpty, let top = site.workTree, !site.pathInWorkTree.isEmpty else { return }
        throw Complaint(
            "\(site.name) lies in the repository \(top.path), and a CI reads its files at the top",
            hint: "give the estate a repository of its own, or leave out --ci")
    }

    private func scaffold(for site: BuildingSite) throws -> Scaffold {
        let name = name ?? Self.name(from: site.folder.lastPathComponent)
        return Scaffold(
            name: name, zone: zone,
            ledgerURL: ledger
                ?? (ci.isEmpty ? "sqlite:.rehome/ledger.db" : "sqlite:/var/lib/rehome/\(name).db"),
            ledgerID: Composition.newLedgerID(), branch: branch, hosts: Set(ci),
            schema: String(
                decoding: ManifestSchema.encode(adapters: Composition.adapters), as: UTF8.self))
    }

    /// The name of a folder with what no name may have replaced by hyphens.
    static func name(from folder: String) -> String {
        let plain = folder.folding(options: .diacriticInsensitive, locale: nil).lowercased()
        let letters = plain.unicodeScalars.map { scalar in
            scalar.isASCII && isPlain(UInt8(scalar.value)) && !"/+:".unicodeScalars.contains(scalar)
                ? Character(scalar) : "-"
        }
        let parts = String(letters).split(separator: "-").joined(separator: "-")
        let name = String(parts.drop { !$0.isLetter && !$0.isNumber }.prefix(63))
        return name.isEmpty ? "estate" : name
    }

    /// What was made is tried before any of it is written.
    private func checkManifests(of scaffold: Scaffold) throws {
        let texts = scaffold.manifests.map { ($0.path, $0.text) }
        let source = MemoryFileSource(Dictionary(uniqueKeysWithValues: texts))
        let catalog = Composition(folder: URL(filePath: folder)).catalog
        guard case .invalid(let found) = ManifestLoader.load(from: source, adapters: catalog),
            let first = found.first(where: { $0.severity == .error })
        else { return }
        throw Complaint(first.message, hint: first.hint)
    }

    /// The Estate that is declared already, where the manifests are valid.
    private func existingEstate(in site: BuildingSite) async -> Estate? {
        guard let workspace = try? await Workspace(site.name),
            case .valid(let desired) = workspace.reconciler.load(),
            desired.estate.location != nil
        else { return nil }
        return desired.estate
    }

    private func patch(_ files: [Scaffold.File], _ site: BuildingSite) -> String {
        files.map { file in
            guard case .left(let before) = site.outcome(of: file) else { return "" }
            return PatchText.file(file.path, before: before, after: file.text)
        }.joined()
    }

    /// The command as it was given, for a sentence that says it again.
    private var arguments: [String] {
        (folder == "." ? [] : [folder]) + ci.flatMap { ["--ci", $0.rawValue] }
    }
}

extension Scaffold.Host: ExpressibleByArgument {}
