/// What the ledger suite needs to know of an implementation.

package import Foundation
package import Ledgers
package import Model
import Testing

/// One implementation of `Ledger` under judgement.
package struct LedgerSubject: Sendable {
    package var name: String
    /// Opens the ledger of a folder that exists, made with this id when it is not there. One that
    /// persists opens what an earlier call left; the earlier one was closed before.
    package var open: @Sendable (_ folder: URL, _ id: String) async throws -> any Ledger
    package var close: @Sendable (any Ledger) async throws -> Void
    package var persists: Bool
    /// How long a lease lasts; nil where an operating-system lock holds it.
    package var leaseDuration: Duration?

    package init(
        name: String, persists: Bool, leaseDuration: Duration?,
        open: @escaping @Sendable (URL, String) async throws -> any Ledger,
        close: @escaping @Sendable (any Ledger) async throws -> Void
    ) {
        self.name = name
        self.persists = persists
        self.leaseDuration = leaseDuration
        self.open = open
        self.close = close
    }
}

extension LedgerSubject: CustomTestStringConvertible {
    package var testDescription: String { name }
}

/// One sentence of the contract, and what shows it.
package struct LedgerCase: Sendable, CustomTestStringConvertible {
    package var sentence: String
    /// Whether the sentence says something about this implementation.
    package var applies: @Sendable (LedgerSubject) -> Bool
    package var body: @Sendable (LedgerSubject, URL) async throws -> Void

    /// A case that needs nothing but an empty ledger.
    package init(
        _ sentence: String, _ body: @escaping @Sendable (any Ledger) async throws -> Void
    ) {
        self.sentence = sentence
        applies = { _ in true }
        self.body = { subject, folder in
            let ledger = try await subject.open(folder, Sample.ledgerID)
            try await body(ledger)
            try await subject.close(ledger)
        }
    }

    /// A case that opens ledgers itself, in a folder of its own.
    package static func opening(
        _ sentence: String,
        where applies: @escaping @Sendable (LedgerSubject) -> Bool = { _ in true },
        _ body: @escaping @Sendable (LedgerSubject, URL) async throws -> Void
    ) -> LedgerCase {
        var made = LedgerCase(sentence) { _ in }
        made.applies = applies
        made.body = body
        return made
    }

    package var testDescription: String { sentence }
}

/// Values in which only that is set which a case is about.
package enum Sample {
    package static let ledgerID = "7f3c9a1e"
    package static let ana = Actor(account: "ana", host: "ops1")
    package static let ben = Actor(account: "ben", host: "ops2", label: "night shift")
    /// 2026-11-22T22:13:19.123Z
    package static let start = Instant(millisecondsSince1970: 1_795_385_599_123)

    package static func time(_ seconds: Int) -> Instant { start + .seconds(seconds) }

    package static func user(_ name: String) -> ResourceID {
        ResourceID(kind: .user, name: "\(name)@contoso.example")
    }

    package static func step(_ number: UInt64) -> StepID { StepID(high: 0xABCD, low: number) }

    package static func run(_ name: String, campaign: String = "campaign-1") -> Run {
        Run(
            id: RunID(name), plan: "plan-of-\(name)", campaign: campaign, revision: nil, by: ana,
            began: start)
    }

    package static func intent(
        _ step: UInt64, in run: String, attempt: Int = 1, batch: Int = 1, deadline: Int = 60
    ) -> IntendedStep {
        IntendedStep(
            run: RunID(run), batch: batch, connection: "madrid",
            move: Move(
                step: Self.step(step), resource: user("u\(step)"), ownID: "id-\(step)",
                from: "ocs.contoso.example", to: "lync.contoso.example"),
            placement: "madrid", bySelection: false, attempt: attempt, at: start,
            deadline: time(deadline), repeatable: true)
    }

    package static func settled(
        _ step: UInt64, in run: String, _ outcome: StepOutcome, at seconds: Int = 10
    ) -> LedgerEntry {
        .stepSettled(run: RunID(run), step: Self.step(step), outcome: outcome, at: time(seconds))
    }

    package static func ended(_ run: String, _ outcome: Run.Outcome) -> LedgerEntry {
        .runEnded(
            run: RunID(run), outcome: outcome, reason: "because of a test", counts: Run.Counts(),
            at: time(100))
    }

    package static func home(
        _ name: String, on pool: String = "lync.contoso.example", id: String? = "an-id",
        former: String? = nil
    ) -> SettledHome {
        SettledHome(
            resource: user(name), ownID: id, pool: pool, former: former, placement: "madrid",
            bySelection: false, movedByUs: former != nil)
    }

    package static func consent(_ reason: String) -> LedgerEntry {
        .consentGiven(
            Consent(
                subject: .override(.movesPercent), digest: "d1", reason: reason, by: ben,
                at: start))
    }

    package static func plan(_ digest: String, steps: Int = 3) -> RecordedPlan {
        RecordedPlan(
            digest: digest, campaign: "campaign-1", revision: "rev-\(digest)", at: start,
            steps: (0..<UInt64(steps)).map(step).sorted(), prices: prices(of: steps))
    }

    /// The first step is free, the others have prices by turns.
    private static func prices(of steps: Int) -> StepPrices {
        StepPrices(
            lists: [
                [Price(.meetings, .unknown, detail: "to be \"sent\" again")],
                [Price(.clients, .count(3), detail: ""), Price(.features, .count(1), detail: "")],
            ], places: (0..<Int32(steps)).map { $0 % 3 })
    }
}
