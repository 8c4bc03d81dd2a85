/// What people say while runs go on, as `rehome hold`, `pause`, `resume`, `cancel` and the next
/// revision's `apply` record it.

import Ledgers
import Model
import TestSupport

extension Simulator {
    mutating func speak() {
        guard !faults.isOver, let deed = something() else { return }
        record(deed)
    }

    /// Nothing is held and nothing rests any more: what was asked for can come to pass.
    mutating func fallSilent() {
        let stops = ledger.memory(comparedBy: .whole).stops
        let held = stops.held.values.map(\.resource).sorted { "\($0)" < "\($1)" }
        if !held.isEmpty { record(.release(held)) }
        for scope in stops.pauses.keys.sorted(by: { "\($0)" < "\($1)" }) { record(.resume(scope)) }
        goForwardAll()
        if repertoire.contains(.retirement) { retry() }
        releaseRollouts()
        agree()
    }

    /// Who failed is tried once more: else no pool would ever be empty.
    private mutating func retry() {
        let failed = ledger.memory(comparedBy: .whole).setAside.keys.sorted()
        if !failed.isEmpty { record(.retry(failed)) }
    }

    mutating func goForwardAll() {
        let takenBack = invariants.takenBack.sorted()
        if !takenBack.isEmpty { record(.goForward(takenBack)) }
    }

    mutating func resumeRollout(_ name: String) { record(.resume(.rollout(name))) }

    /// As an `apply` does that finds another one acting.
    mutating func announce() {
        guard let run = ledger.runs().last, run.ended == nil, run.campaign != desired.digest
        else { return }
        record(.announce(AnnouncedRevision(of: desired, at: now)))
    }

    private mutating func something() -> Instruction.Deed? {
        let until = random.oneIn(2) ? now + span(60_000, 1_800_000) : nil
        let rollout = desired.rollouts.randomElement(using: &random).map {
            PauseScope.rollout($0.name)
        }
        let scope = random.oneIn(2) ? rollout ?? .estate : .estate
        let kinds = repertoire.contains(.waysBack) ? 8 : 6
        switch Int.random(in: 0..<kinds, using: &random) {
        case 6, 7: return goForward()
        case 0, 1:
            return estate.residents.randomElement(using: &random).map {
                .hold([$0.id], owner: "somebody", until: until)
            }
        case 2:
            let held = ledger.memory(comparedBy: .whole).stops.held.values.map(\.resource)
                .sorted { "\($0)" < "\($1)" }
            return held.randomElement(using: &random).map { .release([$0]) }
        case 3: return .pause(scope, until: until)
        case 4: return .resume(scope)
        default: return ledger.runs().last { $0.ended == nil }.map { .cancel($0.id) }
        }
    }

    /// As `resume --taken-back` of somebody, and `--all-taken-back`.
    private mutating func goForward() -> Instruction.Deed? {
        let all = invariants.takenBack.sorted()
        let some = random.oneIn(2) ? all : all.filter { _ in random.oneIn(3) }
        guard !some.isEmpty else { return nil }
        visits.note("what was taken back goes forward again")
        return .goForward(some)
    }

    private mutating func record(_ deed: Instruction.Deed) {
        let voice = Actor(account: "somebody", host: "elsewhere")
        do {
            let entry = LedgerEntry.instructed(
                Instruction(deed, reason: "because", by: voice, at: now))
            try ledger.commit([entry], under: nil, by: voice, at: now)
            invariants.hear([entry])
            note("somebody says \(deed)")
        } catch {
            failure = failure ?? "what somebody says is refused: \(error)"
        }
    }
}

extension Invariants {
    /// Why an intent that is recorded now must not be acted on: what was said before it, the run hears
    /// before it acts. A hold or a pause that is over in a moment may or may not count.
    static func silence(
        over step: IntendedStep, of rollout: String?, _ simulator: Simulator
    ) -> String? {
        let stops = simulator.ledger.memory(comparedBy: .whole).stops
        let soon = simulator.now + .seconds(300)
        if stops.held[step.move.resource.folded(by: .whole)]?.isActive(at: soon) == true {
            return "is held"
        }
        if stops.pause(ofRollout: rollout, at: soon) != nil { return "it is paused" }
        return nil
    }
}
