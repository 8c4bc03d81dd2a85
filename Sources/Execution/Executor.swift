/// The thin shell around the machine: it asks, acts and answers, and decides nothing.

package import Adapters
package import Ledgers
package import Model

/// The time of a run, which comes in as a parameter: the machine's clock, an estate's, or a test's.
package struct RunClock: Sendable {
    package var now: @Sendable () -> Instant
    /// Returns when the time has come, or throws when its task is cancelled.
    package var sleep: @Sendable (_ until: Instant) async throws -> Void

    package init(
        now: @escaping @Sendable () -> Instant,
        sleep: @escaping @Sendable (_ until: Instant) async throws -> Void
    ) {
        self.now = now
        self.sleep = sleep
    }
}

/// Carries out runs: one loop over the effects of a `RunMachine`, with a child task for each that takes
/// time. Whatever kills it, the ledger and the deployment know enough to go on.
package struct Executor: Sendable {
    let adapters: [String: any Adapter]
    let ledger: any Ledger
    let lease: Lease
    let actor: Actor
    let clock: RunClock

    /// - Parameters:
    ///   - adapters: By the name of their connection.
    ///   - ledger: Where intents and outcomes are recorded.
    ///   - lease: Of that ledger, held by the caller, who releases it afterwards.
    ///   - actor: In whose name commits are made.
    ///   - clock: The time by which everything is judged.
    package init(
        adapters: [String: any Adapter], ledger: any Ledger, lease: Lease, actor: Actor,
        clock: RunClock
    ) {
        self.adapters = adapters
        self.ledger = ledger
        self.lease = lease
        self.actor = actor
        self.clock = clock
    }

    /// Carries out the orders and returns the run as it ended.
    ///
    /// - Parameters:
    ///   - orders: What to do.
    ///   - stop: Its first element, or the cancellation of the task, ends the run: what is in flight is
    ///     finished and recorded.
    ///   - progress: Is told how the run stands, in order, from the loop of the run: it must be quick.
    /// - Returns: The run with its end, as the ledger has it.
    /// - Throws: `LedgerError` when the ledger refused; what was in flight was awaited.
    package func run(
        _ orders: RunOrders, stop: AsyncStream<RunMachine.Stop>,
        progress: @escaping @Sendable (RunProgress) -> Void
    ) async throws -> Run {
        var machine = RunMachine(orders, leaseExpires: lease.expires, at: clock.now())
        var lease = lease
        return try await withThrowingTaskGroup(of: RunMachine.Event.self) { group in
            defer { group.cancelAll() }
            group.addTask { await Self.firstStop(of: stop) }
            var effects = machine.next(after: .started, at: clock.now())
            while true {
                for effect in effects {
                    switch effect {
                    case .finish(.ended(let run)): return run
                    case .finish(.refused(let error)): throw error
                    case .report(let state): progress(state)
                    default:
                        group.addTask { [lease] in
                            await carryOut(effect, under: lease, orders.folding)
                        }
                    }
                }
                guard let event = try await group.next() else {
                    preconditionFailure("a run that has not ended has something under way")
                }
                if case .leaseRenewed(let renewed) = event { lease = renewed }
                effects = machine.next(after: event, at: clock.now())
            }
        }
    }

    private static func firstStop(of stop: AsyncStream<RunMachine.Stop>) async -> RunMachine.Event {
        for await reason in stop { return .stopAsked(reason) }
        // A stream that ends asks for nothing, but the end of the task does.
        return Task.isCancelled ? .stopAsked(.interrupt) : .woke
    }

    /// Acts, and says what came of it.
    func carryOut(
        _ effect: RunMachine.Effect, under lease: Lease, _ folding: Folding
    ) async -> RunMachine.Event {
        switch effect {
        case .record(let entries, let heardUpTo):
            await record(entries, heardUpTo: heardUpTo, under: lease)
        case .renewLease: await renew(lease)
        case .observe(let number, let connection, let resources):
            .observed(number, await glance(at: resources, on: connection, folding))
        case .perform(let batch, let connection, let deadline):
            .performed(batch.number, await perform(batch, on: connection, deadline: deadline))
        case .sleep(let until): await sleep(until: until)
        case .report, .finish: .woke
        }
    }

    private func sleep(until time: Instant) async -> RunMachine.Event {
        do {
            try await clock.sleep(time)
            return .woke
        } catch {
            return .stopAsked(.interrupt)
        }
    }
}

/// The ledger's side.
extension Executor {
    /// Records, and hears what others recorded since a link. Where no link lies between that one and
    /// ours, nobody said anything, and nothing is asked.
    private func record(
        _ entries: [LedgerEntry], heardUpTo link: Int, under lease: Lease
    ) async -> RunMachine.Event {
        do {
            let head = try await ledger.commit(entries, under: lease, by: actor, at: clock.now())
            guard head.number > link + 1 else { return .recorded(upTo: head.number, heard: []) }
            let news = try await ledger.instructions(after: link)
            return .recorded(
                upTo: max(head.number, news.last?.link ?? 0), heard: news.map(\.instruction))
        } catch {
            return .ledgerRefused(error)
        }
    }

    private func renew(_ lease: Lease) async -> RunMachine.Event {
        do {
            return .leaseRenewed(try await ledger.renew(lease, at: clock.now()))
        } catch {
            return .ledgerRefused(error)
        }
    }
}

/// The deployment's side.
extension Executor {
    private func perform(
        _ batch: Batch, on connection: String, deadline: Instant
    ) async -> Result<[StepOutcome], AdapterError> {
        guard let adapter = adapters[connection] else {
            return .failure(.permanent("there is no way to reach \(connection)"))
        }
        // Between the decision and this line the process may have slept.
        guard clock.now() < deadline else {
            return .failure(.transient("its deadline passed before it began"))
        }
        do {
            return .success(try await adapter.perform(batch, deadline: deadline))
        } catch {
            return .failure(error)
        }
    }

    private func glance(
        at resources: [ResourceID], on connection: String, _ folding: Folding
    ) async -> Result<Glance, AdapterError> {
        guard let adapter = adapters[connection] else {
            return .failure(.permanent("there is no way to reach \(connection)"))
        }
        do {
            return .success(
                try await Glance(of: resources, through: adapter, comparedBy: folding))
        } catch {
            return .failure(error)
        }
    }
}

extension Glance {
    /// Looks at some resources, page by page.
    init(
        of resources: [ResourceID], through adapter: any Adapter, comparedBy folding: Folding
    ) async throws(AdapterError) {
        self.init(homes: Homes(comparedBy: folding), gaps: [])
        let resources = resources.eachOnce(comparedBy: folding)
        var cursor: Cursor?
        repeat {
            let page = try await adapter.observe(
                .resources(resources), after: cursor, limit: max(1, resources.count))
            homes.append(contentsOf: page.homes)
            gaps += page.gaps
            cursor = page.next
        } while cursor != nil
    }
}

extension [ResourceID] {
    /// Each resource once, however it is written: one that is asked for twice is answered twice, and would
    /// seem to be two of one name.
    package func eachOnce(comparedBy folding: Folding) -> [ResourceID] {
        var asked: Set<ResourceID> = []
        return filter { asked.insert($0.folded(by: folding)).inserted }
    }
}
