/// Which stage a step belongs to: the wave of its rollout, the apps after it, or the open stage.

import Model

/// Draws members into waves. Stages are handed out as handles in the order of the way; those that stay
/// empty and belong to no rollout are dropped at the end.
struct WaveDrawing {
    static let undrawn: Int32 = -1
    /// Members of a placement without a rollout share one stage, and its budget.
    static let openBudget = Policy.Share(percent: 1, atLeast: 3)

    private let desired: DesiredState
    private let rolloutOf: [Int?]
    /// The first stage handle of each rollout: a wave has two handles, its users' and its apps'.
    private let firstHandle: [Int32]
    private let listed: [WaveList]

    /// Who is listed in the waves of one rollout: the earliest wave by name.
    private struct WaveList {
        var table: ResourceTable
        var wave: [Int] = []
    }

    private static let open: Int32 = 0
    private static let openApps: Int32 = 1

    /// The stage of what belongs to no rollout, or to no placement any more.
    static func open(for kind: Kind) -> Int32 { kind.isApp ? openApps : open }

    init(_ desired: DesiredState) {
        self.desired = desired
        rolloutOf = desired.placements.map { placement in
            desired.rollouts.firstIndex { $0.placements.contains(placement.name) }
        }
        var handle: Int32 = 2
        var first: [Int32] = []
        for rollout in desired.rollouts {
            first.append(handle)
            handle += Int32(rollout.waves.count) * 2
        }
        firstHandle = first
        var lists = desired.rollouts.map { _ in
            WaveList(table: ResourceTable(comparedBy: desired.folding))
        }
        let drawn = desired.drawn
        for row in 0..<drawn.count {
            let (rollout, wave) = drawn.owner(at: row).quotientAndRemainder(dividingBy: 1000)
            let appended = drawn.withName(at: row) {
                lists[rollout].table.append(kind: drawn.kind(at: row), name: $0)
            }
            lists[rollout].wave.append(wave)
            if case .duplicate(_, let earlier) = appended {
                lists[rollout].wave[earlier] = min(lists[rollout].wave[earlier], wave)
            }
        }
        listed = lists
    }

    /// The handle of the stage for a member of a placement.
    func draw(_ comparison: Comparison, _ row: Int, placement: Int) -> Int32 {
        let table = comparison.homes.table
        let kind = table.kind(at: row)
        guard let rollout = rolloutOf[placement] else { return Self.open(for: kind) }
        guard let wave = wave(of: table[row], in: rollout) else { return Self.undrawn }
        return firstHandle[rollout] + Int32(wave * 2) + (kind.isApp ? 1 : 0)
    }

    /// Whether nobody of a placement may move while who is bound to him is unknown.
    func requiresRelations(placement: Int) -> Bool {
        guard placement >= 0, let rollout = rolloutOf[placement] else { return false }
        return desired.rollouts[rollout].relations.mode == .required
    }

    /// `ROLLOUT/WAVE` of a member of a placement; nil where no wave draws it.
    func waveName(of id: ResourceID, placement: Int) -> String? {
        guard let rollout = rolloutOf[placement], let wave = wave(of: id, in: rollout)
        else { return nil }
        return "\(desired.rollouts[rollout].name)/\(desired.rollouts[rollout].waves[wave].name)"
    }

    /// The first wave that lists it or whose percent exceeds its point; apps, listed nowhere, go last.
    private func wave(of id: ResourceID, in rollout: Int) -> Int? {
        let waves = desired.rollouts[rollout].waves
        let list = listed[rollout]
        let named = list.table.row(of: id).map { list.wave[$0] }
        if id.kind.isApp {
            return named
                ?? (waves.firstIndex { $0.takesAllApps } ?? (waves.isEmpty ? nil : waves.count - 1))
        }
        let point = Self.point(
            rollout: desired.rollouts[rollout].name, id.folded(by: desired.folding))
        let drawn = waves.firstIndex { ($0.percent ?? 0) > point }
        return [named, drawn].compactMap { $0 }.min()
    }

    /// A number in [0, 100) that hangs on the rollout and the folded resource and on nobody else.
    static func point(rollout: String, _ id: ResourceID) -> Double {
        var digest = Digest()
        digest.add(rollout)
        digest.add(id.kind.name)
        digest.add(id.name)
        let bits = digest.bytes().prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return Double(bits >> 11) / Double(1 << 53) * 100
    }
}

extension WaveDrawing {
    /// All stages in the order of the way, as they stand at a time, and where each handle stands among
    /// them.
    func stages(
        of steps: [Step], _ stops: Stops, at time: Instant
    ) -> (stages: [Stage], place: [Int32]) {
        let freezes = desired.policy.freezes.map(FreezeSpan.init)
        var used = [Bool](
            repeating: false, count: 2 + desired.rollouts.reduce(0) { $0 + $1.waves.count * 2 })
        for step in steps { used[Int(step.stage)] = true }
        var stages: [Stage] = []
        var place = [Int32](repeating: -1, count: used.count)
        func add(_ handle: Int, _ stage: Stage) {
            place[handle] = Int32(stages.count)
            stages.append(stage)
            stages[stages.count - 1].standing = standing(
                of: stage, settled: [], stops: stops, freezes: freezes, at: time)
        }
        if used[0] { add(0, Self.openStage("open", needs: [])) }
        if used[1] { add(1, Self.openStage("open/apps", needs: used[0] ? ["open"] : [])) }
        for (index, rollout) in desired.rollouts.enumerated() {
            for (position, wave) in rollout.waves.enumerated() {
                let handle = Int(firstHandle[index]) + position * 2
                let before = stages.last { $0.rollout == rollout.name }.map { [$0.id] } ?? []
                add(handle, Self.stage(rollout, wave, apps: false, needs: before))
                if used[handle + 1] {
                    add(
                        handle + 1,
                        Self.stage(
                            rollout, wave, apps: true, needs: ["\(rollout.name)/\(wave.name)"]))
                }
            }
        }
        return (stages, place)
    }

    private static func openStage(_ id: String, needs: [String]) -> Stage {
        Stage(
            id: id, rollout: nil, wave: nil, needs: needs, gatesBefore: [], gatesAfter: [],
            soak: nil, windows: [], budget: openBudget, isAuthorised: true,
            standing: Standing(state: .open))
    }

    private static func stage(
        _ rollout: Rollout, _ wave: Wave, apps: Bool, needs: [String]
    ) -> Stage {
        Stage(
            id: "\(rollout.name)/\(wave.name)" + (apps ? "/apps" : ""), rollout: rollout.name,
            wave: wave.name, needs: needs, gatesBefore: rollout.gatesBefore.map(\.name),
            gatesAfter: rollout.gatesAfter.map(\.name), soak: wave.soak, windows: rollout.windows,
            budget: rollout.budget, isAuthorised: false, standing: Standing(state: .waiting))
    }
}
