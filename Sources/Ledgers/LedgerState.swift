/// A whole ledger as a synchronous value: contents, audit chain and lease.
///
/// The deterministic simulation uses it directly, without Swift concurrency; `MemoryLedger` wraps it.

package import Model

package struct LedgerState: Sendable {
    package let id: String
    package private(set) var contents = LedgerContents()
    package private(set) var head: AuditHead
    private var links: [AuditLink] = []
    private var leases: LeaseBook

    /// With a duration, leases expire; without one they are held until they are given back.
    package init(id: String, leaseDuration: Duration?) {
        self.id = id
        head = AuditHead(ofEmptyLedger: id)
        leases = LeaseBook(duration: leaseDuration)
    }

    package func memory(comparedBy folding: Folding) -> Memory {
        contents.memory(of: id, comparedBy: folding)
    }

    package func runs() -> [Run] { contents.runs }
    package func steps(of run: RunID) -> [RecordedStep] { contents.steps(of: run) }
    package func plan(digest: String) -> RecordedPlan? { contents.plans[digest] }

    package func instructions(after number: Int) -> [RecordedInstruction] {
        contents.instructions(after: number)
    }

    package mutating func acquireLease(
        by holder: Actor, at now: Instant
    ) throws(LedgerError) -> Lease {
        try leases.acquire(by: holder, at: now)
    }

    package mutating func release(_ lease: Lease) { leases.release(lease) }

    package mutating func renew(_ lease: Lease, at now: Instant) throws(LedgerError) -> Lease {
        try leases.renew(lease, at: now)
    }

    package func isHeld(_ lease: Lease, at now: Instant) -> Bool { leases.isHeld(lease, at: now) }

    /// As `Ledger.commit` promises.
    @discardableResult
    package mutating func commit(
        _ entries: [LedgerEntry], under lease: Lease?, by actor: Actor, at now: Instant
    ) throws(LedgerError) -> AuditHead {
        if let lease {
            guard leases.isHeld(lease, at: now) else { throw .leaseLost }
        } else {
            guard entries.allSatisfy(\.needsNoLease) else { throw .leaseLost }
        }
        guard !entries.isEmpty else { return head }
        let commit = AuditedCommit(
            number: head.number + 1, at: now, by: actor, entries: entries)
        try contents.apply(entries, ofLink: commit.number)
        links.append(AuditLink(after: head, line: commit.line))
        head = links[links.count - 1].head
        return head
    }

    package func links(after number: Int, limit: Int) -> [AuditLink] {
        let start = min(max(0, number), links.count)
        return Array(links[start..<min(links.count, start + max(0, limit))])
    }

    package func verify(anchor: AuditHead?) -> AuditReport {
        var check = ChainCheck(ledger: id, anchor: anchor)
        for link in links { check.take(link) }
        return check.report { $0.firstDifference(from: contents.recorded(of: id)) }
    }
}

extension LedgerEntry {
    /// What a person may record while a run goes on.
    package var needsNoLease: Bool {
        switch self {
        // A plan is what was approved; that it was recorded begins nothing.
        case .consentGiven, .instructed, .planRecorded: true
        case .wave(let event):
            // What is measured is true whoever acts meanwhile.
            if case .measured = event.deed { true } else { false }
        case .retirement(let event):
            switch event.deed {
            case .probed, .attested: true
            case .intended, .changed, .refused: false
            }
        default: false
        }
    }
}
