/// Rules about selections: what they name, and that they settle.

import Model

/// Keys of a selection that are no attributes.
private let ownKeys = ["pool", "kind", "site"]

extension Assembly {
    func checkSelections() {
        let sites = Set(pools.map(\.spec.site))
        for placement in placements {
            let connection = pool(named: placement.spec.pool.value)?.spec.connection.value
            for selection in placement.spec.selections {
                checkConditions(of: selection, on: connection.map { [$0] } ?? [], sites)
                if let connection { checkConnection(of: selection, is: connection) }
            }
        }
        for rollout in rollouts {
            let targets = rollout.spec.placements.compactMap { name in
                placement(named: name.value)?.spec.pool.value
            }
            let connections = Set(targets.compactMap { pool(named: $0)?.spec.connection.value })
            for selection in rollout.spec.waves.flatMap(\.selections) {
                checkConditions(of: selection, on: connections.sorted(), sites)
            }
        }
        checkFlows()
    }

    private func checkConditions(
        of selection: Selection, on connections: [String], _ sites: Set<String>
    ) {
        let adapters = connections.compactMap { adapter(ofConnection: $0) }
        for condition in selection.conditions {
            switch condition.key {
            case "pool":
                for name in condition.anyOf {
                    checkDeclared(.pool, Located(value: name, location: condition.location))
                }
            case "site":
                for site in condition.anyOf where !sites.contains(site) && !reading.isPartial {
                    report(
                        .unknownReference, "no pool stands in the site \(quoted(site))",
                        at: condition.location, hint: suggestion(for: site, in: sites))
                }
            case "kind": break
            default:
                let attributes = adapters.flatMap(\.attributes)
                let isDeclared = attributes.contains {
                    Address.folded($0) == Address.folded(condition.key)
                }
                guard !isDeclared, !adapters.isEmpty else { continue }
                report(
                    .undeclaredAttribute, "nobody can be chosen by \(quoted(condition.key))",
                    at: condition.location,
                    hint: suggestion(for: condition.key, in: Set(ownKeys + attributes)))
            }
        }
    }

    private func checkConnection(of selection: Selection, is connection: String) {
        for condition in selection.conditions where condition.key == "pool" {
            for name in condition.anyOf {
                guard let other = pool(named: name)?.spec.connection.value, other != connection
                else { continue }
                report(
                    .crossConnection,
                    "the pool \(quoted(name)) is on the connection \(quoted(other)), "
                        + "the target is on \(quoted(connection))",
                    at: condition.location,
                    hint: "a resource is one within its deployment; "
                        + "nobody moves between two connections")
            }
        }
    }
}
