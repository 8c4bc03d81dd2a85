/// A deployment known only by its exports: read, planned and reviewed, never changed.

package import Adapters
package import Foundation
package import Model

/// Shows what the exports of a connection say, all of them read before the first page.
///
/// A file that is not given makes its facts unknown, never none. Whatever is wrong with a file is said
/// with its place when the connection opens.
package struct InventoryAdapter: Adapter {
    package let capabilities = InventoryCatalog.capabilities
    private let inventory: Inventory

    /// Reads the exports of a connection. `read` gives the bytes of a file by its path relative to the
    /// folder of manifests, and refuses what lies outside the repository.
    package static func with<Result>(
        _ connection: Connection, pools: [Pool],
        read: (String) throws(ExportFile.Unreadable) -> Data,
        _ body: (any Adapter) async throws -> Result
    ) async throws -> Result {
        let settings = try InventorySettings(of: connection)
        var reader = InventoryReader(
            declared: pools.filter { $0.connection == connection.name }.map(\.fqdn))
        for file in settings.files { reader.take(file, from: read) }
        return try await body(InventoryAdapter(inventory: try reader.finish()))
    }

    private init(inventory: Inventory) { self.inventory = inventory }

    package func observe(
        _ scope: Scope, after cursor: Cursor?, limit: Int
    ) throws(AdapterError) -> Page {
        let start = cursor.flatMap { Int($0.text) } ?? 0
        let rows: [Int]
        var names: [String] = []
        switch scope {
        case .everything(let attributes):
            names = attributes
            rows = Array(inventory.records.indices)
        case .changes: throw .seesNoChanges
        case .resources(let ids): rows = ids.flatMap { inventory.rows(named: $0) }
        }
        var homes = Homes()
        homes.declare(attributes: names)
        for row in rows.dropFirst(start).prefix(limit) {
            homes.append(inventory.observed(row, attributes: names))
        }
        let end = min(rows.count, start + limit)
        var page = Page(
            pools: [], homes: homes, gaps: [], next: end < rows.count ? Cursor("\(end)") : nil)
        if cursor == nil {
            page.pools = inventory.observedPools
            page.gaps = inventory.gaps(attributes: names)
            if case .everything = scope { page.relations = inventory.relations ?? [] }
        }
        return page
    }

    package func perform(
        _ batch: Batch, deadline: Instant
    ) throws(AdapterError) -> [StepOutcome] {
        throw .permanent("an inventory is read, never changed: move with another adapter")
    }

    package func claim(_ claim: PoolClaim) throws(AdapterError) -> String? { throw .claimsNothing }

    package func probe(_ probe: Probe, deadline: Instant) async throws(AdapterError) -> Evidence {
        throw .probesNothing
    }

    package func change(
        _ change: PoolChange, deadline: Instant
    ) async throws(AdapterError) -> StepOutcome {
        throw .closesNothing
    }
}
