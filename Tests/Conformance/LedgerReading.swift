/// What is read back: homes, plans, runs, the audit trail, and all of it after a restart.

import Foundation
import Ledgers
import Model
import Testing

extension LedgerSuite {
    static let reading: [LedgerCase] = [
        LedgerCase("the home settled last counts, and is found as the asker compares names") {
            ledger in
            let lease = try await begin([], in: ledger)
            let moved = Sample.home(
                "ana", on: "lync.contoso.example", id: "id-2", former: "ocs.contoso.example")
            try await ledger.commit(
                [
                    .homeSettled(
                        connection: "madrid", Sample.home("ana", on: "ocs.contoso.example")),
                    .homeSettled(connection: "madrid", Sample.home("ben", id: nil)),
                    .homeSettled(connection: "barcelona", Sample.home("ana", on: "elsewhere")),
                ], under: lease, by: Sample.ana, at: Sample.start)
            try await ledger.commit(
                [.homeSettled(connection: "madrid", moved)], under: lease, by: Sample.ana,
                at: Sample.start)
            let homes = try await ledger.memory(comparedBy: .whole).homes
            #expect(homes.keys.sorted() == ["barcelona", "madrid"])
            let madrid = try #require(homes["madrid"])
            #expect(madrid.count == 2)
            let row = try #require(madrid.row(of: Sample.user("ANA")))
            #expect(madrid[row] == moved)
            let ben = try #require(madrid.row(of: Sample.user("ben")))
            #expect(madrid[ben] == Sample.home("ben", id: nil))
            #expect(homes["barcelona"]?.count == 1)
        },
        LedgerCase("names that differ by case are two, in homes, bound ids and holds") { ledger in
            let lease = try await begin([], in: ledger)
            for name in ["Ana", "ana"] {
                try await ledger.commit(
                    [
                        .homeSettled(connection: "uc", Sample.home(name, on: name)),
                        .bound(
                            connection: "uc",
                            [BoundResource(resource: Sample.user(name), ownID: "id-\(name)")]),
                        .instructed(
                            instruction(.hold([Sample.user(name)], owner: name, until: nil))),
                    ], under: lease, by: Sample.ana, at: Sample.start)
            }
            let moved = Sample.home("Ana", on: "modern")
            try await ledger.commit(
                [.homeSettled(connection: "uc", moved)], under: lease, by: Sample.ana,
                at: Sample.start)
            let exact = try await ledger.memory(comparedBy: .host)
            let homes = try #require(exact.homes["uc"])
            let ids = try #require(exact.bound["uc"])
            for (name, pool) in [("Ana", "modern"), ("ana", "ana")] {
                let resource = ResourceID(kind: .user, name: "\(name)@CONTOSO.example")
                let row = try #require(homes.row(of: resource))
                #expect(homes[row].pool == pool)
                let known = try #require(ids.table.row(of: resource))
                #expect(ids[known].ownID == "id-\(name)")
                #expect(exact.stops.held[Sample.user(name)]?.owner == name)
            }
            #expect(homes.count == 2 && ids.count == 2 && exact.stops.held.count == 2)
            try await ledger.commit(
                [.instructed(instruction(.release([Sample.user("Ana")])))], under: nil,
                by: Sample.ana, at: Sample.start)
            let held = try await ledger.memory(comparedBy: .host).stops.held
            #expect(Set(held.keys) == [Sample.user("ana")])
            #expect(try await ledger.memory(comparedBy: .whole).stops.held.isEmpty)
            #expect(try await ledger.verify(anchor: nil).broken == nil)
        },
        LedgerCase("a name is one resource of each kind, and text is only text") { ledger in
            let lease = try await begin([], in: ledger)
            var entries: [LedgerEntry] = []
            for kind in Kind.allCases {
                for name in ["o'brien\"; DROP TABLE homes; --", "señor/ñ%", "\u{1F600}\t\\"] {
                    let home = SettledHome(
                        resource: ResourceID(kind: kind, name: name), ownID: name, pool: name,
                        former: name, placement: name, bySelection: true, movedByUs: true)
                    entries.append(.homeSettled(connection: name, home))
                }
            }
            try await ledger.commit(entries, under: lease, by: Sample.ana, at: Sample.start)
            let homes = try await ledger.memory(comparedBy: .whole).homes
            for case .homeSettled(let connection, let home) in entries {
                let row = try #require(homes[connection]?.row(of: home.resource))
                #expect(homes[connection]?[row] == home)
            }
            #expect(homes.values.allSatisfy { $0.count == Kind.allCases.count })
            #expect(try await ledger.verify(anchor: nil).broken == nil)
        },
        LedgerCase("a plan is kept once, by its digest") { ledger in
            let lease = try await begin([], in: ledger)
            for steps in [1000, 2] {
                try await ledger.commit(
                    [.planRecorded(Sample.plan("d1", steps: steps))], under: lease,
                    by: Sample.ana, at: Sample.start)
            }
            #expect(try await ledger.plan(digest: "d1") == Sample.plan("d1", steps: 1000))
            #expect(try await ledger.plan(digest: "d2") == nil)
        },
        LedgerCase("runs are listed as they began, each with its campaign and its end") { ledger in
            let lease = try await begin([], in: ledger)
            var expected = [
                Sample.run("z-first"), Sample.run("a-second", campaign: "campaign-2"),
                Sample.run("m-third"),
            ]
            try await ledger.commit(
                expected.map { .runBegan($0) }, under: lease, by: Sample.ana, at: Sample.start)
            var counts = Run.Counts()
            (counts.total, counts.done, counts.already, counts.conflict) = (28, 1, 2, 3)
            (counts.failed, counts.inDoubt, counts.gone) = (4, 5, 6)
            for (index, outcome) in [Run.Outcome.interrupted, .superseded].enumerated() {
                try await ledger.commit(
                    [
                        .runEnded(
                            run: expected[index].id, outcome: outcome, reason: nil,
                            counts: counts, at: Sample.time(index))
                    ], under: lease, by: Sample.ana, at: Sample.start)
                expected[index].outcome = outcome
                expected[index].counts = counts
                expected[index].ended = Sample.time(index)
            }
            let runs = try await ledger.runs()
            #expect(runs == expected)
            #expect(
                runs.filter { $0.campaign == "campaign-1" }.map(\.outcome) == [.interrupted, nil])
        },
        LedgerCase("consents are kept in the order in which they were given") { ledger in
            let subjects: [Consent.Subject] =
                [.approval, .attestation("ocs-mad/dns"), .evacuation("ocs-mad")]
                + Rail.allCases.map { .override($0) }
                + Price.What.allCases.flatMap { [.price($0), .unknownPrice($0)] }
            var consents = subjects.map {
                Consent(
                    subject: $0, digest: "d", reason: "because", by: Sample.ben, at: Sample.start)
            }
            let signed = Signature(principal: "ana@contoso.example", armor: "-----BEGIN\n\"x\"\n")
            consents.append(
                Consent(
                    subject: .approval, digest: "d", reason: "signed", by: Sample.ben,
                    at: Sample.start, signature: signed))
            for consent in consents {
                try await ledger.commit(
                    [.consentGiven(consent)], under: nil, by: Sample.ben, at: Sample.start)
            }
            #expect(try await ledger.memory(comparedBy: .whole).consents == consents)
            #expect(try await ledger.verify(anchor: nil).broken == nil)
        },
        LedgerCase("a plan that was approved is kept with its steps, without a lease") { ledger in
            for plan in [Sample.plan("d1"), Sample.plan("d1", steps: 5), Sample.plan("d2")] {
                try await ledger.commit(
                    [.planRecorded(plan), Sample.consent("approved")], under: nil,
                    by: Sample.ben, at: Sample.start)
            }
            #expect(try await ledger.plan(digest: "d1") == Sample.plan("d1"))
            #expect(try await ledger.plan(digest: "d2") == Sample.plan("d2"))
            #expect(try await ledger.verify(anchor: nil).broken == nil)
        },
    ]

    static let audit: [LedgerCase] = [
        LedgerCase("the trail says who committed what, and reads back as it was written") {
            ledger in
            let lease = try await begin(["r1"], in: ledger)
            let commits: [[LedgerEntry]] = [
                [.planRecorded(Sample.plan("d1")), Sample.consent("line\nbreak \u{7}")],
                [.batchIntended([Sample.intent(1, in: "r1"), Sample.intent(2, in: "r1")])],
                outcomes.map { Sample.settled(1, in: "r1", $0.outcome) },
                [
                    .homeSettled(connection: "madrid", Sample.home("a")),
                    .homeSettled(connection: "madrid", Sample.home("b", id: nil)),
                    .homeSettled(connection: "madrid", Sample.home("c", former: "ocs")),
                    .batchIntended([]), Sample.ended("r1", .waiting),
                ],
            ]
            for (index, entries) in commits.enumerated() {
                try await ledger.commit(
                    entries, under: lease, by: Sample.ben, at: Sample.time(index))
            }
            var links: [AuditLink] = []
            while true {
                let page = try await ledger.links(after: links.last?.head.number ?? 0, limit: 2)
                if page.isEmpty { break }
                links += page
            }
            #expect(links.map(\.head.number) == [1, 2, 3, 4, 5])
            #expect(try await ledger.head() == links.last?.head)
            for (index, entries) in commits.enumerated() {
                let commit = try AuditedCommit(line: links[index + 1].line)
                #expect(commit.number == index + 2)
                #expect(commit.by == Sample.ben)
                #expect(commit.at == Sample.time(index))
                #expect(commit.entries == entries)
            }
        },
        LedgerCase("an anchor is found when it is a link, and only then") { ledger in
            let lease = try await begin(["r1"], in: ledger)
            let anchor = try await ledger.head()
            try await ledger.commit(
                [Sample.consent("more")], under: lease, by: Sample.ana, at: Sample.start)
            let head = try await ledger.head()
            let elsewhere = AuditHead(number: 2, hash: anchor.hash)
            let strange = AuditHead(number: 1, hash: String(repeating: "0", count: 64))
            let anywhere = AuditHead(number: 0, hash: anchor.hash)
            for (anchor, found) in [
                (anchor, true), (head, true), (anywhere, true), (elsewhere, false),
                (strange, false),
            ] {
                let report = try await ledger.verify(anchor: anchor)
                #expect(report == AuditReport(head: head, broken: nil, anchorFound: found))
            }
            #expect(try await ledger.verify(anchor: nil).anchorFound == nil)
        },
        .opening("any history leaves what the reference makes of it, link by link") {
            subject, folder in
            for seed in 0..<UInt64(12) {
                let folder = folder.appending(path: "\(seed)")
                try FileManager.default.createDirectory(
                    at: folder, withIntermediateDirectories: true)
                let ledger = try await subject.open(folder, Sample.ledgerID)
                try await LedgerHistory.play(seed: seed, on: ledger)
                try await subject.close(ledger)
            }
        },
    ]

    private static let persists: @Sendable (LedgerSubject) -> Bool = { $0.persists }

    static let durability: [LedgerCase] = [
        .opening("what was committed is there after closing and opening", where: persists) {
            subject, folder in
            let first = try await subject.open(folder, Sample.ledgerID)
            try await LedgerHistory.play(seed: 77, on: first)
            let expected = try await LedgerHistory.Picture(first)
            let token = try await first.acquireLease(by: Sample.ana, at: Sample.start).token
            try await subject.close(first)
            let second = try await subject.open(folder, "another-id")
            #expect(second.id == Sample.ledgerID)
            #expect(try await LedgerHistory.Picture(second) == expected)
            let lease = try await second.acquireLease(by: Sample.ben, at: Sample.start)
            #expect(lease.token > token)
            try await subject.close(second)
        }
    ]
}
