/// No pool ends that is not proven empty, and none without those who must agree.

import AdapterEmbedded
import Adapters
import Ledgers
import Model
import Planning
import TestSupport

/// What was written down of the ends of pools.
struct EndsOfPools {
    /// The last change that was about to be made, by pool.
    fileprivate var intended: [PoolID: RetirementEvent.Change] = [:]
    /// Pools that somebody left in the present life of a runner: FQDNs, folded.
    fileprivate var left: [Int: (life: Int, pools: Set<String>)] = [:]
}

extension Invariants {
    /// What is recorded of pools is allowed.
    mutating func breaksPools(
        _ events: [RetirementEvent], _ life: Int, _ index: Int, _ simulator: Simulator
    ) -> String? {
        for event in events {
            guard case .intended(let change, let proof) = event.deed else { continue }
            endsOfPools.intended[event.pool] = change
            guard let pool = simulator.estate.pools.first(where: { $0.id == event.pool }) else {
                return "\(event.pool) ends and is no pool"
            }
            guard change != .reopen else { continue }
            if let words = unproven(pool, proof, simulator) { return words }
            if let left = endsOfPools.left[index], left.life == life,
                left.pools.contains(event.pool.fqdn)
            {
                return "\(event.pool) ends in the apply of the last move off it"
            }
            if change == .remove, let words = unapproved(pool, simulator) { return words }
        }
        return nil
    }

    /// Each row of the proof is there and passed, and what was stated is not over.
    private func unproven(
        _ pool: Pool, _ proof: [ProofLine], _ simulator: Simulator
    ) -> String? {
        let progress = simulator.ledger.memory(comparedBy: .whole).retirements[pool.id]
        for row in ProofRow.rows(of: pool.product) {
            guard let line = proof.first(where: { $0.row == row.name }) else {
                return "\(pool.fqdn) ends without the row \(row.name) of its proof"
            }
            if line.verdict != .passed {
                return "\(pool.fqdn) ends, and \(row.name) of its proof is \(line.verdict)"
            }
            guard line.source == .attested else { continue }
            guard let stated = progress?.attested[row.name],
                stated.attestation.until >= simulator.now
            else { return "\(pool.fqdn) ends, and what was stated of \(row.name) is over" }
        }
        return nil
    }

    /// As many people as policy wants approved a plan with this very step.
    private func unapproved(_ pool: Pool, _ simulator: Simulator) -> String? {
        let step = StepID(retiring: pool)
        let people = simulator.ledger.memory(comparedBy: .whole).consents.filter { consent in
            consent.subject == .approval
                && simulator.ledger.plan(digest: consent.digest)?.steps.contains(step) == true
        }.map { "\($0.by)" }
        let wanted = simulator.desired.policy.approvals.retire
        return Set(people).count < wanted
            ? "\(pool.fqdn) is taken out, approved by \(Set(people).count) of \(wanted)" : nil
    }

    /// A pool was closed, opened or taken out by us.
    func changed(
        _ pool: Pool, _ change: RetirementEvent.Change, _ simulator: Simulator
    ) -> String? {
        guard endsOfPools.intended[pool.id] == change else {
            return "\(pool.fqdn): \(change) without a durable intent"
        }
        guard change != .reopen, let deployment = simulator.deployments[pool.connection] else {
            return nil
        }
        let living = deployment.residents(of: pool.fqdn, at: simulator.now).filter {
            $0.value.count > 0
        }
        if !living.isEmpty { return "\(pool.fqdn): \(change), and somebody lives there" }
        let memory = simulator.ledger.memory(comparedBy: .whole)
        let doubt = memory.inDoubt.first {
            $0.move.to == pool.fqdn && $0.deadline > simulator.now
                && $0.connection == pool.connection
        }
        return doubt.map { "\(pool.fqdn): \(change), and \($0.move.resource) may be on its way" }
    }

    mutating func leaves(_ fqdn: String, _ runner: Runner) {
        var left = endsOfPools.left[runner.number] ?? (runner.life, [])
        if left.life != runner.life { left = (runner.life, []) }
        left.pools.insert(Address.folded(fqdn))
        endsOfPools.left[runner.number] = left
    }

    /// Every pool is as its document says, or a person can be told why not.
    func unended(_ simulator: Simulator) -> String? {
        for pool in simulator.desired.pools {
            guard let deployment = simulator.deployments[pool.connection],
                let state = deployment.pool(pool.fqdn)?.state
            else { return "\(pool.fqdn) is lost" }
            switch (pool.state, state) {
            case (.retired, .removed), (.serving, .open), (.draining, .open): continue
            // Nothing brings back what was taken out.
            case (.serving, .removed), (.draining, .removed): continue
            case (.serving, .closed), (.draining, .closed):
                return "\(pool.fqdn) is asked for, and closed"
            case (.retired, _):
                let living = deployment.residents(of: pool.fqdn, at: simulator.now)
                if living.contains(where: { $0.value.count > 0 }) { continue }
                if reopenedByHand.contains(pool.fqdn) { continue }
                return "\(pool.fqdn) is empty and not taken out"
            }
        }
        return nil
    }
}

extension StepID {
    init(retiring pool: Pool) {
        var fqdn = pool.fqdn
        self = fqdn.withUTF8 {
            StepID(
                action: .retire, connection: pool.connection, subject: UnsafeRawBufferPointer($0),
                kind: nil, from: "", to: "", comparedBy: .whole)
        }
    }
}

extension Simulator {
    /// As `rehome attest` does of everything that nobody sees of a pool.
    mutating func attest(_ pool: Pool, for time: Duration) {
        let rows = ProofRow.rows(of: pool.product).compactMap { row in
            if case .attested = row.look { row.name } else { nil }
        }
        let events = rows.map { row in
            LedgerEntry.retirement(
                RetirementEvent(
                    pool.id,
                    .attested(
                        Attestation(
                            row: row, words: "looked", by: Self.people[0], until: now + time)),
                    at: now))
        }
        _ = try? ledger.commit(events, under: nil, by: Self.people[0], at: now)
        note("somebody attests \(pool.fqdn) for \(time)")
    }

    /// As `rehome approve` does of the plan of now.
    mutating func approve(by people: [Actor]) {
        let memory = ledger.memory(comparedBy: .whole)
        let plan = plan(observed(hiding: [:]), memory)
        guard plan.stages.contains(where: { $0.retirement?.part == .removal }) else { return }
        let recorded = RecordedPlan(
            digest: plan.digest, campaign: plan.desired.digest, revision: nil, at: now,
            steps: plan.authorisedSteps.map(\.id).sorted())
        for person in people {
            let consent = Consent(
                subject: .approval, digest: plan.digest, reason: "", by: person, at: now)
            _ = try? ledger.commit(
                [.planRecorded(recorded), .consentGiven(consent)], under: nil, by: person, at: now)
        }
        note("\(people.count) approve \(plan.digest.prefix(6))")
    }

    static let people = [
        Actor(account: "ana", host: "desk"), Actor(account: "ben", host: "desk"),
    ]

    /// Whatever retirements wait for from people.
    mutating func agree() {
        guard repertoire.contains(.retirement) else { return }
        for pool in desired.pools where pool.state == .retired {
            attest(pool, for: .seconds(36_000))
        }
        approve(by: Self.people)
    }

    /// Now and then somebody states or approves something.
    mutating func agreeSometimes() {
        guard repertoire.contains(.retirement), !faults.isOver else { return }
        let retired = desired.pools.filter { $0.state == .retired }
        guard let pool = retired.randomElement(using: &random) else { return }
        if random.oneIn(2) { attest(pool, for: span(600_000, 20_000_000)) }
        if random.oneIn(2) {
            approve(by: random.oneIn(2) ? Self.people : [Self.people[0]])
        }
    }

    /// Somebody opens a closed pool.
    mutating func reopenByHand() {
        for pool in estate.pools
        where deployments[pool.connection]?.pool(pool.fqdn)?.state == .closed {
            note("somebody opens \(pool.fqdn)")
            invariants.reopenedByHand.insert(pool.fqdn)
            deployments[pool.connection]?.setState(.open, of: pool.fqdn)
        }
    }
}

extension RetirementEvent.Change {
    var action: PoolChange.Action {
        switch self {
        case .fence: .close
        case .reopen: .reopen
        case .remove: .remove
        }
    }
}

extension Plan {
    /// Stages at the end of pools that may begin, as rows of `stages`.
    func openEndings(for bug: PlantedBug?) -> [Int] {
        let stepped = Set(steps.map(\.stage))
        return stages.indices.filter { index in
            guard let ending = stages[index].retirement, stepped.contains(Int32(index)) else {
                return false
            }
            if bug == .closesUnproven { return ending.part == .fence }
            if bug == .needsNoApproval, ending.part == .removal,
                stages[index].standing.waitsFor?.hasPrefix("approvals") == true
            {
                return ending.proof.allSatisfy { $0.verdict == .passed }
            }
            return stages[index].isAuthorised && stages[index].standing.state == .open
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
