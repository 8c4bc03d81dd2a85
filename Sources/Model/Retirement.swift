/// The end of a pool, as the ledger remembers it: what was asked, what was closed, and what was taken out.

/// A pool of a connection, whatever the manifests call it.
package struct PoolID: Hashable, Sendable, Comparable, CustomStringConvertible {
    package var connection: String
    /// Folded.
    package var fqdn: String

    package init(connection: String, fqdn: String) {
        self.connection = connection
        self.fqdn = Address.folded(fqdn)
    }

    package var description: String { "\(connection)/\(fqdn)" }

    package static func < (one: PoolID, other: PoolID) -> Bool {
        (one.connection, one.fqdn) < (other.connection, other.fqdn)
    }
}

extension Pool {
    package var id: PoolID { PoolID(connection: connection, fqdn: fqdn) }
}

/// One line of the proof that a pool is empty.
package struct ProofLine: Hashable, Sendable {
    /// Who says so.
    package enum Source: String, Hashable, Sendable, CaseIterable {
        /// Read, as everything that a plan compares.
        case observed
        /// The deployment was asked.
        case probed
        /// No adapter can see it: a person states it.
        case attested
    }

    /// What the line is about: a word of `docs/guides/retiring-a-pool.md`.
    package var row: String
    package var source: Source
    /// `inconclusive` where nobody can say, or it was said too long ago. It never counts as empty.
    package var verdict: Evidence.Verdict
    /// What was seen or stated, in one sentence.
    package var words: String
    /// When that was; nil where nobody said anything yet.
    package var at: Instant?
    /// What still lives there and which line of the manifests would move it, at most ten.
    package var examples: [String]
    /// How many people still have to approve what was stated before it counts.
    package var approvalsMissing = 0

    package init(
        row: String, source: Source, verdict: Evidence.Verdict, words: String, at: Instant?,
        examples: [String] = []
    ) {
        self.row = row
        self.source = source
        self.verdict = verdict
        self.words = words
        self.at = at
        self.examples = examples
    }
}

/// What a person states about a pool, because no adapter can see it.
package struct Attestation: Hashable, Sendable {
    /// The row of the proof.
    package var row: String
    /// How he knows.
    package var words: String
    package var by: Actor
    /// The last instant at which it counts.
    package var until: Instant

    package init(row: String, words: String, by: Actor, until: Instant) {
        self.row = row
        self.words = words
        self.by = by
        self.until = until
    }
}

/// Something that became of a pool on the way to its end, or back, as the ledger keeps it.
package struct RetirementEvent: Hashable, Sendable {
    package enum Change: String, Hashable, Sendable, CaseIterable {
        /// Nobody arrives any more; it can be opened again.
        case fence
        case reopen
        /// It is taken out of the deployment. This cannot be undone.
        case remove
    }

    package enum Deed: Hashable, Sendable {
        /// The deployment was asked whether anything lives there.
        case probed([Evidence.Check])
        /// A person stated what no adapter can see.
        case attested(Attestation)
        /// About to be changed, because of this proof. Durable before the change begins.
        case intended(Change, proof: [ProofLine])
        /// It was changed, and that was seen.
        case changed(Change)
        /// The deployment refused to change it.
        case refused(Change, String)
    }

    /// How long after it was written down a change may still happen; nothing of it begins later.
    package static let patience = Duration.seconds(60)

    package var pool: PoolID
    package var deed: Deed
    package var at: Instant

    package init(_ pool: PoolID, _ deed: Deed, at: Instant) {
        self.pool = pool
        self.deed = deed
        self.at = at
    }
}

/// How far one pool has come on the way to its end.
package struct RetirementProgress: Hashable, Sendable {
    /// What the deployment last answered; nil while it was never asked.
    package var probe: Asked?
    /// By row.
    package var attested: [String: Stated] = [:]
    /// What was begun and of which nobody knows how it ended.
    package var inDoubt: RetirementEvent.Change?
    /// Until when that may still happen.
    package var inDoubtUntil: Instant?
    /// Since when nobody arrives; nil while it is open, or nobody can say.
    package var fencedAt: Instant?
    /// Nobody heard how an earlier closing or opening ended. Opening an open pool changes nothing, closing a
    /// closed one neither: so whichever is wanted is done again.
    package var mayBeClosed = false
    package var removedAt: Instant?
    /// Why the last change was refused; nil where it was not.
    package var refusal: String?

    package init() {}

    package struct Asked: Hashable, Sendable {
        package var checks: [Evidence.Check]
        package var at: Instant

        package init(checks: [Evidence.Check], at: Instant) {
            self.checks = checks
            self.at = at
        }
    }

    package struct Stated: Hashable, Sendable {
        package var attestation: Attestation
        package var at: Instant

        package init(_ attestation: Attestation, at: Instant) {
            self.attestation = attestation
            self.at = at
        }
    }

    package mutating func take(_ deed: RetirementEvent.Deed, at time: Instant) {
        switch deed {
        case .probed(let checks): probe = Asked(checks: checks, at: time)
        case .attested(let attestation):
            attested[attestation.row] = Stated(attestation, at: time)
        case .intended(let change, _):
            if change != .remove {
                // A pool that was closed and is closed once more was opened by somebody: it rests anew.
                mayBeClosed = isClosedPerhaps || change == .reopen
                fencedAt = nil
            }
            inDoubt = change
            inDoubtUntil = time + RetirementEvent.patience
        case .refused(_, let words):
            inDoubt = nil
            inDoubtUntil = nil
            refusal = words
        case .changed(let change): took(change, at: time)
        }
    }

    private mutating func took(_ change: RetirementEvent.Change, at time: Instant) {
        inDoubt = nil
        inDoubtUntil = nil
        refusal = nil
        mayBeClosed = false
        switch change {
        case .fence:
            fencedAt = fencedAt ?? time
            removedAt = nil
        case .reopen: fencedAt = nil
        case .remove: removedAt = time
        }
    }

    /// Whether opening it is worth while where it is asked for.
    package var isClosedPerhaps: Bool { fencedAt != nil || mayBeClosed || inDoubt == .fence }
}

/// The retirements that the ledger knows of, by pool.
package struct Retirements: Hashable, Sendable {
    package private(set) var pools: [PoolID: RetirementProgress]

    package init(_ pools: [PoolID: RetirementProgress] = [:]) { self.pools = pools }

    package subscript(pool: PoolID) -> RetirementProgress? { pools[pool] }

    /// Events come in the order in which they were recorded.
    package mutating func take(_ event: RetirementEvent) {
        pools[event.pool, default: RetirementProgress()].take(event.deed, at: event.at)
    }
}

/// What a stage `retire/POOL` is about: everything that its standing hangs on, but the time.
package struct StageRetirement: Hashable, Sendable {
    /// Which part of the way a stage holds: each is applied on its own, and approved on its own.
    package enum Part: String, Hashable, Sendable, CaseIterable {
        /// Proven, then closed to arrivals. It can be opened again.
        case fence
        /// Proven again, then taken out: the point of no return.
        case removal
        /// Closed once, and asked for again by its document.
        case reopening
    }

    /// `metadata.name` of the pool.
    package var pool: String
    package var part: Part
    /// False where no adapter closes pools: a person takes it out, and rehome sees that it is gone.
    package var isByAdapter: Bool
    /// One line for each thing that may still hang on the pool.
    package var proof: [ProofLine]
    package var fencedAt: Instant?
    package var removedAt: Instant?
    /// Until when a change of which nobody heard may still happen; nil where there is none.
    package var unsettledUntil: Instant?
    /// The pool is not there any more: its document is a tombstone.
    package var isGone = false
    /// How long it rests between the two.
    package var rest: Duration
    /// Why the last attempt was refused; nil where it was not.
    package var refusal: String?
    /// How many people must approve that it is taken out, and how many did.
    package var approvalsNeeded: Int
    package var approvals: Int
    /// The digest that they approve, in its first digits.
    package var approvable: String

    package init(
        pool: String, part: Part, isByAdapter: Bool, proof: [ProofLine], fencedAt: Instant? = nil,
        removedAt: Instant? = nil, rest: Duration = .zero, approvalsNeeded: Int = 0,
        approvals: Int = 0, approvable: String = ""
    ) {
        self.pool = pool
        self.part = part
        self.isByAdapter = isByAdapter
        self.proof = proof
        self.fencedAt = fencedAt
        self.removedAt = removedAt
        self.rest = rest
        self.approvalsNeeded = approvalsNeeded
        self.approvals = approvals
        self.approvable = approvable
    }

    /// What was seen there.
    package var failed: [ProofLine] {
        proof.filter { $0.verdict == .failed && $0.source != .probed }
    }

    /// What nobody can say, but for what an apply asks by itself.
    package var unsaid: [ProofLine] {
        proof.filter { $0.verdict == .inconclusive && $0.source != .probed }
    }

    /// What an apply asks before it goes on, and after an answer that was no good asks again.
    package var unasked: ProofLine? {
        proof.first { $0.verdict != .passed && $0.source == .probed }
    }
}
