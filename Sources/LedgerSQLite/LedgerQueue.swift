/// The thread on which a ledger waits for its disk.

import Dispatch
import Ledgers

/// Runs an actor, and what comes before there is one, on a serial queue of its own: waiting for a disk
/// must not hold up one of the few threads that everybody shares.
final class LedgerQueue: SerialExecutor {
    private let queue = DispatchQueue(label: "rehome.ledger")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }

    func run<Value: Sendable>(
        _ body: @escaping @Sendable () throws(LedgerError) -> Value
    ) async throws(LedgerError) -> Value {
        let result: Result<Value, LedgerError> = await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: Result(catching: body)) }
        }
        return try result.get()
    }
}
