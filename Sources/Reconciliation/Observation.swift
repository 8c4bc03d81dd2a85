/// All deployments of an estate at once, page by page, and what of them could not be seen.

import Adapters
import Model

enum Observation {
    /// Rows in a page: large enough to be fast, small enough not to hold two estates in memory.
    static let pageSize = 20_000

    /// Looks at every connection that has an adapter, all at the same time.
    ///
    /// A deployment that gives no answer is no reason to stop: it stands there with a gap that covers
    /// all of it, and planning leaves alone what it cannot see.
    static func observe(
        _ adapters: [String: any Adapter], for revisions: [DesiredState], at now: Instant
    ) async -> ObservedState {
        await withTaskGroup(of: ObservedConnection.self) { group in
            for (name, adapter) in adapters {
                let attributes = attributes(of: name, adapter.capabilities, revisions)
                group.addTask { await observe(name, adapter, attributes) }
            }
            var seen: [ObservedConnection] = []
            for await connection in group { seen.append(connection) }
            return ObservedState(connections: seen.sorted { $0.name < $1.name }, at: now)
        }
    }

    /// The attributes that somebody asks about: those of selections, and whether an account is enabled.
    static func attributes(
        of connection: String, _ capabilities: Capabilities, _ revisions: [DesiredState]
    ) -> [String] {
        var wanted: Set<String> = ["enabled"]
        for desired in revisions {
            let pools = Set(desired.pools.filter { $0.connection == connection }.map(\.name))
            let placed = desired.placements.filter { pools.contains($0.pool) }
            let selections =
                placed.flatMap(\.selections)
                + desired.rollouts.flatMap { $0.waves }.flatMap(\.selections)
            wanted.formUnion(selections.flatMap(\.conditions).map { Address.folded($0.key) })
        }
        return capabilities.selectableBy.map(\.name).filter { wanted.contains(Address.folded($0)) }
    }

    private static func observe(
        _ name: String, _ adapter: any Adapter, _ attributes: [String]
    ) async -> ObservedConnection {
        var seen = ObservedConnection(name: name, pools: [], homes: Homes(), gaps: [])
        seen.homes.declare(attributes: attributes)
        var cursor: Cursor?
        do {
            repeat {
                let page = try await adapter.observe(
                    .everything(attributes: attributes), after: cursor, limit: pageSize)
                seen.pools += page.pools
                seen.homes.append(contentsOf: page.homes)
                seen.relations += page.relations
                seen.gaps += page.gaps
                cursor = page.next
            } while cursor != nil
        } catch {
            seen.gaps.append(Gap(reason: error.message))
        }
        return seen
    }
}
