/// The rules behind the port without a file: for the conformance suite, and for rehearsals.

package import Adapters
package import Model

/// An embedded deployment in memory. An observation keeps a copy of the estate until its last page.
package actor MemoryAdapter: Adapter {
    package nonisolated let capabilities: Capabilities
    package private(set) var estate: MemoryEstate
    private let clock: @Sendable () -> Instant
    private let takes: Duration
    private let hiding: [Gap]
    private var observations: [Int: (estate: MemoryEstate, now: Instant)] = [:]
    private var last = 0

    package init(
        _ estate: MemoryEstate, clock: @escaping @Sendable () -> Instant,
        moveTakes: Duration = .zero,
        hiding: [Gap] = []
    ) {
        self.estate = estate
        self.clock = clock
        self.hiding = hiding
        takes = moveTakes
        capabilities = EmbeddedCatalog.capabilities(settles: moveTakes)
    }

    package func observe(
        _ scope: Scope, after cursor: Cursor?, limit: Int
    ) throws(AdapterError) -> Page {
        let parts = cursor?.text.split(separator: ":").map(String.init) ?? []
        if cursor == nil {
            last += 1
            observations[last] = (estate, clock())
        }
        let number = parts.first.flatMap { Int($0) } ?? last
        guard let observation = observations[number] else {
            throw .transient("this observation is no longer open: begin it anew")
        }
        do {
            var page = try EstateRules.observe(
                scope, after: parts.last.map(Cursor.init), limit: limit, in: observation.estate,
                at: observation.now, hiding: hiding)
            if let next = page.next {
                page.next = Cursor("\(number):\(next.text)")
            } else {
                observations[number] = nil
            }
            return page
        } catch {
            throw .permanent("\(error)")
        }
    }

    package func claim(_ claim: PoolClaim) throws(AdapterError) -> String? {
        do {
            return try EstateRules.hand(claim, in: &estate)
        } catch {
            throw .permanent("\(error)")
        }
    }

    package func probe(_ probe: Probe, deadline: Instant) async throws(AdapterError) -> Evidence {
        throw .probesNothing
    }

    package func change(
        _ change: PoolChange, deadline: Instant
    ) async throws(AdapterError) -> StepOutcome {
        throw .closesNothing
    }

    package func perform(
        _ batch: Batch, deadline: Instant
    ) throws(AdapterError) -> [StepOutcome] {
        do {
            return try EstateRules.perform(batch, in: &estate, at: clock(), takes: takes)
        } catch {
            throw .permanent("\(error)")
        }
    }
}
