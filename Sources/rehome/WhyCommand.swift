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
            It answers about a pool, a stage of the plan and a rail too.

            example:
              rehome why user/ana.torres@contoso.example --dir manifests/contoso
              rehome why pool/lync-mad --dir manifests/contoso
              rehome why stage/madrid/pilot --dir manifests/contoso
              rehome why rail/moves-percent --dir manifests/contoso
            """)

    @Argument(
        help: ArgumentHelp(
            "KIND/NAME, the address or pseudonym of a user, pool/NAME, stage/ID or rail/NAME.",
            valueName: "subject"))
    var subject: String

    @OptionGroup var folder: FolderOption
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await telling {
            let workspace = try await Workspace(folder.dir)
            let desired = try await workspace.load()
            let parts = subject.split(separator: "/", maxSplits: 1).map(String.init)
            switch parts.count == 2 ? parts[0] : "" {
            case "pool": try await answer(pool: parts[1], workspace, desired)
            case "stage": try await answer(stage: parts[1], workspace, desired)
            case "rail": try await answer(rail: parts[1], workspace, desired)
            default:
                try await answer(about: try await resource(workspace, desired), workspace, desired)
            }
        }
    }

    private func show(_ json: @autoclosure () -> [UInt8], _ text: @autoclosure () -> String) {
        switch output.output {
        case .text: Console.result(text())
        case .json: Console.result(json())
        }
    }

    /// The resource that the subject names, by itself or by its pseudonym. Who asks for a pseudonym
    /// wants the name, and may have it where the ledger may be read.
    private func resource(
        _ workspace: Workspace, _ desired: DesiredState
    ) async throws -> ResourceID {
        if subject.hasPrefix("u:") {
            let people = try await workspace.reconciler.people(behind: subject, desired)
            guard let person = people.first, people.count == 1 else {
                throw Complaint(
                    people.isEmpty
                        ? "nobody who is declared, seen or remembered is \(subject)"
                        : "\(subject) may be any of \(people.count) people",
                    hint: people.isEmpty
                        ? "a pseudonym belongs to one ledger; was this one printed for this estate?"
                        : "give more of its digits")
            }
            Console.unmask()
            return person
        }
        guard let id = ResourceArgument(argument: subject)?.id else {
            throw Complaint(
                "\(subject) is not a resource",
                hint:
                    "write KIND/NAME, as in user/ana@contoso.example or response-groups/madrid, u:PSEUDONYM, pool/NAME, stage/ID or rail/NAME"
            )
        }
        return id
    }

    private func answer(
        about id: ResourceID, _ workspace: Workspace, _ desired: DesiredState
    ) async throws {
        let answers = try await workspace.reconciler.why(id, desired)
        guard !answers.isEmpty else {
            throw Complaint(
                "no manifest asks for \(id), and no deployment shows it",
                hint: "rehome plan \(folder.dir) names what could not be read")
        }
        for why in answers {
            show(
                WhyJSON.encode(why),
                WhyText.render(
                    why, folder: folder.dir, width: Console.width, style: Console.style, limit: 10))
        }
    }

    private func answer(
        pool name: String, _ workspace: Workspace, _ desired: DesiredState
    ) async throws {
        guard let why = try await workspace.reconciler.why(pool: name, desired) else {
            throw Complaint(
                "no pool is named \(name)", hint: hint(desired.pools.map(\.name)))
        }
        show(
            WhyPartJSON.encode(why),
            WhyPartText.render(why, width: Console.width, style: Console.style))
    }

    private func answer(
        stage id: String, _ workspace: Workspace, _ desired: DesiredState
    ) async throws {
        guard let why = try await workspace.reconciler.why(stage: id, desired) else {
            throw Complaint(
                "a plan made now has no stage \(id)",
                hint: "rehome plan \(folder.dir) -o json names its stages")
        }
        show(
            WhyPartJSON.encode(why),
            WhyPartText.render(why, width: Console.width, style: Console.style))
    }

    private func answer(
        rail name: String, _ workspace: Workspace, _ desired: DesiredState
    ) async throws {
        guard let rail = Rail(rawValue: name) else {
            throw Complaint("no rail is named \(name)", hint: hint(Rail.allCases.map(\.rawValue)))
        }
        let why = try await workspace.reconciler.why(rail: rail, desired)
        show(
            WhyPartJSON.encode(why),
            WhyPartText.render(
                why, folder: folder.dir, width: Console.width, style: Console.style))
    }

    private func hint(_ names: [String]) -> String {
        names.isEmpty ? "there is none" : "there are \(names.joined(separator: ", "))"
    }
}
