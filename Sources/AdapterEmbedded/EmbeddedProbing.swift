/// Questions to the embedded deployment and the end of its pools: each one transaction.

package import Adapters
import GRDB
package import Model

extension EmbeddedAdapter {
    package func probe(_ probe: Probe, deadline: Instant) async throws(AdapterError) -> Evidence {
        do {
            try demandTime(until: deadline)
            return try await database.read { [self] db in
                let store = SQLiteEstate(db)
                let now = try now(db)
                let seeded = Instant(millisecondsSince1970: try store.number(.seeded))
                let evidence = try EstateRules.probe(
                    probe, in: store, at: now, hiding: settings.faults.hidden)
                return settings.faults.scripted(evidence, at: now - seeded)
            }
        } catch {
            throw Self.refusal(error, began: false)
        }
    }

    package func change(
        _ change: PoolChange, deadline: Instant
    ) async throws(AdapterError) -> StepOutcome {
        do {
            try demandTime(until: deadline)
            return try await database.write { [self] db in
                var store = SQLiteEstate(db)
                return try EstateRules.change(change, in: &store, at: now(db))
            }
        } catch {
            throw Self.refusal(error, began: false)
        }
    }

    private func demandTime(until deadline: Instant) throws(AdapterError) {
        guard surroundings.clock() <= deadline else {
            throw .transient("the deadline has passed")
        }
    }
}
