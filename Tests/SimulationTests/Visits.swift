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
                "the lease is lost",
            ]
    }

    mutating func note(_ words: String) { counts[words, default: 0] += 1 }

    mutating func note(_ entry: LedgerEntry) {
        switch entry {
        case .runEnded(_, let outcome, _, _, _): note("a run ends \(outcome.rawValue)")
        case .stepSettled(_, _, let outcome, _): note("a step is \(outcome.recorded.name)")
        default: break
        }
    }

    mutating func add(_ simulator: Simulator) {
        counts.merge(simulator.visits.counts, uniquingKeysWith: +)
        for (kind, times) in simulator.faults.struck {
            counts["fault \(kind)", default: 0] += times
        }
    }

    /// What was never met.
    var missing: [String] { Self.all.filter { counts[$0] == nil } }
}
