/// The contract of `Ledger`, sentence by sentence, for every implementation.
///
/// To judge one more, describe it as a `LedgerSubject` and add it to the table in
/// `Tests/LedgersTests/LedgerSuiteTests.swift`. A failure names the implementation and the sentence
/// that it breaks; what the sentence rests on stands in the docstring of `Ledger`.

import Foundation
import Ledgers
import Model
import Testing

package enum LedgerSuite {
    package static let cases: [LedgerCase] =
        writing + leases + doubts + instructions + endings + reading + audit + durability
}

/// What a commit does, and what it refuses.
extension LedgerSuite {
    private static let writing: [LedgerCase] = [
        LedgerCase("a new ledger remembers nothing, and its chain begins with its id") { ledger in
            let memory = try await ledger.memory(comparedBy: .whole)
            #expect(memory.isAtHand)
            #expect(memory.ledgerID == Sample.ledgerID)
            #expect(memory.homes.isEmpty && memory.inDoubt.isEmpty && memory.setAside.isEmpty)
            #expect(try await ledger.runs() == [])
            #expect(try await ledger.head() == AuditHead(ofEmptyLedger: Sample.ledgerID))
            #expect(try await ledger.verify(anchor: nil).broken == nil)
        },
        LedgerCase("its key for pseudonyms is secret bytes, and stays the same") { ledger in
            let key = try await ledger.pseudonymKey()
            #expect(key.count == 32 && Set(key).count > 8)
            let lease = try await ledger.acquireLease(by: Sample.ana, at: Sample.start)
            try await ledger.commit(
                [.runBegan(Sample.run("r1"))], under: lease, by: Sample.ana, at: Sample.start)
            #expect(try await ledger.pseudonymKey() == key)
        },
        LedgerCase("one commit adds one link, whatever it holds") { ledger in
            let lease = try await ledger.acquireLease(by: Sample.ana, at: Sample.start)
            let one = try await ledger.commit(
                [.runBegan(Sample.run("r1")), Sample.consent("x")], under: lease,
                by: Sample.ana, at: Sample.start)
            #expect(one.number == 1)
            let two = try await ledger.commit(
                [Sample.ended("r1", .succeeded)], under: lease, by: Sample.ana, at: Sample.start)
            #expect(two.number == 2)
            #expect(try await ledger.head() == two)
        },
        LedgerCase("no entries add no link") { ledger in
            let lease = try await ledger.acquireLease(by: Sample.ana, at: Sample.start)
            let head = try await ledger.commit(
                [], under: lease, by: Sample.ana, at: Sample.start)
            #expect(head == AuditHead(ofEmptyLedger: Sample.ledgerID))
            #expect(try await ledger.links(after: 0, limit: 10) == [])
        },
        LedgerCase("a commit that contradicts what is recorded leaves nothing behind") { ledger in
            let lease = try await ledger.acquireLease(by: Sample.ana, at: Sample.start)
            try await ledger.commit(
                [.runBegan(Sample.run("r1"))], under: lease, by: Sample.ana, at: Sample.start)
            let before = try await ledger.head()
            let good: [LedgerEntry] = [
                .planRecorded(Sample.plan("p9")), .runBegan(Sample.run("r9")),
                .batchIntended([Sample.intent(9, in: "r9")]), Sample.consent("left behind?"),
                .homeSettled(connection: "madrid", Sample.home("left-behind")),
            ]
            for bad in contradictions {
                await expectRefusal(.damaged("")) {
                    try await ledger.commit(
                        good + [bad], under: lease, by: Sample.ana, at: Sample.start)
                }
            }
            let memory = try await ledger.memory(comparedBy: .whole)
            #expect(memory.homes.values.allSatisfy { $0.count == 0 })
            #expect(memory.inDoubt == [] && memory.consents == [])
            #expect(try await ledger.runs() == [Sample.run("r1")])
            #expect(try await ledger.plan(digest: "p9") == nil)
            #expect(try await ledger.head() == before)
            #expect(try await ledger.verify(anchor: before).broken == nil)
        },
        LedgerCase("a run that has ended begins no batch") { ledger in
            let lease = try await ledger.acquireLease(by: Sample.ana, at: Sample.start)
            try await ledger.commit(
                [.runBegan(Sample.run("r1")), Sample.ended("r1", .interrupted)], under: lease,
                by: Sample.ana, at: Sample.start)
            await expectRefusal(.damaged("")) {
                try await ledger.commit(
                    [.batchIntended([Sample.intent(1, in: "r1")])], under: lease,
                    by: Sample.ana, at: Sample.start)
            }
        },
    ]

    private static let contradictions: [LedgerEntry] = [
        .runBegan(Sample.run("r1")), .runBegan(Sample.run("r9")),
        .batchIntended([Sample.intent(1, in: "r1"), Sample.intent(2, in: "never-began")]),
        Sample.settled(1, in: "never-began", .done), Sample.ended("never-began", .failed),
    ]
}

/// Who may commit.
extension LedgerSuite {
    private static let leases: [LedgerCase] = [
        LedgerCase("one holds the lease, and the others are told who") { ledger in
            let lease = try await ledger.acquireLease(by: Sample.ana, at: Sample.start)
            do {
                _ = try await ledger.acquireLease(by: Sample.ben, at: Sample.time(1))
                Issue.record("a second lease was given out")
            } catch let error as LedgerError {
                guard case .leaseHeld(let holder) = error else {
                    Issue.record("refused otherwise: \(error)")
                    return
                }
                #expect(holder.contains("ana@ops1"))
                #expect(holder.contains("since 2026-11-22T"))
            }
            try await ledger.release(lease)
            _ = try await ledger.acquireLease(by: Sample.ben, at: Sample.time(2))
        },
        LedgerCase("tokens grow from lease to lease") { ledger in
            var tokens: [Int64] = []
            for _ in 0..<4 {
                let lease = try await ledger.acquireLease(by: Sample.ana, at: Sample.start)
                tokens.append(lease.token)
                try await ledger.release(lease)
            }
            #expect(tokens == tokens.sorted() && Set(tokens).count == 4)
        },
        LedgerCase("a lease that was given back commits nothing, also when another is out") {
            ledger in
            let old = try await ledger.acquireLease(by: Sample.ana, at: Sample.start)
            try await ledger.release(old)
            await expectNoCommit(to: ledger, under: old)
            let new = try await ledger.acquireLease(by: Sample.ana, at: Sample.start)
            await expectNoCommit(to: ledger, under: old)
            try await ledger.release(old)
            try await ledger.commit(
                [.runBegan(Sample.run("r1"))], under: new, by: Sample.ana, at: Sample.start)
            await expectRefusal(.leaseLost) { try await ledger.renew(old, at: Sample.start) }
            #expect(try await ledger.renew(new, at: Sample.start).token == new.token)
        },
        LedgerCase("without a lease a person records a consent, and nothing else") { ledger in
            _ = try await ledger.acquireLease(by: Sample.ana, at: Sample.start)
            try await ledger.commit(
                [Sample.consent("while ana runs")], under: nil, by: Sample.ben,
                at: Sample.start)
            await expectNoCommit(to: ledger, under: nil)
            await expectRefusal(.leaseLost) {
                try await ledger.commit(
                    [Sample.consent("x"), .runBegan(Sample.run("r1"))], under: nil,
                    by: Sample.ben, at: Sample.start)
            }
            #expect(
                try await ledger.memory(comparedBy: .whole).consents.map(\.reason) == [
                    "while ana runs"
                ])
        },
        .opening(
            "a lease that expires is lost at that moment, unless it is renewed", where: expires
        ) { subject, folder in
            guard let duration = subject.leaseDuration else { return }
            let ledger = try await subject.open(folder, Sample.ledgerID)
            let end = Sample.start + duration
            let first = try await ledger.acquireLease(by: Sample.ana, at: Sample.start)
            #expect(first.expires == end)
            let nearly = end + .milliseconds(-1)
            let renewed = try await ledger.renew(first, at: nearly)
            #expect(renewed.expires == nearly + duration)
            await expectRefusal(.leaseHeld(by: "")) {
                try await ledger.acquireLease(by: Sample.ben, at: end)
            }
            await expectNoCommit(to: ledger, under: renewed, at: nearly + duration)
            await expectRefusal(.leaseLost) {
                try await ledger.renew(renewed, at: nearly + duration)
            }
            let second = try await ledger.acquireLease(by: Sample.ben, at: nearly + duration)
            #expect(second.token > first.token)
            await expectNoCommit(to: ledger, under: renewed, at: Sample.start)
            try await ledger.commit(
                [.runBegan(Sample.run("r2"))], under: second, by: Sample.ben,
                at: nearly + duration)
            #expect(try await ledger.runs().map(\.id.text) == ["r2"])
        },
    ]

    private static let expires: @Sendable (LedgerSubject) -> Bool = { $0.leaseDuration != nil }

    private static func expectNoCommit(
        to ledger: any Ledger, under lease: Lease?, at now: Instant = Sample.start
    ) async {
        await expectRefusal(.leaseLost) {
            try await ledger.commit(
                [.runBegan(Sample.run("refused"))], under: lease, by: Sample.ana, at: now)
        }
        let runs = try? await ledger.runs()
        #expect(runs?.contains { $0.id.text == "refused" } == false)
    }
}

/// Demands an error of this kind; its words are judged elsewhere.
func expectRefusal(
    _ expected: LedgerError, sourceLocation: Testing.SourceLocation = #_sourceLocation,
    _ body: () async throws -> some Any
) async {
    do {
        _ = try await body()
        Issue.record("nothing was refused", sourceLocation: sourceLocation)
    } catch let error as LedgerError {
        #expect(
            kind(of: error) == kind(of: expected), "refused otherwise: \(error)",
            sourceLocation: sourceLocation)
        #expect(!error.message.isEmpty && !error.hint.isEmpty, sourceLocation: sourceLocation)
    } catch {
        Issue.record("another error: \(error)", sourceLocation: sourceLocation)
    }
}

private func kind(of error: LedgerError) -> String {
    switch error {
    case .leaseHeld: "lease held"
    case .leaseLost: "lease lost"
    case .newer: "newer"
    case .otherLedger: "other ledger"
    case .absent: "no ledger"
    case .storage: "storage"
    case .damaged: "damaged"
    }
}
