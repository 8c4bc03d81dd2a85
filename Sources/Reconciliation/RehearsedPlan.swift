/// What a rehearsal reads off a plan: what may begin, when something comes up, and what keeps the rest.

import Execution
import Model
import Planning

extension Plan {
    /// The same plan, with waves that rest under a freeze or a pause: neither holds up a soak.
    func restingOn(_ circumstances: Circumstances) -> Plan {
        var plan = self
        for index in plan.stages.indices {
            let stage = plan.stages[index]
            guard [.freeze, .pause].contains(stage.standing.cause.0), let soak = stage.soak,
                let progress = circumstances.journey[stage], progress.isResting,
                let settled = progress.settledAt, circumstances.time < settled + soak
            else { continue }
            plan.stages[index].standing = Standing(
                state: .waiting, waitsFor: "its soak", since: settled, releasedBy: "the time",
                earliest: settled + soak)
        }
        return plan
    }

    /// Stages that may begin now.
    var openStages: [Stage] {
        stages.filter {
            $0.retirement == nil && $0.isAuthorised && $0.standing.state == .open
        }
    }

    /// Steps of stages that may begin now.
    var openSteps: [Step] {
        let open = stages.map {
            $0.retirement == nil && $0.isAuthorised && $0.standing.state == .open
        }
        return steps.filter { open[Int($0.stage)] }
    }

    /// Steps that a person does, of stages that may begin, and that need nothing that is still to be done.
    var operatorSteps: [Step] {
        let mine = openSteps.filter { $0.action == .operator }
        guard !mine.isEmpty else { return [] }
        let open = Set(steps.map(\.id))
        return mine.filter { open.isDisjoint(with: $0.needs) }
    }

    /// The wave whose turn it is: the first that has a step and is authorised, else the first that waits.
    var activeWave: String? {
        let stepped = Set(steps.map(\.stage))
        let active = stages.indices.first {
            stages[$0].isAuthorised && stages[$0].retirement == nil && stepped.contains(Int32($0))
        }
        return active.map { stages[$0].waveName } ?? fronts.first?.waveName
    }

    /// When something may begin that may not now: a wait is over, a window closes in which nothing more
    /// began, a hold ends.
    ///
    /// - Parameters:
    ///   - now: The present moment.
    ///   - horizon: Holds that end later are left as they are.
    ///   - circumstances: Of now.
    /// - Returns: Nil where no time changes anything.
    func nextMoment(
        after now: Instant, upTo horizon: Instant, _ circumstances: Circumstances
    ) -> Instant? {
        let releases = fronts.compactMap(\.standing.earliest)
        let closings = openSteps.isEmpty ? [] : openStages.compactMap(circumstances.closing)
        var next = (releases + closings).filter { $0 > now }.min()
        for held in left where held.because == .held {
            guard let until = held.until?.instant, until >= now, until < horizon else { continue }
            let ends = until + .milliseconds(1)
            next = min(next ?? ends, ends)
        }
        return next
    }

    /// Why members of waves cannot begin, each reason once.
    func reasonsOfBlocked(limit: Int) -> [String] {
        var reasons: [String] = []
        for entry in left where entry.because == .blocked || entry.because == .unknown {
            let words = columns.texts[Int(entry.detail)]
            if !reasons.contains(words) { reasons.append(words) }
            if reasons.count == limit { break }
        }
        return reasons
    }
}

extension Circumstances {
    /// What only a person can do about a gate that holds; nil where measuring it may open it.
    func needsPerson(_ gate: Gate, _ side: GateName.Side, of stage: Stage) -> String? {
        switch state(of: gate, side, of: stage) {
        case .passed: return nil
        case .failed, .inconclusive: break
        }
        let history = journey[stage]?.gates[GateName(side, gate.name)]
        if gate.isAttested { return "attest a gate" }
        if let decision = history?.decision, decision.isActive(at: time) {
            return "open a gate that \(decision.by) closed"
        }
        // A rehearsed deployment lets every gate pass that it can measure.
        guard let last = history?.last, last.verdict != .passed else { return nil }
        return "open a gate that nobody can measure"
    }
}

extension Rehearser {
    /// What came of it.
    mutating func rehearsal(from start: Instant, assuming assumptions: [String]) -> Rehearsal {
        let end = edges.time.now()
        noteBlocked()
        let sheet = edges.notes.read { (runs: $0.runs, waves: $0.finish(at: end)) }
        let isStill = last.map { $0.fronts.isEmpty && $0.steps.isEmpty } ?? true
        var left: [Left.Because: Int] = [:]
        for entry in last?.left ?? [] { left[entry.because, default: 0] += 1 }
        return Rehearsal(
            estate: desired.estate.location == nil ? nil : desired.estate.name,
            zone: Zone(named: desired.estate.zone) ?? .utc, from: start, to: end,
            isWhole: isStill && !breaks.contains(where: \.isEnd), runs: sheet.runs,
            waves: sheet.waves, deeds: deeds, breaks: breaks,
            freezes: desired.policy.freezes.map(FreezeSpan.init)
                .filter { $0.from <= end && $0.to >= start }
                .map {
                    Rehearsal.Freeze(
                        reason: $0.reason, span: Rehearsal.Span(from: $0.from, to: $0.to))
                }.sorted { $0.span.from < $1.span.from },
            left: Left.Because.allCases.compactMap { because in
                left[because].map { Rehearsal.LeftCount(because: because, count: $0) }
            },
            assumptions: assumptions)
    }
}
