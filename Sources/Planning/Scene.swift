/// One connection with everything that planning knows about it, look-ups made ready.

import Model

struct Scene {
    let desired: DesiredState
    let connection: Connection
    let observed: ObservedConnection
    let memory: SettledHomes?
    /// Own ids of those who were seen before and never settled.
    let bound: BoundIDs?
    let stops: Stops
    let capabilities: Capabilities
    /// Placements that lead to a pool of this connection; nil for the others. By index.
    let placements: [Placement?]
    /// Declared pools of this connection, by code of the pool column; nil for pools not declared.
    let poolOfCode: [Pool?]
    private let codeOfPool: [String: Int32]
    /// Pools that the deployment shows, by folded FQDN.
    let seenPools: [String: ObservedPool]
    /// Who is bound to whom, as the deployment and the manifests tell.
    let ties: Ties
    /// The id by which our claims on pools are known; nil while there is no ledger.
    private let ledgerID: String?

    init?(
        _ connection: Connection, _ desired: DesiredState, _ observed: ObservedState,
        _ memory: Memory, _ capabilities: [String: Capabilities]
    ) {
        guard let seen = observed.connection(named: connection.name),
            let able = capabilities[connection.name]
        else { return nil }
        self.desired = desired
        self.connection = connection
        self.observed = seen
        self.memory = memory.homes[connection.name]
        bound = memory.bound[connection.name]
        stops = memory.stops
        self.capabilities = able
        ties = Ties(seen.relations + desired.relations, comparedBy: desired.folding)
        ledgerID = desired.estate.ledger.id ?? memory.ledgerID
        let mine = desired.pools.filter { $0.connection == connection.name }
        let names = Set(mine.map(\.name))
        placements = desired.placements.map { names.contains($0.pool) ? $0 : nil }
        let byFQDN = Dictionary(
            mine.map { (Address.folded($0.fqdn), $0) }, uniquingKeysWith: { first, _ in first })
        poolOfCode = [nil] + seen.homes.pools.values.map { byFQDN[Address.folded($0)] }
        var codes: [String: Int32] = [:]
        for (code, pool) in poolOfCode.enumerated() {
            if let pool, codes[pool.name] == nil { codes[pool.name] = Int32(code) }
        }
        codeOfPool = codes
        seenPools = Dictionary(
            seen.pools.map { (Address.folded($0.fqdn), $0) },
            uniquingKeysWith: { first, _ in first })
    }

    /// The code of a declared pool in the pool column; nil when nobody lives there.
    func code(ofPool name: String) -> Int32? { codeOfPool[name] }

    /// The declared pool with this FQDN on this connection.
    func pool(fqdn: String) -> Pool? {
        let folded = Address.folded(fqdn)
        return desired.pools.first {
            $0.connection == connection.name && Address.folded($0.fqdn) == folded
        }
    }

    /// Why it is not known who is bound to whom; nil where it is.
    var unreadRelations: Gap? {
        observed.gaps.first {
            $0.fact == "relations" || ($0.fact == nil && $0.kind == nil && $0.pool == nil)
        }
    }

    /// The estate, other than ours, that claims a pool; nil where nobody does, or nobody can tell.
    func otherOwner(ofPool fqdn: String) -> String? {
        guard case .present(let owner)? = seenPools[Address.folded(fqdn)]?.owner,
            !Estate.isOwner(owner, ledger: ledgerID)
        else { return nil }
        return owner
    }

    /// Pools that we claim and declare no more, by FQDN.
    var releasedPools: [String] {
        observed.pools.filter { seen in
            guard case .present(let owner) = seen.owner else { return false }
            return Estate.isOwner(owner, ledger: ledgerID) && pool(fqdn: seen.fqdn) == nil
        }.map(\.fqdn).sorted()
    }

    /// Marks the codes of pools that fit, and that an earlier condition left standing.
    func poolCodes(_ earlier: [Bool]?, where fits: (Pool) -> Bool) -> [Bool] {
        poolOfCode.enumerated().map { code, pool in
            (earlier?[code] ?? true) && (pool.map(fits) ?? false)
        }
    }

    /// Selections of waves, judged as those of the first placement of their rollout here.
    func compiledWaveSelections() -> [String: [(wave: Int, selection: CompiledSelection)]] {
        var compiled: [String: [(wave: Int, selection: CompiledSelection)]] = [:]
        for rollout in desired.rollouts {
            let placement = placements.firstIndex {
                $0.map { rollout.placements.contains($0.name) } ?? false
            }
            guard let placement else { continue }
            for (wave, declared) in rollout.waves.enumerated() {
                for selection in declared.selections {
                    compiled[rollout.name, default: []].append(
                        (wave, CompiledSelection(selection, placement: placement, self)))
                }
            }
        }
        return compiled
    }

    func compiledSelections() -> [CompiledSelection] {
        placements.enumerated().flatMap { index, placement in
            (placement?.selections ?? []).map {
                CompiledSelection($0, placement: index, self)
            }
        }
    }
}
