/// A whole estate in one thread and one seed: the real planner, the real machine, the real rules of the
/// ledger and of the deployment, a clock that jumps, and everything that can go wrong.

import AdapterEmbedded
import Adapters
import Execution
import Foundation
import Ledgers
import Model
import Planning
import TestSupport

/// One history. Nothing in it hangs on anything but the seed.
struct Simulator {
    /// What went wrong, and the last things that happened before.
    struct Failure: Error {
        var seed: UInt64
        var words: String
        var trace: [String]
    }

    /// Something that happens at a moment.
    enum Item {
        /// A runner begins an apply, if it is idle.
        case tick(Int)
        /// The same, out of turn.
        case begin(Int)
        case runner(Int, life: Int, Thing)
        case act(call: Int, part: Int)
        case changePool(call: Int)
        case answerPool(call: Int)
        case hand
        case change
        case secondThought
        case voice
        case calm
        case release
    }

    /// What happens to a runner, as long as it lives that life.
    enum Thing {
        case lookForDoubt
        case sawDoubt([String: Glance], lookedAt: Instant)
        case sawEstate(ObservedState)
        case effect(RunMachine.Effect)
        case event(RunMachine.Event)
        case commit([LedgerEntry])
        case nextEnding
        case changePool
        case poolChanged(Result<StepOutcome, AdapterError>)
    }

    let seed: UInt64
    let bug: PlantedBug?
    let repertoire: Repertoire
    var random: SeededGenerator
    var now = Instant(millisecondsSince1970: 1_800_000_000_000)
    var faults: Faults
    var estate: SimulatedEstate
    var desired: DesiredState
    var revision = 1
    var deployments: [String: MemoryEstate] = [:]
    var ledger: LedgerState
    var runners: [Runner]
    var calls: [Call] = []
    var poolCalls: [PoolCall] = []
    var invariants = Invariants()
    var events = 0
    /// How many addresses were given anew.
    var names = 0
    var visits = Visits()
    /// The way back that is tried once everything has come right.
    var lastBack: LastWayBack?
    /// What was asked for once, to go back to.
    private var revisions: [DesiredState] = []
    private var agenda: [(at: Instant, order: Int, item: Item)] = []
    private var order = 0
    private var trace: [String] = []
    /// Why the history is over, when it is.
    var failure: String?

    init(seed: UInt64, bug: PlantedBug? = nil, repertoire: Repertoire = .all) {
        self.seed = seed
        self.bug = bug
        self.repertoire = repertoire
        random = SeededGenerator(seed: seed)
        faults = Faults(repertoire, using: &random)
        estate = SimulatedEstate(using: &random)
        if repertoire.contains(.retirement) { estate.learnRetiring(using: &random) }
        if repertoire.contains(.identities) { estate.learnNames(using: &random) }
        desired = estate.revision(1, using: &random)
        ledger = LedgerState(id: "sim", leaseDuration: estate.leaseDuration)
        runners = (0..<(random.oneIn(2) ? 1 : 2)).map { Runner(number: $0) }
        for connection in estate.connections {
            deployments[connection.name] = estate.deployment(of: connection.name)
        }
    }

    /// How long things may go wrong, and how long after that everything must have come right.
    private static let troubled = Duration.seconds(3 * 3600)
    private static let patience = Duration.seconds(30 * 3600)

    /// Plays the history to its end.
    mutating func play() throws(Failure) {
        let start = now
        note("faults: \(faults.words)")
        for runner in runners.indices { schedule(.tick(runner), after: span(0, 60_000)) }
        schedule(.hand, after: span(1000, 600_000))
        schedule(.change, after: span(1000, 3_600_000))
        schedule(.voice, after: span(1000, 600_000))
        schedule(.calm, after: .milliseconds(span(60_000, Self.troubled.milliseconds).milliseconds))
        while let index = next() {
            let item = agenda.remove(at: index)
            now = max(now, item.at)
            events += 1
            happen(item.item)
            failure = failure ?? invariants.broken(in: self)
            if events > 300_000 { failure = failure ?? "it never comes to rest" }
            if let failure { throw fail(failure) }
            guard faults.isOver, isQuiet else { continue }
            if let words = lastBack.map(unfinished) ?? unsettled() {
                guard now - start < Self.troubled + Self.patience, events < 200_000 else {
                    throw fail("it does not converge: \(words)")
                }
            } else if lastBack != nil || !beginsLastWayBack() {
                if let words = unreturned() { throw fail(words) }
                return
            }
        }
        throw fail("nothing happens any more")
    }

    var isQuiet: Bool { runners.allSatisfy { $0.stage == .idle } }

    private func fail(_ words: String) -> Failure {
        Failure(seed: seed, words: words, trace: trace)
    }

    private func next() -> Int? {
        agenda.indices.min { one, other in
            (agenda[one].at, agenda[one].order) < (agenda[other].at, agenda[other].order)
        }
    }

    mutating func schedule(_ item: Item, after wait: Duration) {
        order += 1
        agenda.append((now + wait, order, item))
    }

    mutating func schedule(_ item: Item, at time: Instant) {
        schedule(item, after: max(.zero, time - now))
    }

    /// A random span, in milliseconds.
    mutating func span(_ least: Int64, _ most: Int64) -> Duration {
        .milliseconds(Int64.random(in: least...max(least, most), using: &random))
    }

    /// One history that is played alone keeps all that it tells.
    private static let kept =
        ProcessInfo.processInfo.environment["SEED"] == nil ? 400 : 1_000_000

    mutating func note(_ words: String) {
        let time = now.millisecondsSince1970 - 1_800_000_000_000
        trace.append("\(time) \(words)")
        if trace.count > Self.kept { trace.removeFirst(Self.kept / 2) }
    }
}

extension Simulator {
    private mutating func happen(_ item: Item) {
        switch item {
        case .tick(let runner):
            begin(runner)
            schedule(.tick(runner), after: span(20_000, 240_000))
        case .begin(let runner): begin(runner)
        case .runner(let runner, let life, let thing):
            guard runners[runner].life == life else { return }
            happen(thing, to: runner)
        case .act(let call, let part):
            act(call, part: part)
        case .changePool(let call): actOnPool(call)
        case .answerPool(let call): answerPool(call)
        case .hand:
            meddle()
            schedule(.hand, after: span(10_000, 1_800_000))
        case .change:
            let strikes = faults.strikes(.change, using: &random)
            if !faults.isOver, strikes || random.oneIn(4) { change() }
            schedule(.change, after: span(20_000, strikes ? 120_000 : 1_800_000))
        case .secondThought: if !faults.isOver { change() }
        case .voice:
            if faults.strikes(.voice, using: &random) { speak() }
            agreeSometimes()
            schedule(.voice, after: span(5000, 600_000))
        case .calm:
            faults.isOver = true
            giveUpWhatIsGone()
            fallSilent()
            // What was halted may be halted once more by what was measured before.
            schedule(.release, after: .seconds(600))
            note("no fault strikes any more")
        case .release:
            if lastBack == nil { goForwardAll() }
            releaseRollouts()
            agree()
            schedule(.release, after: .seconds(1800))
        }
    }

    private mutating func happen(_ thing: Thing, to runner: Int) {
        if let until = runners[runner].standsStillUntil, until > now {
            schedule(.runner(runner, life: runners[runner].life, thing), at: until)
            return
        }
        if faults.strikes(.crash, using: &random) { return crash(runner) }
        if faults.strikes(.stall, using: &random) {
            runners[runner].standsStillUntil = now + span(100, 400_000)
            note("runner \(runner) stands still")
            schedule(.runner(runner, life: runners[runner].life, thing), after: .zero)
            return
        }
        switch thing {
        case .lookForDoubt: lookForDoubt(runner)
        case .sawDoubt(let glances, let lookedAt): settleDoubt(runner, glances, lookedAt)
        case .sawEstate(let observed): plan(runner, observed)
        case .effect(let effect): carryOut(effect, for: runner)
        case .event(let event): tell(runner, event)
        case .commit(let entries): commitLate(entries, for: runner)
        case .nextEnding: nextEnding(runner)
        case .changePool: changePool(runner)
        case .poolChanged(let answer): poolChanged(runner, answer)
        }
    }

    /// Another revision, or one that was asked for before.
    private mutating func change() {
        revisions.append(desired)
        if random.oneIn(3), let earlier = revisions.randomElement(using: &random) {
            desired = earlier
        } else {
            revision += 1
            desired = estate.revision(revision, gone: gone, using: &random)
        }
        note("the manifests change: \(desired.digest)")
    }

    /// Pools that were taken out: nothing brings them back.
    var gone: Set<String> {
        Set(
            estate.pools.filter {
                deployments[$0.connection]?.pool($0.fqdn)?.state == .removed
            }.map(\.name))
    }

    /// Whoever asked for a pool that is gone asks for another one.
    private mutating func giveUpWhatIsGone() {
        let lost = desired.pools.contains { $0.state != .retired && gone.contains($0.name) }
        guard lost else { return }
        revision += 1
        desired = estate.revision(revision, gone: gone, using: &random)
        note("the manifests give up what is gone: \(desired.digest)")
    }

    /// Why the estate is not as it was asked for; nil when it is.
    private func unsettled() -> String? {
        let memory = ledger.memory(comparedBy: .whole)
        if let intent = memory.inDoubt.first { return "\(intent.move.resource) is in doubt" }
        if let run = ledger.runs().first(where: { $0.ended == nil }) { return "\(run.id) is open" }
        let plan = plan(observed(hiding: [:]), memory)
        if let refusal = plan.refusals.first { return "the plan is refused: \(refusal.message)" }
        let moves = plan.steps.filter { plan.stages[Int($0.stage)].retirement == nil }
        if let step = moves.first { return "\(plan.words(of: step.subject)) has a step" }
        return invariants.unexplained(in: plan, self) ?? invariants.unended(self)
    }
}
