/// A process that applies the manifests again and again: takes the lease, settles what is in doubt,
/// observes, plans, runs. The same path as `apply`, one effect at a time.

import Adapters
import Execution
import Ledgers
import Model
import Planning
import TestSupport

struct Runner {
    enum Stage: Hashable {
        case idle
        case recovering
        case observing
        case running
    }

    let number: Int
    var stage = Stage.idle
    /// Counts deaths and ends: what was under way for an earlier life finds nobody.
    var life = 0
    var standsStillUntil: Instant?
    var lease: Lease?
    var machine: RunMachine?
    var orders: RunOrders?
    /// The last link of the ledger that its memory holds.
    var heardUpTo = 0
    var runs = 0
    /// Still to be settled while recovering.
    var doubts: [IntendedStep] = []
    /// What it takes back; nil where it applies the manifests.
    var takesBack: WayBackScope?
    /// What it still does beside its run.
    var endings: Endings?
    /// Pools that were declared as retired when its run was planned.
    var retired: Set<String> = []
    /// What the last look showed of each resource, under its folded name.
    var seen: [ResourceID: Glance] = [:]

    var actor: Actor { Actor(account: "runner", host: "host-\(number)") }
}

extension Simulator {
    mutating func begin(_ index: Int) {
        guard runners[index].stage == .idle else { return }
        if lastBack?.runner == index, lastBack?.made == nil {
            runners[index].takesBack = .campaign
        } else if faults.strikes(.takesBack, using: &random) {
            runners[index].takesBack = somethingToTakeBack()
        }
        do {
            let actor = runners[index].actor
            runners[index].lease = try ledger.acquireLease(by: actor, at: now)
        } catch {
            note("runner \(index) does not get the lease")
            // A way back is not the next revision, and nobody waits with it.
            if runners[index].takesBack == nil { announce() }
            runners[index].takesBack = nil
            return
        }
        runners[index].stage = .recovering
        runners[index].doubts =
            bug == .skipsRecovery ? [] : ledger.memory(comparedBy: .whole).inDoubt
        note("runner \(index) begins with \(runners[index].doubts.count) steps in doubt")
        later(.lookForDoubt, index)
    }

    /// Something for a runner in a moment.
    mutating func later(_ thing: Thing, _ index: Int, after wait: Duration = .milliseconds(1)) {
        schedule(.runner(index, life: runners[index].life, thing), after: wait)
    }

    /// The process is gone, with all that it had in its head.
    mutating func crash(_ index: Int) {
        note("runner \(index) dies")
        let lease = runners[index].lease
        leave(index)
        // A lock of the operating system dies with the process; a lease that expires does not.
        if let lease, lease.expires == nil { ledger.release(lease) }
        // Somebody starts it again, often before what it began is over.
        if random.oneIn(2) { schedule(.begin(index), after: span(100, 20_000)) }
    }

    /// Ends an apply in order.
    mutating func end(_ index: Int, _ words: String) {
        note("runner \(index) ends: \(words)")
        let lease = runners[index].lease
        leave(index)
        if let lease { ledger.release(lease) }
    }

    private mutating func leave(_ index: Int) {
        endCalls(of: index)
        runners[index].stage = .idle
        runners[index].life += 1
        runners[index].lease = nil
        runners[index].machine = nil
        runners[index].orders = nil
        runners[index].doubts = []
        runners[index].takesBack = nil
        runners[index].endings = nil
        runners[index].seen = [:]
        runners[index].standsStillUntil = nil
    }

    /// Commits for a runner; false when the ledger refused.
    mutating func commit(_ entries: [LedgerEntry], for index: Int) -> LedgerError? {
        if faults.strikes(.commitRefused, using: &random) { return .storage("no space left") }
        let told = entries
        let entries = bug.map { entries.without($0) } ?? entries
        // Judged by what the ledger holds before, and only where it takes it.
        var judged = invariants
        let broken = judged.breaksWaves(entries, self)
        do {
            try ledger.commit(
                entries, under: runners[index].lease, by: runners[index].actor, at: now)
            invariants = judged
            failure = failure ?? broken
            invariants.hear(told)
            failure = failure ?? invariants.commit(entries, self)
            for entry in entries { visits.note(entry) }
            return nil
        } catch {
            if case .leaseLost = error { visits.note("the lease is lost") }
            return error
        }
    }
}

/// The run, as `Executor.run` does it.
extension Simulator {
    mutating func plan(_ index: Int, _ observed: ObservedState) {
        runners[index].retired = Set(desired.pools.filter { $0.state == .retired }.map(\.fqdn))
        if let scope = runners[index].takesBack { return takeBack(scope, index, observed) }
        guard var plan = keepWaves(index, observed) else { return }
        if repertoire.contains(.retirement) {
            guard let proven = prove(index, plan, observed) else { return }
            plan = proven
        }
        let memory = ledger.memory(comparedBy: .whole)
        if let refusal = plan.refusals.first { return end(index, refusal.message) }
        if repertoire.contains(.identities) {
            let found = Planner.newlySettled(
                desired: desired, observed: observed, memory: memory,
                capabilities: estate.capabilities, asOf: now)
            if let error = commit(found, for: index) { return end(index, "\(error)") }
        }
        if repertoire.contains(.retirement) { return carryOut(plan, memory, index) }
        guard !plan.authorisedSteps.isEmpty else { return end(index, "nothing to do") }
        run(plan, memory, index)
    }

    /// Begins a run; `change` makes of the orders those of a way back.
    mutating func run(
        _ plan: Plan, _ memory: Memory, _ index: Int,
        changing change: (inout RunOrders) -> Void = { _ in }
    ) {
        guard let lease = runners[index].lease, renew(index) else { return }
        var limits = estate.limits
        limits.begunLately = RunLimits.begunLately(
            ledger.runs().flatMap { ledger.steps(of: $0.id) }.map(\.intent), at: now)
        runners[index].runs += 1
        var orders = RunOrders(
            plan, memory: memory, connections: estate.connections,
            capabilities: estate.capabilities,
            id: RunID("run-\(index)-\(runners[index].runs)"), by: runners[index].actor, at: now,
            limits: limits, seed: random.next())
        orders.heardUpTo = runners[index].heardUpTo
        change(&orders)
        runners[index].stage = .running
        runners[index].orders = orders
        note(
            "runner \(index) runs \(orders.run.id): \(orders.moves.count) moves towards \(orders.run.campaign)"
        )
        invariants.began(orders)
        var machine = RunMachine(
            orders, leaseExpires: runners[index].lease?.expires ?? lease.expires, at: now)
        let effects = machine.next(after: .started, at: now)
        runners[index].machine = machine
        carryOut(effects, for: index)
        if faults.strikes(.stop, using: &random) {
            let stop: RunMachine.Stop =
                random.oneIn(2) ? .interrupt : .cancel(reason: "another revision")
            later(.event(.stopAsked(stop)), index, after: span(1, 300_000))
        }
    }

    mutating func tell(_ index: Int, _ event: RunMachine.Event) {
        guard var machine = runners[index].machine else { return }
        if case .leaseRenewed(let lease) = event { runners[index].lease = lease }
        var event = event
        if case .performed(let batch, let answer) = event {
            note("runner \(index) hears of batch \(batch): \(answer)")
            if let orders = runners[index].orders {
                invariants.answered(orders, batch)
            }
            if bug == .forgetsDoubt { event = .performed(batch, answer.withoutDoubt) }
        }
        let effects = machine.next(after: event, at: now)
        runners[index].machine = machine
        carryOut(effects, for: index)
    }

    /// One effect after the other, so that the process may die between any two.
    private mutating func carryOut(_ effects: [RunMachine.Effect], for index: Int) {
        for (place, effect) in effects.enumerated() {
            if case .report = effect { continue }
            later(.effect(effect), index, after: .milliseconds(place + 1))
        }
    }

    mutating func carryOut(_ effect: RunMachine.Effect, for index: Int) {
        switch effect {
        case .record(let entries, let heardUpTo): record(entries, heardUpTo, for: index)
        case .observe(let number, let connection, let resources):
            look(number, at: resources, on: connection, for: index)
        case .perform(let batch, let connection, let deadline):
            perform(batch, on: connection, deadline: deadline, for: index)
        case .sleep(let until):
            later(.event(.woke), index, after: max(.milliseconds(1), until - now))
        case .renewLease:
            guard let lease = runners[index].lease else { return }
            do {
                var renewed = try ledger.renew(lease, at: now)
                if bug == .overratesTheLease, let expires = renewed.expires {
                    renewed.expires = expires + .seconds(60)
                }
                let wait =
                    faults.strikes(.renewSlow, using: &random) ? span(1000, 60_000) : span(1, 20)
                later(.event(.leaseRenewed(renewed)), index, after: wait)
            } catch {
                later(.event(.ledgerRefused(error)), index)
            }
        case .report: break
        case .finish(.ended(let run)):
            if let orders = runners[index].orders {
                failure = failure ?? invariants.ended(run, orders, self)
            }
            if goesOn(index, after: run) { return }
            end(index, "\(run.outcome?.rawValue ?? "") \(run.reason ?? "")")
        case .finish(.refused(let error)): end(index, "\(error)")
        }
    }

    private mutating func record(_ entries: [LedgerEntry], _ heardUpTo: Int, for index: Int) {
        if bug == .acknowledgesBeforeDurable {
            later(.event(.recorded(upTo: heardUpTo, heard: [])), index)
            later(.commit(entries), index, after: span(1, 3000))
            return
        }
        if let error = commit(entries, for: index) {
            note("the ledger refuses runner \(index): \(error)")
            return later(.event(.ledgerRefused(error)), index)
        }
        note("runner \(index) records \(entries.map(\.words).joined(separator: ", "))")
        let wait =
            faults.strikes(.commitSlow, using: &random) ? span(1000, 40_000) : span(1, 20)
        let heard =
            bug == .hearsNothing ? [] : ledger.instructions(after: heardUpTo).map(\.instruction)
        later(.event(.recorded(upTo: ledger.head.number, heard: heard)), index, after: wait)
    }

    /// Only where the ledger lies about what is durable.
    mutating func commitLate(_ entries: [LedgerEntry], for index: Int) {
        _ = commit(entries, for: index)
    }
}
