/// All deployments of an estate at once, page by page, and what of them could not be seen.

package import Adapters
package import Model

/// Looks at deployments as every plan does.
package enum Observation {
    /// Rows in a page: large enough to be fast, small enough not to hold two estates in memory.
    static let pageSize = 20_000

    /// Looks at every connection that has an adapter, all at the same time.
    ///
    /// A deployment that gives no answer is no reason to stop: it stands there with a gap that covers
    /// all of it, and planning leaves alone what it cannot see. Names are compared as the first of the
    /// revisions does. Of what was seen `earlier`, under the same revisions, only what changed is read,
    /// where the adapter can say that: who went is not noticed then.
    package static func observe(
        _ adapters: [String: any Adapter], for revisions: [DesiredState], at now: Instant,
        refreshing earlier: ObservedState? = nil
    ) async -> ObservedState {
        let folding = revisions.first?.folding ?? .whole
        return await withTaskGroup(of: ObservedConnection.self) { group in
            for (name, adapter) in adapters {
                let attributes = attributes(of: name, adapter.capabilities, revisions)
                let before = earlier?.connection(named: name)
                group.addTask {
                    if let seen = await refresh(before, adapter, attributes) { return seen }
                    return await observe(name, adapter, attributes, folding)
                }
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

    /// What was seen before with what changed since; nil where all is to be read.
    private static func refresh(
        _ earlier: ObservedConnection?, _ adapter: any Adapter, _ attributes: [String]
    ) async -> ObservedConnection? {
        guard var seen = earlier, let mark = seen.mark, adapter.capabilities.seesChanges
        else { return nil }
        seen.notices = []
        seen.mark = nil
        var cursor: Cursor?
        do {
            repeat {
                let page = try await adapter.observe(
                    .changes(since: Mark(mark), attributes: attributes), after: cursor,
                    limit: pageSize)
                if !page.pools.isEmpty { seen.pools = page.pools }
                seen.homes.take(changes: page.homes)
                seen.notices += page.notices
                seen.mark = page.mark?.text ?? seen.mark
                cursor = page.next
            } while cursor != nil
            return seen
        } catch {
            // Whatever hinders this, reading all says it, or works.
            return nil
        }
    }

    private static func observe(
        _ name: String, _ adapter: any Adapter, _ attributes: [String], _ folding: Folding
    ) async -> ObservedConnection {
        var seen = ObservedConnection(
            name: name, pools: [], homes: Homes(comparedBy: folding), gaps: [])
        seen.homes.declare(attributes: attributes)
        do throws(AdapterError) {
            let scope = Scope.everything(attributes: attributes)
            var page = try await next(of: scope, after: nil, through: adapter).get()
            while let cursor = page.next {
                // The deployment is at work on a page while the one before it is taken in.
                async let following = next(of: scope, after: cursor, through: adapter)
                seen.take(page)
                page = try await following.get()
            }
            seen.take(page)
        } catch {
            seen.gaps.append(Gap(reason: error.message))
        }
        return seen
    }

    private static func next(
        of scope: Scope, after cursor: Cursor?, through adapter: any Adapter
    ) async -> Result<Page, AdapterError> {
        do {
            return .success(try await adapter.observe(scope, after: cursor, limit: pageSize))
        } catch {
            return .failure(error)
        }
    }
}

extension ObservedConnection {
    fileprivate mutating func take(_ page: Page) {
        pools += page.pools
        homes.append(contentsOf: page.homes)
        relations += page.relations
        gaps += page.gaps
        notices += page.notices
        mark = page.mark?.text ?? mark
    }
}
