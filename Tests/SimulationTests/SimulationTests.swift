/// Histories from seeds. `SEEDS=100000` plays more of them, `FROM=500` others, `SEED=7` plays one and
/// prints it.

import Foundation
import Ledgers
import Testing

struct SimulationTests {
    private static let seeds = number("SEEDS") ?? 500
    private static let from = number("FROM") ?? 1
    private static let one = number("SEED")

    private static func number(_ name: String) -> UInt64? {
        ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) }
    }

    @Test func `whatever goes wrong, the promises hold and the estate converges`() async {
        let first = Self.one ?? Self.from
        let last = Self.one ?? first + Self.seeds - 1
        var visits = Visits()
        // Two at a time; each is one thread, and knows nothing of the other.
        await withTaskGroup { group in
            for start in [first, first + 1] where start <= last {
                group.addTask {
                    var visits = Visits()
                    for seed in stride(from: start, through: last, by: 2) { visits.add(play(seed)) }
                    return visits
                }
            }
            for await others in group { visits.add(others) }
        }
        if Self.one == nil {
            #expect(visits.missing.isEmpty, "what no history met is not shown by any")
        }
    }

    @Test func `what was found once is not found again`() {
        for known in RegressionSeeds.all { _ = play(known.seed, known.repertoire, known.found) }
    }

    /// `BUG=claimsDone` tries one alone.
    private static let bugs = PlantedBug.allCases.filter { bug in
        ProcessInfo.processInfo.environment["BUG"].map { $0 == "\(bug)" } ?? true
    }

    @Test(arguments: bugs)
    func `a mistake built in on purpose is found`(bug: PlantedBug) {
        for seed in 1...600 {
            var simulator = Simulator(
                seed: UInt64(seed), bug: bug, repertoire: bug.repertoire)
            do throws(Simulator.Failure) {
                try simulator.play()
            } catch {
                return
            }
        }
        Issue.record("600 seeds did not find \(bug)")
    }

    @Test func `a seed is the whole history`() {
        var one = Simulator(seed: 42)
        var other = Simulator(seed: 42)
        try? one.play()
        try? other.play()
        #expect(one.events == other.events)
        #expect(one.ledger.head == other.ledger.head)
    }

    private func play(
        _ seed: UInt64, _ repertoire: Repertoire = .all, _ found: String? = nil
    ) -> Simulator {
        var simulator = Simulator(seed: seed, repertoire: repertoire)
        do throws(Simulator.Failure) {
            try simulator.play()
        } catch {
            let trace = Self.one == nil ? error.trace.suffix(40) : error.trace[...]
            Issue.record(
                """
                seed \(error.seed): \(error.words)\(found.map { " (once: \($0))" } ?? "")
                \(trace.joined(separator: "\n"))
                again: SEED=\(error.seed) swift test --filter "whatever goes wrong"
                """)
        }
        return simulator
    }
}
