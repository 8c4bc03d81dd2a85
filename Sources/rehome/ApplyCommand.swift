import ArgumentParser
import Execution
import Foundation
import Ledgers
import Model
import Planning
import Reconciliation
import Reporting

struct ApplyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply",
        abstract: "Carries out the plan: asks first, goes on after any interruption.",
        discussion: """
            Looks at what earlier runs left in doubt, plans anew, asks on a terminal, and makes the \
            moves in small batches. The first Ctrl-C finishes what is in flight and says how to go on; \
            a second one stops at once. Nothing is lost either way.

            example:
              rehome apply manifests/contoso
              rehome apply manifests/contoso --new-ledger --reason "the first apply"
              rehome apply manifests/contoso --yes --expect 7f3c9a1e04d2
              rehome apply plan.json --dir manifests/contoso --yes
            """)

    @Argument(
        help: ArgumentHelp(
            "The folder of manifests, or a plan that plan -o json --out wrote.",
            valueName: "dir|planfile"))
    var target: String = "."

    @OptionGroup var part: PartOptions
    @OptionGroup var options: ApplyOptions
    @OptionGroup var callouts: CalloutOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if !options.overrides.isEmpty, options.reason == nil {
            throw ValidationError("--override wants --reason: it is recorded")
        }
        if !options.evacuate.isEmpty, options.reason == nil {
            throw ValidationError("--evacuate wants --reason: it is recorded")
        }
        if options.newLedger, options.reason == nil {
            throw ValidationError("--new-ledger wants --reason: it is recorded")
        }
        let accepts = !options.accept.isEmpty || !options.acceptUnknown.isEmpty
        if accepts, options.expect == nil, Self.isFolder(target) {
            throw ValidationError(
                "--accept and --accept-unknown are for one plan: name it with --expect DIGEST")
        }
    }

    static func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
            && isFolder.boolValue
    }

    func run() async throws {
        try await telling {
            let isFolder = Self.isFolder(target) || !FileManager.default.fileExists(atPath: target)
            let workspace = try await Workspace(
                isFolder ? target : options.folder.dir, callouts: callouts.place)
            let desired = try await workspace.loadToCallOut()
            var order = try options.order(planFile: isFolder ? nil : target)
            order.part = try part.narrowing(of: desired)
            order.evacuated = try options.evacuated(of: desired)
            let conversation = ApplyConversation(
                folder: workspace.name, part: order.part, says: options,
                isJSON: output.output == .json)
            let signals = Signals()
            let applied = try await workspace.reconciler.apply(
                desired, order, conversation.talk(stop: signals.stops))
            let status = conversation.conclude(applied, signal: signals.received)
            if case .rolledBack = applied, let draft = conversation.tookBack {
                try ManifestPatch(isText: output.output == .text).tell(draft, workspace, desired)
            }
            throw status.code
        }
    }
}

struct ApplyOptions: ParsableArguments {
    @OptionGroup var folder: FolderOption

    @Flag(help: "Do not ask.")
    var yes = false

    @Option(
        help: ArgumentHelp(
            "Go on only where the plan adds nothing to this one.", valueName: "digest|planfile"))
    var expect: String?

    @Option(
        name: .customLong("override"),
        help: ArgumentHelp(
            "Lift one rail for one plan; may be given again.", valueName: "rail@digest"))
    var overrides: [OverrideArgument] = []

    @Flag(
        help:
            "Begin with an empty ledger, as the first apply does where the Estate names an id. Another one that lies there is kept beside it."
    )
    var newLedger = false

    @Option(
        help: ArgumentHelp(
            "Give up a pool: what lives there moves although it does not answer; may be given again.",
            valueName: "pool"))
    var evacuate: [String] = []

    @Option(help: ArgumentHelp("Why, for the record.", valueName: "words"))
    var reason: String?

    @Option(help: ArgumentHelp("Accept a price; may be given again.", valueName: "what"))
    var accept: [Price.What] = []

    @Option(
        name: .customLong("accept-unknown"),
        help: ArgumentHelp("Accept a price whose amount nobody can say.", valueName: "what"))
    var acceptUnknown: [Price.What] = []

    @Option(
        name: .customLong("as"),
        help: ArgumentHelp("A label beside the account.", valueName: "name"))
    var label: String?

    /// Who wants what, with files read.
    func order(planFile: String?) throws -> ApplyOrder {
        var actor = Composition.actor
        actor.label = label
        var order = ApplyOrder(by: actor)
        order.overrides = overrides.map { ApplyOrder.Override(rail: $0.rail, digest: $0.digest) }
        order.accepted = PriceConsent(
            accepted: Set(accept), acceptedUnknown: Set(acceptUnknown))
        order.reason = reason
        order.beginsAnew = newLedger
        order.only = try planFile.map(Self.plan)
        order.expectation = try expect.map(Self.expectation)
        return order
    }

    /// What `--expect` names.
    static func expectation(_ expect: String) throws -> ApplyOrder.Expectation {
        if FileManager.default.fileExists(atPath: expect) { return .plan(try plan(expect)) }
        guard let digest = DigestArgument(argument: expect) else {
            throw Complaint(
                "--expect \(expect) is neither a plan file nor a digest",
                hint: "name at least eight digits of the digest that plan printed")
        }
        return .digest(digest.digits)
    }

    /// The pools that are given up, which must be declared.
    func evacuated(of desired: DesiredState) throws -> [String] {
        for name in evacuate where desired.pool(named: name) == nil {
            throw Complaint(
                "--evacuate \(name): no such pool is declared",
                hint: "pools: \(desired.pools.map(\.name).joined(separator: ", "))")
        }
        return evacuate
    }

    static func plan(_ path: String) throws -> Plan {
        let data: Data
        do {
            data = try Data(contentsOf: URL(filePath: path))
        } catch {
            throw Complaint("\(path) cannot be read: \(error.localizedDescription)")
        }
        do {
            return try PlanJSON.decode(Array(data), digestedBy: { $0.computedDigest() })
        } catch {
            throw Complaint("\(path): \(error.message)", hint: error.hint)
        }
    }
}
