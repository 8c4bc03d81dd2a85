/// Which stage a step belongs to: the wave of its rollout, the apps after it, or the open stage.

import Model

/// Draws members into waves. Stages are handed out as handles in the order of the way; those that stay
/// empty and belong to no rollout are dropped at the end.
///
/// A wave that began takes along the members with whom it began and nobody else: who comes later goes with
/// the next one that has not, or after the last with a wave `late`.
struct WaveDrawing {
    /// Members of a placement without a rollout share one stage, and its budget.
    static let openBudget = Policy.Share(percent: 1, atLeast: 3)

    private let desired: DesiredState
    private let rolloutOf: [Int?]
    /// The first stage handle of each rollout: a wave has two handles, its users' and its apps'.
    let firstHandle: [Int32]
    private let listed: [WaveList]
    let courses: [Course]

    /// Who is listed in the waves of one rollout: the earliest wave by name.
    private struct WaveList {
        var table: ResourceTable
        var wave: [Int] = []
    }

    private static let open: Int32 = 0
    private static let openApps: Int32 = 1

    /// The stage of what belongs to no rollout, or to no placement any more.
    static func open(for kind: Kind) -> Int32 { kind.isApp ? openApps : open }

    init(_ desired: DesiredState, _ journey: Journey) {
        self.desired = desired
        rolloutOf = desired.placements.map { placement in
            desired.rollouts.firstIndex { $0.placements.contains(placement.name) }
        }
        courses = desired.rollouts.map {
            Course($0, journey, lost: desired.undeclared(journey, of: $0))
        }
        var handle: Int32 = 2
        var first: [Int32] = []
        for course in courses {
            first.append(handle)
            handle += Int32(course.waves.count) * 2
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

    /// How many stage handles there are.
    var handles: Int { 2 + courses.reduce(0) { $0 + $1.waves.count * 2 } }

    /// Whether the stage of one handle is that of another, or done before it begins.
    func isEarlier(_ handle: Int32, orSameAs other: Int32) -> Bool {
        if handle == other { return true }
        let (one, two) = (turn(of: handle), turn(of: other))
        return one.rollout == two.rollout && one.turn < two.turn
    }

    /// A wave under way comes before those that were put before it since.
    private func turn(of handle: Int32) -> (rollout: Int, turn: Int) {
        guard let rollout = firstHandle.lastIndex(where: { $0 <= handle }) else {
            return (-1, Int(handle))
        }
        let place = Int(handle - firstHandle[rollout])
        return (rollout, place / 2 == courses[rollout].current ? place % 2 - 2 : place)
    }

    /// What a member of a placement is drawn into.
    enum Draw: Hashable {
        /// The handle of a stage.
        case stage(Int32)
        /// No wave draws it.
        case none
        /// A wave selects by what was not read.
        case unknown(Gap)
        /// It comes after a wave `late` that is under way.
        case tooLate
    }

    /// - Parameters:
    ///   - comparison: Where the member was seen.
    ///   - row: Its row there.
    ///   - placement: Which it is a member of.
    ///   - step: Its move.
    ///   - tied: Who goes earlier than alone.
    /// - Returns: The stage, or why there is none.
    func draw(
        _ comparison: Comparison, _ row: Int, placement: Int, step: StepID, _ tied: TiedWaves
    ) -> Draw {
        let kind = comparison.homes.table.kind(at: row)
        guard let rollout = rolloutOf[placement] else { return .stage(Self.open(for: kind)) }
        let wave: Int
        switch alone(comparison, row, in: rollout) {
        case .wave(let drawn): wave = tied.earlier[row] ?? drawn
        case .none: return .none
        case .unknown(let gap): return .unknown(gap)
        }
        guard let place = courses[rollout].place(of: step, drawnInto: wave) else { return .tooLate }
        return .stage(firstHandle[rollout] + Int32(place * 2) + (kind.isApp ? 1 : 0))
    }

    var hasRollouts: Bool { !courses.isEmpty }

    func closureMax(of rollout: Int) -> Int? { courses[rollout].rollout.closureMax }

    func name(of wave: Int, in rollout: Int) -> String { "\(courses[rollout].waves[wave])" }

    /// The rollout that somebody goes with, and the wave that draws him alone; nil where none does, or
    /// nobody can say.
    func member(_ comparison: Comparison, _ row: Int) -> (rollout: Int, wave: Int)? {
        let placement = Int(comparison.claims.placement[row])
        guard placement >= 0, let rollout = rolloutOf[placement],
            case .wave(let wave) = alone(comparison, row, in: rollout)
        else { return nil }
        return (rollout, wave)
    }

    /// Whether nobody of a placement may move while who is bound to him is unknown.
    func requiresRelations(placement: Int) -> Bool {
        guard placement >= 0, let rollout = rolloutOf[placement] else { return false }
        return desired.rollouts[rollout].relations.mode == .required
    }

    /// `ROLLOUT/WAVE` of a member of a placement; nil where no wave draws it.
    func waveName(of id: ResourceID, placement: Int) -> String? {
        var name = id.name
        guard let rollout = rolloutOf[placement],
            let wave = name.withUTF8({ wave(of: id.kind, UnsafeRawBufferPointer($0), in: rollout) })
        else { return nil }
        return "\(desired.rollouts[rollout].name)/\(desired.rollouts[rollout].waves[wave].name)"
    }

    /// The wave that draws somebody whom nobody is bound to.
    private enum Alone {
        case wave(Int)
        case none
        case unknown(Gap)
    }

    /// The first wave that lists it, selects it, or whose percent exceeds its point.
    private func alone(_ comparison: Comparison, _ row: Int, in rollout: Int) -> Alone {
        let table = comparison.homes.table
        let kind = table.kind(at: row)
        let drawn = table.withName(at: row) { wave(of: kind, $0, in: rollout) }
        for (wave, selection) in comparison.waveSelections(of: courses[rollout].rollout) {
            if let drawn, drawn <= wave { break }
            guard selection.isAbout(kind) else { continue }
            switch selection.match(row, comparison.homes, nil, -1) {
            case .no: continue
            case .named, .already: return .wave(wave)
            case .unknown(let gap): return .unknown(gap)
            }
        }
        return drawn.map { .wave($0) } ?? .none
    }

    /// The first wave that lists it or whose percent exceeds its point; apps, listed nowhere, go last.
    private func wave(of kind: Kind, _ name: UnsafeRawBufferPointer, in rollout: Int) -> Int? {
        let waves = desired.rollouts[rollout].waves
        let named = listed[rollout].table.row(of: kind, name: name).map { listed[rollout].wave[$0] }
        if kind.isApp {
            return named
                ?? (waves.firstIndex { $0.takesAllApps } ?? (waves.isEmpty ? nil : waves.count - 1))
        }
        let point = point(of: kind, name, in: rollout)
        let drawn = waves.firstIndex { ($0.percent ?? 0) > point }
        guard let named, let drawn else { return named ?? drawn }
        return min(named, drawn)
    }

    /// A number in [0, 100) that hangs on the rollout and the folded resource and on nobody else.
    private func point(of kind: Kind, _ name: UnsafeRawBufferPointer, in rollout: Int) -> Double {
        var digest = Digest()
        digest.add(desired.rollouts[rollout].name)
        digest.add(kind.name)
        desired.folding.withFolded(Address.withoutScheme(name)) { digest.add($0) }
        return Double(digest.numbers().high >> 11) / Double(1 << 53) * 100
    }
}
