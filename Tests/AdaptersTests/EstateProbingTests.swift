/// What the embedded deployment answers to gates, and how its pools end.

import AdapterEmbedded
import Adapters
import Conformance
import Foundation
import Model
import TestSupport
import Testing

@Suite struct EstateProbingTests {
    private static let old = AdapterFixture.old
    private static let new = AdapterFixture.new
    private static let start = Instant(millisecondsSince1970: 1_790_000_000_000)
    private static let sales = ResourceID(kind: .responseGroups, name: "sales")
    private static let ana = ResourceID(kind: .user, name: "ana@north.example")

    /// Ana and the response groups of sales on the old pool.
    private func estate() throws -> MemoryEstate {
        var estate = MemoryEstate()
        estate.put(EstatePool(fqdn: Self.old, product: .lync2013))
        estate.put(EstatePool(fqdn: Self.new, product: .sfb2019))
        for id in [Self.ana, Self.sales] {
            try EstateRules.add(
                EstateRecord(id: id, ownID: .absent, pool: Self.old), to: &estate)
        }
        return estate
    }

    private func move(
        _ id: ResourceID, in estate: inout MemoryEstate, takes: Duration = .zero
    ) throws -> StepOutcome {
        let move = Move(
            step: StepID(high: 1, low: 2), resource: id, ownID: nil, from: Self.old, to: Self.new)
        return try EstateRules.perform(
            Batch(run: RunID("r"), number: 1, moves: [move]), in: &estate, at: Self.start,
            takes: takes)[0]
    }

    private func ask(
        _ question: Probe.Question, _ estate: MemoryEstate, of pool: String = old,
        after span: Duration = .zero, hiding: [Gap] = []
    ) throws -> Evidence {
        let pools = question.isBetweenTwo ? [Self.old, Self.new] : [pool]
        return try EstateRules.probe(
            Probe(question, pools), in: estate, at: Self.start + span, hiding: hiding)
    }

    private func words(_ evidence: Evidence, _ subject: String) -> String? {
        evidence.checks.first { $0.subject == subject }?.words
    }

    @Test func `a deployment that works passes all but emptiness`() throws {
        let estate = try estate()
        for question in Probe.Question.allCases where question != .empty {
            let evidence = try ask(question, estate)
            #expect(evidence.verdict == .passed, "\(evidence)")
            #expect(evidence.checks.count == (question.isBetweenTwo ? 2 : 1))
        }
        #expect(try words(ask(.appsAnswering, estate), "response-groups/sales") == "it answers")
        #expect(
            try words(ask(.appsAnswering, estate, of: Self.new), Self.new)
                == "it has no applications")
    }

    @Test func `a stopped service fails what hangs on it`() throws {
        var estate = try estate()
        estate.put(EstatePool(fqdn: Self.old, product: .lync2013, stopped: ["front-end"]))
        for question in Probe.Question.allCases {
            let hangs = ![.administrable, .replicationCurrent].contains(question)
            let verdict = try ask(question, estate).verdict
            #expect(verdict == (hangs ? .failed : .passed), "\(question.rawValue)")
        }
    }

    @Test func `a pool to which people are still copied is behind, and nobody reaches it`() throws {
        var estate = try estate()
        estate.put(
            EstatePool(fqdn: "late.example", product: .sfb2019, ready: Self.start + .seconds(60)))
        let current = try ask(.replicationCurrent, estate, of: "late.example")
        #expect(current.verdict == .failed)
        #expect(current.checks[0].words.contains("people are still copied to late.example"))
        let pair = Probe(.callBothWays, [Self.old, "LATE.example"])
        let calls = try EstateRules.probe(pair, in: estate, at: Self.start)
        #expect(calls.checks.map(\.verdict) == [.failed, .failed])
        let later = try EstateRules.probe(pair, in: estate, at: Self.start + .seconds(60))
        #expect(later.verdict == .passed)
    }

    @Test func `emptiness counts each kind, whoever is on the way at both ends`() throws {
        var estate = try estate()
        let full = try ask(.empty, estate)
        #expect(full.checks.map(\.subject) == Kind.allCases.map(\.name))
        #expect(words(full, "user") == "1 living here")
        #expect(words(full, "access-number") == "none")
        #expect(full.checks.filter { $0.verdict == .failed }.count == 2)
        _ = try move(Self.ana, in: &estate, takes: .seconds(60))
        #expect(try words(ask(.empty, estate), "user") == "1 on the way off")
        #expect(try words(ask(.empty, estate, of: Self.new), "user") == "1 on the way here")
        #expect(try words(ask(.empty, estate, after: .seconds(60)), "user") == "none")
    }

    @Test func `rows of response groups that moved stay, and do not count`() throws {
        var estate = try estate()
        _ = try move(Self.sales, in: &estate)
        let evidence = try ask(.empty, estate)
        #expect(
            words(evidence, "response-groups") == "none; the rows of 1 set that moved stay here")
        #expect(evidence.checks.filter { $0.verdict == .failed }.map(\.subject) == ["user"])
    }

    @Test func `what is out of sight is never empty, nor does it answer`() throws {
        let estate = try estate()
        let gap = Gap(pool: Self.old, kind: .responseGroups, reason: "hidden")
        let empty = try ask(.empty, estate, hiding: [gap])
        #expect(words(empty, "response-groups") == "hidden")
        #expect(try ask(.appsAnswering, estate, hiding: [gap]).verdict == .inconclusive)
        #expect(try ask(.administrable, estate, hiding: [gap]).verdict == .passed)
        let all = Gap(pool: Self.old, reason: "hidden")
        #expect(try ask(.administrable, estate, hiding: [all]).verdict == .inconclusive)
        #expect(try ask(.servicesRunning, estate, of: "x.example").verdict == .inconclusive)
    }

    @Test func `a conflict lists what lives on a pool, and who was moved there by hand may leave`()
        throws
    {
        var estate = try estate()
        func change(_ action: PoolChange.Action, _ pool: String = Self.old) throws -> StepOutcome {
            try EstateRules.change(
                PoolChange(action, pool: pool, fence: nil), in: &estate, at: Self.start)
        }
        let full = "still on \(Self.old), or on the way: 1 user, 1 response-groups"
        #expect(try change(.close) == .conflict(full))
        #expect(try change(.remove) == .conflict("\(Self.old) is not closed"))
        _ = try EstateRules.moveByHand(Self.ana, to: Self.new, in: &estate, at: Self.start)
        _ = try EstateRules.moveByHand(Self.sales, to: Self.new, in: &estate, at: Self.start)
        #expect(try change(.close) == .done)
        _ = try EstateRules.moveByHand(Self.ana, to: Self.old, in: &estate, at: Self.start)
        let back = "still on \(Self.old), or on the way: 1 user"
        #expect(try change(.remove) == .conflict(back))
        #expect(try move(Self.ana, in: &estate) == .done)
        #expect(try change(.remove) == .done)
        // Somebody may still come back by hand, and is seen.
        _ = try EstateRules.moveByHand(Self.ana, to: Self.old, in: &estate, at: Self.start)
        #expect(try words(ask(.empty, estate), "user") == "1 living here")
        #expect(try ask(.servicesRunning, estate).verdict == .failed)
        #expect(try "\(change(.close, "x.example"))".contains("x.example is no pool"))
    }

    @Test func `a closed pool stays closed, and a removed one away, whatever is declared`()
        async throws
    {
        try await withTemporaryFolder { folder in
            let deployment = Deployment(folder: folder)
            func change(_ action: PoolChange.Action) async throws -> StepOutcome {
                try await deployment.with { adapter in
                    try await adapter.change(
                        PoolChange(action, pool: Self.new.uppercased(), fence: nil),
                        deadline: deployment.clock.now)
                }
            }
            func pools() async throws -> [String] {
                try await deployment.with { adapter in
                    try await adapter.observe(.everything(attributes: []), after: nil, limit: 1)
                        .pools.map(\.fqdn)
                }
            }
            let closed = [try await change(.close), try await change(.close)]
            #expect(closed == [.done, .already])
            let still = try await pools()
            #expect(still.contains(Self.new))
            let removed = [try await change(.remove), try await change(.remove)]
            #expect(removed == [.done, .already])
            let left = try await pools()
            #expect(left == [Self.old, AdapterFixture.third])
        }
    }

    /// The same pools and faults without a file.
    private func memory(_ deployment: Deployment, _ clock: ManualClock) -> MemoryAdapter {
        var estate = MemoryEstate()
        for pool in deployment.pools {
            estate.put(EstatePool(fqdn: pool.fqdn, product: pool.product))
        }
        let faults = FaultSchedule(deployment.faults.compactMap { FaultSchedule.Fault($0) })
        return MemoryAdapter(estate, clock: { clock.now }, faults: faults)
    }

    @Test func `a scripted fault answers in the place of the deployment, by its own clock`()
        async throws
    {
        try await withTemporaryFolder { folder in
            var deployment = Deployment(folder: folder)
            deployment.faults = [
                "probe message-both-ways fails on pool \(Self.new) from 24h to 48h",
                "probe message-both-ways inconclusive from 24h to 72h",
            ]
            let clock = deployment.clock
            let ahead = ManualClock()
            let memory = memory(deployment, ahead)
            func verdicts(_ pools: [String]) async throws -> [Evidence.Verdict] {
                let probe = Probe(.messageBothWays, pools)
                let inFile = try await deployment.with {
                    try await $0.probe(probe, deadline: clock.now)
                }
                let inMemory = try await memory.probe(probe, deadline: ahead.now)
                #expect(inFile == inMemory)
                return inFile.checks.map(\.verdict)
            }
            let both = [Self.old, Self.new]
            let fresh = try await verdicts(both)
            #expect(fresh == [.passed, .passed])
            for (hours, expected) in [
                (24, Evidence.Verdict.failed), (24, .inconclusive), (24, .passed),
            ] {
                let span = Duration.seconds(hours * 3600)
                try EmbeddedAdapter.advance(estate: deployment.estate, by: span)
                ahead.advance(span)
                #expect(try await verdicts(both) == [expected, expected])
                if expected == .failed {
                    #expect(
                        try await verdicts([Self.old, AdapterFixture.third])
                            == [.inconclusive, .inconclusive])
                }
            }
        }
    }
}
