/// Applying: settle what is in doubt, plan anew, ask, act, record.

import Adapters
import Execution
import Ledgers
package import Model
import Planning

extension Reconciler {
    /// Makes the world as the manifests ask, as far as rails and a person allow.
    package func apply(
        _ desired: DesiredState, _ order: ApplyOrder, _ talk: ApplyTalk
    ) async throws -> Applied {
        let purpose: LedgerPurpose = order.beginsAnew ? .beginningAnew : .acting
        guard let ledger = try await edges.openLedger(desired.estate.ledger, for: purpose) else {
            throw LedgerError.storage("the ledger \(desired.estate.ledger.url) cannot be made")
        }
        let clock = try await edges.clock(for: desired)
        let lease: Lease
        switch await Self.lease(of: ledger, for: order.by, at: clock.now()) {
        case .success(let taken): lease = taken
        case .failure(let error):
            guard case .leaseHeld = error else { throw error }
            // A part of the estate, a plan of yesterday or a way back is not the next revision.
            let isRevision =
                order.only == nil && order.part.isWholeEstate && order.wayBack == nil
            let told =
                isRevision
                ? try await announce(desired, to: ledger, by: order.by, at: clock.now()) : nil
            return .waitsForLease(error, told: told)
        }
        do {
            let applied = try await withAdapters(desired) { adapters in
                try await Application(
                    desired: desired, order: order, talk: talk, ledger: ledger, lease: lease,
                    adapters: adapters, reconciler: self
                ).run()
            }
            try await ledger.release(lease)
            return applied
        } catch {
            // What stopped us weighs more than that the lease could not be given back.
            try? await ledger.release(lease)
            throw error
        }
    }
}

extension Reconciler {
    private static func lease(
        of ledger: any Ledger, for actor: Actor, at now: Instant
    ) async -> Result<Lease, LedgerError> {
        do {
            return .success(try await ledger.acquireLease(by: actor, at: now))
        } catch {
            return .failure(error)
        }
    }
}

/// One `apply` under its lease.
struct Application: Sendable {
    let desired: DesiredState
    var order: ApplyOrder
    let talk: ApplyTalk
    let ledger: any Ledger
    let lease: Lease
    let adapters: [String: any Adapter]
    let reconciler: Reconciler

    func run() async throws -> Applied {
        // The deployments may have been made, with clocks of their own, when they were opened.
        let clock = try await reconciler.edges.clock(for: desired)
        try await settle(clock)
        if let wish = order.wayBack { return try await takeBack(wish, clock) }
        if let back = try await rollBackBreached(clock) { return back }
        var last = try await runOnce(clock, isFirst: true)
        // Where waves are on their way the next one may be open already, or at least its time is known.
        while case .ran(let plan, let run, let steps, _) = last, isWatched(run) {
            switch try await runOnce(clock) {
            case .unchanged(let now, let head): return .ran(now, run, steps: steps, head)
            case let next:
                talk.ended(.ran(plan, run, steps: steps, try await ledger.head()))
                last = next
            }
        }
        guard let back = try await rollBackBreached(clock, saysWhyNot: true) else { return last }
        if case .ran = last { talk.ended(last) }
        return back
    }

    /// Whether it is looked once more after a run: not where a person reviewed one plan, or wants a stop.
    private func isWatched(_ run: Run) -> Bool {
        // What was lifted or accepted by name was so for one plan.
        guard !desired.rollouts.isEmpty, order.only == nil, order.expectation == nil,
            order.overrides.isEmpty, order.accepted == PriceConsent()
        else { return false }
        let counts = run.counts
        let hasMoved = counts.done + counts.already + counts.gone + counts.conflict > 0
        return hasMoved && (run.outcome == .succeeded || run.outcome == .waiting)
    }

    private func runOnce(_ clock: RunClock, isFirst: Bool = false) async throws -> Applied {
        // What is recorded from here on reaches the run, not the plan.
        let heardUpTo = try await ledger.head().number
        var survey = try await reconciler.survey(
            desired, order.part, adapters, try await reconciler.memory(of: ledger, for: desired))
        try await keepWaves(&survey, clock)
        if let reviewed = order.only {
            if let stale = stale(reviewed, against: survey.plan) { return stale }
            survey.plan = plan(survey)
        }
        if let refusal = notForThisDigest(survey.plan) { return refusal }
        let consents = consents(for: survey.plan, at: clock.now())
        if !consents.isEmpty {
            survey.memory.consents += consents
            survey.plan = plan(survey)
        }
        let plan = survey.plan
        if let refusal = try await refusal(of: plan, survey.memory.consents) { return refusal }
        let begins = plan.beginsMoves
        // Only by what was seen before anything moved: no pool ends in the apply of its last move.
        let ends = isFirst && !plan.openEndings.isEmpty
        if begins || ends {
            guard await talk.confirm(plan) else { return .declined(plan) }
        }
        let found = Planner.newlySettled(
            desired: desired, observed: survey.observed, memory: survey.memory,
            capabilities: survey.capabilities, asOf: plan.asOf)
        let head = try await ledger.commit(
            consents.map { .consentGiven($0) } + found, under: lease, by: order.by,
            at: clock.now())
        let claiming = Claiming(
            desired: desired, survey: survey, adapters: adapters, part: order.part)
        if let words = try await claiming.settle(plan) {
            return .notExpected(plan, added: [], words: words)
        }
        guard begins || ends else { return .unchanged(plan, head) }
        return try await carryOut(ends ? plan : nil, survey, clock) {
            begins ? try await carryOut(plan, survey, heardUpTo, clock) : nil
        }
    }

    /// Measures gates and proofs that are due, and records what became of waves and of pools.
    private func keepWaves(_ survey: inout Survey, _ clock: RunClock) async throws {
        var keeper = WaveKeeper(
            desired: desired, adapters: adapters, edges: reconciler.edges, now: clock.now,
            heard: talk.measured)
        keeper.givenUp = Set(order.evacuated)
        try await keeper.advance(&survey, order.part) { events in
            try await ledger.commit(
                events.map { .wave($0) }, under: lease, by: order.by, at: clock.now())
        }
        try await retiring(survey, clock).prove(&survey, order.part)
    }

    /// Why nothing is done, whatever a person says now.
    func refusal(of plan: Plan, _ consents: [Consent]) async throws -> Applied? {
        try demandEvacuation()
        guard plan.refusals.isEmpty else { return .refused(plan) }
        if let other = try await unexpected(plan) { return other }
        return try await missingApproval(plan, consents)
    }

    func carryOut(
        _ plan: Plan, _ survey: Survey, _ heardUpTo: Int, _ clock: RunClock,
        changing change: (inout RunOrders) -> Void = { _ in }
    ) async throws -> Applied {
        let now = clock.now()
        let lately = try await begunLately(before: now)
        let seed = reconciler.edges.randomSeed()
        var orders = RunOrders(
            plan, memory: survey.memory, connections: desired.connections,
            capabilities: survey.capabilities, id: RunID(at: now, random: seed), by: order.by,
            at: now, limits: RunLimits(desired.policy, begunLately: lately), seed: seed)
        orders.heardUpTo = heardUpTo
        orders.fence = survey.memory.ledgerID.map { Fence(ledger: $0, token: lease.token) }
        orders.evacuated = evacuated()
        orders.vouching = Vouching(survey.memory, desired.policy)
        orders.ties = Ties(
            survey.observed.connections.flatMap(\.relations) + desired.relations,
            comparedBy: desired.folding)
        change(&orders)
        let executor = Executor(
            adapters: adapters, ledger: ledger, lease: lease, actor: order.by, clock: clock)
        let run = try await reconciler.edges.carryOut(
            orders, by: executor, stop: talk.stop, progress: talk.progress)
        return .ran(
            plan, run, steps: try await ledger.steps(of: run.id), try await ledger.head())
    }

    /// FQDNs of the pools that are given up, by connection.
    private func evacuated() -> [String: Set<String>] {
        Dictionary(
            grouping: desired.pools.filter { order.evacuated.contains($0.name) }, by: \.connection
        ).mapValues { Set($0.map(\.fqdn)) }
    }

    /// Giving up a pool is for deployments that keep what is needed outside of it.
    private func demandEvacuation() throws(AdapterError) {
        for connection in evacuated().keys.sorted()
        where adapters[connection]?.capabilities.evacuates != true {
            throw .permanent(
                "\(connection) cannot move anybody off a pool that does not answer: bring the pool back, or leave out --evacuate"
            )
        }
    }

    /// When steps began in the last hour, for `limits.moves.perHour`.
    private func begunLately(before now: Instant) async throws -> [Instant] {
        guard desired.policy.limits.movesPerHour != nil else { return [] }
        let since = now + .seconds(-3600)
        var begun: [Instant] = []
        for run in try await ledger.runs() where (run.ended ?? now) >= since {
            begun += try await ledger.steps(of: run.id).map(\.intent.at).filter { $0 >= since }
        }
        return begun
    }

    private func plan(_ survey: Survey) -> Plan {
        Planner.plan(
            desired: desired, observed: survey.observed, memory: survey.memory,
            capabilities: survey.capabilities, asOf: survey.plan.asOf, part: order.part,
            only: order.only.map { Set($0.authorisedSteps.map(\.id)) })
    }
}

extension Application {
    /// Overrides hold for one digest; one that names another plan is no consent to this one.
    func notForThisDigest(_ plan: Plan) -> Applied? {
        guard let other = order.overrides.first(where: { !plan.digest.hasPrefix($0.digest) })
        else { return nil }
        return .notExpected(
            plan, added: [],
            words:
                "--override \(other.rail.rawValue)@\(other.digest) is for another plan: this one is \(plan.digest.prefix(12))"
        )
    }

    func consents(for plan: Plan, at now: Instant) -> [Consent] {
        func consent(_ subject: Consent.Subject) -> Consent {
            Consent(
                subject: subject, digest: plan.digest, reason: order.reason ?? "", by: order.by,
                at: now)
        }
        return order.overrides.map { consent(.override($0.rail)) }
            + order.accepted.accepted.sorted().map { consent(.price($0)) }
            + order.accepted.acceptedUnknown.sorted().map { consent(.unknownPrice($0)) }
            + order.evacuated.map { consent(.evacuation($0)) }
    }

    /// A reviewed plan of which too much no longer fits is not gone on with.
    private func stale(_ reviewed: Plan, against plan: Plan) -> Applied? {
        let steps = reviewed.authorisedSteps
        let present = Set(plan.steps.map(\.id))
        let left = Set(plan.left.map { plan.words(of: $0.subject) })
        let changed = steps.count {
            !present.contains($0.id) && left.contains(reviewed.words(of: $0.subject))
        }
        let allowed = desired.policy.limits.stale.allowance(of: steps.count)
        guard changed > allowed else { return nil }
        return .notExpected(
            plan, added: [],
            words:
                "\(changed) of its \(steps.count) steps no longer fit what is there, more than limits.stale allows (\(allowed)): plan anew"
        )
    }

    /// Ends what earlier runs left open, or records that none is remembered any more, and why.
    private func settle(_ clock: RunClock) async throws {
        guard order.beginsAnew else {
            _ = try await Recovery.settle(
                try await ledger.memory(comparedBy: desired.folding), runs: try await ledger.runs(),
                adapters: adapters,
                ledger: ledger, lease: lease, actor: order.by, clock: clock,
                waiting: talk.settling)
            return
        }
        let now = clock.now()
        let consent = Consent(
            subject: .newLedger, digest: desired.digest, reason: order.reason ?? "", by: order.by,
            at: now)
        try await ledger.commit([.consentGiven(consent)], under: lease, by: order.by, at: now)
    }
}

extension RunID {
    /// `20261122-221319-1f3a`: sorts by time, and two in one second differ.
    fileprivate init(at now: Instant, random: UInt64) {
        let digits = now.description.filter { $0.isNumber }
        let suffix = String(random & 0xFFFF | 0x1_0000, radix: 16).dropFirst()
        self.init("\(digits.prefix(8))-\(digits.dropFirst(8))-\(suffix)")
    }
}
