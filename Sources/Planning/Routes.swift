/// What is the same for all resources of a kind that go from one pool to another, worked out once.

import Model

struct Route {
    var action: Step.Action
    var from: Int32
    var to: Int32
    var fromFQDN: String
    var toFQDN: String
    var rule: MoveRule?
    /// Tells rules of different routes apart in look-ups.
    var ruleIndex: Int
    /// What keeps every resource from going this way.
    var obstacle: Reason?
    /// Whether who has a space at an end of his name cannot go this way.
    var refusesBlanks = false
}

struct Routes {
    private struct Key: Hashable {
        var kind: Kind
        var code: Int32
        var target: String
    }

    private let scene: Scene
    private var known: [Key: Route] = [:]

    private let displayNames: CodeColumn?
    /// Of the values of that column, those with a space at an end.
    private let blankNames: [Bool]

    init(_ scene: Scene) {
        self.scene = scene
        displayNames = scene.observed.homes.attribute("DisplayName")
        blankNames = (displayNames?.values ?? []).map { $0.hasPrefix(" ") || $0.hasSuffix(" ") }
    }

    /// Whether the address or, where it was read, the display name has a space at an end.
    func hasBlanks(at row: Int) -> Bool {
        let space = UInt8(ascii: " ")
        let isBlank = scene.observed.homes.table.withName(at: row) {
            $0.first == space || $0.last == space
        }
        if isBlank { return true }
        guard let code = displayNames?.code(at: row), code > 0 else { return false }
        return blankNames[Int(code) - 1]
    }

    /// The way from the pool with this code of the pool column; the builder keeps rows of pools.
    mutating func route(
        kind: Kind, code: Int32, to target: Pool, _ builder: inout PlanBuilder
    ) -> Route {
        let key = Key(kind: kind, code: code, target: target.name)
        if let route = known[key] { return route }
        let source = scene.poolOfCode[Int(code)]
        let fqdn = scene.observed.homes.pools.values[Int(code) - 1]
        let rule = source.flatMap {
            scene.capabilities.rule(for: kind, from: $0.product, to: target.product)
        }
        var route = Route(
            action: rule?.means == .operator ? .operator : .move,
            from: builder.pool(fqdn: fqdn, connection: scene.connection.name),
            to: builder.pool(declared: target), fromFQDN: fqdn, toFQDN: target.fqdn, rule: rule,
            ruleIndex: builder.nextRoute(),
            obstacle: otherOwner(fqdn, target.fqdn)
                ?? obstacle(kind, from: source, to: target, rule))
        route.refusesBlanks =
            kind == .user && source?.product == .ocs2007r2 && target.product != .ocs2007r2
        known[key] = route
        builder.note(route, of: kind)
        return route
    }

    /// Pools have owners: what another estate claims is nobody else's to fill or to empty.
    private func otherOwner(_ from: String, _ to: String) -> Reason? {
        for fqdn in [from, to] {
            guard let owner = scene.otherOwner(ofPool: fqdn) else { continue }
            let pool = scene.pool(fqdn: fqdn)?.name ?? fqdn
            let parts = owner.split(separator: "/")
            // Our own name with another ledger: most likely one that was lost, before it had an id.
            let lost =
                parts.first.map(String.init) == scene.desired.estate.name && parts.count == 2
                ? "; if that is this estate's own ledger of before, declare ledger: {id: \"\(parts[1])\"} and apply --new-ledger"
                : ""
            return Reason(
                .blocked, .poolClaimed,
                "\(pool) belongs to the estate \(owner), which hands it over by an apply without its Pool document\(lost)"
            )
        }
        return nil
    }

    private func obstacle(
        _ kind: Kind, from source: Pool?, to target: Pool, _ rule: MoveRule?
    ) -> Reason? {
        let words =
            "\(kind.name) from \(source?.product.rawValue ?? "?") to \(target.product.rawValue)"
        guard let rule else {
            return Reason(
                .unable, .noMeans, "\(scene.connection.adapter) knows no way to move \(words)")
        }
        if rule.means == .impossible {
            return Reason(.unable, .noMeans, "\(words) cannot be moved: \(rule.source)")
        }
        if scene.seenPools[Address.folded(target.fqdn)] == nil {
            return Reason(
                .blocked, .poolNotSeen,
                "\(scene.connection.name) does not show the pool \(target.fqdn): deploy it, or mend its fqdn"
            )
        }
        if target.capacity != nil, kind == .user,
            let gap = scene.observed.gaps.first(where: {
                $0.covers(pool: target.fqdn, kind: .user) && ($0.fact == nil || $0.fact == "home")
            })
        {
            return Reason(
                .unknown, .loadUnknown,
                "how full \(target.name) is cannot be told: \(gap.reason)")
        }
        return nil
    }
}

/// A pool whose resources of a kind move together, and of which not all are asked for alike.
struct TornPool: Hashable {
    var kind: Kind
    /// The code of the pool column.
    var code: Int32
}

extension PlanBuilder {
    /// Pools that a move of a whole pool would tear apart: not everything of the kind that lives there,
    /// or is to arrive there, goes the same way. Users are never of whole-pool grain.
    func tornPools(_ comparison: Comparison) -> Set<TornPool> {
        tornPools(comparison) { row in
            comparison.isOnItsWay(at: row) ? comparison.target(at: row) : nil
        }
    }

    /// The same for other targets than those that are asked for; nil for who stays.
    func tornPools(_ comparison: Comparison, going way: (Int) -> Pool?) -> Set<TornPool> {
        let stays: Int32 = -1
        var ways: [TornPool: Int32] = [:]
        var torn: Set<TornPool> = []
        func note(_ pool: TornPool, _ way: Int32) {
            if let other = ways[pool], other != way { torn.insert(pool) }
            ways[pool] = way
        }
        let table = comparison.homes.table
        for row in comparison.verdicts.indices where table.kind(at: row).isApp {
            guard let code = comparison.homes.settledPoolCode(at: row) else { continue }
            let here = TornPool(kind: table.kind(at: row), code: code)
            guard comparison.hold(on: row) == nil, part.contains(comparison, row),
                let target = way(row)
            else {
                note(here, stays)
                continue
            }
            let arrival = comparison.scene.code(ofPool: target.name)
            note(here, arrival ?? stays - 1)
            if let arrival { note(TornPool(kind: here.kind, code: arrival), stays) }
        }
        return torn
    }
}
