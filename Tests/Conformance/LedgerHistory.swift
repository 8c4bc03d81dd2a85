/// Histories out of a seed, played on a ledger and on the reference at once.

import Ledgers
import Model
import TestSupport
import Testing

enum LedgerHistory {
    /// Forty commits of entries that a runner might write, and some that no ledger may take.
    static func play(seed: UInt64, on ledger: any Ledger) async throws {
        var random = SeededGenerator(seed: seed)
        var reference = LedgerState(id: Sample.ledgerID, leaseDuration: nil)
        let mine = try reference.acquireLease(by: Sample.ana, at: Sample.start)
        let lease = try await ledger.acquireLease(by: Sample.ana, at: Sample.start)
        for number in 0..<40 {
            let entries = commit(number, &random)
            let at = Sample.time(number)
            var expected: AuditHead?
            do {
                expected = try reference.commit(entries, under: mine, by: Sample.ana, at: at)
            } catch {
                #expect(error != .leaseLost)
            }
            let head = try? await ledger.commit(entries, under: lease, by: Sample.ana, at: at)
            #expect(head == expected, "seed \(seed), commit \(number)")
        }
        try await ledger.release(lease)
        let picture = try await Picture(ledger)
        #expect(picture == Picture(reference), "seed \(seed)")
        #expect(try await ledger.verify(anchor: nil).broken == nil, "seed \(seed)")
        #expect(reference.verify(anchor: nil).broken == nil, "seed \(seed)")
    }

    /// All that can be asked of a ledger.
    struct Picture: Equatable {
        var head: AuditHead
        var runs: [Run]
        var steps: [[RecordedStep]]
        var inDoubt: [IntendedStep]
        var setAside: [StepID: Memory.SetAside]
        var consents: [Consent]
        var homes: [String: [SettledHome]]
        var plans: [RecordedPlan?]
        var instructions: [RecordedInstruction]
        var stops: Stops
        var bound: [String: [BoundResource]]

        init(_ ledger: any Ledger) async throws {
            var steps: [[RecordedStep]] = []
            for run in LedgerHistory.runs { steps.append(try await ledger.steps(of: RunID(run))) }
            self.init(
                head: try await ledger.head(), runs: try await ledger.runs(), steps: steps,
                memory: try await ledger.memory(comparedBy: .host),
                plans: [try await ledger.plan(digest: "d0"), try await ledger.plan(digest: "d1")],
                instructions: try await ledger.instructions(after: 7))
        }

        init(_ state: LedgerState) {
            self.init(
                head: state.head, runs: state.runs(),
                steps: LedgerHistory.runs.map { state.steps(of: RunID($0)) },
                memory: state.memory(comparedBy: .host),
                plans: [state.plan(digest: "d0"), state.plan(digest: "d1")],
                instructions: state.instructions(after: 7))
        }

        private init(
            head: AuditHead, runs: [Run], steps: [[RecordedStep]], memory: Memory,
            plans: [RecordedPlan?], instructions: [RecordedInstruction]
        ) {
            self.head = head
            self.runs = runs
            self.steps = steps
            self.plans = plans
            self.instructions = instructions
            stops = memory.stops
            bound = memory.bound.mapValues { ids in
                (0..<ids.count).map { ids[$0] }.sorted { "\($0)" < "\($1)" }
            }
            inDoubt = memory.inDoubt
            setAside = memory.setAside
            consents = memory.consents
            homes = memory.homes.mapValues { column in
                (0..<column.count).map { column[$0] }.sorted {
                    "\($0.resource)" < "\($1.resource)"
                }
            }
        }
    }

    private static let runs = ["r0", "r1", "r2", "r3"]

    private static func commit(_ number: Int, _ random: inout SeededGenerator) -> [LedgerEntry] {
        if number < runs.count { return [.runBegan(Sample.run(runs[number]))] }
        return (0..<Int.random(in: 1...5, using: &random)).map { _ in entry(&random) }
    }

    private static func entry(_ random: inout SeededGenerator) -> LedgerEntry {
        let run = random.oneIn(60) ? "never" : runs[Int.random(in: 0..<4, using: &random)]
        let step = UInt64.random(in: 0..<8, using: &random)
        switch Int.random(in: 0..<20, using: &random) {
        case 0..<7:
            let count = UInt64.random(in: 1...4, using: &random)
            let attempt = Int.random(in: 1...3, using: &random)
            return .batchIntended(
                (step..<step + count).map { Sample.intent($0, in: run, attempt: attempt) })
        case 7..<14:
            let outcome = LedgerSuite.outcomes[Int.random(in: 0..<8, using: &random)].outcome
            return Sample.settled(
                step, in: run, outcome, at: Int.random(in: 0..<99, using: &random))
        case 14..<17:
            let name = random.oneIn(2) ? "U\(step)" : "u\(step)"
            let pool = random.oneIn(2) ? "lync" : "ocs"
            return .homeSettled(
                connection: random.oneIn(4) ? "barcelona" : "madrid",
                Sample.home(
                    name, on: pool, id: random.oneIn(5) ? nil : "id", former: pool))
        case 17: return .planRecorded(Sample.plan("d\(step % 2)", steps: Int(step)))
        case 18:
            return random.oneIn(2)
                ? Sample.consent("reason \(step)")
                : LedgerSuite.stopSigns[Int(step) % LedgerSuite.stopSigns.count]
        default:
            return random.oneIn(6)
                ? Sample.ended(run, .interrupted) : .runBegan(Sample.run(run))
        }
    }
}
