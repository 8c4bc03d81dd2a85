/// The ledger read from its first link to its last, sorted by the waves that it speaks of.

/// What was recorded of every wave, and of the plans, runs and approvals behind it.
///
/// A plan may begin several waves at once, and the ledger keeps its steps in one list. A step belongs to the
/// wave that was under way when it was begun, whose plan has it, and whose ways and placements it is of.
package struct WaveChronicle: Sendable {
    /// In the order in which they were first spoken of.
    package private(set) var chapters: [WaveChapter] = []
    package private(set) var plans: [String: RecordedPlan] = [:]
    package private(set) var consents: [Recorded<Consent>] = []
    package private(set) var runs: [RunID: Run] = [:]

    /// By the name of a rollout, whose placements it leads; one that is not declared leads any.
    private let placements: [String: Set<String>]
    /// By their folded FQDN.
    private let poolNames: [String: String]
    private var current: [WaveID: Int] = [:]
    private var rows: [Attempt: Row] = [:]

    private struct Attempt: Hashable {
        var run: RunID
        var step: StepID
    }

    private struct Row {
        var chapter: Int
        var attempt: Int
    }

    package init(placements: [String: Set<String>], pools: [(fqdn: String, name: String)]) {
        self.placements = placements
        poolNames = Dictionary(
            pools.map { (Address.folded($0.fqdn), $0.name) }, uniquingKeysWith: { one, _ in one })
    }

    package init(of desired: DesiredState) {
        self.init(
            placements: Dictionary(
                desired.rollouts.map { ($0.name, Set($0.placements)) },
                uniquingKeysWith: { $0.union($1) }),
            pools: desired.pools.map { ($0.fqdn, $0.name) })
    }

    /// Entries come in the order of the chain.
    package mutating func take(_ entry: LedgerEntry, link: Int, at time: Instant, by actor: Actor) {
        switch entry {
        case .planRecorded(let plan): plans[plan.digest] = plan
        case .runBegan(let run): runs[run.id] = run
        case .runEnded(let run, let outcome, let reason, let counts, let at):
            runs[run]?.ended = at
            runs[run]?.outcome = outcome
            runs[run]?.reason = reason
            runs[run]?.counts = counts
        case .batchIntended(let steps): for step in steps { take(step) }
        case .stepSettled(let run, let step, let outcome, let at):
            guard let row = rows[Attempt(run: run, step: step)] else { return }
            chapters[row.chapter].attempts[row.attempt].outcome = outcome
            chapters[row.chapter].attempts[row.attempt].settledAt = at
        case .consentGiven(let consent):
            consents.append(Recorded(consent, link: link, at: time, by: actor))
        case .instructed(let instruction):
            take(Recorded(instruction, link: link, at: time, by: actor))
        case .wave(let event): take(Recorded(event, link: link, at: time, by: actor))
        case .takenBack(let steps): takeBack(Set(steps))
        case .homeSettled, .bound, .retirement: break
        }
    }

    /// What came of one wave, of one rollout, or of all, by the names that they have now.
    package func chapters(of rollout: String?, _ wave: String?) -> [WaveChapter] {
        chapters.filter { chapter in
            (rollout.map { $0 == chapter.wave.rollout } ?? true)
                && (wave.map { $0 == chapter.wave.wave } ?? true)
        }
    }
}

extension WaveChronicle {
    private mutating func chapter(of wave: WaveID) -> Int {
        if let index = current[wave] { return index }
        chapters.append(WaveChapter(wave))
        current[wave] = chapters.count - 1
        return chapters.count - 1
    }

    private mutating func take(_ event: Recorded<WaveEvent>) {
        let wave = event.value.wave
        switch event.value.deed {
        case .started(let start):
            if let index = current[wave], chapters[index].start != nil { current[wave] = nil }
            let index = chapter(of: wave)
            chapters[index].start = start
            chapters[index].members = Set(plans[start.plan]?.steps ?? [])
        case .settled: chapters[chapter(of: wave)].isSettled = true
        case .renamed(let former):
            for index in chapters.indices where chapters[index].wave == former {
                chapters[index].wave = wave
            }
            current[wave] = current.removeValue(forKey: former)
        case .completed, .breached, .measured, .begunAnew, .takenBack: break
        }
        let index = chapter(of: wave)
        chapters[index].events.append(event)
        switch event.value.deed {
        case .completed where wave.wave == WaveID.late, .begunAnew, .takenBack:
            chapters[index].isOver = true
            current[wave] = nil
        case .completed: chapters[index].isOver = true
        case .started, .settled, .breached, .measured, .renamed: break
        }
    }

    private mutating func take(_ instruction: Recorded<Instruction>) {
        switch instruction.value.deed {
        case .decide(let gate, _, _):
            chapters[chapter(of: gate.wave)].instructions.append(instruction)
        case .pause(let scope, _), .resume(let scope):
            for index in chapters.indices
            where chapters[index].start != nil && !chapters[index].isOver
                && scope.covers(chapters[index].wave)
            {
                chapters[index].instructions.append(instruction)
            }
        case .retry(let steps):
            for index in chapters.indices {
                let own = Set(chapters[index].attempts.map(\.intent.move.step))
                let again = steps.filter(own.contains)
                guard !again.isEmpty else { continue }
                var part = instruction
                part.value.deed = .retry(again)
                chapters[index].instructions.append(part)
            }
        case .hold, .release, .cancel, .goForward, .announce: break
        }
    }

    private mutating func takeBack(_ steps: Set<StepID>) {
        for index in chapters.indices {
            for attempt in chapters[index].attempts where steps.contains(attempt.intent.move.step) {
                chapters[index].takenBack.insert(attempt.intent.move.step)
            }
        }
    }

    private mutating func take(_ step: IntendedStep) {
        let key = Attempt(run: step.run, step: step.move.step)
        // A second attempt of one run stays where the first one was.
        guard let index = rows[key]?.chapter ?? owner(of: step) else { return }
        chapters[index].attempts.append(RecordedStep(intent: step, outcome: nil, settledAt: nil))
        rows[key] = Row(chapter: index, attempt: chapters[index].attempts.count - 1)
        chapters[index].prices[step.move.step] =
            runs[step.run].flatMap { plans[$0.plan] }?.price(of: step.move.step)
    }

    /// Of several that may have it, the one that began last.
    private func owner(of step: IntendedStep) -> Int? {
        let from = poolNames[Address.folded(step.move.from)]
        let to = poolNames[Address.folded(step.move.to)]
        return current.values.sorted().last { index in
            let chapter = chapters[index]
            guard chapter.isUnderWay, chapter.members.contains(step.move.step),
                placements[chapter.wave.rollout]?.contains(step.placement) ?? true
            else { return false }
            guard let from, let to else { return true }
            return chapter.start?.routes.contains { $0.from == from && $0.to == to } ?? false
        }
    }
}
