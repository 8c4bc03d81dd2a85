/// How the world differs from what was asked for, one entry for each resource, by the same comparison
/// that plans.

package import Model

extension Planner {
    /// Everything that drifted or is pending in a part, by connection, kind and name.
    package static func drift(
        desired: DesiredState, observed: ObservedState, memory: Memory,
        capabilities: [String: Capabilities], asOf: Instant, part: Narrowing
    ) -> [Drift] {
        let filter = PartFilter(part, desired, WaveDrawing(desired, memory.journey))
        return compare(desired, observed, memory, capabilities, asOf)
            .flatMap { $0.drift(in: filter) }
    }
}

extension Comparison {
    fileprivate func drift(in part: PartFilter) -> [Drift] {
        var drift: [Drift] = []
        for row in verdicts.indices where part.contains(self, row) {
            guard let found = driftClass(at: row) else { continue }
            let reason: String? =
                switch found {
                case .held: hold(on: row)?.detail
                case .moved, .unknown, .inFlight: Reasons.verdict(self, row).detail
                default: nil
                }
            drift.append(
                Drift(
                    class: found, connection: scene.connection.name, resource: homes.table[row],
                    desired: target(at: row)?.name, observed: poolWords(at: row),
                    lastApplied: lastApplied(at: row).map { poolName(fqdn: $0.pool) },
                    detail: reason))
        }
        drift += unseenDrift(in: part)
        return drift.sorted(by: Drift.isBefore)
    }

    /// Nil for what is as it should be.
    private func driftClass(at row: Int) -> Drift.Class? {
        let verdict = verdicts[row]
        if let pool = presentPool(at: row), pool.state == .retired { return .returned }
        switch verdict {
        case .unchanged, .ambiguous, .homeless, .foreign: return nil
        case .unselected: return .unselected
        case .pending, .returning: return hold(on: row) == nil ? .pending : .held
        case .moved, .conflict, .otherIdentity: return .moved
        case .inFlight: return .inFlight
        case .homeUnknown, .undecided, .split, .contested: return .unknown
        case .unmanaged: return .unmanaged
        case .released:
            // Somebody whom rehome had settled elsewhere now lives where nobody new belongs.
            if let pool = presentPool(at: row), pool.state == .draining,
                let last = lastApplied(at: row)?.pool,
                Address.folded(last) != Address.folded(pool.fqdn)
            {
                return .arrived
            }
            return .unmanaged
        }
    }

    private func presentPool(at row: Int) -> Pool? {
        let code = homes.pools.code(at: row)
        return code > 0 ? scene.poolOfCode[Int(code)] : nil
    }

    private func poolName(fqdn: String) -> String { scene.pool(fqdn: fqdn)?.name ?? fqdn }

    private func poolWords(at row: Int) -> String? {
        switch homes.home(at: row) {
        case .present(.pool(let fqdn)): poolName(fqdn: fqdn)
        case .present(.inFlight(let from, let to)):
            "\(poolName(fqdn: from)) -> \(poolName(fqdn: to))"
        case .present(.split(let pools)):
            pools.map { poolName(fqdn: $0) }.joined(separator: " and ")
        case .absent, .unknown: nil
        }
    }

    private func unseenDrift(in part: PartFilter) -> [Drift] {
        let entries = scene.desired.entries
        return claims.unseen.filter { part.contains(entry: $0, self) }.map { index in
            let gap = scene.observed.firstGap(kind: entries.kind(at: index))
            return Drift(
                class: gap == nil ? .missing : .unknown, connection: scene.connection.name,
                resource: entries[index],
                desired: scene.placements[entries.owner(at: index)]?.pool, observed: nil,
                lastApplied: scene.memory?.row(of: entries[index])
                    .flatMap { scene.memory?[$0].pool }.map { poolName(fqdn: $0) },
                detail: gap?.reason)
        }
    }
}

extension Drift {
    fileprivate static func isBefore(_ one: Drift, _ other: Drift) -> Bool {
        (one.resource.kind.rawValue, Address.folded(one.resource.name), one.resource.name)
            < (
                other.resource.kind.rawValue, Address.folded(other.resource.name),
                other.resource.name
            )
    }
}
