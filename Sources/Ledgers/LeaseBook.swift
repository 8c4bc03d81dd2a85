/// Who holds the lease of a ledger whose leases expire by the clock.

package import Model

/// Judges time only by the `now` that comes in.
package struct LeaseBook: Sendable {
    /// Nil: a lease is held until it is given back.
    private let duration: Duration?
    private var current: Lease?
    private var since: Instant?
    private var lastToken: Int64 = 0

    package init(duration: Duration?) { self.duration = duration }

    package mutating func acquire(
        by holder: Actor, at now: Instant
    ) throws(LedgerError) -> Lease {
        if let current, isHeld(current, at: now) {
            throw .leaseHeld(by: "\(current.holder)" + (since.map { " since \($0)" } ?? ""))
        }
        lastToken += 1
        let lease = Lease(
            holder: holder, token: lastToken, expires: duration.map { now + $0 })
        current = lease
        since = now
        return lease
    }

    package mutating func release(_ lease: Lease) {
        if current?.token == lease.token { current = nil }
    }

    package mutating func renew(_ lease: Lease, at now: Instant) throws(LedgerError) -> Lease {
        guard isHeld(lease, at: now), var renewed = current else { throw .leaseLost }
        renewed.expires = duration.map { now + $0 }
        current = renewed
        return renewed
    }

    /// Whether this lease gives the right to act now. An earlier copy of a renewed lease does.
    package func isHeld(_ lease: Lease, at now: Instant) -> Bool {
        guard let current, current.token == lease.token else { return false }
        return current.expires.map { now < $0 } ?? true
    }
}
