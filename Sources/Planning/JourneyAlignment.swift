/// What the ledger knows of waves, read for the manifests of now: waves that have another name, and those
/// whose way is another one.

package import Model

extension DesiredState {
    /// What the manifests change about waves that have begun: another name, or a way that begins anew because
    /// its pools run other products or are not what the rollout leads to any more.
    ///
    /// - Parameters:
    ///   - journey: What the ledger knows.
    ///   - time: Of the events.
    /// - Returns: Events that bring it up to date; none where nothing changed.
    package func realigned(_ journey: Journey, at time: Instant) -> [WaveEvent] {
        rollouts.flatMap { rollout in
            (rollout.waves.map { ($0.name, $0.renamedFrom) } + [(WaveID.late, nil)])
                .compactMap { name, former in
                    let wave = WaveID(rollout.name, name)
                    guard let progress = journey[wave] else {
                        return renamed(wave, rollout, former, journey, at: time)
                    }
                    return isAnother(progress, rollout)
                        ? WaveEvent(wave, .begunAnew, at: time) : nil
                }
        }
    }

    private func renamed(
        _ wave: WaveID, _ rollout: Rollout, _ former: String?, _ journey: Journey, at time: Instant
    ) -> WaveEvent? {
        let formerRollout = rollout.renamedFrom ?? rollout.name
        let earlier = WaveID(formerRollout, former ?? wave.wave)
        guard earlier != wave, journey[earlier] != nil,
            // A name that is declared still is that wave's own.
            !declares(earlier)
        else { return nil }
        return WaveEvent(wave, .renamed(from: earlier), at: time)
    }

    private func declares(_ wave: WaveID) -> Bool {
        rollouts.contains { rollout in
            rollout.name == wave.rollout && rollout.waves.contains { $0.name == wave.wave }
        }
    }

    /// Whether the ways that a wave began with are not those of now.
    private func isAnother(_ progress: WaveProgress, _ rollout: Rollout) -> Bool {
        guard let start = progress.start, !progress.isComplete else { return false }
        let targets = placements.filter { rollout.placements.contains($0.name) }.map(\.pool)
        return start.routes.contains { route in
            !targets.contains(route.to)
                || pool(named: route.to).map { $0.product.rawValue != route.toProduct } ?? true
                || pool(named: route.from).map { $0.product.rawValue != route.fromProduct } ?? false
        }
    }

    /// Waves that have begun, are not over, and are declared no more.
    func undeclared(_ journey: Journey, of rollout: Rollout) -> WaveID? {
        journey.waves.filter { wave, progress in
            wave.rollout == rollout.name && wave.wave != WaveID.late && !declares(wave)
                && (progress.isUnderWay || progress.isResting)
        }.keys.min()
    }
}

extension Memory {
    /// The same, with waves as the manifests of now name and lead them.
    package func aligned(with desired: DesiredState, at time: Instant) -> Memory {
        var memory = self
        for event in desired.realigned(journey, at: time) { memory.journey.take(event) }
        return memory
    }
}

extension PlanBuilder {
    /// Says which waves begin anew, and which have begun and are declared no more.
    mutating func addChangedWaves(_ recorded: Journey, _ time: Instant) {
        for event in desired.realigned(recorded, at: time) where event.deed == .begunAnew {
            note(
                .waveAnew, .note,
                "\(event.wave) begins anew: its way is another one than it began with",
                at: rollout(event.wave)?.location,
                hint: "who has moved stays; gates and soak count from its new beginning")
        }
        for rollout in desired.rollouts {
            guard let wave = desired.undeclared(memory.journey, of: rollout) else { continue }
            note(
                .waveUndeclared, .warning,
                "\(wave) has begun and is declared no more: its rollout waits",
                at: rollout.location,
                hint: "declare it again, or say renamedFrom: \(wave.wave) where it has another name"
            )
        }
    }

    private func rollout(_ wave: WaveID) -> Rollout? {
        desired.rollouts.first { $0.name == wave.rollout }
    }

    private mutating func note(
        _ rule: PlanRule, _ severity: Severity, _ message: String, at place: SourceLocation?,
        hint: String
    ) {
        findings.append(
            Finding(
                rule: rule.rawValue, severity: severity, message: message, count: 1,
                location: place, hint: hint))
    }
}
