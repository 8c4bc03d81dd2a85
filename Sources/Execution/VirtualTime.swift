/// Runs in virtual time: the loop of `Executor` without a clock that anybody waits for.

package import Adapters
import Ledgers
package import Model
import Synchronization

/// A clock that stands still until it is set ahead. Whoever sleeps by it sets it ahead himself, so only
/// one may.
package final class VirtualTime: Sendable {
    private let time: Mutex<Instant>

    package init(at start: Instant) { time = Mutex(start) }

    package func now() -> Instant { time.withLock { $0 } }

    /// Time never goes back.
    package func advance(to later: Instant) { time.withLock { $0 = max($0, later) } }

    package var clock: RunClock {
        RunClock(now: { self.now() }, sleep: { self.advance(to: $0) })
    }
}

/// A batch that was carried out in virtual time.
package struct VirtualBatch: Sendable {
    package var run: RunID
    package var stage: Stage
    package var began: Instant
    package var ended: Instant
    /// How many of its steps succeeded, or will when they show, and how many failed.
    package var done: Int
    package var failed: Int
}

/// What happens at which time, the earliest first and what was added first before others of its time.
private struct Agenda {
    private var entries: [(at: Instant, event: RunMachine.Event)] = []

    /// There are never more than batches at a time and a few: a list is fast enough.
    mutating func add(_ event: RunMachine.Event, at time: Instant) {
        // Latest first, so that the next one is taken off the end.
        let place = entries.firstIndex { $0.at <= time } ?? entries.count
        entries.insert((time, event), at: place)
    }

    mutating func next() -> (at: Instant, event: RunMachine.Event)? { entries.popLast() }
}

extension Executor {
    /// Carries out orders as `run` does, at once: what takes time sets the clock ahead. The machine is the
    /// same one, so that batches, rates, budgets and windows are kept as in any run.
    ///
    /// - Parameters:
    ///   - orders: What to do.
    ///   - time: The clock by which it is done; nobody else may set it ahead meanwhile.
    ///   - takes: How long a batch takes on a connection.
    ///   - told: Is told each batch when its answer comes.
    /// - Returns: The run with its end.
    /// - Throws: `LedgerError` when the ledger refused.
    package func run(
        _ orders: RunOrders, in time: VirtualTime,
        takes: (Batch, _ connection: String) -> Duration, told: (VirtualBatch) -> Void
    ) async throws -> Run {
        var machine = RunMachine(orders, leaseExpires: lease.expires, at: time.now())
        var agenda = Agenda()
        agenda.add(.started, at: time.now())
        while let (at, event) = agenda.next() {
            time.advance(to: at)
            for effect in machine.next(after: event, at: time.now()) {
                switch effect {
                case .finish(.ended(let run)): return run
                case .finish(.refused(let error)): throw error
                case .report: continue
                case .sleep(let until): agenda.add(.woke, at: until)
                case .perform(let batch, let connection, let deadline):
                    // An answer that comes later than it may is one that nobody hears.
                    let last = deadline + .milliseconds(-1)
                    let ends = min(time.now() + takes(batch, connection), last)
                    let event = await carryOut(effect, under: lease, orders.folding)
                    if let done = machine.virtualBatch(batch, event, from: time.now(), to: ends) {
                        told(done)
                    }
                    agenda.add(event, at: ends)
                case .record, .renewLease, .observe:
                    let event = await carryOut(effect, under: lease, orders.folding)
                    agenda.add(event, at: time.now())
                }
            }
        }
        preconditionFailure("a run that has not ended has something under way")
    }
}

extension RunMachine {
    /// What is told of a batch that was answered; nil where it was not begun.
    fileprivate func virtualBatch(
        _ batch: Batch, _ event: Event, from began: Instant, to ended: Instant
    ) -> VirtualBatch? {
        guard let lane = batches[batch.number]?.lane,
            case .performed(_, .success(let outcomes)) = event
        else { return nil }
        let failed = outcomes.count { if case .failed = $0 { true } else { false } }
        return VirtualBatch(
            run: orders.run.id, stage: orders.stages[orders.lanes[lane].stage], began: began,
            ended: ended, done: outcomes.count - failed, failed: failed)
    }
}
