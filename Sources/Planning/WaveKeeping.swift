/// How all stages of a plan stand, and what became of waves by itself: with time, and by what was measured.

package import Model

extension Circumstances {
    /// Says of each stage how it stands.
    ///
    /// - Parameters:
    ///   - stages: In the order of the way.
    ///   - steps: How many steps each has.
    func stand(_ stages: inout [Stage], steps: [Int]) {
        var done: Set<String> = []
        var moved: Set<String> = []
        for index in stages.indices {
            let stage = stages[index]
            guard stage.retirement == nil else { continue }
            stages[index].statements = statements(of: stage)
            stages[index].standing = standing(
                of: stage, after: done, moved: moved, isIdle: steps[index] == 0)
            if steps[index] == 0, stage.blocked == 0, !stage.isPart { moved.insert(stage.id) }
            guard let wave = stage.waveID else { continue }
            // A wave counts as one, with its apps: what comes next waits until it has rested.
            let isWhole = stages[...index].allSatisfy {
                $0.waveID != wave || $0.standing.state == .done
            }
            let progress = journey[wave]
            let hasRested = progress?.hasStarted != true || progress?.isComplete == true
            if isWhole, hasRested {
                done.insert("\(wave)")
            } else {
                done.remove("\(wave)")
            }
        }
        standEndings(&stages)
    }
}

extension Plan {
    /// How its stages stand under other circumstances than those it was made under.
    package mutating func stand(under circumstances: Circumstances) {
        circumstances.stand(&stages, steps: stepCounts())
    }

    /// How many steps are left of a wave, with its apps.
    package func stepCount(of wave: WaveID) -> Int {
        zip(stages, stepCounts()).filter { $0.0.waveID == wave }.map(\.1).reduce(0, +)
    }

    fileprivate func stepCounts() -> [Int] {
        var counts = [Int](repeating: 0, count: stages.count)
        for step in steps { counts[Int(step.stage)] += 1 }
        return counts
    }

    /// The first stage of each wave, and whether a step is left in any of its stages.
    fileprivate var waves: [(stage: Stage, isLeft: Bool)] {
        let counts = stepCounts()
        var waves: [(stage: Stage, isLeft: Bool)] = []
        for (index, stage) in stages.enumerated() {
            guard let wave = stage.waveID else { continue }
            let isLeft = counts[index] > 0 || stage.blocked > 0 || stage.isPart
            if waves.last?.stage.waveID == wave {
                waves[waves.count - 1].isLeft = waves[waves.count - 1].isLeft || isLeft
            } else {
                waves.append((stage, isLeft))
            }
        }
        return waves
    }
}

extension Circumstances {
    /// What became of the waves of a plan although no run is at work: the last member of one is gone or set
    /// aside, one has rested, a gate failed too often while one rested.
    ///
    /// - Parameters:
    ///   - plan: Of the whole estate, as it is now.
    ///   - inDoubt: Steps of which nobody knows how they ended.
    /// - Returns: What is to be recorded.
    package func news(of plan: Plan, inDoubt: [StepID]) -> [WaveEvent] {
        plan.waves.compactMap { stage, isLeft in
            guard let wave = stage.waveID, let progress = journey[wave], progress.breach == nil
            else { return nil }
            if progress.isUnderWay {
                let isOver = !isLeft && !inDoubt.contains(where: progress.members.contains)
                return isOver ? WaveEvent(wave, .settled, at: time) : nil
            }
            guard progress.isResting else { return nil }
            if let failed = failedGate(of: stage) {
                return WaveEvent(wave, .breached(failed), at: time)
            }
            return hasRested(stage, progress) ? WaveEvent(wave, .completed, at: time) : nil
        }
    }

    private func failedGate(of stage: Stage) -> String? {
        for gate in stage.gatesAfter where !gate.isTrial {
            if case .failed(let words) = state(of: gate, .after, of: stage) {
                return "the gate \(gate.name) failed: \(words)"
            }
        }
        return nil
    }

    /// Gates that are to be measured now, by stage: of waves that rest, and of the one that nothing but its
    /// gates keeps from beginning.
    package func dueGates(of plan: Plan) -> [(stage: Stage, side: GateName.Side, gates: [Gate])] {
        var bare = plan
        for index in bare.stages.indices { bare.stages[index].gatesBefore = [] }
        bare.stand(under: self)
        let opens = Set(bare.stages.filter { $0.standing.state == .open }.map(\.id))
        return plan.waves.compactMap { stage, isLeft in
            guard let wave = stage.waveID else { return nil }
            let progress = journey[wave]
            if progress?.isResting == true {
                return progress?.breach == nil
                    ? (stage, .after, due(.after, of: stage)) : nil
            }
            guard isLeft, stage.isAuthorised, progress?.hasStarted != true else { return nil }
            let isNext = opens.contains(stage.id) || opens.contains(stage.id + "/apps")
            return isNext ? (stage, .before, due(.before, of: stage)) : nil
        }.filter { !$0.2.isEmpty }
    }
}
