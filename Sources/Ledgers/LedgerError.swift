/// Why a ledger did not do what was asked, in words for a person.

package import Model

/// Why the ledger did not do what was asked. Each says what to do next in its `hint`.
package enum LedgerError: Error, Hashable, Sendable {
    /// Somebody else holds the lease.
    case leaseHeld(by: String)
    /// The lease is no longer ours: nothing was written.
    case leaseLost
    /// The ledger was written by a later version of rehome.
    case newer(found: Int, known: Int)
    /// The Estate names another ledger id.
    case otherLedger(found: String, expected: String)
    /// The Estate names a ledger, and there is none: nobody has made it yet, or it was lost.
    case absent(at: String, expected: String)
    /// The storage refused: read-only, full, or broken. Nothing of the commit was written.
    case storage(String)
    /// The content contradicts itself.
    case damaged(String)
}

extension LedgerError: CustomStringConvertible {
    package var description: String { message }

    /// What is the matter, and where.
    package var message: String {
        switch self {
        case .leaseHeld(let holder): "the ledger is in use by \(holder)"
        case .leaseLost: "the lease of the ledger is no longer held, and nothing was written"
        case .newer(let found, let known):
            "the ledger has format \(found), and this program knows formats up to \(known)"
        case .otherLedger(let found, let expected):
            "the ledger has the id \(found), and the Estate names \(expected)"
        case .absent(let place, let expected):
            "the Estate names the ledger \(expected), and there is none at \(place)"
        case .storage(let words), .damaged(let words): words
        }
    }

    /// What to do next.
    package var hint: String {
        switch self {
        case .leaseHeld:
            "wait until that run has ended, or end it; a lease dies with its process"
        case .leaseLost:
            "run the same command again: it begins with what was left in doubt"
        case .newer: "install the version of rehome that wrote it, or a later one"
        case .absent:
            "restore it if it was lost; the first apply of all makes it: rehome apply --new-ledger --reason WORDS"
        case .otherLedger:
            "point spec.ledger of the Estate at the right ledger, or correct its id; to set this one aside and remember nothing: rehome apply --new-ledger --reason WORDS"
        case .storage:
            "mend that and run the same command again: nothing of this commit was written"
        case .damaged:
            "restore the ledger from a backup, and compare with rehome history --verify"
        }
    }
}

/// What contradicts a ledger, in the same words whichever ledger finds it.
extension LedgerError {
    package static func beganTwice(_ run: RunID) -> LedgerError {
        .damaged("run \(run) is recorded already, and would begin a second time")
    }

    package static func neverBegan(_ run: RunID) -> LedgerError {
        .damaged("run \(run) is not recorded, so nothing can be recorded of it")
    }

    package static func hasEnded(_ run: RunID) -> LedgerError {
        .damaged("run \(run) has ended, so it can begin no batch")
    }
}
