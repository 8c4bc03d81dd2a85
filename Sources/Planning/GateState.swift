/// What gates say, and when they are to be measured.

package import Model

/// How a gate stands at a moment.
package enum GateState: Hashable, Sendable {
    case passed
    /// It failed as often in a row as it may.
    case failed(String)
    /// Nobody can say: not measured yet, too long ago, or with no clear answer. It holds.
    case inconclusive(String)
}

extension Circumstances {
    /// How a gate of a stage stands.
    package func state(of gate: Gate, _ side: GateName.Side, of stage: Stage) -> GateState {
        let history = journey[stage]?.gates[GateName(side, gate.name)]
        if let decision = history?.decision, decision.isActive(at: time) {
            guard decision.isOpen else {
                return .failed("closed by \(decision.by) (\(decision.reason))")
            }
            let missing = statement(of: gate, side, of: stage).map(vouching.missing) ?? 0
            return missing == 0
                ? .passed : .inconclusive(Vouching.words(by: decision.by, missing: missing))
        }
        if gate.isAttested { return .inconclusive("nobody attests it") }
        guard let history, let last = history.last else {
            return .inconclusive("not measured yet")
        }
        if side == .before, last.verdict == .passed, isAboutAnother(gate, of: stage) {
            return .inconclusive("it was asked about another plan")
        }
        switch last.verdict {
        case .failed where history.failures >= gate.allowedFailures: return .failed(last.words)
        case .failed: return .inconclusive("failed \(times(history.failures, gate)): \(last.words)")
        case .inconclusive: return .inconclusive(last.words)
        case .passed:
            return time - last.at > gate.age
                ? .inconclusive("last measured at \(last.at)") : .passed
        }
    }

    /// What a person states of a gate and still holds; nil where nobody does, or where it is measured.
    private func statement(of gate: Gate, _ side: GateName.Side, of stage: Stage) -> Testimony? {
        let name = GateName(side, gate.name)
        guard gate.isAttested, let wave = stage.waveID,
            let decision = journey[wave]?.gates[name]?.decision, decision.isOpen,
            decision.isActive(at: time)
        else { return nil }
        return Testimony(decision, of: GateID(wave, name))
    }

    /// What people state of the gates of a stage, for a plan to list: of those before it first.
    func statements(of stage: Stage) -> [GateStatement] {
        let gates =
            stage.gatesBefore.map { (GateName.Side.before, $0) }
            + stage.gatesAfter.map { (GateName.Side.after, $0) }
        return gates.compactMap { side, gate in
            guard let stated = statement(of: gate, side, of: stage) else { return nil }
            return GateStatement(
                gate: GateName(side, gate.name), by: stated.by.description, words: stated.words,
                at: stated.at, until: stated.until, approvalsMissing: vouching.missing(of: stated))
        }
    }

    private func times(_ failures: Int, _ gate: Gate) -> String {
        "\(failures) of \(gate.allowedFailures) times"
    }

    /// What a stage waits for that may begin but for its gates; nil where all passed.
    func gates(before stage: Stage) -> Standing? { unpassed(stage.gatesBefore, .before, of: stage) }

    /// A wave whose last move is settled: it rests, and its gates are looked at, until both are over.
    func resting(_ stage: Stage, _ progress: WaveProgress?) -> Standing {
        let settled = progress?.settledAt ?? time
        if let soak = stage.soak, time < settled + soak {
            return .waiting(
                "its soak", since: settled, releasedBy: "the time", earliest: settled + soak)
        }
        return unpassed(stage.gatesAfter, .after, of: stage)
            ?? .waiting(
                "the next apply: it has rested", since: settled, releasedBy: "rehome apply")
    }

    /// Whether a wave that rests has done so long enough, and all its gates passed.
    func hasRested(_ stage: Stage, _ progress: WaveProgress) -> Bool {
        guard let settled = progress.settledAt else { return false }
        return time >= settled + (stage.soak ?? .zero)
            && unpassed(stage.gatesAfter, .after, of: stage) == nil
    }

    private func unpassed(
        _ gates: [Gate], _ side: GateName.Side, of stage: Stage
    ) -> Standing? {
        for gate in gates where !gate.isTrial {
            switch state(of: gate, side, of: stage) {
            case .passed: continue
            case .failed(let words):
                return waiting(for: gate, side, of: stage, "which failed: \(words)")
            case .inconclusive(let words): return waiting(for: gate, side, of: stage, words)
            }
        }
        return nil
    }

    private func waiting(
        for gate: Gate, _ side: GateName.Side, of stage: Stage, _ words: String
    ) -> Standing {
        let cause = "the gate \(gate.name) (\(words))"
        if gate.isAttested {
            let name = "\(stage.waveID.map(String.init) ?? "")/\(gate.name)"
            let isStated = statement(of: gate, side, of: stage) != nil
            let isOnBoth = [stage.gatesBefore, stage.gatesAfter].allSatisfy { gates in
                gates.contains { $0.name == gate.name }
            }
            return .waiting(
                cause,
                releasedBy: isStated
                    ? Vouching.command(name, side: isOnBoth ? side : nil)
                    : "rehome probe --attest \(name)")
        }
        let next = next(of: gate, side, of: stage)
        return .waiting(
            cause, releasedBy: "rehome apply or probe, which measure it",
            earliest: next > time ? next : nil)
    }

    /// When a gate is to be measured: never before.
    private func next(of gate: Gate, _ side: GateName.Side, of stage: Stage) -> Instant {
        let last = journey[stage]?.gates[GateName(side, gate.name)]?.last?.at
        return last.map { max($0 + gate.interval, time) } ?? time
    }

    /// The gates on one side that are to be measured now, of a stage that nothing but its gates keeps from
    /// beginning, or that rests: so that it can go on.
    ///
    /// - Parameters:
    ///   - side: Before or after the stage.
    ///   - stage: Whose gates they are.
    /// - Returns: Those whose time has come, or that were asked about another plan.
    package func due(_ side: GateName.Side, of stage: Stage) -> [Gate] {
        let gates = side == .before ? stage.gatesBefore : stage.gatesAfter
        return gates.filter { gate in
            guard gate.isMeasured else { return false }
            if side == .before, isAboutAnother(gate, of: stage) { return true }
            return (measuresAnew || next(of: gate, side, of: stage) <= time)
                && !(side == .before && state(of: gate, side, of: stage) == .passed)
        }
    }

    /// Who is asked whether a plan may begin said so of that plan: a yes to another one is none.
    private func isAboutAnother(_ gate: Gate, of stage: Stage) -> Bool {
        let history = journey[stage]?.gates[GateName(.before, gate.name)]
        guard gate.call != nil, history?.decision?.isActive(at: time) != true,
            let last = history?.last, let plan
        else { return false }
        return last.plan != plan
    }
}
