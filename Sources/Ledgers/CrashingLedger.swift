/// A ledger at whose n-th commit the process dies: how tests show that nothing recorded is lost.

package import Model
import Synchronization

/// Passes everything on, and kills before or after the n-th commit, counted from 1.
package struct CrashingLedger: Ledger {
    private let ledger: any Ledger
    private let killBefore: Int?
    private let killAfter: Int?
    private let kill: @Sendable () -> Never
    private let commits = Counter()

    private final class Counter: Sendable {
        private let count = Atomic<Int>(0)

        func next() -> Int { count.add(1, ordering: .relaxed).newValue }
    }

    package init(
        _ ledger: any Ledger, killBefore: Int?, killAfter: Int?,
        kill: @escaping @Sendable () -> Never
    ) {
        self.ledger = ledger
        self.killBefore = killBefore
        self.killAfter = killAfter
        self.kill = kill
    }

    package var id: String { ledger.id }

    package func pseudonymKey() async throws(LedgerError) -> [UInt8] {
        try await ledger.pseudonymKey()
    }

    @discardableResult
    package func commit(
        _ entries: [LedgerEntry], under lease: Lease?, by actor: Actor, at now: Instant
    ) async throws(LedgerError) -> AuditHead {
        let number = commits.next()
        if number == killBefore { kill() }
        let head = try await ledger.commit(entries, under: lease, by: actor, at: now)
        if number == killAfter { kill() }
        return head
    }

    package func memory(comparedBy folding: Folding) async throws(LedgerError) -> Memory {
        try await ledger.memory(comparedBy: folding)
    }

    package func acquireLease(
        by holder: Actor, at now: Instant
    ) async throws(LedgerError) -> Lease {
        try await ledger.acquireLease(by: holder, at: now)
    }

    package func release(_ lease: Lease) async throws(LedgerError) {
        try await ledger.release(lease)
    }

    package func renew(_ lease: Lease, at now: Instant) async throws(LedgerError) -> Lease {
        try await ledger.renew(lease, at: now)
    }

    package func runs() async throws(LedgerError) -> [Run] { try await ledger.runs() }

    package func plan(digest: String) async throws(LedgerError) -> RecordedPlan? {
        try await ledger.plan(digest: digest)
    }

    package func steps(of run: RunID) async throws(LedgerError) -> [RecordedStep] {
        try await ledger.steps(of: run)
    }

    package func instructions(
        after number: Int
    ) async throws(LedgerError) -> [RecordedInstruction] {
        try await ledger.instructions(after: number)
    }

    package func head() async throws(LedgerError) -> AuditHead { try await ledger.head() }

    package func links(
        after number: Int, limit: Int
    ) async throws(LedgerError) -> [AuditLink] {
        try await ledger.links(after: number, limit: limit)
    }

    package func verify(anchor: AuditHead?) async throws(LedgerError) -> AuditReport {
        try await ledger.verify(anchor: anchor)
    }
}
