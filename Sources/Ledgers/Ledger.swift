/// The port through which rehome remembers.

package import Model

/// The durable record of every intent and outcome.
///
/// One contract for memory, SQLite and PostgreSQL, judged by the suite in `Tests/Conformance`:
/// - `commit` is atomic and durable when it returns; what was committed is never lost and never changed.
/// - Each commit adds one link to a hash chain over all entries, so that `verify` can prove it whole.
/// - Only the holder of the lease commits what belongs to a run.
package protocol Ledger: Sendable {
    /// The id that an Estate may name; made once with the ledger.
    var id: String { get }

    /// 32 secret bytes, made with the ledger and never changed: pseudonyms of people hang on them.
    func pseudonymKey() async throws(LedgerError) -> [UInt8]

    /// What planning needs to know, at this moment, with names compared as the estate does. Names of homes
    /// and of bound resources are kept apart by their bytes, so who commits them folds them before.
    func memory(comparedBy folding: Folding) async throws(LedgerError) -> Memory

    /// Takes the lease of this ledger, or says who has it.
    func acquireLease(by holder: Actor, at now: Instant) async throws(LedgerError) -> Lease

    /// Gives the lease back; giving back one that was lost does nothing.
    func release(_ lease: Lease) async throws(LedgerError)

    /// Extends a lease that expires; throws `.leaseLost` if it is no longer held.
    func renew(_ lease: Lease, at now: Instant) async throws(LedgerError) -> Lease

    /// Adds entries, all or none, under the lease; nil only for consents, plans, instructions and
    /// measurements. Returns the new head of the audit chain. No entries add no link.
    ///
    /// Throws `.leaseLost` without a lease that is held at `now`, and `.damaged` for entries that
    /// contradict what is recorded (a run that begins twice, a step of a run that never began).
    @discardableResult
    func commit(
        _ entries: [LedgerEntry], under lease: Lease?, by actor: Actor, at now: Instant
    ) async throws(LedgerError) -> AuditHead

    /// All runs, oldest first.
    func runs() async throws(LedgerError) -> [Run]

    /// The plan that was recorded under a digest.
    func plan(digest: String) async throws(LedgerError) -> RecordedPlan?

    /// What became of the steps of a run, in the order in which they were intended. An intent without
    /// an outcome has nil; a step that was tried again stands there once for each attempt.
    func steps(of run: RunID) async throws(LedgerError) -> [RecordedStep]

    /// What people recorded in links after a number, oldest first. It costs what it returns, however
    /// long the ledger is: a run asks it before each batch.
    func instructions(after number: Int) async throws(LedgerError) -> [RecordedInstruction]

    /// The present head of the audit chain.
    func head() async throws(LedgerError) -> AuditHead

    /// The links after a number, oldest first and at most so many: what `history -o json` shows.
    func links(after number: Int, limit: Int) async throws(LedgerError) -> [AuditLink]

    /// Computes the whole chain anew, and demands that everything else in the ledger is what its
    /// entries make of it. With an anchor, also that this head is a link of the chain.
    func verify(anchor: AuditHead?) async throws(LedgerError) -> AuditReport
}

/// The right to act on the estates of a ledger: at most one at a time.
package struct Lease: Hashable, Sendable {
    package var holder: Actor
    /// Grows with every lease, so that a deployment can refuse the work of an earlier holder.
    package var token: Int64
    /// Nil where an operating-system lock holds it, which dies with the process.
    package var expires: Instant?

    package init(holder: Actor, token: Int64, expires: Instant?) {
        self.holder = holder
        self.token = token
        self.expires = expires
    }
}

/// A link of the audit chain: SHA-256 over the link before it and the entries of one commit.
package struct AuditHead: Hashable, Sendable, CustomStringConvertible {
    /// From 1; 0 is the head of an empty ledger.
    package var number: Int
    /// 64 hexadecimal digits.
    package var hash: String

    package init(number: Int, hash: String) {
        self.number = number
        self.hash = hash
    }

    package var description: String { "\(number):\(hash)" }

    /// Reads `12:9f86d0...`, or the hash alone with number 0 for "at any place".
    package init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard let hash = parts.last, hash.utf8.count == 64, hash.allSatisfy(\.isHexDigit)
        else { return nil }
        switch parts.count {
        case 1: self.init(number: 0, hash: hash.lowercased())
        case 2:
            guard let number = Int(parts[0]) else { return nil }
            self.init(number: number, hash: hash.lowercased())
        default: return nil
        }
    }
}

/// An instruction, and the number of the link that holds it.
package struct RecordedInstruction: Hashable, Sendable {
    package var link: Int
    package var instruction: Instruction

    package init(link: Int, instruction: Instruction) {
        self.link = link
        self.instruction = instruction
    }
}

/// What looking through the audit chain showed.
package struct AuditReport: Hashable, Sendable {
    package var head: AuditHead
    /// The first link that does not fit, and why; nil when the chain is whole.
    package var broken: String?
    /// Nil when no anchor was given.
    package var anchorFound: Bool?

    package init(head: AuditHead, broken: String?, anchorFound: Bool?) {
        self.head = head
        self.broken = broken
        self.anchorFound = anchorFound
    }
}
