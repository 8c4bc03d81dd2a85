/// How the names of an estate are compared: as its deployments do, which must be one way.

import Model

/// A connection that a pool uses, and which names its adapter takes for one.
struct EstateFolding {
    let connection: Document<ConnectionSpec>
    let folding: Folding

    /// Of all connections that pools use, in the order of their names; those of unknown adapters are left
    /// out.
    static func all(
        of connections: [Document<ConnectionSpec>], usedBy pools: [Document<PoolSpec>],
        _ adapters: AdapterCatalog
    ) -> [EstateFolding] {
        let used = Set(pools.map(\.spec.connection.value))
        return connections.compactMap { connection in
            guard used.contains(connection.name),
                let adapter = adapters.entries[connection.spec.adapter]
            else { return nil }
            return EstateFolding(connection: connection, folding: adapter.folding)
        }
    }
}

extension Assembly {
    /// A wave, a relation and a hold name people and no connection, so no two may read them otherwise.
    func checkFoldings() {
        let all = EstateFolding.all(of: connections, usedBy: pools, reading.adapters)
        guard let first = all.first, let other = all.first(where: { $0.folding != first.folding })
        else { return }
        let exact = first.folding == .host ? first : other
        let folded = first.folding == .host ? other : first
        report(
            .mixedFolding,
            "user parts that differ by case are two people on \(quoted(exact.connection.name))"
                + " and one on \(quoted(folded.connection.name))",
            at: other.connection.location,
            hint: "keep the two in two folders, each with an Estate and a ledger of its own")
    }
}
