/// The thread on which somebody waits for PostgreSQL.

import Dispatch

/// Runs an actor on a serial queue of its own: libpq blocks, and none of the few threads that everybody
/// shares is to wait for a server.
package final class PostgresQueue: SerialExecutor {
    private let queue = DispatchQueue(label: "rehome.postgres")

    package init() {}

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }
}
