/// What the histories met: a swarm that never meets something proves nothing about it.

import Ledgers
import Model

struct Visits {
    private(set) var counts: [String: Int] = [:]

    /// Everything that the seeds together must have met.
    static var all: [String] {
        Faults.Kind.allCases.map { "fault \($0)" }
            + Run.Outcome.allCases.map { "a run ends \($0.rawValue)" }
            + ["done", "already", "conflict", "gone", "failed-transient", "failed-permanent"].map {
                "a step is \($0)"
            }
            + [
                "doubt is settled", "doubt stays open", "doubt stays for good",
                "the lease is lost", "a run is taken back", "a wave is taken back",
                "a campaign is taken back", "what was taken back goes forward again",
                "somebody is back at the end", "somebody cannot go back at the end",
                "a pool is asked whether it is empty", "a pool is changed: fence",
                "a pool is changed: reopen", "a pool is changed: remove",
                "nobody knows what became of a pool", "somebody who is known is renamed",
                "two exchange their addresses", "a wave is renamed",
            ]
    }

    mutating func note(_ words: String) { counts[words, default: 0] += 1 }

    mutating func note(_ entry: LedgerEntry) {
        switch entry {
        case .wave(let event):
            if case .renamed = event.deed { note("a wave is renamed") }
        case .runEnded(_, let outcome, _, _, _): note("a run ends \(outcome.rawValue)")
        case .stepSettled(_, _, let outcome, _): note("a step is \(outcome.recorded.name)")
        default: break
        }
    }

    mutating func add(_ others: Visits) { counts.merge(others.counts, uniquingKeysWith: +) }

    mutating func add(_ simulator: Simulator) {
        counts.merge(simulator.visits.counts, uniquingKeysWith: +)
        for (kind, times) in simulator.faults.struck {
            counts["fault \(kind)", default: 0] += times
        }
    }

    /// What was never met.
    var missing: [String] { Self.all.filter { counts[$0] == nil } }
}

extension LedgerEntry {
    /// For the trace.
    var words: String {
        switch self {
        case .planRecorded(let plan): "plan \(plan.digest.prefix(6))"
        case .runBegan(let run): "began \(run.id)"
        case .batchIntended(let steps):
            "intent \(steps[0].batch): \(steps.map { "\($0.move.resource)#\($0.attempt)" })"
        case .stepSettled(_, let step, let outcome, _): "\(step.description.prefix(6)) \(outcome)"
        case .homeSettled(_, let home): "\(home.resource) at \(home.pool)"
        case .runEnded(let run, let outcome, _, _, _): "ended \(run) \(outcome)"
        case .consentGiven: "consent"
        case .instructed: "instruction"
        case .bound: "bound ids"
        case .wave(let event): "\(event.wave) \(event.deed)"
        case .retirement(let event): "\(event.pool) \(event.deed)"
        case .takenBack(let steps): "taken back: \(steps.count)"
        }
    }
}
