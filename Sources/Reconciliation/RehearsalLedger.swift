/// A ledger for the length of a rehearsal: it means what any ledger means, and proves nothing.

import Ledgers
import Model

/// Begins with what another ledger remembers. Keeps no chain and no intents: a rehearsed run never dies, so
/// nobody asks for them, and a million of them would fill the memory.
actor RehearsalLedger: Ledger {
    nonisolated let id: String
    private var contents: LedgerContents
    private var leases = LeaseBook(duration: nil)
    private var links = 0
    private let notes: RehearsalNotes
    /// What began within the last hour, for `limits.moves.perHour`; nil where there is no such limit.
    private var lately: [RecordedStep]?

    init(
        _ id: String, remembering memory: Memory, approved: [RecordedPlan], notes: RehearsalNotes,
        countsHours: Bool
    ) {
        self.id = id
        contents = LedgerContents(remembering: memory, approved: approved)
        self.notes = notes
        lately = countsHours ? [] : nil
    }

    /// How far rollouts have come and what is paused, without everybody's homes.
    func circumstances(comparedBy folding: Folding) -> (journey: Journey, stops: Stops) {
        (contents.journey, contents.stops(comparedBy: folding))
    }

    func pseudonymKey() -> [UInt8] { [] }

    func memory(comparedBy folding: Folding) -> Memory {
        contents.memory(of: id, comparedBy: folding)
    }

    func acquireLease(by holder: Actor, at now: Instant) throws(LedgerError) -> Lease {
        try leases.acquire(by: holder, at: now)
    }

    func release(_ lease: Lease) { leases.release(lease) }

    func renew(_ lease: Lease, at now: Instant) throws(LedgerError) -> Lease {
        try leases.renew(lease, at: now)
    }

    @discardableResult
    func commit(
        _ entries: [LedgerEntry], under lease: Lease?, by actor: Actor, at now: Instant
    ) throws(LedgerError) -> AuditHead {
        guard !entries.isEmpty else { return head() }
        let kept = entries.filter { entry in
            switch entry {
            case .batchIntended(let steps):
                note(steps, at: now)
                return false
            case .stepSettled(_, _, .failed, _): return true
            case .stepSettled: return false
            default: return true
            }
        }
        links += 1
        try contents.apply(kept, ofLink: links)
        for case .wave(let event) in entries { notes.take(event) }
        for case .runBegan in entries { notes.countRun() }
        return head()
    }

    private func note(_ steps: [IntendedStep], at now: Instant) {
        guard lately != nil else { return }
        lately?.removeAll { $0.intent.at + .seconds(3600) <= now }
        lately?.append(
            contentsOf: steps.map { RecordedStep(intent: $0, outcome: nil, settledAt: nil) })
    }

    func runs() -> [Run] { contents.runs }
    func plan(digest: String) -> RecordedPlan? { contents.plans[digest] }
    func steps(of run: RunID) -> [RecordedStep] {
        (lately ?? []).filter { $0.intent.run == run }
    }
    func instructions(after number: Int) -> [RecordedInstruction] {
        contents.instructions(after: number)
    }

    func head() -> AuditHead { AuditHead(number: links, hash: "") }

    func links(after number: Int, limit: Int) -> [AuditLink] { [] }

    func verify(anchor: AuditHead?) -> AuditReport {
        AuditReport(head: head(), broken: "a rehearsal keeps no chain", anchorFound: nil)
    }
}
