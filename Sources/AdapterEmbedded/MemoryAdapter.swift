/// The rules behind the port without a file: for the conformance suite, and for tests.

package import Adapters
package import Model

/// An embedded deployment in memory. An observation keeps a copy of the estate until its last page.
package actor MemoryAdapter: Adapter {
    package nonisolated let capabilities: Capabilities
    package private(set) var estate: MemoryEstate
    private let clock: @Sendable () -> Instant
    private let takes: Duration
    private let hiding: [Gap]
    private let faults: FaultSchedule
    /// From where scripted faults of probes count.
    private let seeded: Instant
    private var observations: [Int: (estate: MemoryEstate, now: Instant)] = [:]
    private var last = 0

    /// Of `faults` those of probes happen; batches are not counted here.
    package init(
        _ estate: MemoryEstate, clock: @escaping @Sendable () -> Instant,
        moveTakes: Duration = .zero,
        hiding: [Gap] = [], faults: FaultSchedule = FaultSchedule()
    ) {
        self.estate = estate
        self.clock = clock
        self.hiding = hiding
        self.faults = faults
        seeded = clock()
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

    package func probe(_ probe: Probe, deadline: Instant) throws(AdapterError) -> Evidence {
        let now = try time(until: deadline)
        do {
            let evidence = try EstateRules.probe(probe, in: estate, at: now, hiding: hiding)
            return faults.scripted(evidence, at: now - seeded)
        } catch {
            throw .permanent("\(error)")
        }
    }

    package func change(
        _ change: PoolChange, deadline: Instant
    ) throws(AdapterError) -> StepOutcome {
        let now = try time(until: deadline)
        do {
            return try EstateRules.change(change, in: &estate, at: now)
        } catch {
            throw .permanent("\(error)")
        }
    }

    private func time(until deadline: Instant) throws(AdapterError) -> Instant {
        let now = clock()
        guard now <= deadline else { throw .transient("the deadline has passed") }
        return now
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
