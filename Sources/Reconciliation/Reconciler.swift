/// The main path: load, observe, plan, apply. Read this file first.

import Adapters
import Execution
package import Ledgers
package import Manifests
package import Model
import Planning
import Synchronization

/// Puts the stages together for one folder of manifests.
///
/// Each command of the program is one of the methods below, and each method is a walk along the same
/// path: manifests become a `DesiredState`, deployments an `ObservedState`, the ledger a `Memory`; the
/// `Planner` compares them; `Executor` carries out what it says.
package struct Reconciler: Sendable {
    package let source: any FileSource
    package let edges: any Edges

    package init(source: any FileSource, edges: any Edges) {
        self.source = source
        self.edges = edges
    }

    /// The manifests, valid or with all that is wrong with them. Reaches nothing but files.
    package func load() -> Loaded {
        ManifestLoader.load(from: source, adapters: edges.catalog)
    }

    /// What would be done. Changes nothing and remembers nothing.
    package func plan(_ desired: DesiredState, _ part: Narrowing) async throws -> Plan {
        try await look(desired, part).plan
    }

    /// How the world differs from what was asked for, as so many looks in a row agree on, with a pause
    /// between two of them. Changes nothing and remembers nothing.
    package func drift(
        _ desired: DesiredState, _ part: Narrowing, looks: Int, every pause: Duration
    ) async throws -> (drift: [Drift], at: Instant) {
        precondition(looks > 0, "somebody must look")
        var seen: [[Drift]] = []
        var last: ObservedState?
        while true {
            // Who went is noticed by reading all: first, last, and now and then.
            let readsAll = seen.count.isMultiple(of: Self.looksBetween) || seen.count == looks - 1
            let survey = try await look(desired, part, refreshing: readsAll ? nil : last)
            last = survey.observed
            seen.append(survey.drift(from: desired, part))
            if seen.count == looks {
                let drift = [Drift].confirmed(by: seen, comparedBy: desired.folding)
                return (try await namingFights(drift, desired), survey.observed.at)
            }
            let clock = try await edges.clock(for: desired)
            try await clock.sleep(clock.now() + pause)
        }
    }

    /// Of so many looks in a row, one reads all.
    private static let looksBetween = 10

    private func namingFights(
        _ drift: [Drift], _ desired: DesiredState
    ) async throws -> [Drift] {
        guard let ledger = try await ledger(of: desired) else { return drift }
        return try await Fights(over: drift, of: desired, in: ledger).naming(drift)
    }

    /// The ledger for looking; nil when there is none yet.
    package func ledger(of desired: DesiredState) async throws(LedgerError) -> (any Ledger)? {
        try await edges.openLedger(desired.estate.ledger, for: .reading)
    }

    /// What the ledger knows; where there is none yet, that nothing is at hand.
    func memory(of desired: DesiredState) async throws -> Memory {
        guard let ledger = try await ledger(of: desired) else {
            return Memory(isAtHand: false, stops: Stops(comparedBy: desired.folding))
        }
        return try await memory(of: ledger, for: desired)
    }
}

/// One look at everything, and the plan that follows from it.
package struct Survey: Sendable {
    package var observed: ObservedState
    package var memory: Memory
    package var capabilities: [String: Capabilities]
    package var plan: Plan
}

extension Survey {
    /// How what was seen differs from what some manifests ask for.
    func drift(from desired: DesiredState, _ part: Narrowing) -> [Drift] {
        Planner.drift(
            desired: desired, observed: observed, memory: memory, capabilities: capabilities,
            asOf: plan.asOf, part: part)
    }
}

extension Reconciler {
    /// Looks at everything, with the adapters open only as long as that takes. Where there was an
    /// `earlier` look, perhaps only at what changed since.
    func look(
        _ desired: DesiredState, _ part: Narrowing, refreshing earlier: ObservedState? = nil
    ) async throws -> Survey {
        let memory = try await memory(of: desired)
        return try await withAdapters(desired) { adapters in
            try await survey(desired, part, adapters, memory, refreshing: earlier)
        }
    }

    /// Observes all connections and plans a part.
    func survey(
        _ desired: DesiredState, _ part: Narrowing, _ adapters: [String: any Adapter],
        _ memory: Memory, refreshing earlier: ObservedState? = nil
    ) async throws -> Survey {
        let now = try await edges.clock(for: desired).now()
        let observed = await Observation.observe(
            adapters, for: [desired], at: now, refreshing: earlier)
        let capabilities = adapters.mapValues(\.capabilities)
        let plan = Planner.plan(
            desired: desired, observed: observed, memory: memory, capabilities: capabilities,
            asOf: now, part: part)
        return Survey(
            observed: observed, memory: memory, capabilities: capabilities, plan: plan)
    }

    /// Runs a body with the adapters of all connections that a pool uses, each open until it ends.
    func withAdapters<Result: Sendable>(
        _ desired: DesiredState,
        _ body: @escaping @Sendable ([String: any Adapter]) async throws -> Result
    ) async throws -> Result {
        try await withAdapters(desired.connections[...], [:], desired, body)
    }

    private func withAdapters<Result: Sendable>(
        _ connections: ArraySlice<Connection>, _ open: [String: any Adapter],
        _ desired: DesiredState,
        _ body: @escaping @Sendable ([String: any Adapter]) async throws -> Result
    ) async throws -> Result {
        guard let connection = connections.first else { return try await body(open) }
        @Sendable func goOn(with adapter: any Adapter) async throws -> Result {
            var open = open
            open[connection.name] = adapter
            return try await withAdapters(connections.dropFirst(), open, desired, body)
        }
        // Only what happens before the body begins is a deployment that could not be opened.
        let isOpen = Atomic(false)
        do {
            return try await edges.withAdapter(connection, of: desired) { adapter in
                isOpen.store(true, ordering: .relaxed)
                return try await goOn(with: adapter)
            }
        } catch let error as AdapterError where !isOpen.load(ordering: .relaxed) {
            return try await goOn(with: Unreachable(reason: error.message))
        }
    }
}
