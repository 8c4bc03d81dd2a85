/// A ledger that lasts as long as the process: for tests.

package import Model

package actor MemoryLedger: Ledger {
    package nonisolated let id: String
    private var state: LedgerState

    package init(id: String, leaseDuration: Duration? = nil) {
        self.id = id
        state = LedgerState(id: id, leaseDuration: leaseDuration)
    }

    /// Made of its id, so that tests repeat: what lives as long as the process keeps no secret.
    package func pseudonymKey() -> [UInt8] {
        var digest = Digest()
        digest.add("pseudonyms")
        digest.add(id)
        return digest.bytes()
    }

    package func memory(comparedBy folding: Folding) -> Memory {
        state.memory(comparedBy: folding)
    }

    package func acquireLease(by holder: Actor, at now: Instant) throws(LedgerError) -> Lease {
        try state.acquireLease(by: holder, at: now)
    }

    package func release(_ lease: Lease) { state.release(lease) }

    package func renew(_ lease: Lease, at now: Instant) throws(LedgerError) -> Lease {
        try state.renew(lease, at: now)
    }

    @discardableResult
    package func commit(
        _ entries: [LedgerEntry], under lease: Lease?, by actor: Actor, at now: Instant
    ) throws(LedgerError) -> AuditHead {
        try state.commit(entries, under: lease, by: actor, at: now)
    }

    package func runs() -> [Run] { state.runs() }
    package func plan(digest: String) -> RecordedPlan? { state.plan(digest: digest) }
    package func steps(of run: RunID) -> [RecordedStep] { state.steps(of: run) }
    package func instructions(after number: Int) -> [RecordedInstruction] {
        state.instructions(after: number)
    }

    package func head() -> AuditHead { state.head }

    package func links(after number: Int, limit: Int) -> [AuditLink] {
        state.links(after: number, limit: limit)
    }

    package func verify(anchor: AuditHead?) -> AuditReport { state.verify(anchor: anchor) }
}
