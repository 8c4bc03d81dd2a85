/// What people do in a rehearsal: at once, and written down with the command or the change that it takes.

import Execution
import Ledgers
import Model
import Planning

extension Rehearser {
    private mutating func must(_ wave: String?, _ words: String, hint: String) {
        deeds.append(Rehearsal.Deed(at: edges.time.now(), wave: wave, words: words, hint: hint))
    }

    private func record(_ entries: [LedgerEntry]) async throws {
        try await edges.ledger.commit(
            entries, under: nil, by: Self.person, at: edges.time.now())
    }

    private func consent(_ subject: Consent.Subject, _ plan: Plan, by actor: Actor) -> LedgerEntry {
        .consentGiven(
            Consent(
                subject: subject, digest: plan.digest, reason: "rehearsed", by: actor,
                at: edges.time.now()))
    }

    /// Lifts the rails that may be lifted, so that what comes behind them is seen too.
    mutating func lift(_ refusals: [Refusal], _ plan: Plan) async throws -> Next {
        last = plan
        let wave = plan.activeWave
        for var refusal in refusals {
            // The digest is one of the rehearsal alone.
            refusal.hint.replace(plan.digest.prefix(12), with: "DIGEST")
            let isFirst = granted.insert("\(refusal.rail) \(plan.digest)").inserted
            let mayBeLifted = refusal.isLiftable || refusal.rail == .price
            guard isFirst, mayBeLifted else {
                end(.rail(refusal.rail), plan, refusal.message, hint: refusal.hint)
                return .over
            }
            if refusal.rail == .price {
                must(wave, "accept a price: \(refusal.message)", hint: refusal.hint)
                acceptPrices(of: plan)
            } else {
                if granted.insert("\(refusal.rail) \(wave ?? "")").inserted {
                    add(
                        .rail(refusal.rail), wave, refusal.message, hint: refusal.hint, isEnd: false
                    )
                }
                try await record([consent(.override(refusal.rail), plan, by: Self.person)])
            }
        }
        return .again
    }

    /// As a commit would that writes them on the placements.
    private mutating func acceptPrices(of plan: Plan) {
        let prices = plan.authorisedSteps.reduce(into: Set<Int32>()) { $0.insert($1.price) }
            .flatMap { plan.columns.prices[Int($0)] }
        for index in desired.placements.indices {
            desired.placements[index].consent.accepted.formUnion(prices.map(\.what))
            desired.placements[index].consent.acceptedUnknown.formUnion(prices.map(\.what))
        }
    }

    mutating func approve(
        _ plan: Plan, _ standing: ApprovalStanding
    ) async throws -> Next {
        last = plan
        let missing = standing.tallies.filter { !$0.isMet }
        let people = missing.map { $0.wanted - $0.count }.max() ?? 0
        guard people > 0, granted.insert("approval \(plan.digest)").inserted else {
            end(.stale, plan, "approvals do not count for it", hint: "rehome approve says why")
            return .over
        }
        must(
            plan.activeWave,
            "approve the plan: \(people == 1 ? "1 person" : "\(people) people")",
            hint: "rehome approve, before it is applied")
        let wanted = missing.map(\.wanted).max() ?? people
        try await record(
            [.planRecorded(RecordedPlan(of: plan, at: edges.time.now()))]
                + (1...wanted).map {
                    consent(
                        .approval, plan, by: Actor(account: "approver-\($0)", host: "rehearsal"))
                })
        return .again
    }

    /// Does what no adapter does, as far as it may begin.
    mutating func operate(_ plan: Plan) async -> Bool {
        let steps = plan.operatorSteps
        guard !steps.isEmpty else { return false }
        var counts: [(stage: Int32, words: String, count: Int)] = []
        for step in steps {
            guard case .resource(let row) = step.subject, let to = step.to else { continue }
            let resource = plan.columns.resource(row)
            let words =
                "\(resource.kind.name) from \(plan.poolName(step.from) ?? "?") to \(plan.pools[Int(to)].name)"
            if let place = counts.firstIndex(where: { $0.stage == step.stage && $0.words == words })
            {
                counts[place].count += 1
            } else {
                counts.append((step.stage, words, 1))
            }
            await edges.deployments[plan.columns.connections[Int(step.connection)]]?.move(
                resource, to: plan.pools[Int(to)].fqdn)
        }
        for entry in counts {
            must(
                plan.stages[Int(entry.stage)].waveName,
                "move by hand: \(entry.count) \(entry.words)",
                hint: "no adapter does it; rehome sees that it was done")
        }
        return true
    }

    /// Releases a stage from what only a person releases it from. False where it is not that.
    mutating func release(
        _ stage: Stage, _ circumstances: Circumstances
    ) async throws -> Bool {
        let words = stage.standing.waitsFor ?? ""
        if let upTo = stage.beyond, words.hasPrefix("upTo") {
            guard let index = desired.rollouts.firstIndex(where: { $0.name == stage.rollout }),
                desired.rollouts[index].upTo != nil
            else { return false }
            desired.rollouts[index].upTo = nil
            must(
                stage.waveName, "let \(stage.rollout ?? "") go on beyond \(upTo)",
                hint: "a commit that changes upTo of the Rollout")
            return true
        }
        if stage.standing.cause.0 == .pause, stage.standing.earliest == nil {
            return try await resume(stage, circumstances)
        }
        if let breach = stage.waveID.flatMap({ circumstances.journey[$0]?.breach }) {
            must(
                stage.waveName, "let it go on, which was halted: \(breach.words)",
                hint: "rehome resume \(stage.rollout ?? "")")
            try await instruct(.resume(.rollout(stage.rollout ?? "")))
            return true
        }
        guard stage.standing.cause.0 == .gate else { return false }
        return try await open(stage, circumstances)
    }

    private func instruct(_ deed: Instruction.Deed) async throws {
        try await record([
            .instructed(
                Instruction(deed, reason: "rehearsed", by: Self.person, at: edges.time.now()))
        ])
    }

    private mutating func resume(
        _ stage: Stage, _ circumstances: Circumstances
    ) async throws -> Bool {
        let scopes = [.estate] + (stage.rollout.map { [PauseScope.rollout($0)] } ?? [])
        for scope in scopes {
            guard let pause = circumstances.stops.pauses[scope], pause.until == nil else {
                continue
            }
            must(
                stage.waveName, "end the pause by \(pause.by) (\(pause.reason))",
                hint: "rehome resume")
            try await instruct(.resume(scope))
            return true
        }
        return false
    }

    private func attesting(_ gate: String) -> String {
        let others = desired.policy.approvals.attest
        return "rehome probe --attest \(gate)"
            + (others > 0 ? ", then \(others) more: rehome approve --attestation \(gate)" : "")
    }

    /// Opens gates that no measurement opens: those that a person attests, that somebody closed, that the
    /// adapter cannot measure.
    private mutating func open(
        _ stage: Stage, _ circumstances: Circumstances
    ) async throws -> Bool {
        guard let wave = stage.waveID else { return false }
        var isOpened = false
        let sides = [(GateName.Side.before, stage.gatesBefore), (.after, stage.gatesAfter)]
        for (side, gates) in sides {
            let isDue = (side == .after) == (circumstances.journey[wave]?.isResting == true)
            for gate in gates where isDue && !gate.isTrial {
                guard let words = circumstances.needsPerson(gate, side, of: stage) else { continue }
                let id = GateID(wave, GateName(side, gate.name))
                must(
                    stage.waveName, "\(words): \(gate.name)",
                    hint: gate.isAttested
                        ? attesting("\(wave)/\(gate.name)")
                        : "rehome approve \(wave)/\(gate.name) --reason WORDS")
                try await instruct(.decide(id, isOpen: true, until: nil))
                isOpened = true
            }
        }
        return isOpened
    }
}
