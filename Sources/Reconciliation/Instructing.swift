/// What people tell runs and plans: recorded at once, also while somebody else acts.

import Execution
package import Ledgers
package import Model

/// What was recorded, and whom it reaches.
package struct Instructed: Sendable {
    package var instruction: Instruction
    package var head: AuditHead
    /// The run that goes on and will hear it; nil where none does.
    package var running: RunID?
}

/// Why an instruction would mean nothing: it was not recorded.
package struct Meaningless: Error {
    package var message: String
    package var hint: String?
}

extension Reconciler {
    /// Records an instruction.
    ///
    /// Throws `Meaningless` where there is nothing that it could be about: a pause of a rollout that
    /// nobody declares, the release of somebody who is not held, the cancelling of a run that has ended.
    package func instruct(
        _ deed: Instruction.Deed, reason: String?, by actor: Actor, _ desired: DesiredState
    ) async throws -> Instructed {
        let now = try await edges.clock(for: desired).now()
        guard let ledger = try await ledgerFor(deed, desired) else {
            throw Meaningless(
                message: "there is no ledger yet, so no run and no hold",
                hint: "rehome apply makes the first")
        }
        try await refuseMeaningless(deed, desired, ledger, at: now)
        let instruction = Instruction(deed, reason: reason, by: actor, at: now)
        let head = try await ledger.commit(
            [.instructed(instruction)], under: nil, by: actor, at: now)
        let running = try await ledger.runs().last { $0.outcome == nil }?.id
        return Instructed(instruction: instruction, head: head, running: running)
    }

    /// The last run without an end; nil where all have ended.
    package func runGoingOn(_ desired: DesiredState) async throws -> RunID? {
        try await ledger(of: desired)?.runs().last { $0.outcome == nil }?.id
    }

    /// The steps that failed for good, of these resources, or of all for nil.
    package func setAside(
        of resources: [ResourceID]?, _ desired: DesiredState
    ) async throws -> [SetAsideStep] {
        guard let ledger = try await ledger(of: desired) else { return [] }
        var open = try await ledger.memory(comparedBy: desired.folding).setAside
        let wanted = resources.map { Set($0.map { $0.folded(by: desired.folding) }) }
        var found: [SetAsideStep] = []
        for run in try await ledger.runs().reversed() where !open.isEmpty {
            for recorded in try await ledger.steps(of: run.id) {
                let move = recorded.intent.move
                guard let aside = open.removeValue(forKey: move.step) else { continue }
                if wanted?.contains(move.resource.folded(by: desired.folding)) ?? true {
                    found.append(SetAsideStep(move: move, message: aside.message))
                }
            }
        }
        return found.sorted { "\($0.move.resource)" < "\($1.move.resource)" }
    }

    /// Only what is about the future may make the ledger that remembers it.
    private func ledgerFor(
        _ deed: Instruction.Deed, _ desired: DesiredState
    ) async throws -> (any Ledger)? {
        switch deed {
        case .hold, .pause, .decide: break
        case .release, .resume, .cancel, .retry, .goForward, .announce:
            guard try await ledger(of: desired) != nil else { return nil }
        }
        return try await edges.openLedger(desired.estate.ledger, for: .acting)
    }

    private func refuseMeaningless(
        _ deed: Instruction.Deed, _ desired: DesiredState, _ ledger: any Ledger, at now: Instant
    ) async throws {
        switch deed {
        case .hold(_, _, let until?) where until < now, .pause(_, let until?) where until < now,
            .decide(_, _, let until?) where until < now:
            throw Meaningless(message: "\(until) is over already", hint: nil)
        case .pause(.rollout(let name), _):
            guard !desired.rollouts.contains(where: { $0.name == name }) else { return }
            throw Meaningless(
                message: "no rollout is named \(name)",
                hint: "declared: \(Self.list(desired.rollouts.map(\.name)))")
        case .resume(let scope):
            try Self.refuse(scope, running: try await ledger.memory(comparedBy: desired.folding))
        case .decide(let gate, _, _): try Self.refuse(gate, undeclaredIn: desired)
        case .release(let resources):
            let held = try await ledger.memory(comparedBy: desired.folding).stops.held
            let free = resources.first { held[$0.folded(by: desired.folding)] == nil }
            guard let free else { return }
            throw Meaningless(
                message: "\(free) is not held by rehome hold",
                hint:
                    "held: \(Self.list(held.values.map { "\($0.resource)" })); a Hold of the manifests ends with its document"
            )
        case .cancel(let id):
            let run = try await ledger.runs().first { $0.id == id }
            guard let run else {
                throw Meaningless(
                    message: "no run \(id) is recorded", hint: "rehome history lists all runs")
            }
            guard let outcome = run.outcome else { return }
            throw Meaningless(message: "run \(id) has ended: \(outcome.rawValue)", hint: nil)
        case .hold, .pause, .retry, .goForward, .announce: break
        }
    }

    private static func refuse(
        _ scope: PauseScope, running memory: Memory
    ) throws(Meaningless) {
        let isHalted = memory.journey.waves.contains {
            scope.covers($0.key) && $0.value.breach != nil
        }
        guard memory.stops.pauses[scope] == nil, !isHalted else { return }
        throw Meaningless(
            message: "it is not paused, and none of its waves is halted",
            hint: "rehome plan names what waits")
    }

    private static func refuse(
        _ gate: GateID, undeclaredIn desired: DesiredState
    ) throws(Meaningless) {
        guard let rollout = desired.rollouts.first(where: { $0.name == gate.wave.rollout }),
            rollout.waves.contains(where: { $0.name == gate.wave.wave })
                || gate.wave.wave == WaveID.late
        else {
            let waves = desired.rollouts.flatMap { rollout in
                rollout.waves.map { "\(WaveID(rollout.name, $0.name))" }
            }
            throw Meaningless(
                message: "no wave is named \(gate.wave)", hint: "declared: \(list(waves))")
        }
        let gates = gate.name.side == .before ? rollout.gatesBefore : rollout.gatesAfter
        guard gates.contains(where: { $0.gate.name == gate.name.name }) else {
            throw Meaningless(
                message: "\(gate.wave) has no gate \(gate.name.name) \(gate.name.side.rawValue) it",
                hint: "declared: \(list(gates.map(\.gate.name)))")
        }
    }

    private static func list(_ names: [String]) -> String {
        names.isEmpty ? "none" : names.sorted().joined(separator: ", ")
    }
}

/// A step that failed for good.
package struct SetAsideStep: Hashable, Sendable {
    package var move: Move
    package var message: String
}

extension Reconciler {
    /// Tells a run that goes on towards another state that this one comes next.
    ///
    /// - Returns: The run that was told; nil where none goes on, or one towards this very state.
    func announce(
        _ desired: DesiredState, to ledger: any Ledger, by actor: Actor, at now: Instant
    ) async throws -> RunID? {
        guard let run = try await ledger.runs().last, run.outcome == nil,
            run.campaign != desired.digest
        else { return nil }
        let revision = AnnouncedRevision(of: desired, at: now)
        try await ledger.commit(
            [.instructed(Instruction(.announce(revision), reason: nil, by: actor, at: now))],
            under: nil, by: actor, at: now)
        return run.id
    }
}
