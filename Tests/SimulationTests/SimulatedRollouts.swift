/// Rollouts of a simulated estate: for each connection that has one, three waves whose shares, lists, soaks,
/// gates and windows change from revision to revision.

import Ledgers
import Model
import Planning
import TestSupport

struct SimulatedRollouts {
    /// Names of connections.
    private var connections: [String] = []
    private static let place = SourceLocation(file: "rollouts.yaml", line: 1, column: 1)
    static let waves = ["w1", "w2", "w3"]
    private static let otherNames = ["v1", "v2", "v3"]
    /// Whether waves have another name in some revisions.
    var renamesWaves = false

    init() {}

    init(_ connections: [String], using random: inout SeededGenerator) {
        self.connections = connections.filter { _ in random.oneIn(3) }
    }

    /// One of each connection, and who is listed in its waves.
    func revision(
        _ residents: [SimulatedEstate.Resident], _ pools: [Pool],
        using random: inout SeededGenerator
    ) -> (rollouts: [Rollout], drawn: EntryList) {
        var drawn = EntryList()
        let rollouts = connections.enumerated().map { index, connection in
            for resident in residents where resident.connection == connection {
                guard random.oneIn(5) else { continue }
                let wave = Int.random(in: 0..<Self.waves.count, using: &random)
                drawn.append(resident.id, owner: index * 1000 + wave, at: Self.place)
            }
            let placements = pools.filter { $0.connection == connection }.map { "on-\($0.name)" }
            return rollout("of-\(connection)", placements, using: &random)
        }
        return (rollouts, drawn)
    }

    private func rollout(
        _ name: String, _ placements: [String], using random: inout SeededGenerator
    ) -> Rollout {
        let first = Double.random(in: 0..<60, using: &random)
        let shares = [first, first + Double.random(in: 1..<39, using: &random), 100]
        let isRenamed = renamesWaves && random.oneIn(2)
        let names = isRenamed ? Self.otherNames : Self.waves
        let former = isRenamed ? Self.waves : Self.otherNames
        let waves = names.indices.map { index in
            let percent = shares[index]
            return Wave(
                name: names[index], renamedFrom: renamesWaves ? former[index] : nil,
                percent: percent, selections: [],
                takesAllApps: percent == 100,
                soak: [nil, .seconds(300), .seconds(1200)].randomElement(using: &random) ?? nil,
                change: nil, location: Self.place)
        }
        return Rollout(
            name: name, renamedFrom: nil, placements: placements,
            upTo: random.oneIn(4) ? names.prefix(2).randomElement(using: &random) : nil,
            waves: waves,
            relations: Rollout.Relations(mode: .bestEffort, file: nil),
            gatesBefore: gates("services-running", using: &random),
            gatesAfter: gates("message-both-ways", using: &random),
            budget: Policy.Share(
                percent: 10, atLeast: Int.random(in: 0...3, using: &random)),
            onBreach: .halt, windows: windows(using: &random),
            consent: PriceConsent(
                accepted: Set(Price.What.allCases), acceptedUnknown: Set(Price.What.allCases)),
            closureMax: nil, location: Self.place)
    }

    private func gates(
        _ name: String, using random: inout SeededGenerator
    ) -> [Rollout.GateUse] {
        guard random.oneIn(2) else { return [] }
        let gate = Gate(
            name: name, every: .seconds(60), attempts: Int.random(in: 1...3, using: &random),
            maxAge: .seconds(600), isTrial: random.oneIn(6))
        return [Rollout.GateUse(gate, location: Self.place)]
    }

    /// Eighteen hours of each day.
    private func windows(using random: inout SeededGenerator) -> [Rollout.Window] {
        guard random.oneIn(5) else { return [] }
        let from = Int.random(in: 0..<1440, using: &random)
        return [Rollout.Window(days: [], from: from, to: (from + 1080) % 1440, zone: "UTC")]
    }
}

extension Simulator {
    /// What `WaveKeeper.advance` does: gates that are due are measured, and what became of waves recorded.
    ///
    /// - Returns: The plan of now; nil when the ledger refused, and the runner has ended.
    mutating func keepWaves(_ index: Int, _ observed: ObservedState) -> Plan? {
        for _ in 0..<40 {
            let memory = ledger.memory(comparedBy: .whole)
            let plan = plan(observed, memory)
            guard !desired.rollouts.isEmpty else { return plan }
            let circumstances = Circumstances(memory, desired.policy, at: now)
            var events = desired.realigned(memory.journey, at: now)
            if events.isEmpty {
                for (stage, side, gates) in circumstances.dueGates(of: plan) {
                    guard let wave = stage.waveID else { continue }
                    events += gates.map { WaveEvent(wave, measured($0, side), at: now) }
                }
            }
            if events.isEmpty {
                events = circumstances.news(of: plan, inDoubt: memory.inDoubt.map(\.move.step))
            }
            guard !events.isEmpty else { return plan }
            if let error = commit(events.map { .wave($0) }, for: index) {
                end(index, "\(error)")
                return nil
            }
            note("runner \(index) keeps \(events.map { "\($0.wave) \($0.deed)" })")
        }
        failure = failure ?? "keeping waves never ends"
        return nil
    }

    func plan(_ observed: ObservedState, _ memory: Memory) -> Plan {
        Planner.plan(
            desired: desired, observed: observed, memory: memory,
            capabilities: estate.capabilities, asOf: now, part: .wholeEstate)
    }

    /// Gates flap as long as faults strike.
    private mutating func measured(_ gate: Gate, _ side: GateName.Side) -> WaveEvent.Deed {
        var verdict = Evidence.Verdict.passed
        if faults.strikes(.gateFails, using: &random) {
            verdict = random.oneIn(3) ? .inconclusive : .failed
        }
        return .measured(
            GateMeasurement(
                gate: GateName(side, gate.name), verdict: verdict,
                words: verdict == .passed ? "" : "no answer", checks: []))
    }

    /// Nothing is halted and no commit holds rollouts back any more.
    mutating func releaseRollouts() {
        for index in desired.rollouts.indices { desired.rollouts[index].upTo = nil }
        for rollout in desired.rollouts { resumeRollout(rollout.name) }
    }
}

extension Invariants {
    /// The limits of waves, asked when something becomes durable.
    mutating func breaksWaves(_ entries: [LedgerEntry], _ simulator: Simulator) -> String? {
        let journey = simulator.ledger.memory(comparedBy: .whole).journey
        for entry in entries {
            guard case .wave(let event) = entry else { continue }
            switch event.deed {
            case .started where completeWaves.contains(event.wave.place):
                return "\(event.wave) begins once more"
            case .started:
                let others = journey.waves.filter {
                    $0.key.rollout == event.wave.rollout && $0.key != event.wave
                        && ($0.value.isUnderWay || $0.value.isResting)
                }
                if let other = others.keys.min() { return "\(event.wave) begins beside \(other)" }
            case .completed:
                guard let progress = journey[event.wave], let settled = progress.settledAt,
                    let soak = simulator.soak(of: event.wave)
                else { return "\(event.wave) is complete and never rested" }
                if event.at < settled + soak { return "\(event.wave) did not rest long enough" }
                if event.wave.wave != WaveID.late { completeWaves.insert(event.wave.place) }
            case .begunAnew, .takenBack: completeWaves.remove(event.wave.place)
            case .renamed(let former):
                if journey[former] == nil || former.place != event.wave.place {
                    return "\(event.wave) takes over what \(former) never was"
                }
            case .settled, .breached, .measured: break
            }
        }
        return nil
    }

    /// A wave that is settled leaves nobody in doubt.
    func unfinished(_ wave: WaveID, _ simulator: Simulator) -> String? {
        guard let start = simulator.ledger.memory(comparedBy: .whole).journey[wave]?.start,
            let plan = simulator.ledger.plan(digest: start.plan)
        else { return "\(wave) is settled and never began" }
        let members = Set(plan.steps)
        let doubt = simulator.ledger.memory(comparedBy: .whole).inDoubt.first {
            members.contains($0.move.step) && wave.rollout == "of-\($0.connection)"
        }
        return doubt.map { "\(wave) is settled, and \($0.move.resource) is in doubt" }
    }

    /// Only members of a wave that is under way move with it, and nobody of one that is halted.
    func strays(_ move: Move, _ stage: Stage?, _ simulator: Simulator) -> String? {
        guard let wave = stage?.waveID else { return nil }
        let journey = simulator.ledger.memory(comparedBy: .whole).journey
        guard let progress = journey[wave], progress.isUnderWay else {
            return "\(move.resource) begins, and \(wave) is not under way"
        }
        if progress.breach != nil { return "\(move.resource) begins, and \(wave) is halted" }
        return progress.isMember(move.step)
            ? nil : "\(move.resource) begins and is no member of \(wave)"
    }
}

extension Simulator {
    /// As the manifests of now have it.
    fileprivate func soak(of wave: WaveID) -> Duration? {
        guard let rollout = desired.rollouts.first(where: { $0.name == wave.rollout }) else {
            return nil
        }
        let declared = rollout.waves.first { $0.name == wave.wave } ?? rollout.waves.last
        return declared?.soak ?? .zero
    }
}

extension WaveID {
    /// Whatever it is called: waves keep their place.
    fileprivate var place: String { "\(rollout)/\(wave == WaveID.late ? "late" : wave.suffix(1))" }
}
