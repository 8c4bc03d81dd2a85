/// The port through which rehome reaches deployments.

package import Model

/// Speaks to one deployment.
///
/// To write one, implement the requirements and run the suite in `Tests/Conformance`, which talks
/// you through. Rules that the suite cannot state:
/// - Say what you did not see. An observation that leaves something out without a `Gap` lets rehome take
///   unknown for absent, and a pool with people on it for empty.
/// - Values reach the deployment only as data, never by pasting text together.
/// - Never retry and never log: outcomes and errors say it all, and only the executor retries.
/// - An adapter lives inside a function that owns its processes and sockets:
///   `static func with<R>(_ connection: Connection, _ body: (any Adapter) async throws -> R)`.
package protocol Adapter: Sendable {
    /// What this connection can do, as data. Planning asks for nothing else.
    var capabilities: Capabilities { get }

    /// One page of what the deployment holds, and what of it could not be seen.
    ///
    /// Pages of one observation are asked for one after the other until `next` is nil. All of them
    /// together are one reading: a resource that moves meanwhile is seen at one home or as in flight,
    /// never twice and never not at all.
    func observe(_ scope: Scope, after cursor: Cursor?, limit: Int) async throws(AdapterError)
        -> Page

    /// Measures one thing that a gate asks about, within the time until `deadline`. That nobody can say is
    /// an answer: `inconclusive`, with the reason. Asked for only where the capabilities list the
    /// question; others throw `.permanent`. Leaves the deployment as it was.
    func probe(_ probe: Probe, deadline: Instant) async throws(AdapterError) -> Evidence

    /// Makes the moves of a batch true; one already true is left alone, so calling again is safe.
    /// One outcome for each move, in the order of the batch.
    ///
    /// Throws `.transient` if nothing of the batch began, `.outcomeUnknown` if any of it may have: then
    /// all of it is in doubt. Returns by `deadline` as far as it is in its hands.
    func perform(_ batch: Batch, deadline: Instant) async throws(AdapterError) -> [StepOutcome]

    /// Hands a pool from one owner to another where it is still the first one's, and says whose it is
    /// afterwards; nil is nobody's. The deployment itself compares, so that of two estates that claim a
    /// pool at once one gets it. Asked for only where the capabilities say `claims`; others throw
    /// `.permanent`.
    func claim(_ claim: PoolClaim) async throws(AdapterError) -> String?

    /// Closes a pool to arrivals, opens it again, or removes it; one that is so already is left alone, so
    /// calling again is safe.
    ///
    /// To close and to remove are refused with `.conflict`, which counts what still lives there, while
    /// anything does: from the moment a pool is closed the deployment itself takes nobody in.
    /// `.underway` where it is written and not everybody acts on it yet. Asked for only where the
    /// capabilities say `closesPools`; others throw `.permanent`.
    func change(_ change: PoolChange, deadline: Instant) async throws(AdapterError) -> StepOutcome
}

/// What adapters answer to what their capabilities do not promise.
extension AdapterError {
    package static let seesNoChanges = AdapterError.permanent(
        "this deployment does not say what changed")
    package static let claimsNothing = AdapterError.permanent(
        "this deployment has no place for the owner of a pool")
    package static let probesNothing = AdapterError.permanent(
        "this deployment has no answer to that question")
    package static let closesNothing = AdapterError.permanent(
        "this deployment cannot close or remove a pool")
}

/// A change of a pool's owner.
package struct PoolClaim: Hashable, Sendable {
    /// The FQDN.
    package var pool: String
    /// Owners as `Estate.owner(ledger:)` writes them.
    package var from: String?
    package var to: String?

    package init(pool: String, from: String?, to: String?) {
        self.pool = pool
        self.from = from
        self.to = to
    }
}

/// A step on the way of a pool to its end, or back from it.
package struct PoolChange: Hashable, Sendable {
    package enum Action: String, Hashable, Sendable, CaseIterable {
        /// Nobody arrives any more.
        case close
        case reopen
        /// It is taken out of the deployment. Only a closed pool is.
        case remove
    }

    package var action: Action
    /// The FQDN.
    package var pool: String
    /// Under whose lease; nil where it has no number.
    package var fence: Fence?

    package init(_ action: Action, pool: String, fence: Fence?) {
        self.action = action
        self.pool = pool
        self.fence = fence
    }
}

/// The number of a lease, by which a deployment refuses work of a runner that somebody else took over
/// from (`Capabilities.checksFencing`).
package struct Fence: Hashable, Sendable {
    /// The id of the ledger that gives leases.
    package var ledger: String
    /// Grows with each lease.
    package var token: Int64

    package init(ledger: String, token: Int64) {
        self.ledger = ledger
        self.token = token
    }
}

/// What to look at.
package enum Scope: Hashable, Sendable {
    /// Everything the deployment holds, with these attributes of its resources.
    case everything(attributes: [String])
    /// What changed since a mark of an earlier observation, with these attributes. What went is not among
    /// it. Asked for only where the capabilities say `seesChanges`; others throw `.permanent`.
    case changes(since: Mark, attributes: [String])
    /// Only these resources, as for a look before a batch: home and own id, no attributes. One that is
    /// not in the answer, without a gap that covers it, is absent.
    case resources([ResourceID])
}

/// Where the next page begins, in the adapter's own words.
package struct Cursor: Hashable, Sendable {
    package var text: String

    package init(_ text: String) { self.text = text }
}

/// A moment of the deployment, in the adapter's own words, from which changes can be asked for.
package struct Mark: Hashable, Sendable {
    package var text: String

    package init(_ text: String) { self.text = text }
}

/// A part of an observation.
package struct Page: Sendable {
    /// On the first page: all pools of the deployment. Empty on later ones.
    package var pools: [ObservedPool]
    /// Its attribute columns are those of the scope, on every page.
    package var homes: Homes
    /// On the first page: who is bound to whom, or a gap about the fact `relations` where that was not
    /// read. Empty on later pages, and under the scope `resources`.
    package var relations: [Relation]
    package var gaps: [Gap]
    /// What a person should know beside homes, on any page. Nothing under the scope `resources`.
    package var notices: [Notice] = []
    package var next: Cursor?
    /// On one page of everything, or of changes: from where changes can be asked for next. Nil where the
    /// adapter does not see changes.
    package var mark: Mark?

    package init(
        pools: [ObservedPool], homes: Homes, relations: [Relation] = [], gaps: [Gap], next: Cursor?
    ) {
        self.pools = pools
        self.homes = homes
        self.relations = relations
        self.gaps = gaps
        self.next = next
    }
}

/// Moves that are begun together.
package struct Batch: Hashable, Sendable {
    package var run: RunID
    /// From 1 in each run.
    package var number: Int
    package var moves: [Move]
    /// Under whose lease; nil where it has no number.
    package var fence: Fence?
    /// FQDNs of pools that are given up: moves off them go on although they do not answer.
    package var evacuated: Set<String> = []

    package init(run: RunID, number: Int, moves: [Move]) {
        self.run = run
        self.number = number
        self.moves = moves
    }
}

/// Why a call to a deployment gave no answer.
package enum AdapterError: Error, Hashable, Sendable {
    /// Nothing began; worth trying again, not before `retryAfter` where the other side said so.
    case transient(String, retryAfter: Duration? = nil)
    /// It will not work until a person changes something.
    case permanent(String)
    /// Some of it may have happened.
    case outcomeUnknown(String)

    package var message: String {
        switch self {
        case .transient(let message, _), .permanent(let message), .outcomeUnknown(let message):
            message
        }
    }
}
