/// Rules about rollouts: every member in one wave, and every wave entry somebody's member.

import Model

extension Assembly {
    func checkRollouts() {
        checkPlacementsOfRollouts()
        for rollout in rollouts { checkWaves(of: rollout.spec) }
        checkMembers()
        checkWavePrecedences()
    }

    private func checkPlacementsOfRollouts() {
        var seen: [String: SourceLocation] = [:]
        let named = rollouts.flatMap(\.spec.placements).sorted { $0.location < $1.location }
        for placement in named {
            if let first = seen[placement.value] {
                report(
                    .placementInTwoRollouts,
                    "the placement \(quoted(placement.value)) is in a rollout already",
                    at: placement.location,
                    hint: "a placement goes one way; the other is at \(first)")
            } else {
                seen[placement.value] = placement.location
            }
        }
    }

    private func checkWaves(of rollout: RolloutSpec) {
        var seen: [String: SourceLocation] = [:]
        var reached: (percent: Double, wave: Wave)?
        for wave in rollout.waves {
            if let first = seen[wave.name], !wave.name.isEmpty {
                report(
                    .duplicateWave, "a second wave named \(quoted(wave.name))", at: wave.location,
                    hint: "the first one is at \(first)")
            }
            seen[wave.name] = wave.location
            if [WaveID.late, Rollout.nowhere].contains(wave.name) {
                report(
                    .reservedWave,
                    "a wave cannot be \(quoted(wave.name)): that word means something else",
                    at: wave.location,
                    hint:
                        "late is the wave of who comes after the last, and upTo: none lets none begin"
                )
            }
            guard let percent = wave.percent else { continue }
            if let reached, percent <= reached.percent {
                report(
                    .waveOrder,
                    "the wave \(quoted(wave.name)) reaches no further than "
                        + "\(quoted(reached.wave.name)) before it",
                    at: wave.location,
                    hint: "percent is what is reached after the wave, so it rises from wave to wave"
                )
            } else {
                reached = (percent, wave)
            }
        }
    }

    /// Which rollout the entries of a placement go with, by the placement's number.
    func rolloutOfPlacement() -> [Int?] {
        var rolloutOf = [Int?](repeating: nil, count: reading.placementCount)
        for (index, rollout) in rollouts.enumerated() {
            for name in rollout.spec.placements {
                guard let placement = placement(named: name.value) else { continue }
                rolloutOf[placement.spec.number] = index
            }
        }
        return rolloutOf
    }

    private func checkMembers() {
        guard !rollouts.isEmpty, !reading.isPartial else { return }
        let members = Members(self, rolloutOf: rolloutOfPlacement())
        let indexOf = Dictionary(
            rollouts.enumerated().map { ($1.spec.number, $0) },
            uniquingKeysWith: { first, _ in first })
        let drawn = reading.drawn
        for row in 0..<drawn.count {
            guard let index = indexOf[drawn.owner(at: row) / 1000],
                !members.mayDeclare(drawn, row, in: index)
            else { continue }
            report(
                .waveEntryUndeclared, "no placement of this rollout declares \(drawn[row])",
                at: drawn.location(at: row),
                hint: "add it to a placement of the rollout, or take it out of the wave")
        }
        for (index, rollout) in rollouts.enumerated() {
            let highest = rollout.spec.waves.compactMap(\.percent).max() ?? 0
            if highest < 100 { checkEverybodyDrawn(index, rollout, members) }
        }
    }

    private func checkEverybodyDrawn(
        _ index: Int, _ rollout: Document<RolloutSpec>, _ members: Members
    ) {
        let waves = rollout.spec.waves
        // Whom a selection in a wave draws, only the deployment can tell.
        guard !waves.contains(where: { $0.selections.contains { $0.subject == .users } }),
            let place = waves.last?.location ?? Optional(rollout.location)
        else { return }
        var drawn = ResourceTable(comparedBy: folding)
        for row in 0..<reading.drawn.count
        where reading.drawn.owner(at: row) / 1000 == rollout.spec.number {
            reading.drawn.withName(at: row) {
                _ = drawn.append(kind: reading.drawn.kind(at: row), name: $0)
            }
        }
        let left = members.users(of: index, notIn: drawn)
        let hint = "add a last wave with percent: 100"
        if let first = left.first {
            let count = left.count == 1 ? "a member" : "\(left.count) members"
            report(
                .waveUndrawn,
                "no wave draws \(count), the first \(reading.entries[first]) at "
                    + reading.entries.location(at: first).description,
                at: place, hint: hint)
        } else if members.selects(.users, in: index) {
            report(
                .waveUndrawn, "no wave draws all whom the selections choose", at: place, hint: hint)
        }
    }
}
