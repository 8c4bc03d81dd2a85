/// Measuring gates and asking for proofs between two runs: for a schedule, so that waves that rest and pools
/// that are to be retired are not forgotten.

import Adapters
import Execution
import Ledgers
package import Model
import Planning

/// What was measured, and how all stages stand afterwards.
package struct Gauged: Sendable {
    package var readings: [GateReading]
    /// What deployments answered whose pools are to be retired, and pools that are gone.
    package var proofs: [RetirementEvent] = []
    package var plan: Plan
}

extension Reconciler {
    /// Measures the gates that are due, asks for the proofs that are, records what came of it, and moves and
    /// closes nothing.
    ///
    /// Where somebody acts meanwhile, what is measured is recorded all the same; what follows from it for a
    /// wave is left to him, and so are proofs.
    ///
    /// - Parameters:
    ///   - desired: Its rollouts have the gates.
    ///   - actor: In whose name it is recorded.
    ///   - heard: Is told each measurement as it comes.
    /// - Returns: What was measured.
    /// - Throws: What keeps the ledger or a deployment from being opened.
    package func gauge(
        _ desired: DesiredState, by actor: Actor,
        heard: @escaping @Sendable (GateReading) -> Void
    ) async throws -> Gauged {
        guard try await ledger(of: desired) != nil,
            let ledger = try await edges.openLedger(desired.estate.ledger, for: .acting)
        else {
            throw Meaningless(
                message: "there is no ledger yet, so no wave has begun",
                hint: "rehome apply makes the first; rehome probe --all asks all deployments now")
        }
        let now = try await edges.clock(for: desired).now()
        let lease = try? await ledger.acquireLease(by: actor, at: now)
        do {
            let gauged = try await withAdapters(desired) { adapters in
                try await gauge(desired, adapters, ledger, under: lease, by: actor, heard: heard)
            }
            if let lease { try await ledger.release(lease) }
            return gauged
        } catch {
            // What stopped us weighs more than that the lease could not be given back.
            if let lease { try? await ledger.release(lease) }
            throw error
        }
    }

    private func gauge(
        _ desired: DesiredState, _ adapters: [String: any Adapter], _ ledger: any Ledger,
        under lease: Lease?, by actor: Actor, heard: @escaping @Sendable (GateReading) -> Void
    ) async throws -> Gauged {
        let clock = try await edges.clock(for: desired)
        var survey = try await survey(
            desired, .wholeEstate, adapters, try await memory(of: ledger, for: desired))
        let keeper = WaveKeeper(
            desired: desired, adapters: adapters, edges: edges, now: clock.now, heard: heard,
            concludes: lease != nil)
        var readings: [GateReading] = []
        try await keeper.advance(&survey, .wholeEstate) { events in
            try await ledger.commit(
                events.map { .wave($0) }, under: lease, by: actor, at: clock.now())
            readings += events.compactMap(GateReading.init)
        }
        var gauged = Gauged(readings: readings, plan: survey.plan)
        guard let lease else { return gauged }
        let retiring = Retiring(
            desired, adapters, clock, ledger, survey.memory.ledgerID, under: lease, by: actor)
        gauged.proofs = try await retiring.prove(&survey, .wholeEstate)
        gauged.plan = survey.plan
        return gauged
    }
}

extension GateReading {
    fileprivate init?(_ event: WaveEvent) {
        guard case .measured(let measurement) = event.deed else { return nil }
        self.init(wave: event.wave, measurement: measurement)
    }
}
