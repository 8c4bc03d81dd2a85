/// Who sits in a rehearsal for everybody that a rollout needs: he applies, waits, and does what people must.

import Execution
import Ledgers
import Model
import Planning

struct Rehearser {
    /// As the people change it on the way: with prices accepted, and waves let go.
    var desired: DesiredState
    let edges: RehearsalEdges
    private let reconciler: Reconciler
    private let horizon: Instant
    var deeds: [Rehearsal.Deed] = []
    private(set) var breaks: [Rehearsal.Break] = []
    /// What was lifted or done already, so that nothing is done twice at one moment.
    var granted: Set<String> = []
    var last: Plan?
    /// How often in a row a moment came at which nothing moved.
    private var idle = 0
    /// Whether the last apply moved anybody.
    private var hasMoved = false

    /// Of so many openings of windows in a row one must be good for something.
    private static let idleMax = 60
    static let person = Actor(account: "rehearsal", host: "rehearsal")

    enum Next {
        /// At the same moment, because something was done that it waited for.
        case again
        case at(Instant)
        case over
    }

    init(
        _ desired: DesiredState, over edges: RehearsalEdges, _ reconciler: Reconciler,
        horizon: Instant
    ) {
        self.desired = desired
        self.edges = edges
        self.reconciler = reconciler
        self.horizon = horizon
        // Their ends are left out; that nobody arrives there stays.
        for index in desired.pools.indices where desired.pools[index].state == .retired {
            self.desired.pools[index].state = .draining
        }
        // Any account may approve: whose signature it will be is not known.
        self.desired.policy.approvals.signers = nil
    }

    /// A deed that comes before everything else.
    mutating func begin(_ words: String, hint: String) {
        deeds.append(Rehearsal.Deed(at: edges.time.now(), wave: nil, words: words, hint: hint))
    }

    mutating func play() async throws {
        let (stops, _) = AsyncStream<RunMachine.Stop>.makeStream()
        let talk = ApplyTalk(
            settling: { _, _ in }, confirm: { _ in true }, progress: { _ in }, measured: { _ in },
            ended: { _ in }, stop: stops)
        let plan = try await reconciler.plan(desired, .wholeEstate)
        let journey = await edges.ledger.circumstances(comparedBy: desired.folding).journey
        edges.notes.read {
            $0.expect(plan)
            $0.remember(journey)
        }
        while true {
            let began = edges.time.now()
            let settled = edges.notes.read { $0.settled }
            let applied = try await reconciler.apply(
                desired, ApplyOrder(by: Self.person), talk)
            hasMoved = edges.notes.read { $0.settled } > settled
            switch try await judge(applied, since: began) {
            case .again: continue
            case .over: return
            case .at(let time):
                idle = hasMoved ? 0 : idle + 1
                if goesOnForEver(until: time) { return }
                edges.time.advance(to: time)
            }
        }
    }

    private mutating func judge(_ applied: Applied, since began: Instant) async throws -> Next {
        switch applied {
        case .refused(let plan): return try await lift(plan.refusals, plan)
        case .notApproved(let plan, let standing): return try await approve(plan, standing)
        case .notExpected(let plan, _, let words):
            last = plan
            end(.stale, plan, words, hint: "plan anew: rehome plan")
            return .over
        case .declined, .waitsForLease:
            preconditionFailure("a rehearsal says yes, and has its ledger to itself")
        case .rolledBack(let breached, _):
            last = try await reconciler.plan(desired, .wholeEstate)
            add(
                .budget, "\(breached.wave)", "\(breached.words), and it goes back by itself",
                hint: "mend what fails, or allow more (budget of the Rollout)", isEnd: true)
            return .over
        case .unchanged(let plan, _): return try await weigh(plan, since: began)
        case .ran(let plan, let run, _, _):
            if run.outcome == .halted {
                last = try await reconciler.plan(desired, .wholeEstate)
                end(
                    run.isStale ? .stale : .budget, plan, run.reason ?? "it halted",
                    hint:
                        "mend what fails and rehome resume, or allow more (budget of the Rollout)")
                return .over
            }
            // Where waves are on their way, the plan is that of afterwards: nothing happened since.
            let isCurrent = plan.asOf == edges.time.now()
            return try await weigh(
                isCurrent ? plan : try await reconciler.plan(desired, .wholeEstate), since: began)
        }
    }

    /// What becomes of a plan of now.
    private mutating func weigh(_ plan: Plan, since began: Instant) async throws -> Next {
        let now = edges.time.now()
        let known = await edges.ledger.circumstances(comparedBy: desired.folding)
        let circumstances = Circumstances(
            journey: known.journey, stops: known.stops,
            freezes: desired.policy.freezes.map(FreezeSpan.init),
            // Whom a rehearsal takes at his word opens the gate himself.
            vouching: Vouching(wanted: 0, people: [:]), time: now)
        let plan = plan.restingOn(circumstances)
        last = plan
        edges.notes.read { $0.look(at: plan, since: began, now: now) }
        noteFreezes(plan)
        var isGranted = await operate(plan)
        for stage in plan.fronts {
            isGranted = try await release(stage, circumstances) || isGranted
        }
        if isGranted { return .again }
        if let time = plan.nextMoment(after: now, upTo: horizon, circumstances) {
            return .at(time)
        }
        // Somebody who applies once more may find the next wave open.
        if hasMoved, !plan.openSteps.isEmpty { return .again }
        stand(still: plan)
        return .over
    }

    /// Nothing more happens by itself: says of each wave that has not come to its end why.
    private mutating func stand(still plan: Plan) {
        let stuck = plan.fronts + plan.openStages.filter { $0.blocked > 0 }
        for stage in stuck { note(stuck: stage, plan) }
        if stuck.isEmpty, !plan.openSteps.isEmpty {
            end(
                .never, plan, "nothing of it begins",
                hint: "rehome plan says what keeps its members")
        }
    }

    private mutating func note(stuck stage: Stage, _ plan: Plan) {
        guard stage.blocked > 0 else {
            return add(
                .never, stage.waveName,
                "it waits for \(stage.standing.waitsFor ?? "something"), which no time releases",
                hint: stage.standing.releasedBy ?? "rehome plan", isEnd: true)
        }
        let reasons = plan.reasonsOfBlocked(limit: 3)
        let words = "\(stage.blocked) of its members cannot begin"
        add(
            .blocked, stage.waveName,
            reasons.isEmpty ? words : "\(words): \(reasons.joined(separator: "; "))",
            hint: "rehome plan says what keeps each of them", isEnd: true)
    }

    /// At the end: whom no wave takes along, because what they rest on is in the way or unknown.
    mutating func noteBlocked() {
        let count = last?.left.count { $0.because == .blocked || $0.because == .unknown } ?? 0
        guard let plan = last, count > 0, !breaks.contains(where: { $0.kind == .blocked })
        else { return }
        add(
            .blocked, nil,
            "\(count) cannot begin: \(plan.reasonsOfBlocked(limit: 3).joined(separator: "; "))",
            hint: "rehome plan says what keeps each of them", isEnd: false)
    }

    private mutating func goesOnForEver(until time: Instant) -> Bool {
        guard let plan = last, time > horizon || idle > Self.idleMax else { return false }
        let stage = plan.fronts.first
        let name = stage?.waveName ?? plan.activeWave
        if time > horizon {
            add(
                .never, name, "it does not end within two years", hint: "look at what it waits for",
                isEnd: true)
        } else {
            add(
                .never, name,
                "nothing of it began in \(idle) moments in a row at which it might have: it waits for \(stage?.standing.waitsFor ?? "its window")",
                hint: "declare longer windows, or smaller batches (limits.batch of the Connection)",
                isEnd: true)
        }
        return true
    }

    private mutating func noteFreezes(_ plan: Plan) {
        for stage in plan.fronts {
            let (cause, words) = stage.standing.cause
            guard cause == .freeze, granted.insert("\(words) \(stage.waveName)").inserted
            else { continue }
            add(
                .freeze, stage.waveName, "\(words) holds it up",
                hint: "begin earlier, or move the freeze (freezes of the Policy)", isEnd: false)
        }
    }

    mutating func end(
        _ kind: Rehearsal.Break.Kind, _ plan: Plan, _ words: String, hint: String
    ) {
        add(kind, plan.activeWave, words, hint: hint, isEnd: true)
    }

    mutating func add(
        _ kind: Rehearsal.Break.Kind, _ wave: String?, _ words: String, hint: String, isEnd: Bool
    ) {
        breaks.append(
            Rehearsal.Break(
                kind, at: edges.time.now(), wave: wave, words: words, hint: hint, isEnd: isEnd))
    }
}
