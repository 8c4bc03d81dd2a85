/// Rehearsing: the way of `apply`, over and over, from each moment to the next at which something may begin.

import Adapters
import Execution
import Ledgers
package import Model

/// What a person said with `rehearse`.
package struct RehearsalWish: Sendable {
    /// When it begins; now, where that is later or nothing is said.
    package var from: Instant?
    /// The percentage of steps that fail for good.
    package var failures = 0.0
    /// What was seen and remembered before; nil to look.
    package var snapshot: Snapshot?

    package init() {}
}

extension Reconciler {
    /// How far ahead of its beginning a rehearsal looks.
    static let horizon = Duration.seconds(2 * 365 * 86_400)

    /// Plays through what the manifests ask for, with everything that must be waited for, until nothing is
    /// left that could move. Looks once, and changes nothing: neither deployments nor the ledger.
    ///
    /// - Parameters:
    ///   - desired: What is asked for.
    ///   - wish: What a person said.
    ///   - now: The time where a snapshot takes the place of deployments.
    /// - Throws: What looking throws; `Meaningless` for a beginning that is over.
    /// - Returns: What came of it.
    package func rehearse(
        _ desired: DesiredState, _ wish: RehearsalWish, at now: Instant
    ) async throws -> Rehearsal {
        let ledger = wish.snapshot == nil ? try await ledger(of: desired) : nil
        let snapshot: Snapshot
        let present: Instant
        if let seen = wish.snapshot {
            snapshot = seen.fitting(desired)
            present = max(now, seen.observed.at)
        } else {
            snapshot = try await self.snapshot(desired)
            present = try await edges.clock(for: desired).now()
        }
        if let from = wish.from, from < present {
            throw Meaningless(
                message: "\(from) is over already", hint: "rehearse from now, without --from")
        }
        let times = try await StepTime.times(
            of: desired.connections, able: snapshot.capabilities, from: ledger)
        let start = wish.from ?? present
        let stage = try await edges(over: snapshot, desired, times, wish, ledger, from: start)
        var rehearser = Rehearser(
            desired, over: stage,
            Reconciler(source: source, edges: stage), horizon: start + Self.horizon)
        if ledger == nil, wish.snapshot == nil, desired.estate.ledger.id != nil {
            rehearser.begin(
                "make the ledger that the Estate names",
                hint: "rehome apply --new-ledger --reason \"the first apply\"")
        }
        try await rehearser.play()
        return rehearser.rehearsal(
            from: start, assuming: assumptions(desired, snapshot, times, wish))
    }

    private func edges(
        over snapshot: Snapshot, _ desired: DesiredState, _ times: [String: StepTime],
        _ wish: RehearsalWish, _ ledger: (any Ledger)?, from start: Instant
    ) async throws -> RehearsalEdges {
        let time = VirtualTime(at: start)
        let notes = RehearsalNotes()
        var memory = snapshot.memory
        memory.retirements = Retirements()
        var approved: [RecordedPlan] = []
        for consent in memory.consents where consent.subject == .approval {
            if let plan = try await ledger?.plan(digest: consent.digest) { approved.append(plan) }
        }
        var deployments: [String: RehearsedDeployment] = [:]
        for connection in snapshot.observed.connections {
            guard var able = snapshot.capabilities[connection.name] else { continue }
            if !able.performs {
                able.performs = true
                able.probes = Set(Probe.Question.allCases)
            }
            deployments[connection.name] = RehearsedDeployment(
                of: connection, able: able, step: times[connection.name] ?? .guess,
                failures: wish.failures, by: time)
        }
        return RehearsalEdges(
            catalog: edges.catalog, deployments: deployments,
            ledger: RehearsalLedger(
                memory.ledgerID ?? desired.estate.ledger.id ?? "rehearsal", remembering: memory,
                approved: approved, notes: notes,
                countsHours: desired.policy.limits.movesPerHour != nil),
            time: time, notes: notes)
    }

    private func assumptions(
        _ desired: DesiredState, _ snapshot: Snapshot, _ times: [String: StepTime],
        _ wish: RehearsalWish
    ) -> [String] {
        var words = [
            "somebody applies at each moment at which something may begin, as a schedule does",
            "what a person must do is done at once, and nobody else moves anybody meanwhile",
        ]
        if desired.rollouts.contains(where: { !($0.gatesBefore + $0.gatesAfter).isEmpty }) {
            words.append("every gate passes when it is measured")
        }
        let used = Set(desired.pools.map(\.connection))
        words += desired.connections.filter { used.contains($0.name) }.compactMap { connection in
            times[connection.name]?.words(on: connection)
        }
        words.append(
            wish.failures > 0
                ? "\(wish.failures.formatted) % of all steps fail for good (--failures)"
                : "no step fails: try --failures 1 to see whether the budgets hold")
        let readOnly = used.filter { name in
            snapshot.capabilities[name].map { !$0.performs && !$0.moves.isEmpty } ?? false
        }.sorted()
        words += readOnly.map {
            "\($0) can only be read: it is rehearsed as if it could be moved on and asked"
        }
        let inDoubt = snapshot.memory.inDoubt.count
        if inDoubt > 0 {
            words.append(
                "\(inDoubt) step\(inDoubt == 1 ? " is" : "s are") in doubt: whom they are about is where he was seen"
            )
        }
        let retired = desired.pools.filter { $0.state == .retired }.map(\.name).sorted()
        if !retired.isEmpty {
            words.append("the end of retired pools is left out: \(retired.joined(separator: ", "))")
        }
        return words
    }
}

extension Double {
    /// `2`, `0.5`
    fileprivate var formatted: String {
        self == rounded() && abs(self) < 1e15 ? String(Int(self)) : String(self)
    }
}
