/// The end of pools, carried out: asked, written down, closed, and in a later apply taken out.

import Adapters
import Execution
import Ledgers
import Model
import Planning

struct Retiring: Sendable {
    let desired: DesiredState
    let adapters: [String: any Adapter]
    let clock: RunClock
    /// Under whose lease; nil where it has no number.
    let fence: Fence?
    /// Is told what became of pools as it comes.
    let heard: @Sendable (RetirementEvent) -> Void
    /// Makes events durable.
    let record: @Sendable ([RetirementEvent]) async throws -> Void

    /// How long one question may take.
    private static let deadline = Duration.seconds(60)

    /// Asks the deployments of pools of whose proof nothing else is missing, and writes down which pools
    /// are gone. Plans anew where that brought something.
    ///
    /// - Parameters:
    ///   - survey: Whose plan is of now; it becomes that of afterwards.
    ///   - part: What the plan is about.
    /// - Returns: What was recorded.
    /// - Throws: What makes it durable throws.
    @discardableResult
    func prove(
        _ survey: inout Survey, _ part: Narrowing
    ) async throws -> [RetirementEvent] {
        let circumstances = Circumstances(survey.memory, desired.policy, at: clock.now())
        var events = newlyGone(survey)
        for ending in circumstances.dueProofs(of: survey.plan) {
            guard let pool = desired.pool(named: ending.pool) else { continue }
            let checks = await ask(pool)
            events.append(RetirementEvent(pool.id, .probed(checks), at: clock.now()))
        }
        guard !events.isEmpty else { return [] }
        try await tell(events)
        for event in events { survey.memory.retirements.take(event) }
        survey.plan = Planner.plan(
            desired: desired, observed: survey.observed, memory: survey.memory,
            capabilities: survey.capabilities, asOf: clock.now(), part: part)
        return events
    }

    /// Carries out the ends of pools that are open in a plan which was made before anything moved: what left
    /// a pool in this very apply is no reason to close it.
    func carryOut(_ parts: Set<StageRetirement.Part>, of plan: Plan) async throws {
        for index in plan.openEndings {
            guard let ending = plan.stages[index].retirement, parts.contains(ending.part),
                let pool = desired.pool(named: ending.pool), let adapter = adapters[pool.connection]
            else { continue }
            switch ending.part {
            case .reopening: try await change(.reopen, pool, adapter, proof: [])
            case .fence: try await end(pool, adapter, ending, .fence)
            case .removal: try await end(pool, adapter, ending, .remove)
            }
        }
    }

    /// Asks once more, because time has passed since the plan was made, and then changes the pool.
    private func end(
        _ pool: Pool, _ adapter: any Adapter, _ ending: StageRetirement,
        _ deed: RetirementEvent.Change
    ) async throws {
        var proof = ending.proof
        if let row = proof.firstIndex(where: { $0.source == .probed }) {
            let checks = await ask(pool)
            try await tell([RetirementEvent(pool.id, .probed(checks), at: clock.now())])
            let verdict = Evidence.verdict(of: checks)
            guard verdict == .passed else { return }
            proof[row].at = clock.now()
        }
        try await change(deed, pool, adapter, proof: proof)
    }

    private func change(
        _ deed: RetirementEvent.Change, _ pool: Pool, _ adapter: any Adapter, proof: [ProofLine]
    ) async throws {
        let begins = clock.now()
        try await record([RetirementEvent(pool.id, .intended(deed, proof: proof), at: begins)])
        let deadline = begins + RetirementEvent.patience
        guard let end = try await perform(deed, pool, adapter, deadline) else { return }
        try await tell([RetirementEvent(pool.id, end, at: clock.now())])
    }

    /// What became of a change; nil where nobody can say. It is asked for again while not everybody acts on
    /// it yet, and never after the deadline that whoever comes next waits for.
    private func perform(
        _ deed: RetirementEvent.Change, _ pool: Pool, _ adapter: any Adapter, _ deadline: Instant
    ) async throws -> RetirementEvent.Deed? {
        guard clock.now() < deadline else {
            return .refused(deed, "its time was over before it began")
        }
        let change = PoolChange(deed.action, pool: pool.fqdn, fence: fence)
        while clock.now() < deadline {
            let outcome: StepOutcome
            do {
                outcome = try await adapter.change(change, deadline: deadline)
            } catch AdapterError.outcomeUnknown {
                return nil
            } catch {
                return .refused(deed, error.message)
            }
            switch outcome {
            case .done, .already:
                if deed == .remove { return try await whetherGone(pool, adapter) }
                return .changed(deed)
            case .underway(let until):
                try await clock.sleep(max(until, clock.now() + .seconds(1)))
            case .conflict(let words): return .refused(deed, words)
            case .gone: return .refused(deed, "the deployment knows no such pool")
            case .failed(let failure):
                return failure.class == .outcomeUnknown ? nil : .refused(deed, failure.message)
            }
        }
        return nil
    }

    /// What the adapter says is believed once the deployment shows the pool no more.
    private func whetherGone(
        _ pool: Pool, _ adapter: any Adapter
    ) async throws -> RetirementEvent.Deed? {
        do {
            let page = try await adapter.observe(.resources([]), after: nil, limit: 1)
            let isUnread = page.gaps.contains { $0.pool == nil && $0.kind == nil && $0.fact == nil }
            guard !isUnread else { return nil }
            let isThere = page.pools.contains { Address.folded($0.fqdn) == pool.id.fqdn }
            return isThere
                ? .refused(.remove, "it was taken out, and the deployment still shows it")
                : .changed(.remove)
        } catch {
            return nil
        }
    }

    private func ask(_ pool: Pool) async -> [Evidence.Check] {
        guard let adapter = adapters[pool.connection] else {
            return [Evidence.Check(pool.fqdn, .inconclusive, "no adapter was asked")]
        }
        do {
            return try await adapter.probe(
                Probe(.empty, [pool.fqdn]), deadline: clock.now() + Self.deadline
            ).checks
        } catch {
            return [Evidence.Check(pool.fqdn, .inconclusive, error.message)]
        }
    }

    /// Pools that were to be taken out and are not there any more, whoever did it.
    private func newlyGone(_ survey: Survey) -> [RetirementEvent] {
        survey.plan.stages.compactMap { stage in
            guard let ending = stage.retirement, ending.isGone, ending.removedAt == nil,
                let pool = desired.pool(named: ending.pool)
            else { return nil }
            return RetirementEvent(pool.id, .changed(.remove), at: clock.now())
        }
    }

    private func tell(_ events: [RetirementEvent]) async throws {
        try await record(events)
        events.forEach(heard)
    }
}

extension Retiring {
    /// Recorded in a ledger, under a lease of it.
    init(
        _ desired: DesiredState, _ adapters: [String: any Adapter], _ clock: RunClock,
        _ ledger: any Ledger, _ ledgerID: String?, under lease: Lease, by actor: Actor,
        heard: @escaping @Sendable (RetirementEvent) -> Void = { _ in }
    ) {
        self.init(
            desired: desired, adapters: adapters, clock: clock,
            fence: ledgerID.map { Fence(ledger: $0, token: lease.token) }, heard: heard
        ) { events in
            try await ledger.commit(
                events.map { .retirement($0) }, under: lease, by: actor, at: clock.now())
        }
    }
}

extension RetirementEvent.Change {
    fileprivate var action: PoolChange.Action {
        switch self {
        case .fence: .close
        case .reopen: .reopen
        case .remove: .remove
        }
    }
}

extension Plan {
    /// Stages at the end of pools that may begin, as rows of `stages`.
    var openEndings: [Int] {
        let stepped = Set(steps.map(\.stage))
        return stages.indices.filter {
            stages[$0].retirement != nil && stages[$0].isAuthorised
                && stages[$0].standing.state == .open && stepped.contains(Int32($0))
        }
    }

    /// Whether a move may begin.
    var beginsMoves: Bool {
        authorisedSteps.contains {
            let stage = stages[Int($0.stage)]
            return stage.retirement == nil && stage.standing.state == .open
        }
    }
}

extension Application {
    /// What carries out the ends of pools under this lease.
    func retiring(_ survey: Survey, _ clock: RunClock) -> Retiring {
        Retiring(
            desired, adapters, clock, ledger, survey.memory.ledgerID, under: lease, by: order.by,
            heard: talk.retired)
    }

    /// Opens pools, moves, and closes or takes out pools, in this order: who moves to a pool that was closed
    /// finds it open.
    ///
    /// - Parameters:
    ///   - plan: Whose ends of pools are carried out; nil for none.
    ///   - survey: What the plan was made of.
    ///   - clock: Of the run.
    ///   - moves: The run; nil where nothing is to be moved.
    /// - Throws: What the ledger and the run throw.
    /// - Returns: The run, or how it stands where none was.
    func carryOut(
        _ plan: Plan?, _ survey: Survey, _ clock: RunClock, moves: () async throws -> Applied?
    ) async throws -> Applied {
        let retiring = retiring(survey, clock)
        if let plan { try await retiring.carryOut([.reopening], of: plan) }
        let ran = try await moves()
        if let plan, ran?.isStopped != true {
            try await retiring.carryOut([.fence, .removal], of: plan)
        }
        if let ran { return ran }
        let now = try await reconciler.survey(
            desired, order.part, adapters, try await reconciler.memory(of: ledger, for: desired))
        return .unchanged(now.plan, try await ledger.head())
    }
}
