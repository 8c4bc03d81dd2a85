import ArgumentParser
import Foundation
import Model
import Reconciliation
import Reporting
import Synchronization

struct RollbackCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback",
        abstract:
            "Takes back what a run, a wave or a campaign moved, at a price that it names first.",
        discussion: """
            A way back is a plan like any other. It says what breaks and what cannot come back at all, and \
            begins nothing before each price is accepted by name. What was taken back stays blocked until \
            the manifests stop asking for it, or rehome resume --taken-back. The patch that it prints keeps \
            the manifests from asking for it again.

            example:
              rehome rollback madrid/pilot manifests/contoso --dry-run
              rehome rollback madrid/pilot --yes --accept meetings --accept clients --write
              rehome rollback 20261122-221319-1f3a --accept features --out back.patch
              rehome rollback --campaign manifests/contoso
            """)

    @Argument(
        help: ArgumentHelp(
            "A run or ROLLOUT/WAVE, unless --campaign; then the folder of manifests.",
            valueName: "what> <dir"))
    var names: [String] = []

    @Flag(help: "All that was moved towards the desired state of the last run.")
    var campaign = false

    @Flag(help: "Say what would be done, and do nothing.")
    var dryRun = false

    @Flag(help: "Do not ask.")
    var yes = false

    @Option(
        help: ArgumentHelp(
            "Go on only where the way back adds nothing to this one.", valueName: "digest|planfile")
    )
    var expect: String?

    @Option(help: ArgumentHelp("Accept a price; may be given again.", valueName: "what"))
    var accept: [Price.What] = []

    @Option(
        name: .customLong("accept-unknown"),
        help: ArgumentHelp("Accept a price whose amount nobody can say.", valueName: "what"))
    var acceptUnknown: [Price.What] = []

    @Flag(help: "Also those who were already there when their turn came.")
    var includeOthers = false

    @Option(
        name: .customLong("override"),
        help: ArgumentHelp(
            "Lift one rail for one plan; may be given again.", valueName: "rail@digest"))
    var overrides: [OverrideArgument] = []

    @Option(help: ArgumentHelp("Why, for the record.", valueName: "words"))
    var reason: String?

    @Option(help: ArgumentHelp("Write the patch of the manifests to a file.", valueName: "file"))
    var out: String?

    @Flag(help: "Change the manifests instead of printing the patch.")
    var write = false

    @Option(
        name: .customLong("as"),
        help: ArgumentHelp("A label beside the account.", valueName: "name"))
    var label: String?

    @OptionGroup var part: PartOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if names.count > (campaign ? 1 : 2) || (names.isEmpty && !campaign) {
            throw ValidationError("name a run or ROLLOUT/WAVE, or say --campaign; then the folder")
        }
        if !overrides.isEmpty, reason == nil {
            throw ValidationError("--override wants --reason: it is recorded")
        }
        if write, out != nil { throw ValidationError("--write and --out exclude each other") }
    }

    private var folder: String { names.dropFirst(campaign ? 0 : 1).first ?? "." }

    private var wish: WayBackWish {
        let scope = campaign ? .campaign : WayBackScope(names.first ?? "")
        return WayBackWish(scope, includesOthers: includeOthers)
    }

    func run() async throws {
        try await telling {
            do {
                let workspace = try await Workspace(folder)
                let desired = try await workspace.load()
                // Acting would make a ledger where there is none.
                guard try await workspace.reconciler.ledger(of: desired) != nil else {
                    throw Complaint("there is no ledger yet, so nothing was moved")
                }
                let part = try part.narrowing(of: desired)
                if dryRun {
                    try await draft(workspace, desired, part)
                } else {
                    try await takeBack(workspace, desired, part)
                }
            } catch let error as Meaningless {
                throw Complaint(error.message, hint: error.hint)
            }
        }
    }

    private var order: ApplyOrder {
        var actor = Composition.actor
        actor.label = label
        var order = ApplyOrder(by: actor)
        order.overrides = overrides.map { ApplyOrder.Override(rail: $0.rail, digest: $0.digest) }
        order.accepted = PriceConsent(
            accepted: Set(accept), acceptedUnknown: Set(acceptUnknown))
        order.reason = reason
        order.wayBack = wish
        return order
    }

    private func draft(
        _ workspace: Workspace, _ desired: DesiredState, _ part: Narrowing
    ) async throws {
        let draft = try await workspace.reconciler.planBack(
            desired, wish, part, accepting: order.accepted, by: order.by)
        if output.output == .json {
            Console.result(PlanJSON.encode(draft.plan))
        } else {
            Console.result(render(draft.plan))
        }
        try patch.tell(draft, workspace, desired)
        if !draft.plan.refusals.isEmpty {
            sayWhatToAccept(draft.plan)
            throw ExitStatus.refusedByRail.code
        }
    }

    private func takeBack(
        _ workspace: Workspace, _ desired: DesiredState, _ part: Narrowing
    ) async throws {
        var order = order
        order.part = part
        order.expectation = try expect.map(ApplyOptions.expectation)
        let conversation = ApplyConversation(
            folder: folder, part: part, yes: yes, isJSON: output.output == .json,
            takesBack: wish.scope.description, goOn: again)
        let signals = Signals()
        let made = Mutex<WayBackDraft?>(nil)
        var talk = conversation.talk(stop: signals.stops)
        talk.takesBack = { draft in made.withLock { $0 = draft } }
        let applied = try await workspace.reconciler.apply(desired, order, talk)
        let status = conversation.conclude(applied, signal: signals.received)
        switch applied {
        case .refused(let plan): sayWhatToAccept(plan)
        case .ran, .unchanged:
            if let draft = made.withLock({ $0 }) { try patch.tell(draft, workspace, desired) }
        case .notExpected, .notApproved, .declined, .waitsForLease, .rolledBack: break
        }
        if case .unchanged(let plan, _) = applied, plan.steps.isEmpty {
            Console.say("nothing is left that could go back")
        }
        throw status.code
    }
}

extension RollbackCommand {
    /// The options that are missing, all in one line to copy.
    private func sayWhatToAccept(_ plan: Plan) {
        let missing = plan.missingConsent(beside: order.accepted)
        guard !missing.isEmpty else { return }
        Console.say("hint: to accept each price that is named above, add: \(missing)")
    }

    private var again: String {
        var words = ["rehome", "rollback"]
        words += campaign ? ["--campaign"] : [Escaped.shell(names.first ?? "")]
        if folder != "." { words.append(Escaped.shell(folder)) }
        words += accept.flatMap { ["--accept", $0.rawValue] }
        words += acceptUnknown.flatMap { ["--accept-unknown", $0.rawValue] }
        return words.joined(separator: " ")
    }

    private var patch: ManifestPatch {
        ManifestPatch(out: out, isMade: write && !dryRun, isText: output.output == .text)
    }

    private func render(_ plan: Plan) -> String {
        PlanText.render(
            plan, width: Console.width, style: Console.style, limit: 10,
            source: .command(again))
    }
}

extension Plan {
    /// The options that accept every price of this plan beside what is accepted already.
    fileprivate func missingConsent(beside given: PriceConsent) -> String {
        var words: [String] = []
        let lists = Set(authorisedSteps.map(\.price)).map { columns.prices[Int($0)] }
        let open = lists.flatMap { $0 }.filter { !given.covers($0) }
        for what in Set(open.map(\.what)).sorted() {
            if !given.accepted.contains(what) { words.append("--accept \(what.rawValue)") }
            if open.contains(where: { $0.what == what && $0.amount == .unknown }) {
                words.append("--accept-unknown \(what.rawValue)")
            }
        }
        return words.joined(separator: " ")
    }
}
