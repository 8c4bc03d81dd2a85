/// Ways back, as `rehome rollback` goes them: a run, a wave or a campaign, now and then and at the end of
/// every history.

import AdapterEmbedded
import Execution
import Ledgers
import Model
import Planning
import TestSupport

extension Simulator {
    mutating func somethingToTakeBack() -> WayBackScope? {
        let runs = ledger.runs()
        switch Int.random(in: 0..<3, using: &random) {
        case 0: return runs.randomElement(using: &random).map { .run($0.id) }
        case 1:
            let begun = ledger.memory(comparedBy: .whole).journey.waves.filter {
                $0.value.lastStart != nil
            }
            return begun.keys.sorted().randomElement(using: &random).map { .wave($0) }
        default: return runs.isEmpty ? nil : .campaign
        }
    }

    /// One way back, as `Application.takeBack` goes it.
    mutating func takeBack(_ scope: WayBackScope, _ index: Int, _ observed: ObservedState) {
        var memory = ledger.memory(comparedBy: .whole)
        let forward = Planner.plan(
            desired: desired, observed: observed, memory: memory,
            capabilities: estate.capabilities, asOf: now, part: .wholeEstate)
        let back = wayBack(scope, memory.journey, forward)
        var made = planBack(back, observed, memory)
        let consents = made.plan.acceptingPrices(by: runners[index].actor, at: now)
        memory.consents += consents
        made = planBack(back, observed, memory)
        if let refusal = made.plan.refusals.first { return end(index, refusal.message) }
        if lastBack?.runner == index { lastBack?.made = made }
        let opening = opening(made, back, memory)
        guard !made.plan.steps.isEmpty || !opening.isEmpty else {
            return end(index, "nothing is left that could go back")
        }
        visits.note(scope)
        note("runner \(index) takes back \(scope): \(made.takenBack.count) steps")
        let given = consents.map { LedgerEntry.consentGiven($0) }
        guard made.plan.steps.contains(where: { $0.action == .move }) else {
            return end(index, commit(given + opening, for: index).map { "\($0)" } ?? "no moves")
        }
        if let error = commit(given, for: index) { return end(index, "\(error)") }
        run(made.plan, memory, index) { orders in
            orders.opening = opening
            orders.limits.movesPerHour = nil
            orders.limits.freezes = []
            orders.journey = Journey()
            guard let campaign = back.campaign else { return }
            orders.run.campaign = campaign
            orders.plan.campaign = campaign
        }
    }

    private func planBack(
        _ back: WayBack, _ observed: ObservedState, _ memory: Memory
    ) -> WayBackPlan {
        Planner.planBack(
            back, desired: desired, observed: observed, memory: memory,
            capabilities: estate.capabilities, asOf: now, part: .wholeEstate)
    }

    private func opening(
        _ made: WayBackPlan, _ back: WayBack, _ memory: Memory
    ) -> [LedgerEntry] {
        let isNews = !made.plan.steps.isEmpty || !memory.rolledBack.isSuperset(of: made.takenBack)
        let waves = back.waves.filter { memory.journey[$0]?.hasStarted == true }
        return (isNews ? [.takenBack(made.takenBack)] : [])
            + waves.map { .wave(WaveEvent($0, .takenBack, at: now)) }
    }
}

/// What a way back is about, read off the ledger as `WayBackReading` does.
extension Simulator {
    private func wayBack(_ scope: WayBackScope, _ journey: Journey, _ forward: Plan) -> WayBack {
        let runs = ledger.runs()
        switch scope {
        case .run(let id): return wayBack(of: runs.filter { $0.id == id }, journey, forward)
        case .campaign:
            let last = runs.last?.campaign
            return wayBack(of: runs.filter { $0.campaign == last }, journey, forward)
        case .wave(let wave): return wayBack(of: wave, journey, forward)
        }
    }

    private func wayBack(of runs: [Run], _ journey: Journey, _ forward: Plan) -> WayBack {
        var back = WayBack(
            stage: "back", undoing: runs.flatMap { ledger.steps(of: $0.id) },
            includingOthers: false, comparedBy: .whole)
        let planned = Set(runs.flatMap { ledger.plan(digest: $0.plan)?.steps ?? [] })
        back.unmoved = forward.unmoved { planned.contains($0.id) }
        let ids = Set(runs.map(\.id))
        back.waves = journey.waves.filter { wave in
            wave.value.lastStart?.run.map(ids.contains) == true
        }.keys.sorted()
        back.campaign = runs.last?.campaign
        return back
    }

    private func wayBack(of wave: WaveID, _ journey: Journey, _ forward: Plan) -> WayBack {
        let start = journey[wave]?.lastStart
        let rollout = desired.rollouts.first { $0.name == wave.rollout }
        let members = Set(start.flatMap { ledger.plan(digest: $0.plan) }?.steps ?? [])
        let runs = ledger.runs()
        let since = runs.drop { start?.run != nil && $0.id != start?.run }
        let steps = since.flatMap { ledger.steps(of: $0.id) }.filter {
            members.contains($0.intent.move.step)
                && rollout?.placements.contains($0.intent.placement) ?? true
        }
        var back = WayBack(
            stage: "back/\(wave)", undoing: steps, includingOthers: false, comparedBy: .whole)
        back.budget = rollout?.budget
        back.unmoved = forward.unmoved { members.contains($0.id) }.filter {
            rollout?.placements.contains($0.placement) ?? false
        }
        back.waves = [wave]
        back.campaign = runs.first { $0.id == start?.run }?.campaign
        return back
    }
}

extension Plan {
    fileprivate func unmoved(_ isMember: (Step) -> Bool) -> [WayBack.Unmoved] {
        steps.compactMap { step in
            guard isMember(step), case .resource(let row) = step.subject else { return nil }
            return WayBack.Unmoved(
                step: step.id, resource: columns.resource(row),
                placement: columns.texts[Int(step.placement)])
        }
    }

    /// As `--accept` and `--accept-unknown` of everything.
    fileprivate func acceptingPrices(by actor: Actor, at now: Instant) -> [Consent] {
        Price.What.allCases.flatMap { [.price($0), .unknownPrice($0)] }.map {
            Consent(subject: $0, digest: digest, reason: "", by: actor, at: now)
        }
    }
}

extension WaveProgress {
    fileprivate var lastStart: WaveStart? { start ?? takenBack }
}

extension Visits {
    fileprivate mutating func note(_ scope: WayBackScope) {
        switch scope {
        case .run: note("a run is taken back")
        case .wave: note("a wave is taken back")
        case .campaign: note("a campaign is taken back")
        }
    }
}

/// The way back of everything that was moved last, tried where nothing goes wrong.
struct LastWayBack {
    var runner: Int
    /// What it planned; nil until it did.
    var made: WayBackPlan?
    /// Where everybody whom the runs of the campaign moved was before, as the deployments' logs have it.
    var former: [(resource: ResourceID, connection: String, pool: String)] = []
    /// When everybody may have looked at the manifests once more.
    var watchedUntil: Instant
}

extension Simulator {
    /// Begins the way back; false where nothing was moved.
    mutating func beginsLastWayBack() -> Bool {
        guard repertoire.contains(.waysBack), let campaign = ledger.runs().last?.campaign else {
            return false
        }
        var last = LastWayBack(runner: 0, watchedUntil: now + .seconds(1200))
        let runs = Set(ledger.runs().filter { $0.campaign == campaign }.map(\.id))
        for connection in estate.connections.map(\.name) {
            var trails: [(person: ResourceID, resource: ResourceID, former: String, pool: String)] =
                []
            for line in deployments[connection]?.log ?? [] {
                guard let run = line.run, runs.contains(run), let from = line.from else { continue }
                let person = invariants.person(line.resource)
                let trail = (person, line.resource, from, line.to)
                if let row = trails.firstIndex(where: { $0.person == person }) {
                    // Who was back and went again goes back from there.
                    let isRound = trails[row].former == trails[row].pool
                    trails[row] =
                        isRound ? trail : (person, line.resource, trails[row].former, line.to)
                } else {
                    trails.append(trail)
                }
            }
            last.former += trails.filter { $0.former != $0.pool }.map {
                ($0.resource, connection, $0.former)
            }
        }
        note("everything that went towards \(campaign) is taken back")
        lastBack = last
        runners[0].takesBack = .campaign
        begin(0)
        return true
    }

    /// What the way back has still to do, or forward runs to show that they leave it alone.
    func unfinished(_ last: LastWayBack) -> String? {
        guard last.made != nil else { return "the last way back does not begin" }
        if let run = ledger.runs().first(where: { $0.ended == nil }) { return "\(run.id) is open" }
        return now < last.watchedUntil ? "nobody looked at the manifests since" : nil
    }
}

extension Simulator {
    /// Whoever was moved lives where he was before, or the plan named why he cannot, or somebody else had a
    /// hand in it.
    mutating func unreturned() -> String? {
        guard let last = lastBack, let made = last.made else { return nil }
        let left = Set(made.plan.left.map { made.plan.words(of: $0.subject) })
        for (resource, connection, pool) in last.former {
            let person = invariants.person(resource)
            let present = invariants.present(person)
            guard !invariants.leavers.contains(person),
                !invariants.touchedByHand.contains(person)
            else { continue }
            if left.contains("\(resource)") || left.contains("\(present)") {
                visits.note("somebody cannot go back at the end")
                continue
            }
            let record = deployments[connection]?.records(named: present).first
            guard record?.home(at: now) == .present(.pool(pool)) else {
                return "\(resource) was on \(pool), and does not come back"
            }
            visits.note("somebody is back at the end")
        }
        return nil
    }
}
