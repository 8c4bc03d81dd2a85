/// Two writers who move the same resource back and forth: nothing that a single look shows.

import Ledgers
import Model

/// How often runs brought somebody to the pool where the manifests want him.
struct Fights: Sendable {
    /// Once may be a mistake of one evening; when it was put back and moved away again, somebody means it.
    static let least = 2

    private var arrivals: [Arrival: Int] = [:]

    private struct Arrival: Hashable {
        var connection: String
        var resource: ResourceID
        /// The FQDN, folded.
        var pool: String
    }

    private let desired: DesiredState

    /// Counts, of those who were moved by somebody else, what the ledger has of our own moves to where
    /// they are asked for.
    init(
        over drift: [Drift], of desired: DesiredState, in ledger: any Ledger
    ) async throws(LedgerError) {
        self.desired = desired
        for arrival in drift.compactMap(arrival) { arrivals[arrival] = 0 }
        guard !arrivals.isEmpty else { return }
        for run in try await ledger.runs() {
            for step in try await ledger.steps(of: run.id) where step.outcome == .done {
                let move = step.intent.move
                let arrival = Arrival(
                    connection: step.intent.connection,
                    resource: move.resource.folded(by: desired.folding),
                    pool: Address.folded(move.to))
                arrivals[arrival]? += 1
            }
        }
    }

    /// Nil for what nobody moved away.
    private func arrival(_ found: Drift) -> Arrival? {
        guard found.class == .moved, let name = found.desired, let pool = desired.pool(named: name)
        else { return nil }
        return Arrival(
            connection: found.connection, resource: found.resource.folded(by: desired.folding),
            pool: Address.folded(pool.fqdn))
    }

    /// The same drift, with who is fought over named as such.
    func naming(_ drift: [Drift]) -> [Drift] {
        drift.map { found in
            guard let times = arrival(found).flatMap({ arrivals[$0] }), times >= Self.least
            else { return found }
            var named = found
            named.class = .contested
            named.detail =
                "rehome moved it \(times) times, and somebody moved it away again each time"
            return named
        }
    }
}
