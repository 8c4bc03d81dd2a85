/// Looking now and planning later, perhaps elsewhere: what a reviewer's machine needs and no more.

import Adapters
import Execution
import Ledgers
package import Model
import Planning

extension Reconciler {
    /// Everything that planning asks of this estate, at one moment, and nothing else: attributes by which
    /// nobody is selected stay where they are. Those by which `others` select come along.
    package func snapshot(
        _ desired: DesiredState, and others: [DesiredState] = []
    ) async throws -> Snapshot {
        let memory = try await memory(of: desired)
        return try await withAdapters(desired) { adapters in
            let now = try await edges.clock(for: desired).now()
            let observed = await Observation.observe(
                adapters, for: [desired] + others, at: now)
            return Snapshot(
                observed: observed, memory: memory,
                capabilities: adapters.mapValues(\.capabilities))
        }
    }

    fileprivate static let leftOut = "the snapshot was taken without it"

    /// What would be done, over a snapshot. Reaches nothing.
    ///
    /// The snapshot may be of another revision: what it does not hold is unknown. `now` decides holds and
    /// freezes; the time of the snapshot does, where that is later.
    package func plan(
        _ desired: DesiredState, _ part: Narrowing, over snapshot: Snapshot, at now: Instant
    ) -> Plan {
        let snapshot = snapshot.fitting(desired)
        return Planner.plan(
            desired: desired, observed: snapshot.observed, memory: snapshot.memory,
            capabilities: snapshot.capabilities, asOf: max(now, snapshot.observed.at), part: part)
    }
}

extension Snapshot {
    /// The same look at the world for manifests that it was not taken for: what they ask about and it does
    /// not hold is unknown.
    func fitting(_ desired: DesiredState) -> Snapshot {
        var snapshot = self
        for index in snapshot.observed.connections.indices {
            let name = snapshot.observed.connections[index].name
            guard let able = snapshot.capabilities[name] else { continue }
            snapshot.observed.connections[index].addUnread(
                Observation.attributes(of: name, able, [desired]))
        }
        let used = Set(desired.pools.map(\.connection))
        snapshot.observed.connections.removeAll { !used.contains($0.name) }
        for name in used.sorted() where snapshot.observed.connection(named: name) == nil {
            let stranger = Unreachable(reason: Reconciler.leftOut)
            snapshot.capabilities[name] = stranger.capabilities
            snapshot.observed.connections.append(
                ObservedConnection(
                    name: name, pools: [], homes: Homes(comparedBy: desired.folding),
                    gaps: [Gap(reason: stranger.reason)]))
        }
        snapshot.observed.connections.sort { $0.name < $1.name }
        return snapshot
    }
}

extension ObservedConnection {
    /// Attributes by which manifests under review select, and those of the snapshot did not, are unknown.
    fileprivate mutating func addUnread(_ attributes: [String]) {
        for name in attributes where homes.attribute(name) == nil {
            let gap = Gap(fact: name, reason: Reconciler.leftOut)
            homes.declareUnread(attribute: name, gap)
            gaps.append(gap)
        }
    }
}
