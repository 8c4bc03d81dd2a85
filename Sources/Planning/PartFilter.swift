/// Which resources belong to the part of an estate that a command was narrowed to.

import Model

struct PartFilter {
    private let part: Narrowing
    private let folding: Folding
    /// The resources that `--only` names, folded.
    private let only: Set<ResourceID>
    private let waves: WaveDrawing
    /// Whether a placement belongs to one of the rollouts, by index; nil where no rollout is asked for.
    private let isInRollouts: [Bool]?

    init(_ part: Narrowing, _ desired: DesiredState, _ waves: WaveDrawing) {
        self.part = part
        folding = desired.folding
        only = Set(part.only.map { $0.folded(by: desired.folding) })
        self.waves = waves
        isInRollouts =
            part.rollouts.isEmpty
            ? nil
            : desired.placements.map { placement in
                desired.rollouts.contains {
                    part.rollouts.contains($0.name) && $0.placements.contains(placement.name)
                }
            }
    }

    var isWholeEstate: Bool { part.isWholeEstate }

    /// Whether an observed resource belongs to the part.
    func contains(_ comparison: Comparison, _ row: Int) -> Bool {
        if part.isWholeEstate { return true }
        let placement = Int(comparison.claims.placement[row])
        let table = comparison.homes.table
        if !only.isEmpty, !only.contains(table[row].folded(by: folding)) { return false }
        if !part.sites.isEmpty {
            let code = comparison.homes.pools.code(at: row)
            let present = code > 0 ? comparison.scene.poolOfCode[Int(code)]?.site : nil
            let sites = [present, comparison.target(at: row)?.site].compactMap(\.self)
            if !sites.contains(where: part.sites.contains) { return false }
        }
        return isInRollouts(placement) && isInWaves(placement, table[row])
    }

    /// Whether an entry that names nobody who was seen belongs to the part.
    func contains(entry index: Int, _ comparison: Comparison) -> Bool {
        if part.isWholeEstate { return true }
        let desired = comparison.scene.desired
        let id = desired.entries[index]
        let placement = desired.entries.owner(at: index)
        if !only.isEmpty, !only.contains(id.folded(by: folding)) { return false }
        if !part.sites.isEmpty {
            let target = desired.pool(named: desired.placements[placement].pool)
            guard let target, part.sites.contains(target.site) else { return false }
        }
        return isInRollouts(placement) && isInWaves(placement, id)
    }

    /// Whether a pool that is to be retired belongs to the part: only a site has pools of its own.
    func contains(_ pool: Pool) -> Bool {
        part.isWholeEstate
            || (part.rollouts.isEmpty && part.waves.isEmpty && part.only.isEmpty
                && part.sites.contains(pool.site))
    }

    private func isInRollouts(_ placement: Int) -> Bool {
        isInRollouts.map { placement >= 0 && $0[placement] } ?? true
    }

    private func isInWaves(_ placement: Int, _ id: ResourceID) -> Bool {
        if part.waves.isEmpty { return true }
        guard placement >= 0, let wave = waves.waveName(of: id, placement: placement)
        else { return false }
        return part.waves.contains(wave)
    }
}
