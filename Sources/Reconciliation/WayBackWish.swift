/// What a person said with `rollback`, and what the ledger holds of it.

import Ledgers
package import Model

/// What is to be taken back.
package struct WayBackWish: Hashable, Sendable {
    package var scope: WayBackScope
    /// Whether who was already there when his turn came goes back too.
    package var includesOthers: Bool

    package init(_ scope: WayBackScope, includesOthers: Bool = false) {
        self.scope = scope
        self.includesOthers = includesOthers
    }
}

/// Reads what a way back is about off a ledger.
struct WayBackReading {
    let desired: DesiredState
    let ledger: any Ledger
    let journey: Journey
    /// The plan forward of now: who of it has not moved yet.
    let forward: Plan

    /// - Throws: `Meaningless` where nothing is recorded that it could be about, or what the ledger throws.
    func wayBack(_ wish: WayBackWish) async throws -> WayBack {
        switch wish.scope {
        case .run(let id):
            let run = try await ledger.runs().first { $0.id == id }
            guard let run else {
                throw Meaningless(
                    message: "no run \(id) is recorded", hint: "rehome history lists all runs")
            }
            return try await wayBack(of: [run], wish)
        case .campaign:
            let runs = try await ledger.runs()
            guard let last = runs.last else {
                throw Meaningless(message: "no run is recorded yet", hint: nil)
            }
            return try await wayBack(of: runs.filter { $0.campaign == last.campaign }, wish)
        case .wave(let wave): return try await wayBack(of: wave, wish)
        }
    }

    private func wayBack(of runs: [Run], _ wish: WayBackWish) async throws -> WayBack {
        var steps: [RecordedStep] = []
        var planned: Set<StepID> = []
        for run in runs {
            steps += try await ledger.steps(of: run.id)
            planned.formUnion(try await ledger.plan(digest: run.plan)?.steps ?? [])
        }
        var back = WayBack(
            stage: "back", undoing: steps, includingOthers: wish.includesOthers,
            comparedBy: desired.folding)
        back.unmoved = unmoved { planned.contains($0.id) }
        let ids = Set(runs.map(\.id))
        back.waves = journey.waves.filter { wave in
            wave.value.lastStart?.run.map(ids.contains) == true
        }.keys.sorted()
        back.campaign = runs.last?.campaign
        return back
    }

    /// The members of a wave are those of the plan with which it began, whatever run moved them.
    private func wayBack(of wave: WaveID, _ wish: WayBackWish) async throws -> WayBack {
        guard let start = journey[wave]?.lastStart else {
            throw Meaningless(
                message: "\(wave) has not begun, so there is nothing to take back",
                hint: "rehome history lists all runs, of which one can be named instead")
        }
        let rollout = desired.rollouts.first { $0.name == wave.rollout }
        let members = Set(try await ledger.plan(digest: start.plan)?.steps ?? [])
        let runs = try await ledger.runs()
        var steps: [RecordedStep] = []
        for run in runs.drop(while: { start.run != nil && $0.id != start.run }) {
            steps += try await ledger.steps(of: run.id).filter {
                members.contains($0.intent.move.step)
                    && rollout?.placements.contains($0.intent.placement) ?? true
            }
        }
        var back = WayBack(
            stage: "back/\(wave)", undoing: steps, includingOthers: wish.includesOthers,
            comparedBy: desired.folding)
        back.budget = rollout?.budget
        back.unmoved = unmoved { members.contains($0.id) }.filter {
            rollout?.placements.contains($0.placement) ?? false
        }
        back.waves = [wave]
        back.campaign = runs.first { $0.id == start.run }?.campaign
        return back
    }

    private func unmoved(_ isMember: (Step) -> Bool) -> [WayBack.Unmoved] {
        forward.steps.compactMap { step in
            guard isMember(step), case .resource(let row) = step.subject else { return nil }
            return WayBack.Unmoved(
                step: step.id, resource: forward.columns.resource(row),
                placement: forward.columns.texts[Int(step.placement)])
        }
    }
}

extension WaveProgress {
    /// With whom it began last, also where it was taken back since.
    fileprivate var lastStart: WaveStart? { start ?? takenBack }
}
