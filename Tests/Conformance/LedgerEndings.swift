/// The cases of the end of a pool: what was asked, stated, closed and taken out.

import Ledgers
package import Model
import Testing

extension LedgerSuite {
    static let endings: [LedgerCase] = [
        LedgerCase("the end of a pool is remembered, and the way back from it") { ledger in
            let lease = try await begin([], in: ledger)
            for event in ending + [deed(.changed(.reopen), 50)] {
                try await ledger.commit(
                    [.retirement(event)], under: lease, by: Sample.ana, at: event.at)
            }
            let known = try await ledger.memory(comparedBy: .whole).retirements
            let progress = try #require(known[pool])
            #expect(progress.fencedAt == nil)
            #expect(progress.inDoubt == nil)
            #expect(progress.refusal == nil)
            #expect(progress.probe?.at == Sample.time(10))
            #expect(progress.probe?.checks == checks)
            #expect(progress.attested["dns"]?.attestation == statement)
            #expect(try await ledger.verify(anchor: nil).broken == nil)
        },
        LedgerCase("a pool that was taken out stays so, and one in between is in doubt") { ledger in
            let lease = try await begin([], in: ledger)
            let removal = [
                deed(.changed(.fence), 30), deed(.intended(.remove, proof: proof), 60),
            ]
            try await ledger.commit(
                removal.map { .retirement($0) }, under: lease, by: Sample.ana, at: Sample.start)
            let between = try await ledger.memory(comparedBy: .whole).retirements[pool]
            #expect(between?.inDoubt == .remove)
            #expect(between?.fencedAt == Sample.time(30))
            try await ledger.commit(
                [.retirement(deed(.changed(.remove), 70))], under: lease, by: Sample.ana,
                at: Sample.start)
            let after = try await ledger.memory(comparedBy: .whole).retirements[pool]
            #expect(after?.inDoubt == nil)
            #expect(after?.removedAt == Sample.time(70))
            #expect(try await ledger.verify(anchor: nil).broken == nil)
        },
        LedgerCase("what is asked and stated is taken while somebody else acts, a change is not") {
            ledger in
            _ = try await begin([], in: ledger)
            for event in [deed(.probed(checks), 10), deed(.attested(statement), 20)] {
                try await ledger.commit(
                    [.retirement(event)], under: nil, by: Sample.ben, at: Sample.start)
            }
            await expectRefusal(.leaseLost) {
                try await ledger.commit(
                    [.retirement(deed(.changed(.remove), 30))], under: nil, by: Sample.ben,
                    at: Sample.start)
            }
        },
    ]

    private static let pool = PoolID(connection: "madrid", fqdn: "OCS.Contoso.example")
    private static let checks = [
        Evidence.Check("user", .passed, "none", took: .milliseconds(12)),
        Evidence.Check("registrations", .inconclusive, "O'Brien\nsays nothing"),
    ]
    private static let statement = Attestation(
        row: "dns", words: "no record\tnames it", by: Sample.ben, until: Sample.time(86400))
    private static let proof = [
        ProofLine(
            row: "user", source: .observed, verdict: .passed, words: "none", at: Sample.start),
        ProofLine(row: "dns", source: .attested, verdict: .inconclusive, words: "", at: nil),
    ]

    private static func deed(_ deed: RetirementEvent.Deed, _ second: Int) -> RetirementEvent {
        RetirementEvent(pool, deed, at: Sample.time(second))
    }

    private static let ending = [
        deed(.probed(checks), 10), deed(.attested(statement), 20),
        deed(.intended(.fence, proof: proof), 25),
        deed(.refused(.fence, "1 user still lives there"), 26),
        deed(.intended(.fence, proof: proof), 28), deed(.changed(.fence), 30),
    ]

    /// What may be recorded at any time.
    package static let statements: [LedgerEntry] = [
        .retirement(deed(.probed(checks), 10)), .retirement(deed(.attested(statement), 20)),
    ]
}
