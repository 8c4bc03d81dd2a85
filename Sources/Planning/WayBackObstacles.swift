/// What keeps somebody from going back, before any step is made of it.

import Model

extension Comparison {
    func row(of resource: ResourceID) -> Int? {
        if let row = homes.table.row(of: resource) { return row }
        var name = resource.name
        return name.withUTF8 {
            identities.row(formerly: resource.kind, name: UnsafeRawBufferPointer($0))
        }
    }

    func whyUnseen(_ resource: ResourceID) -> Reason {
        if let gap = scene.observed.firstGap(kind: resource.kind) {
            return Reason(
                .unknown, .unseen, "it was not seen, and not all was read: \(gap.reason)")
        }
        return Reason(
            .missing, .missing, "\(scene.connection.name) knows no such \(resource.kind.name)")
    }

    func isAt(_ fqdn: String, _ row: Int) -> Bool {
        guard case .present(.pool(let present)) = homes.home(at: row) else { return false }
        return Address.folded(present) == Address.folded(fqdn)
    }

    /// Whether what went this way never comes back.
    func isOneWay(_ kind: Kind, from: String, to: String) -> Bool {
        guard let from = scene.pool(fqdn: from), let to = scene.pool(fqdn: to) else { return false }
        return scene.capabilities.rule(for: kind, from: from.product, to: to.product)?.reversal
            == .never
    }

    /// What is wrong with a resource itself, or with where it would go.
    func whyNot(
        _ trail: WayBack.Trail, _ row: Int, inDoubt: Set<StepID>
    ) -> Reason? {
        if verdicts[row] == .ambiguous { return Reasons.verdict(self, row) }
        if identities.reused.contains(row) { return Reasons.otherIdentity }
        if trail.steps.contains(where: inDoubt.contains) { return Reasons.inDoubt }
        switch homes.home(at: row) {
        case .unknown: return Reasons.homeUnknown(self, row)
        case .absent: return Reasons.homeless
        case .present(.split): return Reasons.split(self, row)
        case .present(.inFlight): return Reasons.inFlight(self, row)
        case .present(.pool(let present)):
            guard Address.folded(present) == Address.folded(trail.pool) else {
                return Reasons.movedOn(to: name(of: present), from: name(of: trail.pool))
            }
        }
        guard scene.poolOfCode[Int(homes.pools.code(at: row))] != nil else {
            return Reasons.foreign(self, row)
        }
        guard let former = scene.pool(fqdn: trail.former) else {
            return Reasons.noFormerPool("\(trail.former) is not declared any more")
        }
        return former.state == .retired
            ? Reasons.noFormerPool("\(former.name) is retired") : nil
    }

    private func name(of fqdn: String) -> String { scene.pool(fqdn: fqdn)?.name ?? fqdn }
}

extension Reasons {
    static func neverBack(_ kind: Kind) -> Reason {
        Reason(
            .unable, .neverBack, "no supported means takes \(kind.name) back this way: it stays")
    }

    static func movedOn(to present: String, from pool: String) -> Reason {
        Reason(
            .conflict, .movedOn,
            "it lives on \(present), and was left on \(pool): somebody moved it on since")
    }

    static func noFormerPool(_ why: String) -> Reason {
        Reason(.blocked, .noWayBack, "\(why): it cannot go back there, place it elsewhere")
    }
}
