/// What `apply` says and asks on the way, and how it ends.

import Execution
import Foundation
import Ledgers
import Model
import Reconciliation
import Reporting
import Synchronization

struct ApplyConversation: Sendable {
    let folder: String
    private let part: Narrowing
    private let yes: Bool
    private let isJSON: Bool
    /// How to go on with what is not `apply`.
    private var goOn: String?
    private var takesBack: String?
    private let backwards = NotedWayBack()

    init(folder: String, part: Narrowing, says options: ApplyOptions, isJSON: Bool) {
        self.folder = folder
        self.part = part
        yes = options.yes
        self.isJSON = isJSON
    }

    /// For a command that takes something back, and how to go on with it.
    init(
        folder: String, part: Narrowing, yes: Bool, isJSON: Bool, takesBack: String, goOn: String
    ) {
        self.folder = folder
        self.part = part
        self.yes = yes
        self.isJSON = isJSON
        self.takesBack = takesBack
        self.goOn = goOn
    }

    func talk(stop: AsyncStream<RunMachine.Stop>) -> ApplyTalk {
        var talk = ApplyTalk(
            settling: { until, count in
                Console.say(
                    "\(Words.count(count, "step")) of an earlier run may still be under way: looking until \(until)"
                )
            },
            confirm: confirm, progress: ProgressLine().show,
            measured: { Console.say(GateText.line($0)) },
            ended: sayThatAnotherGoesOn, stop: stop)
        talk.retired = { Console.say(RetirementText.line($0)) }
        talk.takesBack = { [backwards] in backwards.note($0) }
        talk.rollsBack = { [backwards] breached in
            backwards.note(breached.wave)
            Console.say(
                "\(Escaped.text("\(breached.wave)")) goes back by itself (onBreach: roll-back), because \(Escaped.text(breached.words))"
            )
        }
        talk.staysHalted = { breached, words in
            let wave = "\(breached.wave)"
            Console.say(
                "\(Escaped.text(wave)) is not taken back by itself: \(Escaped.text(words)); look at its way back: rehome rollback \(Escaped.shell(wave)) --dry-run"
            )
        }
        return talk
    }

    /// What programs read is one object, about the last run; the others are in the history.
    private func sayThatAnotherGoesOn(_ applied: Applied) {
        guard isJSON, case .ran(_, let run, _, _) = applied else {
            _ = conclude(applied, signal: nil)
            return
        }
        Console.say("run \(Escaped.text(run.id.text)) has ended, and this command goes on")
    }

    /// The plan, and the question; without a terminal only `--yes` says yes.
    private func confirm(_ plan: Plan) -> Bool {
        if yes {
            if !isJSON { Console.say(render(plan)) }
            return true
        }
        Console.say(render(plan))
        guard Console.stdinIsTerminal else { return false }
        let count = Words.count(plan.authorisedSteps.count, "step")
        let answer = Console.ask("\nBegin \(count)? Only \"yes\" begins: ")
        return answer?.trimmingCharacters(in: .whitespaces) == "yes"
    }
}

extension ApplyConversation {
    /// What went back by itself.
    var tookBack: WayBackDraft? { backwards.draft }

    /// How to go on with what is not `apply`, also where that is a wave that goes back by itself.
    private var again: String? {
        guard goOn == nil, let wave = backwards.wave else { return goOn }
        return "rehome rollback \(Escaped.shell("\(wave)")) \(Escaped.shell(folder))"
    }

    private var source: ApprovalText.Source {
        .init(folder: folder, takesBack: takesBack ?? backwards.wave.map { "\($0)" })
    }

    /// Says how it ended, and with which status.
    func conclude(_ applied: Applied, signal: Int32?) -> ExitStatus {
        switch applied {
        case .refused(let plan):
            Console.say(render(plan))
            return .refusedByRail
        case .notExpected(let plan, let added, let words):
            Console.say("error: \(words)")
            for step in plan.steps.filter({ added.contains($0.id) }).prefix(10) {
                Console.say(
                    "  new: \(Escaped.text(plan.words(of: step.subject)))  \(plan.poolName(step.from) ?? "?") -> \(plan.poolName(step.to) ?? "?")"
                )
            }
            let review = again.map { "\($0) --dry-run" } ?? "rehome plan \(Escaped.shell(folder))"
            Console.say("  hint: review the plan of now: \(review)")
            return .approvalMissing
        case .notApproved(let plan, let standing):
            Console.say(
                ApprovalText.missing(standing, of: plan, source: source, width: Console.width)
                    .trimmed)
            return .approvalMissing
        case .declined:
            Console.say(
                Console.stdinIsTerminal
                    ? "nothing was begun"
                    : "error: nothing was begun: there is no terminal to ask on, and no --yes")
            return .approvalMissing
        case .waitsForLease(let error, let told):
            return sayThatItWaits(error, told)
        case .unchanged(let plan, let head):
            return concludeUnchanged(plan, head)
        case .ran(let plan, let run, let steps, let head):
            return concludeRun(plan, RunRecord(run: run, steps: steps), head, signal)
        case .rolledBack(_, let applied):
            return .first(of: [conclude(applied, signal: signal), .stepsFailed])
        }
    }

    private func sayThatItWaits(_ error: LedgerError, _ told: RunID?) -> ExitStatus {
        Console.say("error: \(Escaped.text(error.message))")
        if let told {
            Console.say(
                "  run \(Escaped.text(told.text)) was told that this revision comes next: it ends its stage, then this one can begin"
            )
            Console.say(
                "  hint: to end it now: rehome cancel --reason WORDS --dir \(Escaped.shell(folder))"
            )
        } else {
            Console.say("  hint: \(error.hint)")
        }
        return .leaseHeld
    }

    private func render(_ plan: Plan) -> String {
        PlanText.render(
            plan, width: Console.width, style: Console.style, limit: 10,
            source: again.map { .command($0) } ?? .folder(folder, part: part)
        ).trimmed
    }

    private func concludeUnchanged(_ plan: Plan, _ head: AuditHead) -> ExitStatus {
        if isJSON {
            Console.result(PlanJSON.encode(plan))
        } else {
            Console.result(render(plan) + "\n  audit head: \(head)\n")
        }
        return plan.steps.isEmpty && waiting(plan).isEmpty ? .success : .waiting
    }

    /// Stages that wait, those that rest among them; not those outside the part that was asked for.
    private func waiting(_ plan: Plan) -> [Stage] {
        let used = Set(plan.steps.map(\.stage))
        return plan.stages.enumerated().filter { index, stage in
            stage.standing.state == .waiting
                && (part.isWholeEstate || used.contains(Int32(index)))
        }.map(\.element)
    }

    private func concludeRun(
        _ plan: Plan, _ record: RunRecord, _ head: AuditHead, _ signal: Int32?
    ) -> ExitStatus {
        // Without a rollout the plan is as it was before the run, which took all stages that it authorised.
        let waiting = waiting(plan).filter { !$0.isAuthorised || $0.rollout != nil }
        if isJSON {
            Console.result(RunJSON.encode(record, waiting: waiting, auditHead: head.description))
        } else {
            Console.result(
                RunText.render(
                    record, waiting: waiting, auditHead: head.description, folder: folder,
                    goOn: again,
                    width: Console.width, style: Console.style, limit: 10)
                    + OperatorTasksText.render(plan, width: Console.width, style: Console.style))
        }
        return Self.status(of: record.run, waits: !waiting.isEmpty, signal: signal)
    }

    static func status(of run: Run, waits: Bool, signal: Int32?) -> ExitStatus {
        var statuses: [ExitStatus] = waits ? [.waiting] : []
        switch run.outcome {
        case .succeeded: break
        case .failed: statuses.append(.stepsFailed)
        case .halted: statuses.append(run.isStale ? .approvalMissing : .stepsFailed)
        case .waiting: statuses.append(.waiting)
        case .superseded, .cancelled: statuses.append(.error)
        case .interrupted, nil: statuses.append(signal == SIGTERM ? .terminated : .interrupted)
        }
        if run.counts.failed > 0 { statuses.append(.stepsFailed) }
        return .first(of: statuses)
    }
}

/// The wave that goes back by itself in a command, and what became known of its way back.
private final class NotedWayBack: Sendable {
    private let noted = Mutex<(wave: WaveID?, draft: WayBackDraft?)>((nil, nil))

    var wave: WaveID? { noted.withLock { $0.wave } }
    var draft: WayBackDraft? { noted.withLock { $0.draft } }

    func note(_ wave: WaveID) { noted.withLock { $0.wave = wave } }
    func note(_ draft: WayBackDraft) { noted.withLock { $0.draft = draft } }
}

/// Shows progress: one line that is drawn over on a terminal, now and then a line elsewhere.
private final class ProgressLine: Sendable {
    private let shown = LastShown()

    func show(_ progress: RunProgress) {
        let settled = progress.counts.settled
        let isLast = settled >= progress.counts.total && progress.inFlight == 0
        if Console.stderrIsTerminal {
            Console.sayInPlace(
                ProgressText.line(progress, width: Console.width, style: Console.style)
                    + (isLast ? "\n" : ""))
        } else if shown.isDue(settled: settled, of: progress.counts.total) {
            Console.say(ProgressText.plain(progress))
        }
    }
}

/// Lines in a log come at every tenth of the way.
private final class LastShown: Sendable {
    private let tenth = Mutex(-1)

    func isDue(settled: Int, of total: Int) -> Bool {
        let now = total == 0 ? 10 : settled * 10 / total
        return tenth.withLock { last in
            guard now > last else { return false }
            last = now
            return true
        }
    }
}
