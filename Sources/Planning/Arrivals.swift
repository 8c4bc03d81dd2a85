/// Who is already where he should be, for the ledger to remember.

package import Model

extension Planner {
    /// Homes that are as asked for and that the ledger does not know so yet: whoever brought them
    /// there, they count as done, and from now on a change by somebody else is told from a wish.
    package static func newlySettled(
        desired: DesiredState, observed: ObservedState, memory: Memory,
        capabilities: [String: Capabilities], asOf: Instant
    ) -> [LedgerEntry] {
        compare(desired, observed, memory, capabilities, asOf).flatMap {
            $0.newlySettled() + $0.newlyBound()
        }
    }
}

extension Comparison {
    fileprivate func newlySettled() -> [LedgerEntry] {
        verdicts.indices.compactMap { row in
            let found =
                switch verdicts[row] {
                case .unchanged: settled(at: row)
                case .released: letGo(at: row)
                default: nil as SettledHome?
                }
            return found.map { .homeSettled(connection: scene.connection.name, $0) }
        }
    }

    /// Who is asked for or held, is not settled, and was not seen before: from now on the address means
    /// whoever has this id.
    fileprivate func newlyBound() -> [LedgerEntry] {
        let resources = verdicts.indices.compactMap { row -> BoundResource? in
            guard identities.remembered[row] < 0, !identities.reused.contains(row),
                verdicts[row] != .unchanged, verdicts[row] != .ambiguous,
                placement(at: row) != nil || hold(on: row) != nil,
                scene.bound?.table.row(matching: homes.table, at: row) == nil,
                case .present(let id) = homes.ownID(at: row)
            else { return nil }
            return BoundResource(
                resource: homes.table[row].folded(by: homes.table.folding), ownID: id)
        }
        guard !resources.isEmpty else { return [] }
        return [.bound(connection: scene.connection.name, resources)]
    }

    private func settled(at row: Int) -> SettledHome? {
        guard let placement = placement(at: row),
            case .present(.pool(let fqdn)) = homes.home(at: row)
        else { return nil }
        let last = lastApplied(at: row)
        var ownID: String?
        if case .present(let id) = homes.ownID(at: row) { ownID = id }
        let bySelection = claims.entry[row] < 0
        let name = homes.table[row].folded(by: homes.table.folding)
        if let last, Address.folded(last.pool) == Address.folded(fqdn),
            last.placement == placement.name, last.bySelection == bySelection,
            last.ownID == ownID, last.resource == name
        {
            return nil
        }
        return SettledHome(
            resource: name, ownID: ownID, pool: fqdn, former: last?.former,
            placement: placement.name, bySelection: bySelection,
            movedByUs: last?.movedByUs ?? false)
    }

    /// Who is let go keeps the home and the former home that rehome knows, and belongs to no placement:
    /// the commit that let him go was seen, and is not held against later ones.
    private func letGo(at row: Int) -> SettledHome? {
        guard var last = lastApplied(at: row), !last.placement.isEmpty else { return nil }
        last.placement = ""
        last.bySelection = false
        return last
    }
}

extension Planner {
    /// What the manifests ask of one resource, and which line asks it; nil where nobody asks.
    package static func claim(
        on id: ResourceID, desired: DesiredState, observed: ObservedState, memory: Memory,
        capabilities: [String: Capabilities], connection: String, asOf: Instant
    ) -> Why.Asked? {
        compare(desired, observed, memory, capabilities, asOf)
            .first { $0.scene.connection.name == connection }?.claim(on: id)
    }
}

extension Comparison {
    fileprivate func claim(on id: ResourceID) -> Why.Asked? {
        if let row = homes.table.row(of: id) {
            guard let placement = placement(at: row) else { return nil }
            return Why.Asked(
                pool: placement.pool, placement: placement.name,
                bySelection: claims.entry[row] < 0, reason: reason(at: row))
        }
        let entries = scene.desired.entries
        let index = claims.unseen.first {
            entries[$0].folded(by: homes.table.folding) == id.folded(by: homes.table.folding)
        }
        return index.flatMap { index in
            scene.placements[entries.owner(at: index)].map {
                Why.Asked(
                    pool: $0.pool, placement: $0.name, bySelection: false,
                    reason: entries.location(at: index))
            }
        }
    }
}
