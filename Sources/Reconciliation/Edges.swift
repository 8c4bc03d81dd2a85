/// What the main path takes from the outside: adapters, the ledger, the time. Only the executable knows
/// which they are.

package import Adapters
package import Execution
package import Ledgers
package import Manifests
package import Model

/// The concrete edges of a program, put together by its composition.
package protocol Edges: Sendable {
    /// Which adapters there are, for validating without any connection.
    var catalog: AdapterCatalog { get }

    /// Runs a body with the adapter of a connection, and closes it afterwards.
    ///
    /// Throws `AdapterError` where the deployment cannot be reached, which concerns this connection
    /// alone; anything else says what a person must mend in the manifests, and ends the command.
    func withAdapter<Result: Sendable>(
        _ connection: Connection, of desired: DesiredState,
        _ body: @Sendable (any Adapter) async throws -> Result
    ) async throws -> Result

    /// Opens the ledger that an estate names. For reading it is nil when there is none, and nothing is
    /// made; for acting it is made when there is none, unless the estate names the id that it must have:
    /// one that was lost would go unnoticed.
    func openLedger(
        _ address: LedgerAddress, for purpose: LedgerPurpose
    ) async throws(LedgerError) -> (any Ledger)?

    /// A number that no earlier run had: it names a run and spreads its retries.
    func randomSeed() -> UInt64

    /// Whether a signature over a text is of a key that a file of signers lists under its principal.
    func judge(
        _ signature: Signature, over text: String, signers: [UInt8]
    ) async throws -> Signature.Verdict

    /// The e-mail addresses of who changed the manifests since a revision, and of who did so last;
    /// nobody where no repository holds them.
    func authors(since revision: String?) async -> Set<String>

    /// Asks somebody outside whether the gate of a wave may pass. That he cannot be asked, or gives no
    /// answer in time, is an answer: nobody can say.
    func call(_ name: String, about question: CalloutQuestion) async -> CalloutAnswer

    /// Carries out the orders of a run as an executor does it; a rehearsal has it done at once, in a time of
    /// its own. Throws what the executor throws.
    func carryOut(
        _ orders: RunOrders, by executor: Executor, stop: AsyncStream<RunMachine.Stop>,
        progress: @escaping @Sendable (RunProgress) -> Void
    ) async throws -> Run

    /// The clock by which this estate lives: the machine's, unless all its deployments have clocks of
    /// their own.
    func clock(for desired: DesiredState) async throws -> RunClock
}

extension Edges {
    package func judge(
        _ signature: Signature, over text: String, signers: [UInt8]
    ) async throws -> Signature.Verdict {
        .bad("nothing here can look at signatures")
    }

    package func carryOut(
        _ orders: RunOrders, by executor: Executor, stop: AsyncStream<RunMachine.Stop>,
        progress: @escaping @Sendable (RunProgress) -> Void
    ) async throws -> Run {
        try await executor.run(orders, stop: stop, progress: progress)
    }

    package func authors(since revision: String?) async -> Set<String> { [] }

    package func call(
        _ name: String, about question: CalloutQuestion
    ) async -> CalloutAnswer {
        CalloutAnswer(.inconclusive, "nothing here can call out", isOfSomebody: false)
    }
}

package enum LedgerPurpose: Sendable {
    case reading
    case acting
    /// To make a new one, with what lies there set aside.
    case beginningAnew
}
