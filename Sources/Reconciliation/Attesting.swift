/// What a person states of a pool because no adapter can see it: recorded at once, also while somebody acts.

import Execution
package import Ledgers
package import Model
import Planning

extension Reconciler {
    /// How long a statement holds where nothing is said.
    package static let attestationHolds = Duration.seconds(30 * 86400)

    /// Records that a person states a row of the proof of a pool.
    ///
    /// Throws `Meaningless` where the pool is not declared as retired, its proof has no such row, or an adapter
    /// sees that row by itself.
    /// It counts until a time, and where none is given for thirty days.
    package func attest(
        _ row: String, of pool: String, words: String, until: Instant?, by actor: Actor,
        _ desired: DesiredState
    ) async throws -> (event: RetirementEvent, head: AuditHead) {
        let now = try await edges.clock(for: desired).now()
        guard let declared = desired.pool(named: pool) else {
            throw Meaningless(
                message: "no pool is named \(pool)",
                hint: "declared: \(desired.pools.map(\.name).joined(separator: ", "))")
        }
        guard declared.state == .retired else {
            throw Meaningless(
                message: "\(pool) is \(declared.state.rawValue), and nothing is to be proven of it",
                hint: "write state: retired in its document first")
        }
        try Self.refuse(row, of: declared)
        let until = until ?? now + Self.attestationHolds
        guard until >= now else {
            throw Meaningless(message: "\(until) is over already", hint: nil)
        }
        guard let ledger = try await edges.openLedger(desired.estate.ledger, for: .acting) else {
            throw LedgerError.storage("the ledger \(desired.estate.ledger.url) cannot be made")
        }
        let event = RetirementEvent(
            declared.id,
            .attested(Attestation(row: row, words: words, by: actor, until: until)), at: now)
        let head = try await ledger.commit([.retirement(event)], under: nil, by: actor, at: now)
        return (event, head)
    }

    private static func refuse(_ row: String, of pool: Pool) throws(Meaningless) {
        let rows = ProofRow.rows(of: pool.product)
        guard let known = rows.first(where: { $0.name == row }) else {
            throw Meaningless(
                message: "the proof of \(pool.name) has no row \(row)",
                hint: "rows: \(rows.map(\.name).joined(separator: ", "))")
        }
        switch known.look {
        case .attested, .kind, .empty: return
        case .inFlight:
            throw Meaningless(
                message: "\(row) is looked at, and nobody's word replaces that", hint: nil)
        }
    }
}
