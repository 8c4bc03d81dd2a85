/// What earlier runs left in doubt, settled by observing, before anything is planned anew.

package import Adapters
package import Ledgers
package import Model

/// Settles what runs that ended without an end left behind.
///
/// The decisions are in `Recovery.Settlement`, a value; `settle` is the loop that looks, records and
/// waits. Taking over from a runner that died waits for the deadline of each open intent, because the
/// other side may still be working on it, except on connections whose work ends with their runner.
package enum Recovery {
    /// What was found out of one set of steps in doubt.
    package struct Settlement: Sendable {
        /// Ready for the ledger, in the order of the intents.
        package var entries: [LedgerEntry] = []
        /// Still in doubt, and worth another look at `lookAgain`.
        package var open: [IntendedStep] = []
        /// Nobody can say, and the deadline has passed: they stay in doubt.
        package var stuck: [IntendedStep] = []
        /// When another look is worth while; nil when nothing is open.
        package var lookAgain: Instant?
    }

    /// Judges what was seen of steps in doubt.
    ///
    /// - Parameters:
    ///   - inDoubt: Intents without an outcome.
    ///   - glances: What a look showed, by connection; a connection that could not be looked at is
    ///     missing, and its steps stay open until their deadlines.
    ///   - endsWithRunner: Connections whose work cannot outlive its runner.
    ///   - lookedAt: When the look began.
    ///   - folding: How names are compared; what is settled is recorded by folded names.
    /// - Returns: What is settled, and what is not.
    package static func settlement(
        of inDoubt: [IntendedStep], glances: [String: Glance], endsWithRunner: Set<String>,
        lookedAt: Instant, comparedBy folding: Folding
    ) -> Settlement {
        var settlement = Settlement()
        for intent in inDoubt {
            let isAbandoned = endsWithRunner.contains(intent.connection)
            let doubt = Doubt(
                deadline: intent.deadline, repeatable: intent.repeatable,
                abandoned: isAbandoned)
            let sighting =
                glances[intent.connection]?.sighting(of: intent.move)
                ?? .unseen("\(intent.connection) could not be looked at")
            settlement.add(
                intent, doubt.verdict(sighting, of: intent.move, lookedAt: lookedAt), folding,
                at: lookedAt)
        }
        return settlement
    }

    /// The entries that close runs whose runner is gone. What of them is still in doubt stays so.
    ///
    /// - Parameters:
    ///   - runs: Runs without an end, with what the ledger holds of their steps by now.
    ///   - now: When they are closed.
    /// - Returns: One entry for each run.
    package static func closing(
        _ runs: [(run: Run, steps: [RecordedStep])], at now: Instant
    ) -> [LedgerEntry] {
        runs.map { run, steps in
            // The last attempt of a step is the one that counts.
            var outcomes: [StepID: StepOutcome?] = [:]
            for step in steps { outcomes[step.intent.move.step] = .some(step.outcome) }
            var counts = Run.Counts()
            counts.total = run.counts.total
            for outcome in outcomes.values { counts.add(outcome) }
            counts.total = max(counts.total, outcomes.count)
            return .runEnded(
                run: run.id, outcome: .interrupted,
                reason: "its runner ended; what it left in doubt was looked at", counts: counts,
                at: now)
        }
    }
}

extension Recovery.Settlement {
    fileprivate mutating func add(
        _ intent: IntendedStep, _ verdict: Doubt.Verdict, _ folding: Folding, at now: Instant
    ) {
        switch verdict {
        case .done(let ownID):
            settle(intent, .done, at: now)
            entries.append(
                .homeSettled(
                    connection: intent.connection,
                    SettledHome(
                        resource: intent.move.resource.folded(by: folding),
                        ownID: ownID ?? intent.move.ownID,
                        pool: intent.move.to, former: intent.move.from,
                        placement: intent.placement, bySelection: intent.bySelection,
                        movedByUs: true)))
        case .notDone(let why):
            settle(intent, .failed(StepOutcome.Failure(.transient, why)), at: now)
        case .notRepeatable(let why):
            let words = "\(why); it may not be repeated, so a person must look at it and do it"
            settle(intent, .failed(StepOutcome.Failure(.permanent, words)), at: now)
        case .conflict(let why): settle(intent, .conflict(why), at: now)
        case .gone: settle(intent, .gone, at: now)
        case .open:
            open.append(intent)
            lookAgain = min(lookAgain ?? intent.deadline, intent.deadline)
        case .stays: stuck.append(intent)
        }
    }

    private mutating func settle(
        _ intent: IntendedStep, _ outcome: StepOutcome, at now: Instant
    ) {
        entries.append(
            .stepSettled(run: intent.run, step: intent.move.step, outcome: outcome, at: now))
    }
}

extension Run.Counts {
    fileprivate mutating func add(_ outcome: StepOutcome?) {
        switch outcome {
        case .done: done += 1
        case .already: already += 1
        case .conflict: conflict += 1
        case .gone: gone += 1
        case .underway, nil: inDoubt += 1
        case .failed(let failure): if failure.class == .permanent { failed += 1 }
        }
    }
}

extension Recovery {
    /// What settling came to.
    package struct Report: Hashable, Sendable {
        package var settled: Int
        package var inDoubt: [IntendedStep]
        package var closed: [RunID]
    }

    /// Looks at everything in doubt until it is settled or can no longer be, records what was found, and
    /// closes the runs that left it. Looks nowhere and records nothing when there is nothing to settle.
    ///
    /// - Parameters:
    ///   - memory: What the ledger knows now.
    ///   - runs: All runs of the ledger.
    ///   - adapters: By the name of their connection.
    ///   - ledger: Where what is found is recorded.
    ///   - lease: Of that ledger, held by the caller; it is renewed while this waits.
    ///   - actor: In whose name commits are made.
    ///   - clock: The time by which deadlines are judged.
    ///   - waiting: Is told until when it waits, and for how many steps, before it does.
    /// - Returns: How much was settled, and what was not.
    /// - Throws: `LedgerError`, or `CancellationError` from a wait: what was settled before is recorded.
    package static func settle(
        _ memory: Memory, runs: [Run], adapters: [String: any Adapter], ledger: any Ledger,
        lease: Lease, actor: Actor, clock: RunClock,
        waiting: @Sendable (Instant, Int) -> Void
    ) async throws -> Report {
        var report = Report(settled: 0, inDoubt: [], closed: [])
        let ends = Set(adapters.filter { $0.value.capabilities.endsWithRunner }.keys)
        var lease = lease
        var open = memory.inDoubt
        while !open.isEmpty {
            let lookedAt = clock.now()
            let settlement = settlement(
                of: open, glances: await glances(of: open, through: adapters, memory.folding),
                endsWithRunner: ends, lookedAt: lookedAt, comparedBy: memory.folding)
            if !settlement.entries.isEmpty {
                try await ledger.commit(
                    settlement.entries, under: lease, by: actor, at: clock.now())
            }
            report.settled += open.count - settlement.open.count - settlement.stuck.count
            report.inDoubt += settlement.stuck
            open = settlement.open
            guard let next = settlement.lookAgain else { break }
            waiting(next, open.count)
            try await clock.sleep(min(next, clock.now() + longestNap))
            lease = try await ledger.renew(lease, at: clock.now())
        }
        let unended = runs.filter { $0.ended == nil }
        guard !unended.isEmpty else { return report }
        var left: [(run: Run, steps: [RecordedStep])] = []
        for run in unended { left.append((run, try await ledger.steps(of: run.id))) }
        try await ledger.commit(
            closing(left, at: clock.now()), under: lease, by: actor, at: clock.now())
        report.closed = unended.map(\.id)
        return report
    }

    /// Between two looks, so that what shows earlier is settled earlier and the lease is kept.
    private static let longestNap = Duration.seconds(10)

    private static func glances(
        of steps: [IntendedStep], through adapters: [String: any Adapter], _ folding: Folding
    ) async -> [String: Glance] {
        var glances: [String: Glance] = [:]
        for (connection, steps) in Dictionary(grouping: steps, by: \.connection) {
            guard let adapter = adapters[connection] else { continue }
            // One that does not answer is asked again with the next look.
            glances[connection] = try? await Glance(
                of: steps.map(\.move.resource), through: adapter, comparedBy: folding)
        }
        return glances
    }
}
