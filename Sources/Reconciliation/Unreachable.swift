/// A deployment that could not be opened: there, with a gap that covers all of it.

import Adapters
import Model

/// Stands in for the adapter of a connection that cannot be reached, so that one dead deployment of
/// twelve does not stop the estate. It sees nothing and does nothing, and says why.
struct Unreachable: Adapter {
    let reason: String

    /// Nothing is known of what it could do, so no step can rest on it.
    var capabilities: Capabilities {
        Capabilities(
            performs: false, comparesAndSwaps: false, checksFencing: false, claims: false,
            endsWithRunner: false, selectableBy: [], moves: [])
    }

    func observe(
        _ scope: Scope, after cursor: Cursor?, limit: Int
    ) async throws(AdapterError) -> Page {
        throw .permanent(reason)
    }

    func perform(_ batch: Batch, deadline: Instant) async throws(AdapterError) -> [StepOutcome] {
        throw .permanent(reason)
    }

    func claim(_ claim: PoolClaim) async throws(AdapterError) -> String? {
        throw .permanent(reason)
    }

    func probe(_ probe: Probe, deadline: Instant) async throws(AdapterError) -> Evidence {
        throw .permanent(reason)
    }

    func change(
        _ change: PoolChange, deadline: Instant
    ) async throws(AdapterError) -> StepOutcome {
        throw .permanent(reason)
    }
}
