/// What is done with a difference: the table of `docs/concepts.md`, once for planning and for drift.

import Model

/// How one observed resource stands: desired, last applied and observed compared.
enum Verdict: UInt8 {
    /// Nobody asks for it, and rehome never did anything with it.
    case unmanaged
    /// Nobody asks for it any more, though rehome settled it once.
    case released
    /// The same, and its placement says `onRemoval: return`: it is asked for where it was before.
    case returning
    /// Still settled for a selection that it no longer matches.
    case unselected
    /// Where it should be.
    case unchanged
    /// Asked for, not yet done.
    case pending
    /// Settled where it should be, and changed by somebody else since.
    case moved
    /// Desired, last applied and observed all differ.
    case conflict
    case inFlight
    /// On several pools: not two homes, and never guessed.
    case split
    /// Its home could not be read.
    case homeUnknown
    /// An attribute that a selection asks for could not be read.
    case undecided
    /// Two selections of equal rank want it on different pools.
    case contested
    /// It has an address and no pool.
    case homeless
    /// It lives on a pool that is not declared.
    case foreign
    /// Another record folds to the same name.
    case ambiguous
    /// The address belongs to somebody else than when rehome settled it.
    case otherIdentity
}

/// One connection, compared.
struct Comparison {
    let scene: Scene
    let claims: Claims
    private(set) var verdicts: [Verdict]
    let identities: Identities
    /// Holds by observed row, as an index into `DesiredState.holds`.
    private(set) var heldBy: [Int: Int] = [:]
    /// Holds by instruction, by observed row.
    private(set) var stopped: [Int: Stops.Held] = [:]
    /// Who is bound to somebody held, and is not held himself, by observed row.
    private(set) var heldWith: [Int: HeldWith] = [:]
    /// Those that name nobody here.
    private(set) var idleStops: [Stops.Held] = []
    /// Active holds' entries that name nobody here, as rows of `DesiredState.held`.
    private(set) var idleHolds: [Int] = []
    private let enabledColumn: CodeColumn?
    /// What waves select, with the wave's place, by the name of the rollout.
    private let selectionsOfWaves: [String: [(wave: Int, selection: CompiledSelection)]]

    init(_ scene: Scene, asOf: Instant) {
        self.scene = scene
        identities = Identities(scene.observed.homes, scene.memory, scene.bound)
        claims = Claims(scene, identities)
        verdicts = []
        enabledColumn = scene.observed.homes.attribute("Enabled")
        selectionsOfWaves = scene.compiledWaveSelections()
        findHolds(asOf)
        heldWith = bound(to: Set(heldBy.keys).union(stopped.keys))
        verdicts = judge()
    }

    var homes: Homes { scene.observed.homes }

    /// In the order of the waves.
    func waveSelections(of rollout: Rollout) -> [(wave: Int, selection: CompiledSelection)] {
        selectionsOfWaves.isEmpty ? [] : selectionsOfWaves[rollout.name] ?? []
    }

    /// The placement that asks for a row, or nil.
    func placement(at row: Int) -> Placement? {
        let index = claims.placement[row]
        return index >= 0 ? scene.placements[Int(index)] : nil
    }

    /// The line that asks for a row, or nil.
    func reason(at row: Int) -> SourceLocation? {
        if claims.entry[row] >= 0 {
            return scene.desired.entries.location(at: Int(claims.entry[row]))
        }
        if verdicts[row] == .returning { return formerPlacement(at: row)?.location }
        return claims.selection(at: row)?.location
    }

    /// The placement for which rehome settled a row; nil where it is not declared any more.
    func formerPlacement(at row: Int) -> Placement? {
        guard let name = lastApplied(at: row)?.placement else { return nil }
        return scene.placements.first { $0?.name == name } ?? nil
    }

    /// Whether the account may sign in, where the deployment tells.
    func enabled(at row: Int) -> Fact<Bool> {
        guard let column = enabledColumn else { return .absent }
        return column[row].map { Address.folded($0) == "true" }
    }

    /// What rehome settled for a row, under whatever name.
    func lastApplied(at row: Int) -> SettledHome? {
        let known = identities.remembered[row]
        return known >= 0 ? scene.memory?[Int(known)] : nil
    }

    /// Rows of `scene.memory` that name nobody who was seen.
    var forgotten: [Int] { identities.gone }
}

extension Comparison {
    private mutating func findHolds(_ asOf: Instant) {
        let held = scene.desired.held
        for index in 0..<held.count {
            let hold = held.owner(at: index)
            guard scene.desired.holds[hold].isActive(at: asOf) else { continue }
            let kind = held.kind(at: index)
            let rows = held.withName(at: index) {
                [homes.table.row(of: kind, name: $0), identities.row(formerly: kind, name: $0)]
            }
            // Of an address that somebody else has now, both are held: whom it means is not guessed.
            let known = rows.compactMap { $0 }
            if known.isEmpty { idleHolds.append(index) }
            for row in known { heldBy[row] = min(hold, heldBy[row] ?? .max) }
        }
        for held in scene.stops.held.values where held.isActive(at: asOf) {
            var name = held.resource.name
            let kind = held.resource.kind
            let rows = name.withUTF8 {
                let bytes = UnsafeRawBufferPointer($0)
                return [
                    homes.table.row(of: kind, name: bytes),
                    identities.row(formerly: kind, name: bytes),
                ]
            }
            if rows == [nil, nil] { idleStops.append(held) }
            for row in rows.compactMap({ $0 }) { stopped[row] = held }
        }
    }

    private func judge() -> [Verdict] {
        let count = homes.count
        let doubled = Set(homes.duplicates.values)
        let remembers = scene.memory != nil
        // Codes of the pool column for what each placement leads to, so that most rows cost a
        // comparison of two numbers.
        let targets = scene.placements.map { $0.flatMap { scene.code(ofPool: $0.pool) } ?? -1 }
        var verdicts = [Verdict](repeating: .unmanaged, count: count)
        for row in 0..<count {
            if homes.duplicates[row] != nil || doubled.contains(row) {
                verdicts[row] = .ambiguous
                continue
            }
            let claim = claims.placement[row]
            if claim >= 0, let code = homes.settledPoolCode(at: row), code == targets[Int(claim)],
                !remembers || identities.remembered[row] < 0
            {
                verdicts[row] = .unchanged
                continue
            }
            verdicts[row] = verdict(at: row, claim)
        }
        return verdicts
    }

    private func verdict(at row: Int, _ claim: Int32) -> Verdict {
        if claim == Claims.contested { return .contested }
        if claim == Claims.undecided { return .undecided }
        switch homes.home(at: row) {
        case .unknown: return .homeUnknown
        case .absent: return .homeless
        case .present(.split): return .split
        case .present(.inFlight): return .inFlight
        case .present(.pool(let fqdn)):
            guard let present = scene.poolOfCode[Int(homes.pools.code(at: row))] else {
                return .foreign
            }
            guard let placement = placement(at: row) else { return verdictWithoutClaim(row) }
            if present.name == placement.pool { return .unchanged }
            if identities.reused.contains(row) { return .otherIdentity }
            guard let last = lastApplied(at: row)?.pool else { return .pending }
            if Address.folded(last) == Address.folded(fqdn) { return .pending }
            return scene.pool(fqdn: last)?.name == placement.pool ? .moved : .conflict
        }
    }

    private func verdictWithoutClaim(_ row: Int) -> Verdict {
        guard let last = lastApplied(at: row) else { return .unmanaged }
        let placement = formerPlacement(at: row)
        if last.bySelection, placement?.selections.isEmpty == false { return .unselected }
        // Only what rehome moved goes back, only where it left it, and only for an entry that a commit
        // took away: that a selection no longer matches is nobody's decision.
        guard placement?.onRemoval == .return, last.movedByUs, !last.bySelection,
            last.former != nil, let present = homes.settledPoolCode(at: row),
            scene.poolOfCode[Int(present)]?.name == scene.pool(fqdn: last.pool)?.name,
            !identities.reused.contains(row)
        else { return .released }
        return .returning
    }

    /// Where a row is to go: what its placement asks for, or where it was before; nil for a former home
    /// that is not declared any more, or retired.
    func target(at row: Int) -> Pool? {
        guard verdicts[row] == .returning else {
            return placement(at: row).flatMap { scene.desired.pool(named: $0.pool) }
        }
        let former = lastApplied(at: row)?.former.flatMap { scene.pool(fqdn: $0) }
        return former?.state == .retired ? nil : former
    }

    /// Whether a row was asked for when rehome settled it, and is not any more. One that an apply has
    /// let go already counts no more: its placement is empty.
    func isLetGo(at row: Int) -> Bool {
        switch verdicts[row] {
        case .unselected, .returning: true
        case .released: lastApplied(at: row)?.placement.isEmpty == false
        default: false
        }
    }

    /// Whether a row is asked for elsewhere than it is.
    func isOnItsWay(at row: Int) -> Bool {
        switch verdicts[row] {
        case .pending, .returning: true
        case .moved: placement(at: row)?.onDrift == .correct
        default: false
        }
    }
}
