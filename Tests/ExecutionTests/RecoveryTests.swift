/// What earlier runs left in doubt, settled by observing.

import Adapters
import Execution
import Ledgers
import Model
import Synchronization
import Testing

struct RecoveryTests {
    private let actor = Actor(account: "tester", host: "here")

    private func intent(
        _ number: Int, repeatable: Bool = true, deadline: Duration = .seconds(60),
        connection: String = "madrid"
    ) -> IntendedStep {
        IntendedStep(
            run: RunOrders.empty.run.id, batch: 1, connection: connection,
            move: MoveOrder.user(number).move, placement: "all", bySelection: false, attempt: 1,
            at: Harness.start, deadline: Harness.start + deadline, repeatable: repeatable)
    }

    private func glance(_ homes: [(Int, Home)], gaps: [Gap] = []) -> [String: Glance] {
        var seen = Homes()
        for (number, home) in homes {
            seen.append(
                ObservedResource(
                    id: MoveOrder.user(number).move.resource, ownID: .absent, home: .present(home)))
        }
        return ["madrid": Glance(homes: seen, gaps: gaps)]
    }

    private func outcomes(_ settlement: Recovery.Settlement) -> [StepOutcome] {
        settlement.entries.compactMap { entry in
            if case .stepSettled(_, _, let outcome, _) = entry { return outcome }
            return nil
        }
    }

    @Test func `what is at its target was done by us, and its home is settled`() {
        let settlement = Recovery.settlement(
            of: [intent(0)], glances: glance([(0, .new)]), endsWithRunner: [],
            lookedAt: Harness.start, comparedBy: .whole)
        #expect(outcomes(settlement) == [.done])
        guard case .homeSettled("madrid", let home) = settlement.entries.last else {
            Issue.record("the home is settled")
            return
        }
        #expect(home.movedByUs)
        #expect(home.former == "old.contoso.example")
        #expect(settlement.open.isEmpty)
    }

    @Test func `a home is settled by its folded name`() {
        var intent = intent(0)
        intent.move.resource.name = "Ana@X.example"
        var seen = Homes(comparedBy: .host)
        seen.append(
            ObservedResource(
                id: ResourceID(kind: .user, name: "Ana@x.example"), ownID: .absent,
                home: .present(.new)))
        for (folding, name) in [(Folding.host, "Ana@x.example"), (.whole, "ana@x.example")] {
            let settlement = Recovery.settlement(
                of: [intent], glances: ["madrid": Glance(homes: seen, gaps: [])],
                endsWithRunner: [], lookedAt: Harness.start, comparedBy: folding)
            guard case .homeSettled("madrid", let home) = settlement.entries.last else {
                Issue.record("the home is settled")
                return
            }
            #expect(home.resource.name == name)
        }
    }

    @Test func `what is at its source is free to be tried again once nobody works on it`() {
        func settle(_ ends: Set<String>, after: Duration) -> Recovery.Settlement {
            Recovery.settlement(
                of: [intent(0)], glances: glance([(0, .old)]), endsWithRunner: ends,
                lookedAt: Harness.start + after, comparedBy: .whole)
        }
        guard case .failed(let failure) = outcomes(settle(["madrid"], after: .zero)).first else {
            Issue.record("work that ended with its runner is settled at once")
            return
        }
        #expect(failure.class == .transient)
        let waiting = settle([], after: .seconds(10))
        #expect(waiting.entries.isEmpty)
        #expect(waiting.lookAgain == Harness.start + .seconds(60))
        #expect(outcomes(settle([], after: .seconds(60))).count == 1)
    }

    @Test func `what may not be repeated is set aside, unless it ended with its runner`() {
        func settle(_ ends: Set<String>) -> StepOutcome? {
            outcomes(
                Recovery.settlement(
                    of: [intent(0, repeatable: false)], glances: glance([(0, .old)]),
                    endsWithRunner: ends, lookedAt: Harness.start + .seconds(60), comparedBy: .whole
                )
            ).first
        }
        guard case .failed(let aside) = settle([]), case .failed(let again) = settle(["madrid"])
        else {
            Issue.record("both are settled")
            return
        }
        #expect(aside.class == .permanent)
        #expect(again.class == .transient)
    }

    @Test func `what moved elsewhere or left is said so`() {
        let settlement = Recovery.settlement(
            of: [intent(0), intent(1)], glances: glance([(0, .other)]), endsWithRunner: [],
            lookedAt: Harness.start + .seconds(60), comparedBy: .whole)
        let early = Recovery.settlement(
            of: [intent(0), intent(1)], glances: glance([(0, .other)]), endsWithRunner: [],
            lookedAt: Harness.start, comparedBy: .whole)
        #expect(early.open.count == 2, "whoever works on it may still find it where it began")
        #expect(outcomes(settlement).count == 2)
        #expect(outcomes(settlement).last == .gone)
        guard case .conflict = outcomes(settlement)[0] else {
            Issue.record("elsewhere is a conflict")
            return
        }
    }

    @Test func `what cannot be seen stays in doubt`() {
        let unseen = glance([], gaps: [Gap(reason: "down")])
        let early = Recovery.settlement(
            of: [intent(0)], glances: unseen, endsWithRunner: [], lookedAt: Harness.start,
            comparedBy: .whole)
        #expect(early.open.count == 1)
        let late = Recovery.settlement(
            of: [intent(0)], glances: unseen, endsWithRunner: [],
            lookedAt: Harness.start + .seconds(60), comparedBy: .whole)
        #expect(late.stuck.count == 1)
        #expect(late.entries.isEmpty)
        let missing = Recovery.settlement(
            of: [intent(0, connection: "barcelona")], glances: unseen, endsWithRunner: [],
            lookedAt: Harness.start + .seconds(60), comparedBy: .whole)
        #expect(missing.stuck.count == 1)
    }

    @Test func `recovery settles, waits where it must, and closes the run`() async throws {
        let orders = RunOrders.moving(2)
        let ledger = MemoryLedger(id: "l1")
        let lease = try await ledger.acquireLease(by: actor, at: Harness.start)
        var run = orders.run
        run.counts.total = 2
        try await ledger.commit(
            [.planRecorded(orders.plan), .runBegan(run), .batchIntended([intent(0), intent(1)])],
            under: lease, by: actor, at: Harness.start)
        let adapter = SmallAdapter(orders)
        _ = try await adapter.perform(
            Batch(run: run.id, number: 1, moves: [orders.moves[0].move]), deadline: Harness.start)
        let waits = Mutex<[Int]>([])
        let report = try await Recovery.settle(
            await ledger.memory(comparedBy: .whole), runs: await ledger.runs(),
            adapters: ["madrid": adapter],
            ledger: ledger, lease: lease, actor: actor, clock: SmallClock().clock,
            waiting: { _, count in waits.withLock { $0.append(count) } })
        #expect(report.settled == 2)
        #expect(report.closed == [run.id])
        #expect(waits.withLock { $0 }.isEmpty, "its work ended with its runner")
        let closed = try #require(await ledger.runs().first)
        #expect(closed.outcome == .interrupted)
        #expect(closed.counts.done == 1)
        #expect(closed.counts.total == 2)
        #expect(await ledger.memory(comparedBy: .whole).inDoubt.isEmpty)
        let again = try await Recovery.settle(
            await ledger.memory(comparedBy: .whole), runs: await ledger.runs(),
            adapters: ["madrid": adapter],
            ledger: ledger, lease: lease, actor: actor, clock: SmallClock().clock,
            waiting: { _, _ in })
        #expect(again.settled == 0)
        #expect(again.closed.isEmpty)
    }

    @Test func `who is in doubt twice, however he is written, is asked for once`() {
        let written = ["ana@contoso.example", "Ana@Contoso.example", "ben@contoso.example"].map {
            ResourceID(kind: .user, name: $0)
        }
        #expect(written.eachOnce(comparedBy: .whole) == [written[0], written[2]])
        #expect(written.eachOnce(comparedBy: .host) == written)
    }
}
