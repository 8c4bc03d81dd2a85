/// The cases of instructions: what people record while a run goes on.

import Ledgers
package import Model
import Testing

extension LedgerSuite {
    static let instructions: [LedgerCase] = [
        LedgerCase("instructions are taken while somebody else has the lease, and told in order") {
            ledger in
            let lease = try await begin(["r1"], in: ledger)
            let before = try await ledger.head().number
            var heads: [AuditHead] = []
            for deed in deeds {
                heads.append(
                    try await ledger.commit(
                        [.instructed(instruction(deed))], under: nil, by: Sample.ben,
                        at: Sample.start))
            }
            try await ledger.commit(
                [Sample.ended("r1", .cancelled)], under: lease, by: Sample.ana, at: Sample.start)
            let heard = try await ledger.instructions(after: before)
            #expect(heard.map(\.instruction.deed) == deeds)
            #expect(heard.map(\.link) == heads.map(\.number))
            #expect(try await ledger.instructions(after: heads[2].number) == Array(heard[3...]))
            #expect(try await ledger.instructions(after: heads.last?.number ?? 0) == [])
            #expect(try await ledger.verify(anchor: nil).broken == nil)
        },
        LedgerCase("holds and pauses are in force until they are lifted") { ledger in
            for deed: Instruction.Deed in [
                .hold([Sample.user("Ana"), Sample.user("ben")], owner: "jm", until: nil),
                .hold([Sample.user("cy")], owner: "jm", until: Sample.time(60)),
                .release([Sample.user("BEN")]), .pause(.estate, until: nil),
                .pause(.rollout("madrid"), until: Sample.time(60)), .resume(.estate),
            ] {
                try await ledger.commit(
                    [.instructed(instruction(deed))], under: nil, by: Sample.ben, at: Sample.start)
            }
            let stops = try await ledger.memory(comparedBy: .whole).stops
            #expect(
                stops.held.keys.map(\.name).sorted()
                    == ["ana", "cy"].map { "\($0)@contoso.example" })
            #expect(stops.held[Sample.user("ana")]?.resource == Sample.user("Ana"))
            #expect(stops.held[Sample.user("cy")]?.isActive(at: Sample.time(60)) == true)
            #expect(stops.held[Sample.user("cy")]?.isActive(at: Sample.time(61)) == false)
            #expect(stops.pause(ofRollout: nil, at: Sample.start) == nil)
            #expect(stops.pause(ofRollout: "madrid", at: Sample.start)?.reason == "because")
            #expect(stops.pause(ofRollout: "madrid", at: Sample.time(61)) == nil)
        },
        LedgerCase("a retry takes a step up again that was set aside") { ledger in
            let lease = try await begin(["r1"], in: ledger)
            try await ledger.commit(
                [
                    .batchIntended([Sample.intent(1, in: "r1"), Sample.intent(2, in: "r1")]),
                    Sample.settled(1, in: "r1", .failed(.init(.permanent, "no such policy"))),
                    Sample.settled(2, in: "r1", .failed(.init(.permanent, "no such policy"))),
                ], under: lease, by: Sample.ana, at: Sample.start)
            try await ledger.commit(
                [.instructed(instruction(.retry([Sample.step(1)])))], under: nil, by: Sample.ben,
                at: Sample.start)
            #expect(
                try await ledger.memory(comparedBy: .whole).setAside.keys.sorted() == [
                    Sample.step(2)
                ])
            #expect(try await ledger.verify(anchor: nil).broken == nil)
        },
        LedgerCase("what was taken back stays so until it may go forward again") { ledger in
            let lease = try await begin(["r1"], in: ledger)
            let steps = (1...4).map { Sample.step($0) }
            await expectRefusal(.leaseLost) {
                try await ledger.commit(
                    [.takenBack(steps)], under: nil, by: Sample.ben, at: Sample.start)
            }
            // Taken back again is taken back once; settling and retrying say nothing about it.
            try await ledger.commit(
                [.takenBack(Array(steps[...2])), .takenBack(steps)], under: lease, by: Sample.ana,
                at: Sample.start)
            try await ledger.commit(
                [
                    .batchIntended([Sample.intent(1, in: "r1")]),
                    Sample.settled(1, in: "r1", .done),
                    .instructed(instruction(.retry(steps))),
                ], under: lease, by: Sample.ana, at: Sample.start)
            #expect(try await ledger.memory(comparedBy: .whole).rolledBack == Set(steps))
            try await ledger.commit(
                [.instructed(instruction(.goForward([steps[0], steps[2], Sample.step(9)])))],
                under: nil, by: Sample.ben, at: Sample.start)
            #expect(
                try await ledger.memory(comparedBy: .whole).rolledBack == [steps[1], steps[3]])
            #expect(try await ledger.verify(anchor: nil).broken == nil)
        },
        LedgerCase("a wave that was taken back is as if it never began, but for its gates") {
            ledger in
            let lease = try await begin(["r1"], in: ledger)
            let wave = WaveID("madrid", "pilot")
            let start = WaveStart(
                plan: "p1", members: 2, routes: [], run: RunID("r1"), change: nil)
            let gate = GateName(.after, "health")
            for deed: WaveEvent.Deed in [
                .started(start), .settled,
                .measured(GateMeasurement(gate: gate, verdict: .failed, words: "no", checks: [])),
                .completed, .takenBack,
            ] {
                try await ledger.commit(
                    [.wave(WaveEvent(wave, deed, at: Sample.start))], under: lease,
                    by: Sample.ana, at: Sample.start)
            }
            let progress = try await ledger.memory(comparedBy: .whole).journey[wave]
            #expect(progress?.hasStarted == false && progress?.isComplete == false)
            #expect(progress?.start == nil && progress?.takenBack == start)
            #expect(progress?.gates[gate]?.failures == 1)
            #expect(try await ledger.verify(anchor: nil).broken == nil)
        },
        LedgerCase("a run that never began cannot be cancelled") { ledger in
            await expectRefusal(.neverBegan(RunID("never"))) {
                try await ledger.commit(
                    [.instructed(instruction(.cancel(RunID("never"))))], under: nil,
                    by: Sample.ben, at: Sample.start)
            }
            let head = try await ledger.head()
            #expect(head.number == 0)
        },
        LedgerCase("the id under which somebody was seen first stays bound to the address") {
            ledger in
            let lease = try await begin([], in: ledger)
            let first = BoundResource(resource: Sample.user("ana"), ownID: "id-1")
            let later = BoundResource(resource: Sample.user("ana"), ownID: "id-2")
            for bound in [first, later] {
                try await ledger.commit(
                    [.bound(connection: "madrid", [bound])], under: lease, by: Sample.ana,
                    at: Sample.start)
            }
            let ids = try #require(try await ledger.memory(comparedBy: .whole).bound["madrid"])
            #expect((0..<ids.count).map { ids[$0] } == [first])
            await expectRefusal(.leaseLost) {
                try await ledger.commit(
                    [.bound(connection: "madrid", [first])], under: nil, by: Sample.ana,
                    at: Sample.start)
            }
            #expect(try await ledger.verify(anchor: nil).broken == nil)
        },
    ]

    static let deeds: [Instruction.Deed] = [
        .hold([Sample.user("ana"), Sample.user("O'Brien\n")], owner: "jm", until: nil),
        .hold([Sample.user("ben")], owner: "jm", until: Sample.time(3600)),
        .release([Sample.user("ben")]), .pause(.estate, until: Sample.time(60)),
        .pause(.rollout("madrid"), until: nil), .resume(.rollout("madrid")), .resume(.estate),
        .cancel(RunID("r1")), .retry([Sample.step(1), Sample.step(2)]),
        .goForward([Sample.step(3), Sample.step(4)]),
        .announce(
            AnnouncedRevision(
                desired: "d2", revision: "9f86d08", held: [Sample.user("ceo")],
                freezes: [
                    FreezeSpan(from: Sample.time(0), to: Sample.time(60), reason: "year end")
                ])),
    ]

    static func instruction(_ deed: Instruction.Deed) -> Instruction {
        Instruction(deed, reason: "because", by: Sample.ben, at: Sample.start)
    }

    /// Entries of every kind but cancelling, which wants its run.
    package static let stopSigns: [LedgerEntry] =
        deeds.filter { $0 != .cancel(RunID("r1")) }.map { .instructed(instruction($0)) }
        + [
            .takenBack([Sample.step(3), Sample.step(5)]),
            .bound(
                connection: "madrid",
                (0..<3).map { BoundResource(resource: Sample.user("u\($0)"), ownID: "id-\($0)") }),
        ] + statements
}
