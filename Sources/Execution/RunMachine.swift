/// The decisions of a run: an event in, effects out; no clock, no `await`.
///
/// The files beside this one each hold one idea of it: `Batching` forms batches, `Settlement` takes
/// outcomes, `Watching` settles what is in doubt, `Recording` puts entries into commits, and `Ending`
/// says how a run ends.

package import Adapters
package import Ledgers
package import Model

/// Decides what a run does next: batches, rate, concurrency, retries, budget. Performs nothing itself,
/// so that a simulator can drive it.
///
/// Each effect is carried out in the order given and answered by one event, except `report`, and
/// `finish`, which is the last. Events may come late, in any order and, for `woke`, more often than
/// asked for. What the machine promises:
/// - No batch is performed before its intent is durable, nor without a lease that covers its deadline.
/// - No step is performed again while its outcome is unknown and observing could still tell.
/// - After a stop, a breach or a refusal of the ledger nothing begins; what is in flight is awaited.
package struct RunMachine: Sendable {
    /// Why a run is to end before its work is done.
    package enum Stop: Hashable, Sendable {
        /// A person pressed Ctrl-C, or the machine goes down.
        case interrupt
        case cancel(reason: String)
    }

    package enum Event: Sendable {
        case started
        /// The last `record` is durable, as the link of this number; with what people recorded since
        /// the link that it named.
        case recorded(upTo: Int, heard: [Instruction])
        /// Answers `observe`, by its number.
        case observed(Int, Result<Glance, AdapterError>)
        /// Answers `perform`, by the number of its batch.
        case performed(Int, Result<[StepOutcome], AdapterError>)
        case woke
        case leaseRenewed(Lease)
        /// Answers `record` or `renewLease`: nothing was written.
        case ledgerRefused(LedgerError)
        case stopAsked(Stop)
    }

    package enum Effect: Sendable {
        /// Entries of one commit. There is never more than one commit under way. Instructions up to a
        /// link are known.
        case record([LedgerEntry], heardUpTo: Int)
        /// Look where these resources are.
        case observe(number: Int, connection: String, resources: [ResourceID])
        /// Not to be begun at its deadline or later.
        case perform(Batch, connection: String, deadline: Instant)
        case sleep(until: Instant)
        case renewLease
        case report(RunProgress)
        case finish(Ending)
    }

    package enum Ending: Sendable {
        case ended(Run)
        /// The ledger refused, or the lease is lost: what the ledger holds is in doubt for the next run.
        case refused(LedgerError)
    }

    let orders: RunOrders
    var steps: [StepState]
    var stages: [StageLedger]
    var lanes: [LaneState]
    var lines: [LineState]
    /// Steps that need a step.
    var dependents: [Int: [Int]] = [:]
    var membersOf: [[Int]]
    var batches: [Int: OpenBatch] = [:]
    var looks: [Int: OpenLook] = [:]
    var lastNumber = 0
    /// The connection that is asked first, which changes, so that none starves.
    var turn = 0
    var outbox: Outbox
    var lease: LeaseTerm
    var pace: HourPace
    var tempo: Tempo
    var jitter: Jitter
    var counts = Run.Counts()
    var stop: Stop?
    /// The digest of the revision that comes after this run.
    var successor: String?
    var stops: Stops
    var freezes: [FreezeSpan]
    var heardUpTo: Int
    /// Steps of held resources that have not ended.
    var held: Set<Int> = []
    /// Whom the next revision holds, by folded name.
    var heldByNext: Set<ResourceID> = []
    var breach: Breach?
    /// With what became of waves in this run.
    var journey: Journey
    /// The longest that a batch took from its beginning to its answer.
    var slowestBatch = Duration.zero
    var refusal: LedgerError?
    /// The run as it ended, while its last commit is under way.
    var ended: Run?
    var isFinished = false
    var sleepsUntil: Instant?
    /// The earliest time at which something comes up, gathered anew by each `next`.
    var wake: Instant?
    /// Whether a step that has not begun may still begin when a time has come.
    var comesUp = false
    /// Steps in doubt that are still being looked at.
    var openDoubts = 0
    private var reported: Reported?

    private struct Reported: Equatable {
        var counts: Run.Counts
        var isEnding: Bool
    }

    /// - Parameters:
    ///   - orders: What the run sets out to do.
    ///   - leaseExpires: Nil where the lease dies with the process.
    ///   - now: When the run begins.
    package init(_ orders: RunOrders, leaseExpires: Instant?, at now: Instant) {
        self.orders = orders
        journey = orders.journey
        steps = [StepState](repeating: StepState(), count: orders.moves.count)
        lanes = orders.lanes.map { _ in LaneState() }
        membersOf = orders.stages.map { _ in [] }
        for (index, order) in orders.moves.enumerated() {
            membersOf[orders.lanes[order.lane].stage].append(index)
            steps[index].unmet = Int32(order.needs.count)
            for need in order.needs { dependents[need, default: []].append(index) }
        }
        let sizes = membersOf.map(\.count)
        stages = orders.stages.indices.map { index in
            let stage = orders.stages[index]
            return StageLedger(
                members: sizes[index], wave: orders.journey[stage]?.start?.members,
                failed: index < orders.failedBefore.count ? orders.failedBefore[index] : 0,
                budget: stage.budget, stale: orders.limits.stale)
        }
        lines = orders.connections.enumerated().map { index, connection in
            let lanes = orders.lanes.indices.filter { orders.lanes[$0].connection == index }
            return LineState(
                connection, lanes: lanes.sorted { orders.lanes[$0].stage < orders.lanes[$1].stage },
                at: now)
        }
        outbox = Outbox(
            opening: [.planRecorded(orders.plan), .runBegan(orders.run)] + orders.opening)
        lease = LeaseTerm(expires: leaseExpires, at: now)
        pace = HourPace(limit: orders.limits.movesPerHour, begunLately: orders.limits.begunLately)
        tempo = Tempo(at: now)
        jitter = Jitter(seed: orders.seed)
        counts.total = orders.moves.count
        stops = orders.stops
        freezes = orders.limits.freezes
        heardUpTo = orders.heardUpTo
    }

    /// Takes one event and says what to do next. Nothing is left to do once it says `finish`.
    package mutating func next(after event: Event, at now: Instant) -> [Effect] {
        guard !isFinished else { return [] }
        var effects: [Effect] = []
        wake = nil
        comesUp = false
        take(event, at: now, &effects)
        giveUpWaiting(at: now)
        if mayBegin {
            beginBatches(at: now, &effects)
        }
        if refusal == nil {
            beginLooks(at: now, &effects)
            renewLease(at: now, &effects)
            commit(at: now, &effects)
        }
        wakeForAnswers()
        finishIfDone(at: now, &effects)
        report(at: now, &effects)
        sleep(at: now, &effects)
        return effects
    }

    private mutating func take(_ event: Event, at now: Instant, _ effects: inout [Effect]) {
        switch event {
        case .started:
            enterStages(at: now)
        case .recorded(let link, let instructions):
            heardUpTo = max(heardUpTo, link)
            heed(instructions, at: now)
            recorded(at: now, &effects)
        case .observed(let number, let answer):
            if looks[number] != nil {
                looked(number, answer, at: now)
            } else {
                check(number, answer, at: now)
            }
        case .performed(let number, let answer):
            performed(number, answer, at: now)
        case .woke:
            break
        case .leaseRenewed(let renewed):
            lease.renewed(until: renewed.expires, at: now)
        case .ledgerRefused(let error):
            refused(error)
        case .stopAsked(let reason):
            if stop == nil { stop = reason }
        }
    }

    /// Whether anything new may begin.
    var mayBegin: Bool { stop == nil && breach == nil && refusal == nil && ended == nil }

    mutating func wake(at time: Instant) {
        wake = min(wake ?? time, time)
    }

    /// Wakes for steps that may begin then: the run goes on for them.
    mutating func comesUp(at time: Instant) {
        comesUp = true
        wake(at: time)
    }

    private mutating func report(at now: Instant, _ effects: inout [Effect]) {
        let news = Reported(counts: counts, isEnding: !mayBegin)
        guard reported != news else { return }
        reported = news
        let settled = counts.done + counts.already + counts.conflict + counts.failed + counts.gone
        let progress = RunProgress(
            counts: counts, inFlight: stages.reduce(0) { $0 + $1.inFlight },
            perMinute: tempo.perMinute(at: now),
            timeLeft: tempo.timeLeft(for: counts.total - settled, at: now),
            restsUntil: batches.isEmpty && looks.isEmpty ? wake : nil, isEnding: news.isEnding)
        effects.insert(.report(progress), at: 0)
    }

    private mutating func sleep(at now: Instant, _ effects: inout [Effect]) {
        if let until = sleepsUntil, until <= now { sleepsUntil = nil }
        guard !isFinished, let wake else { return }
        let time = max(wake, now + .milliseconds(1))
        if let until = sleepsUntil, until <= time { return }
        sleepsUntil = time
        effects.append(.sleep(until: time))
    }
}
