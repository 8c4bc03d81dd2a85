/// The cases of doubt: what a ledger says of a step that began.

import Ledgers
import Model
import Testing

extension LedgerSuite {
    static let doubts: [LedgerCase] = [
        LedgerCase("an intent without an outcome is in doubt") { ledger in
            let lease = try await begin(["r1"], in: ledger)
            let steps = [Sample.intent(2, in: "r1"), Sample.intent(1, in: "r1")]
            try await ledger.commit(
                [.batchIntended(steps)], under: lease, by: Sample.ana, at: Sample.start)
            #expect(try await ledger.memory(comparedBy: .whole).inDoubt == steps)
            #expect(try await ledger.steps(of: RunID("r1")).map(\.outcome) == [nil, nil])
        },
        LedgerCase("each outcome settles a step, sets it aside, or leaves it in doubt") { ledger in
            let lease = try await begin(["r1"], in: ledger)
            for (index, outcome) in outcomes.enumerated() {
                let number = UInt64(index)
                try await ledger.commit(
                    [.batchIntended([Sample.intent(number, in: "r1")])], under: lease,
                    by: Sample.ana, at: Sample.start)
                try await ledger.commit(
                    [Sample.settled(number, in: "r1", outcome.outcome)], under: lease,
                    by: Sample.ana, at: Sample.start)
            }
            let memory = try await ledger.memory(comparedBy: .whole)
            let recorded = try await ledger.steps(of: RunID("r1"))
            for (index, outcome) in outcomes.enumerated() {
                let step = Sample.step(UInt64(index))
                #expect(
                    memory.inDoubt.contains { $0.move.step == step } == outcome.isInDoubt,
                    "\(outcome.outcome)")
                #expect((memory.setAside[step] != nil) == outcome.isSetAside, "\(outcome.outcome)")
                #expect(recorded[index].outcome == outcome.outcome)
                #expect(recorded[index].settledAt == Sample.time(10))
            }
        },
        LedgerCase("what was in doubt is settled by any later final outcome") { ledger in
            let lease = try await begin(["r1"], in: ledger)
            for doubtful in outcomes where doubtful.isInDoubt {
                for final in outcomes where !final.isInDoubt {
                    try await ledger.commit(
                        [
                            .batchIntended([Sample.intent(1, in: "r1")]),
                            Sample.settled(1, in: "r1", doubtful.outcome),
                        ], under: lease, by: Sample.ana, at: Sample.start)
                    #expect(try await ledger.memory(comparedBy: .whole).inDoubt.count == 1)
                    try await ledger.commit(
                        [Sample.settled(1, in: "r1", final.outcome, at: 20)], under: lease,
                        by: Sample.ana, at: Sample.start)
                    let memory = try await ledger.memory(comparedBy: .whole)
                    #expect(memory.inDoubt == [], "\(doubtful.outcome), then \(final.outcome)")
                    #expect((memory.setAside[Sample.step(1)] != nil) == final.isSetAside)
                }
            }
        },
        LedgerCase("a new try is in doubt again, and only the latest one") { ledger in
            let lease = try await begin(["r1"], in: ledger)
            try await ledger.commit(
                [
                    .batchIntended([Sample.intent(1, in: "r1")]),
                    Sample.settled(1, in: "r1", .failed(.init(.transient, "busy"))),
                    .batchIntended([Sample.intent(1, in: "r1", attempt: 2, batch: 2)]),
                ], under: lease, by: Sample.ana, at: Sample.start)
            #expect(try await ledger.memory(comparedBy: .whole).inDoubt.map(\.attempt) == [2])
            let steps = try await ledger.steps(of: RunID("r1"))
            #expect(steps.map(\.intent.attempt) == [1, 2])
            #expect(steps.map(\.outcome) == [.failed(.init(.transient, "busy")), nil])
        },
        LedgerCase("the next run settles what an earlier one left, in the name of either") {
            ledger in
            let lease = try await begin(["r1"], in: ledger)
            try await ledger.commit(
                [.batchIntended([Sample.intent(1, in: "r1"), Sample.intent(2, in: "r1")])],
                under: lease, by: Sample.ana, at: Sample.start)
            try await ledger.commit(
                [
                    Sample.settled(1, in: "r1", .done), Sample.ended("r1", .interrupted),
                    .runBegan(Sample.run("r2")), Sample.settled(2, in: "r2", .conflict("moved")),
                ], under: lease, by: Sample.ana, at: Sample.start)
            #expect(try await ledger.memory(comparedBy: .whole).inDoubt == [])
            let steps = try await ledger.steps(of: RunID("r1"))
            #expect(steps.map(\.outcome) == [.done, .conflict("moved")])
            #expect(try await ledger.steps(of: RunID("r2")) == [])
        },
        LedgerCase("what became of an earlier try says nothing about a later one in doubt") {
            ledger in
            let lease = try await begin(["r1", "r2"], in: ledger)
            try await ledger.commit(
                [
                    .batchIntended([Sample.intent(1, in: "r1")]),
                    .batchIntended([Sample.intent(1, in: "r2", attempt: 2)]),
                    Sample.settled(1, in: "r1", .done),
                ], under: lease, by: Sample.ana, at: Sample.start)
            #expect(try await ledger.memory(comparedBy: .whole).inDoubt.map(\.run.text) == ["r2"])
            #expect(try await ledger.steps(of: RunID("r1")).map(\.outcome) == [.done])
        },
        LedgerCase("a step set aside keeps its words until it is taken up again") { ledger in
            let lease = try await begin(["r1", "r2"], in: ledger)
            try await ledger.commit(
                [
                    .batchIntended([Sample.intent(1, in: "r1")]),
                    Sample.settled(
                        1, in: "r1", .failed(.init(.permanent, "no such policy")), at: 7),
                ], under: lease, by: Sample.ana, at: Sample.time(8))
            #expect(
                try await ledger.memory(comparedBy: .whole).setAside == [
                    Sample.step(1): Memory.SetAside(
                        message: "no such policy", since: Sample.time(7))
                ])
            try await ledger.commit(
                [.batchIntended([Sample.intent(1, in: "r2")])], under: lease, by: Sample.ana,
                at: Sample.time(9))
            let memory = try await ledger.memory(comparedBy: .whole)
            #expect(memory.setAside == [:] && memory.inDoubt.count == 1)
        },
        LedgerCase("an outcome of a step that was never intended is kept for what it says") {
            ledger in
            let lease = try await begin(["r1"], in: ledger)
            try await ledger.commit(
                [
                    Sample.settled(1, in: "r1", .failed(.init(.permanent, "gone wrong"))),
                    Sample.settled(2, in: "r1", .underway(until: Sample.time(9))),
                ], under: lease, by: Sample.ana, at: Sample.start)
            let memory = try await ledger.memory(comparedBy: .whole)
            #expect(Array(memory.setAside.keys) == [Sample.step(1)])
            #expect(memory.inDoubt == [])
        },
    ]

    struct SampleOutcome: Sendable {
        var outcome: StepOutcome
        var isInDoubt = false
        var isSetAside = false
    }

    static let outcomes = [
        SampleOutcome(outcome: .done),
        SampleOutcome(outcome: .already),
        SampleOutcome(outcome: .conflict("it lives on lync2 now")),
        SampleOutcome(outcome: .gone),
        SampleOutcome(outcome: .underway(until: Sample.time(30)), isInDoubt: true),
        SampleOutcome(outcome: .failed(.init(.transient, "busy"))),
        SampleOutcome(outcome: .failed(.init(.permanent, "no such pool")), isSetAside: true),
        SampleOutcome(outcome: .failed(.init(.outcomeUnknown, "line cut")), isInDoubt: true),
    ]

    static func begin(_ runs: [String], in ledger: any Ledger) async throws -> Lease {
        let lease = try await ledger.acquireLease(by: Sample.ana, at: Sample.start)
        try await ledger.commit(
            runs.map { .runBegan(Sample.run($0)) }, under: lease, by: Sample.ana,
            at: Sample.start)
        return lease
    }
}
