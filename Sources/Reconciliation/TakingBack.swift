/// Taking back: the same path as applying, with a plan that leads the other way.

import Execution
import Ledgers
import Manifests
package import Model
import Planning

extension Reconciler {
    /// What `apply` would do with an order whose `wayBack` is this wish, where these prices are accepted.
    /// Changes nothing.
    package func planBack(
        _ desired: DesiredState, _ wish: WayBackWish, _ part: Narrowing,
        accepting accepted: PriceConsent,
        by actor: Actor
    ) async throws -> WayBackDraft {
        guard let ledger = try await ledger(of: desired) else {
            throw Meaningless(
                message: "there is no ledger yet, so nothing was moved", hint: nil)
        }
        var survey = try await look(desired, part)
        let back = try await survey.wayBack(wish, desired, ledger)
        var made = survey.planBack(back, desired, part)
        survey.memory.consents += accepted.consents(
            for: made.plan.digest, by: actor, made.plan.asOf)
        made = survey.planBack(back, desired, part)
        return WayBackDraft(back: back, plan: made.plan, takenBack: made.takenBack)
    }
}

/// A plan that leads back, and what it is about.
package struct WayBackDraft: Sendable {
    package var back: WayBack
    package var plan: Plan
    package var takenBack: [StepID]
}

extension Survey {
    func wayBack(
        _ wish: WayBackWish, _ desired: DesiredState, _ ledger: any Ledger
    ) async throws -> WayBack {
        try await WayBackReading(
            desired: desired, ledger: ledger, journey: memory.journey, forward: plan
        ).wayBack(wish)
    }

    func planBack(
        _ back: WayBack, _ desired: DesiredState, _ part: Narrowing
    ) -> WayBackPlan {
        Planner.planBack(
            back, desired: desired, observed: observed, memory: memory,
            capabilities: capabilities, asOf: plan.asOf, part: part)
    }
}

extension PriceConsent {
    fileprivate func consents(for digest: String, by actor: Actor, _ now: Instant) -> [Consent] {
        let subjects =
            accepted.sorted().map { Consent.Subject.price($0) }
            + acceptedUnknown.sorted().map { .unknownPrice($0) }
        return subjects.map {
            Consent(subject: $0, digest: digest, reason: "", by: actor, at: now)
        }
    }
}

extension Application {
    /// One way back. That something is taken back is durable with its run, before its first batch: from
    /// then on no plan leads forward again, however it ends.
    func takeBack(_ wish: WayBackWish, _ clock: RunClock) async throws -> Applied {
        let heardUpTo = try await ledger.head().number
        var survey = try await reconciler.survey(
            desired, order.part, adapters, try await reconciler.memory(of: ledger, for: desired))
        let back = try await survey.wayBack(wish, desired, ledger)
        var made = survey.planBack(back, desired, order.part)
        if let refusal = notForThisDigest(made.plan) { return refusal }
        let consents = consents(for: made.plan, at: clock.now())
        if !consents.isEmpty {
            survey.memory.consents += consents
            made = survey.planBack(back, desired, order.part)
        }
        let plan = made.plan
        if let refusal = try await refusal(of: plan, survey.memory.consents) { return refusal }
        let opening = opening(made, back, survey.memory, at: clock.now())
        guard !plan.steps.isEmpty || !opening.isEmpty else {
            return .unchanged(plan, try await ledger.head())
        }
        talk.takesBack(WayBackDraft(back: back, plan: plan, takenBack: made.takenBack))
        guard await talk.confirm(plan) else { return .declined(plan) }
        guard plan.steps.contains(where: { $0.action == .move }) else {
            return .unchanged(
                plan,
                try await ledger.commit(
                    consents.map { .consentGiven($0) } + opening, under: lease, by: order.by,
                    at: clock.now()))
        }
        try await ledger.commit(
            consents.map { .consentGiven($0) }, under: lease, by: order.by, at: clock.now())
        let claiming = Claiming(
            desired: desired, survey: survey, adapters: adapters, part: order.part)
        if let words = try await claiming.settle(plan) {
            return .notExpected(plan, added: [], words: words)
        }
        return try await carryOut(plan, survey, heardUpTo, clock) { orders in
            orders.leadBack(towards: back.campaign, opening)
        }
    }

    /// What is recorded with the run: who stays blocked, and waves that are as if they never began.
    private func opening(
        _ made: WayBackPlan, _ back: WayBack, _ memory: Memory, at now: Instant
    ) -> [LedgerEntry] {
        // Also where all of it is known: it marks the run as a way back.
        let isNews = !made.plan.steps.isEmpty || !memory.rolledBack.isSuperset(of: made.takenBack)
        var entries: [LedgerEntry] = isNews ? [.takenBack(made.takenBack)] : []
        guard order.part.isWholeEstate else { return entries }
        for wave in back.waves where memory.journey[wave]?.hasStarted == true {
            entries.append(.wave(WaveEvent(wave, .takenBack, at: now)))
        }
        return entries
    }
}

extension RunOrders {
    /// A way back waits for no pace, and not for the end of a freeze, in which it was named; and it goes on
    /// with what it takes back, not with what the manifests say now.
    fileprivate mutating func leadBack(towards campaign: String?, _ opening: [LedgerEntry]) {
        self.opening = opening
        limits.movesPerHour = nil
        limits.freezes = []
        // Waves are not its business: their events are recorded above.
        journey = Journey()
        if let campaign {
            run.campaign = campaign
            plan.campaign = campaign
        }
    }
}

extension Reconciler {
    /// The change of the manifests after which they ask no more for what a way back takes back: a rollout
    /// is let go up to the wave before, or nowhere, and who goes in no rollout is left out.
    ///
    /// - Returns: What is changed, and what a person has to write, as the place and the key.
    package func keepBack(
        _ draft: WayBackDraft, _ desired: DesiredState
    ) -> (edits: [FileEdit], byHand: [String]) {
        var edits = KeepingBack(desired, source) {
            ManifestLoader.load(from: $0, adapters: edges.catalog)
        }
        var lowered: Set<String> = []
        for rollout in desired.rollouts {
            let waves =
                rollout.waves.map { WaveID(rollout.name, $0.name) } + [
                    WaveID(rollout.name, WaveID.late)
                ]
            guard let first = waves.firstIndex(where: draft.back.waves.contains) else { continue }
            edits.lower(rollout.name, to: first > 0 ? waves[first - 1].wave : Rollout.nowhere)
            lowered.formUnion(rollout.placements)
        }
        let takenBack = Set(draft.takenBack)
        var left: [String: [ResourceID]] = [:]
        for trail in draft.back.trails
        where trail.steps.contains(where: takenBack.contains) && !lowered.contains(trail.placement)
        {
            left[trail.placement, default: []].append(trail.resource)
        }
        for unmoved in draft.back.unmoved
        where takenBack.contains(unmoved.step) && !lowered.contains(unmoved.placement) {
            left[unmoved.placement, default: []].append(unmoved.resource)
        }
        edits.leaveOut(left)
        return (edits.edits, edits.byHand)
    }
}

extension Reconciler {
    /// The steps of these resources that were taken back, or all for nil.
    ///
    /// What never moved is known by no run: for that the deployments are looked at.
    package func takenBack(
        of resources: [ResourceID]?, _ desired: DesiredState
    ) async throws -> [StepID: ResourceID] {
        guard let ledger = try await ledger(of: desired) else { return [:] }
        var open = try await ledger.memory(comparedBy: desired.folding).rolledBack
        let wanted = resources.map { Set($0.map { $0.folded(by: desired.folding) }) }
        var found: [StepID: ResourceID] = [:]
        func take(_ step: StepID, _ resource: ResourceID) {
            guard open.remove(step) != nil else { return }
            if wanted?.contains(resource.folded(by: desired.folding)) ?? true {
                found[step] = resource
            }
        }
        for run in try await ledger.runs() where !open.isEmpty {
            for recorded in try await ledger.steps(of: run.id) {
                take(recorded.intent.move.step, recorded.intent.move.resource)
            }
        }
        guard !open.isEmpty else { return found }
        let survey = try await look(desired, .wholeEstate)
        var memory = survey.memory
        memory.rolledBack = []
        let plan = Planner.plan(
            desired: desired, observed: survey.observed, memory: memory,
            capabilities: survey.capabilities, asOf: survey.plan.asOf, part: .wholeEstate)
        for step in plan.steps {
            guard case .resource(let row) = step.subject else { continue }
            take(step.id, plan.columns.resource(row))
        }
        return found
    }
}
