/// The end of pools in a simulated history: asked, written down, closed, taken out, as `Retiring` does it.

import AdapterEmbedded
import Adapters
import Execution
import Ledgers
import Model
import Planning
import TestSupport

/// What an apply has still to do beside its run.
struct Endings {
    /// The plan that was made before anything moved.
    var plan: Plan
    var memory: Memory
    var openings: [StageRetirement]
    /// Whether the run is still to come.
    var isBeforeRun = true
    var closings: [StageRetirement]
    /// Under way, while the deployment has not answered.
    var change: RetirementEvent.Change?
    /// The last instant at which that may happen.
    var deadline = Instant(millisecondsSince1970: 0)
    var pool: Pool?
}

/// A change of a pool on its way through a deployment.
struct PoolCall {
    var runner: Int
    var life: Int
    var pool: Pool
    var change: RetirementEvent.Change
    /// Whether anything happens at all, and what is answered if not what happened.
    var acts: Bool
    var answer: Result<StepOutcome, AdapterError>?
    var outcome: StepOutcome?
    var isOver = false
}

extension Simulator {
    /// Asks the deployments of pools of whose proof nothing else is missing.
    ///
    /// - Returns: The plan of now; nil when the ledger refused, and the runner has ended.
    mutating func prove(_ index: Int, _ plan: Plan, _ observed: ObservedState) -> Plan? {
        guard plan.stages.contains(where: { $0.retirement != nil }) else { return plan }
        let memory = ledger.memory(comparedBy: .whole)
        var events = newlyGone(plan)
        for ending in Circumstances(memory, desired.policy, at: now).dueProofs(of: plan) {
            guard let pool = desired.pool(named: ending.pool) else { continue }
            events.append(RetirementEvent(pool.id, .probed(ask(pool)), at: now))
        }
        guard !events.isEmpty else { return plan }
        visits.note("a pool is asked whether it is empty")
        note("runner \(index) asks of \(events.map { "\($0.pool)" })")
        guard record(events, index) else { return nil }
        return self.plan(observed, ledger.memory(comparedBy: .whole))
    }

    /// False when the ledger refused, and the runner has ended.
    private mutating func record(_ events: [RetirementEvent], _ index: Int) -> Bool {
        var judged = invariants
        let broken = judged.breaksPools(events, runners[index].life, index, self)
        if let error = commit(events.map { .retirement($0) }, for: index) {
            end(index, "\(error)")
            return false
        }
        invariants.endsOfPools = judged.endsOfPools
        failure = failure ?? broken
        return true
    }

    private mutating func ask(_ pool: Pool) -> [Evidence.Check] {
        if faults.strikes(.lookFails, using: &random) {
            return [Evidence.Check(pool.fqdn, .inconclusive, "no answer")]
        }
        let hiding =
            faults.strikes(.lookPartial, using: &random) ? [gap(on: pool.connection)] : []
        guard let deployment = deployments[pool.connection],
            let evidence = try? EstateRules.probe(
                Probe(.empty, [pool.fqdn]), in: deployment, at: now, hiding: hiding)
        else { return [Evidence.Check(pool.fqdn, .inconclusive, "no such connection")] }
        return evidence.checks
    }

    private func newlyGone(_ plan: Plan) -> [RetirementEvent] {
        plan.stages.compactMap { stage in
            guard let ending = stage.retirement, ending.isGone, ending.removedAt == nil,
                let pool = desired.pool(named: ending.pool)
            else { return nil }
            return RetirementEvent(pool.id, .changed(.remove), at: now)
        }
    }

    /// Opens pools, moves, and closes or takes out pools, in this order.
    mutating func carryOut(_ plan: Plan, _ memory: Memory, _ index: Int) {
        let open = plan.openEndings(for: bug).compactMap { plan.stages[$0].retirement }
        guard plan.beginsMoves || !open.isEmpty else { return end(index, "nothing to do") }
        if let words = missingApproval(plan, memory, index) { return end(index, words) }
        runners[index].endings = Endings(
            plan: plan, memory: memory, openings: open.filter { $0.part == .reopening },
            closings: open.filter { $0.part != .reopening })
        runners[index].stage = .running
        later(.nextEnding, index)
    }

    private func missingApproval(_ plan: Plan, _ memory: Memory, _ index: Int) -> String? {
        let given = memory.consents.filter { $0.subject == .approval }.map { consent in
            Approval(
                by: .account(consent.by.account, host: consent.by.host), digest: consent.digest,
                steps: Set(ledger.plan(digest: consent.digest)?.steps ?? []))
        }
        let tallies = Approvals(
            of: plan, given: given, policy: desired.policy.approvals,
            partisans: Partisans(applier: runners[index].actor)
        ).tallies(lifting: false)
        guard bug != .needsNoApproval else { return nil }
        return tallies.first { $0.count < $0.wanted }.map { "approvals: \($0.matter)" }
    }

    mutating func nextEnding(_ index: Int) {
        guard var endings = runners[index].endings else { return }
        if !endings.openings.isEmpty {
            let ending = endings.openings.removeFirst()
            runners[index].endings = endings
            return change(.reopen, ending, index)
        }
        if endings.isBeforeRun {
            endings.isBeforeRun = false
            runners[index].endings = endings
            if endings.plan.beginsMoves { return run(endings.plan, endings.memory, index) }
        }
        guard !endings.closings.isEmpty else { return end(index, "no pool is left to end") }
        let ending = endings.closings.removeFirst()
        runners[index].endings = endings
        change(ending.part == .fence ? .fence : .remove, ending, index)
    }

    /// The run of an apply is over; false where nothing comes after it.
    mutating func goesOn(_ index: Int, after run: Run) -> Bool {
        guard let endings = runners[index].endings, !endings.closings.isEmpty,
            run.outcome == .succeeded || run.outcome == .waiting
        else { return false }
        note("runner \(index) goes on with pools after \(run.id)")
        endCalls(of: index)
        runners[index].machine = nil
        runners[index].orders = nil
        later(.nextEnding, index)
        return true
    }

    private mutating func change(
        _ change: RetirementEvent.Change, _ ending: StageRetirement, _ index: Int
    ) {
        guard let pool = desired.pool(named: ending.pool) else { return later(.nextEnding, index) }
        var proof = change == .reopen ? [] : ending.proof
        if let row = proof.firstIndex(where: { $0.source == .probed }) {
            let checks = ask(pool)
            guard record([RetirementEvent(pool.id, .probed(checks), at: now)], index) else {
                return
            }
            guard Evidence.verdict(of: checks) == .passed || bug == .closesUnproven else {
                return later(.nextEnding, index)
            }
            proof[row].at = now
        }
        guard record([RetirementEvent(pool.id, .intended(change, proof: proof), at: now)], index)
        else { return }
        runners[index].endings?.change = change
        runners[index].endings?.deadline = now + RetirementEvent.patience
        runners[index].endings?.pool = pool
        later(.changePool, index)
    }
}

/// What the deployment does, and what of it is heard.
extension Simulator {
    mutating func changePool(_ index: Int) {
        guard let endings = runners[index].endings, let change = endings.change,
            let pool = endings.pool
        else { return }
        let room = (endings.deadline - now).milliseconds
        guard room > 0 else {
            let words = "its time was over before it began"
            return later(.poolChanged(.failure(.transient(words))), index)
        }
        note("runner \(index) asks to \(change) \(pool.fqdn)")
        var call = PoolCall(
            runner: index, life: runners[index].life, pool: pool, change: change, acts: true)
        if faults.strikes(.transient, using: &random) {
            call.acts = false
            call.answer = .failure(.transient("busy"))
        } else if faults.strikes(.stepPermanent, using: &random) {
            call.acts = false
            call.answer = .success(.failed(.init(.permanent, "it refuses")))
        } else if faults.strikes(.poolAnswerLost, using: &random) {
            call.acts = random.oneIn(2)
            call.answer = .failure(.outcomeUnknown("the line went dead"))
        }
        poolCalls.append(call)
        let acts = span(1, faults.strikes(.actsLate, using: &random) ? room : min(2000, room))
        schedule(.changePool(call: poolCalls.count - 1), after: acts)
        // A line that is dead is heard of whenever: also before anything happens.
        let hears = call.answer == nil ? acts + span(1, 100) : span(1, room)
        schedule(.answerPool(call: poolCalls.count - 1), after: hears)
    }

    /// It happens in the world.
    mutating func actOnPool(_ number: Int) {
        let call = poolCalls[number]
        guard call.acts, !call.isOver, var deployment = deployments[call.pool.connection] else {
            return
        }
        let before = deployment.pool(call.pool.fqdn)?.state
        let outcome = try? EstateRules.change(
            PoolChange(call.change.action, pool: call.pool.fqdn, fence: nil), in: &deployment,
            at: now)
        poolCalls[number].outcome = outcome
        if bug == .closesUnproven, case .conflict = outcome {
            deployment.setState(call.change == .fence ? .closed : .removed, of: call.pool.fqdn)
            poolCalls[number].outcome = .done
        }
        deployments[call.pool.connection] = deployment
        let after = deployment.pool(call.pool.fqdn)?.state
        note("\(call.pool.fqdn) was \(before?.rawValue ?? ""), is \(after?.rawValue ?? "")")
        guard before != after else { return }
        visits.note("a pool is changed: \(call.change)")
        failure = failure ?? invariants.changed(call.pool, call.change, self)
    }

    mutating func answerPool(_ number: Int) {
        let call = poolCalls[number]
        if estate.capabilities[call.pool.connection]?.endsWithRunner == true {
            poolCalls[number].isOver = true
        }
        let answer =
            call.answer
            ?? call.outcome.map { .success($0) } ?? .failure(.outcomeUnknown("nobody answers"))
        schedule(
            .runner(call.runner, life: call.life, .poolChanged(answer)), after: .milliseconds(1))
    }

    mutating func poolChanged(_ index: Int, _ answer: Result<StepOutcome, AdapterError>) {
        guard let change = runners[index].endings?.change, let pool = runners[index].endings?.pool
        else { return }
        runners[index].endings?.change = nil
        if let deed = deed(change, pool, answer) {
            guard record([RetirementEvent(pool.id, deed, at: now)], index) else { return }
        } else {
            visits.note("nobody knows what became of a pool")
            // Just then somebody wants it otherwise.
            if random.oneIn(2) { schedule(.secondThought, after: span(1, 100_000)) }
        }
        later(.nextEnding, index)
    }

    /// What is recorded of it; nil where nobody can say.
    private mutating func deed(
        _ change: RetirementEvent.Change, _ pool: Pool, _ answer: Result<StepOutcome, AdapterError>
    ) -> RetirementEvent.Deed? {
        switch answer {
        case .failure(.outcomeUnknown): return nil
        case .failure(let error): return .refused(change, error.message)
        case .success(let outcome):
            switch outcome {
            case .done, .already:
                return change == .remove ? whetherGone(pool) : .changed(change)
            case .underway: return nil
            case .conflict(let words): return .refused(change, words)
            case .gone: return .refused(change, "the deployment knows no such pool")
            case .failed(let failure):
                return failure.class == .outcomeUnknown ? nil : .refused(change, failure.message)
            }
        }
    }

    private mutating func whetherGone(_ pool: Pool) -> RetirementEvent.Deed? {
        guard !faults.strikes(.lookFails, using: &random) else { return nil }
        let isThere = page(.resources([]), on: pool.connection, []).pools.contains {
            Address.folded($0.fqdn) == pool.id.fqdn
        }
        return isThere
            ? .refused(.remove, "it was taken out, and the deployment still shows it")
            : .changed(.remove)
    }
}
