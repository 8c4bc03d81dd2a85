/// What a ledger holds, as a value that entries change: the meaning of every entry, in one place.
///
/// Databases keep the same in tables; `verify` computes these contents from the audit trail and
/// demands that the tables agree.

package import Model

package struct LedgerContents: Sendable {
    /// The folding that keeps all names apart: recorded names are folded already.
    package static let exact = Folding.host

    /// By connection, as entries spell it.
    package private(set) var homes: [String: SettledHomes] = [:]
    package private(set) var plans: [String: RecordedPlan] = [:]
    /// In the order in which they began.
    package private(set) var runs: [Run] = []
    package private(set) var consents: [Consent] = []
    /// In the order in which they were recorded.
    package private(set) var instructions: [RecordedInstruction] = []
    package private(set) var bound: [String: BoundIDs] = [:]
    package private(set) var journey = Journey()
    package private(set) var retirements = Retirements()
    private var runRow: [RunID: Int] = [:]
    /// All intents of all runs, in the order in which they were recorded.
    private var steps: [RecordedStep] = []
    private var stepsOfRun: [RunID: [Int]] = [:]
    private var latest: [RunStep: Int] = [:]
    /// The intent because of which a step is in doubt.
    private var doubts: [StepID: Int] = [:]
    private var setAside: [StepID: Memory.SetAside] = [:]
    private var takenBack: Set<StepID> = []

    private struct RunStep: Hashable {
        var run: RunID
        var step: StepID
    }

    /// Who was held and what was paused before the first entry.
    private var stopsBefore: Stops?

    package init() {}

    /// Contents of a ledger that remembers what another one does, without its runs: what a rehearsal
    /// begins with. What was in doubt there is not.
    ///
    /// - Parameters:
    ///   - memory: Of the other ledger.
    ///   - approved: Plans that were approved there.
    package init(remembering memory: Memory, approved: [RecordedPlan]) {
        homes = memory.homes.mapValues { $0.compared(by: Self.exact) }
        bound = memory.bound.mapValues { $0.compared(by: Self.exact) }
        consents = memory.consents
        journey = memory.journey
        retirements = memory.retirements
        setAside = memory.setAside
        takenBack = memory.rolledBack
        stopsBefore = memory.stops
        for plan in approved { plans[plan.digest] = plan }
        for progress in memory.journey.waves.values where progress.isUnderWay {
            guard let start = progress.start else { continue }
            plans[start.plan] = RecordedPlan(
                digest: start.plan, campaign: "", revision: nil,
                at: progress.startedAt ?? Instant(millisecondsSince1970: 0),
                steps: progress.members.sorted())
        }
    }

    package func memory(of id: String, comparedBy folding: Folding) -> Memory {
        var journey = journey
        journey.fillMembers { plans[$0]?.steps ?? [] }
        var memory = Memory(
            isAtHand: true, ledgerID: id, homes: homes.mapValues { $0.compared(by: folding) },
            inDoubt: doubts.values.sorted().map { steps[$0].intent }, setAside: setAside,
            rolledBack: takenBack, consents: consents, stops: stops(comparedBy: folding),
            bound: bound.mapValues { $0.compared(by: folding) },
            journey: journey)
        memory.retirements = retirements
        return memory
    }

    /// Who is held and what is paused.
    package func stops(comparedBy folding: Folding) -> Stops {
        var stops = stopsBefore?.compared(by: folding) ?? Stops(comparedBy: folding)
        for recorded in instructions { stops.take(recorded.instruction) }
        return stops
    }

    package func instructions(after number: Int) -> [RecordedInstruction] {
        Array(instructions.reversed().prefix { $0.link > number }.reversed())
    }

    package func steps(of run: RunID) -> [RecordedStep] {
        (stepsOfRun[run] ?? []).map { steps[$0] }
    }

    /// Applies the entries of one commit, by the number of its link: all, or none where one of them
    /// contradicts what is there.
    package mutating func apply(
        _ entries: [LedgerEntry], ofLink link: Int
    ) throws(LedgerError) {
        try check(entries)
        for entry in entries { apply(entry, link) }
    }

    /// Looked at before anything is changed, so that a refused commit leaves nothing behind.
    private func check(_ entries: [LedgerEntry]) throws(LedgerError) {
        var began: Set<RunID> = []
        var ended: Set<RunID> = []
        func isKnown(_ run: RunID) -> Bool { runRow[run] != nil || began.contains(run) }
        func hasEnded(_ run: RunID) -> Bool {
            ended.contains(run) || runRow[run].map { runs[$0].outcome != nil } ?? false
        }
        for entry in entries {
            switch entry {
            case .runBegan(let run):
                if isKnown(run.id) { throw .beganTwice(run.id) }
                began.insert(run.id)
            case .batchIntended(let steps):
                for step in steps {
                    if !isKnown(step.run) { throw .neverBegan(step.run) }
                    if hasEnded(step.run) { throw .hasEnded(step.run) }
                }
            case .stepSettled(let run, _, _, _):
                if !isKnown(run) { throw .neverBegan(run) }
            case .runEnded(let run, _, _, _, _):
                if !isKnown(run) { throw .neverBegan(run) }
                ended.insert(run)
            case .instructed(let instruction):
                if case .cancel(let run) = instruction.deed, !isKnown(run) {
                    throw .neverBegan(run)
                }
            case .planRecorded, .homeSettled, .consentGiven, .bound, .wave, .retirement,
                .takenBack:
                break
            }
        }
    }

    private mutating func apply(_ entry: LedgerEntry, _ link: Int) {
        switch entry {
        case .planRecorded(let plan):
            if plans[plan.digest] == nil { plans[plan.digest] = plan }
        case .runBegan(let run):
            runRow[run.id] = runs.count
            runs.append(run)
        case .batchIntended(let steps):
            for step in steps { intend(step) }
        case .stepSettled(let run, let step, let outcome, let at):
            settle(step, in: run, outcome, at)
        case .homeSettled(let connection, let home):
            homes[connection, default: SettledHomes(comparedBy: Self.exact)].append(home)
        case .runEnded(let run, let outcome, let reason, let counts, let at):
            guard let row = runRow[run] else { return }
            runs[row].ended = at
            runs[row].outcome = outcome
            runs[row].reason = reason
            runs[row].counts = counts
        case .consentGiven(let consent): consents.append(consent)
        case .instructed(let instruction):
            instructions.append(RecordedInstruction(link: link, instruction: instruction))
            journey.take(instruction)
            switch instruction.deed {
            case .retry(let steps): for step in steps { setAside[step] = nil }
            case .goForward(let steps): takenBack.subtract(steps)
            default: break
            }
        case .bound(let connection, let resources):
            for resource in resources {
                bound[connection, default: BoundIDs(comparedBy: Self.exact)].append(resource)
            }
        case .wave(let event): journey.take(event)
        case .retirement(let event): retirements.take(event)
        case .takenBack(let steps): takenBack.formUnion(steps)
        }
    }

    private mutating func intend(_ step: IntendedStep) {
        let number = steps.count
        steps.append(RecordedStep(intent: step, outcome: nil, settledAt: nil))
        stepsOfRun[step.run, default: []].append(number)
        latest[RunStep(run: step.run, step: step.move.step)] = number
        doubts[step.move.step] = number
        setAside[step.move.step] = nil
    }

    /// The outcome belongs to the latest try in that run, or else to the one that is in doubt; what
    /// becomes of an earlier try says nothing about a later one that is still in doubt.
    private mutating func settle(
        _ step: StepID, in run: RunID, _ outcome: StepOutcome, _ at: Instant
    ) {
        let doubted = doubts[step]
        let number = latest[RunStep(run: run, step: step)] ?? doubted
        if let number {
            steps[number].outcome = outcome
            steps[number].settledAt = at
        }
        if let doubted, let number, number < doubted { return }
        switch outcome.standing {
        case .settled:
            doubts[step] = nil
            setAside[step] = nil
        case .setAside(let message):
            doubts[step] = nil
            setAside[step] = Memory.SetAside(message: message, since: at)
        case .inDoubt:
            guard let number else { return }
            doubts[step] = number
            setAside[step] = nil
        }
    }
}
