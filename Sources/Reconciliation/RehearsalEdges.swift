/// What a rehearsal has in the place of deployments, ledger and time: nothing of it outlives the rehearsal.

import Adapters
import Execution
import Ledgers
import Manifests
import Model
import Synchronization

/// Edges that reach nothing. `Application` and everything below it are the same as in any `apply`.
struct RehearsalEdges: Edges {
    let catalog: AdapterCatalog
    let deployments: [String: RehearsedDeployment]
    let ledger: RehearsalLedger
    let time: VirtualTime
    let notes: RehearsalNotes
    let seeds = Seeds()

    /// Two runs of one second have different names, and every rehearsal has the same ones.
    final class Seeds: Sendable {
        private let last = Atomic<UInt64>(0)

        func next() -> UInt64 { last.wrappingAdd(1, ordering: .relaxed).newValue }
    }

    func withAdapter<Result: Sendable>(
        _ connection: Connection, of desired: DesiredState,
        _ body: @Sendable (any Adapter) async throws -> Result
    ) async throws -> Result {
        guard let deployment = deployments[connection.name] else {
            throw AdapterError.permanent("nobody looked at \(connection.name)")
        }
        return try await body(deployment)
    }

    func openLedger(
        _ address: LedgerAddress, for purpose: LedgerPurpose
    ) async throws(LedgerError) -> (any Ledger)? { ledger }

    func randomSeed() -> UInt64 { seeds.next() }

    func carryOut(
        _ orders: RunOrders, by executor: Executor, stop: AsyncStream<RunMachine.Stop>,
        progress: @escaping @Sendable (RunProgress) -> Void
    ) async throws -> Run {
        try await executor.run(
            orders, in: time,
            takes: { deployments[$1]?.time(for: $0.moves.count) ?? .zero },
            told: { notes.take($0) })
    }

    /// Nobody outside is bothered by a rehearsal: like every gate that is asked, it passes.
    func call(_ name: String, about question: CalloutQuestion) async -> CalloutAnswer {
        CalloutAnswer(.passed, "as a rehearsal assumes")
    }

    func clock(for desired: DesiredState) async throws -> RunClock { time.clock }
}
