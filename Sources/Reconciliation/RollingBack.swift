/// `onBreach: roll-back`: waves that are halted go back by themselves, where that breaks nothing.

import Execution
import Ledgers
package import Model
import Planning

/// A wave that is halted, of a rollout that is to roll back by itself.
package struct BreachedWave: Hashable, Sendable {
    package var wave: WaveID
    /// What halted it.
    package var words: String
}

extension Application {
    /// Takes back the first wave that is halted and may go back by itself.
    ///
    /// - Parameters:
    ///   - clock: The estate's.
    ///   - saysWhyNot: Whether `talk` is told of waves about which a person has to decide.
    /// - Returns: How that ended; nil where nothing goes back by itself.
    /// - Throws: What observing, the ledger or a run throw.
    func rollBackBreached(
        _ clock: RunClock, saysWhyNot: Bool = false
    ) async throws -> Applied? {
        // What a person narrowed, reviewed or lifted by name was for the way forward.
        guard order.part.isWholeEstate, order.only == nil, order.evacuated.isEmpty else {
            return nil
        }
        for breached in desired.breached(try await ledger.memory(comparedBy: desired.folding)) {
            var back = self
            back.order = ApplyOrder(by: order.by)
            back.order.reason = "onBreach: roll-back, because \(breached.words)"
            let wish = WayBackWish(.wave(breached.wave))
            let draft = try await back.draft(wish)
            if let objection = draft.objection {
                if saysWhyNot { talk.staysHalted(breached, objection) }
                continue
            }
            talk.rollsBack(breached)
            return .rolledBack(breached, try await back.takeBack(wish, clock))
        }
        return nil
    }

    private func draft(_ wish: WayBackWish) async throws -> WayBackPlan {
        let survey = try await reconciler.survey(
            desired, order.part, adapters, try await reconciler.memory(of: ledger, for: desired))
        return survey.planBack(
            try await survey.wayBack(wish, desired, ledger), desired, order.part)
    }
}

extension DesiredState {
    /// Waves that are halted, of rollouts that are to roll back by themselves.
    fileprivate func breached(_ memory: Memory) -> [BreachedWave] {
        let names = Set(rollouts.filter { $0.onBreach == .rollBack }.map(\.name))
        return memory.journey.waves.compactMap { wave, progress in
            guard names.contains(wave.rollout), let breach = progress.breach else { return nil }
            return BreachedWave(wave: wave, words: breach.words)
        }.sorted { $0.wave < $1.wave }
    }
}
