/// What the rules of the embedded deployment stand on: a small store that SQLite and a value in memory
/// both are.

package import Model

/// Keeps the pools, the resources and the log of one deployment. Knows no rule.
///
/// Synchronous, so that the deterministic simulation drives the same rules over `MemoryEstate` without
/// Swift concurrency. Whoever holds a durable store wraps a call of the rules in one transaction.
/// Names and pools are looked up folded (`Address.folded`) and returned as they are stored.
package protocol EstateStore {
    /// All pools, in the order in which they were added, those that were removed included.
    func pools() throws -> [EstatePool]

    func pool(_ fqdn: String) throws -> EstatePool?

    /// Adds a pool, or replaces what is known of the one with that FQDN. Its resources stay, and so
    /// do its state, its owner and the time at which it is ready.
    mutating func put(_ pool: EstatePool) throws

    /// Writes an owner's name on a pool; nil takes it off.
    mutating func setOwner(_ owner: String?, of fqdn: String) throws

    /// Closes a pool to arrivals, opens it again, or takes it out.
    mutating func setState(_ state: EstatePool.State, of fqdn: String) throws

    /// How many users the pool is home to, those on their way to it included.
    func population(of fqdn: String) throws -> Int

    /// Adds a record, also where an earlier one has the same name: deployments hold such pairs, and
    /// saying so is not the store's business. Its pool is one of `pools`. Returns its row, from 1.
    @discardableResult
    mutating func insert(_ record: EstateRecord) throws -> Int64

    /// All records whose folded name is this one, in the order of their rows. Without attributes.
    func records(named id: ResourceID) throws -> [EstateRecord]

    /// How many of each kind live on a pool at a moment or are on their way; a kind without any may be
    /// missing.
    func residents(of fqdn: String, at now: Instant) throws -> [Kind: EstateResidents]

    /// Applications whose home is this pool, or was before they set out, in the order of their rows.
    /// Without attributes.
    func apps(of fqdn: String) throws -> [EstateRecord]

    /// One attribute of one row.
    func attribute(_ name: String, of row: Int64) throws -> Fact<String>

    /// Attributes that no source of a kind's records gave, as gaps without a pool.
    func unread() throws -> [Gap]

    /// Up to `limit` records after a row, in the order of their rows, as the columns of an observation.
    func homes(_ reading: EstateReading) throws -> EstateHomes

    /// Gives a row another home. With `arrives`, it is on its way from `former` until then.
    mutating func rehome(_ row: Int64, to pool: String, former: String?, arrives: Instant?) throws

    /// Sets what a resource has of something that can be lost; what was never counted stays unknown.
    mutating func setCount(_ what: Price.What, of row: Int64, to count: Int) throws

    /// Says of every user how many he has, by folded address; who is not listed has none.
    mutating func setCounts(_ what: Price.What, _ counts: [String: Int]) throws

    /// Who is bound to whom; nil where nobody told.
    func relations() throws -> [Relation]?

    /// Adds relations; also where there are none, it is known from then on that these are all.
    mutating func add(_ relations: [Relation]) throws

    /// Adds to the deployment's own log.
    mutating func log(_ move: EstateMove) throws

    /// The deployment's own log, oldest first.
    func moves() throws -> [EstateMove]
}

/// A pool of the deployment.
package struct EstatePool: Hashable, Sendable {
    /// Whether it takes anybody, and whether it is there at all.
    package enum State: String, Hashable, Sendable {
        case open
        /// Nobody arrives; who is there may leave.
        case closed
        /// Taken out for good. Kept by name, so that a document that still declares it, as one of a
        /// retired pool does, does not bring it back.
        case removed
    }

    package var fqdn: String
    /// Nil for a pool that resources name and nobody declared: nothing moves to or from it.
    package var product: Product?
    /// How many users it may be home to; nil is no limit.
    package var capacity: Int?
    /// Services that are stopped. Nothing arrives on a pool that has one.
    package var stopped: [String]
    /// Until when people are still being copied to it; nil for a pool that has been there for long.
    /// Set when the pool is added, and never changed after.
    package var ready: Instant?
    /// Whose it is; nil is nobody's. Changed by `setOwner` alone.
    package var owner: String?
    /// Of a pool that is known already, changed by `setState` alone.
    package var state: State

    package init(
        fqdn: String, product: Product?, capacity: Int? = nil, stopped: [String] = [],
        ready: Instant? = nil, owner: String? = nil, state: State = .open
    ) {
        self.fqdn = fqdn
        self.product = product
        self.capacity = capacity
        self.stopped = stopped
        self.ready = ready
        self.owner = owner
        self.state = state
    }
}

/// A resource as the deployment keeps it.
package struct EstateRecord: Hashable, Sendable {
    /// From 1, in the order of arrival; 0 before it is stored.
    package var row: Int64
    /// As written.
    package var id: ResourceID
    package var ownID: Fact<String>
    /// The FQDN of its home, or of the pool that it is on its way to; nil has none.
    package var pool: String?
    /// Where it comes from, until `arrives` has passed.
    package var former: String?
    package var arrives: Instant?
    package var attributes: EstateAttributes
    /// What is not listed was never counted.
    package var counts: [Price.What: Int]

    package init(
        row: Int64 = 0, id: ResourceID, ownID: Fact<String>, pool: String?, former: String? = nil,
        arrives: Instant? = nil, attributes: EstateAttributes = EstateAttributes(),
        counts: [Price.What: Int] = [:]
    ) {
        self.row = row
        self.id = id
        self.ownID = ownID
        self.pool = pool
        self.former = former
        self.arrives = arrives
        self.attributes = attributes
        self.counts = counts
    }

    /// Where it lives at a moment: what is on its way arrives by the clock, without anybody's doing.
    package func home(at now: Instant) -> Fact<Home> {
        guard let pool else { return .absent }
        if let former, let arrives, arrives > now {
            return .present(.inFlight(from: former, to: pool))
        }
        return .present(.pool(pool))
    }
}

/// A line of the deployment's own log: a change of home that happened.
package struct EstateMove: Hashable, Sendable {
    /// Nil for a change by hand.
    package var step: StepID?
    package var run: RunID?
    package var batch: Int?
    package var resource: ResourceID
    package var ownID: String?
    package var from: String?
    package var to: String
    package var at: Instant
    /// When it shows; `at` unless moves take time.
    package var arrives: Instant
    /// What it cost, as far as it was counted.
    package var lost: [Price.What: Int]

    package init(
        step: StepID?, run: RunID?, batch: Int?, resource: ResourceID, ownID: String?,
        from: String?, to: String, at: Instant, arrives: Instant, lost: [Price.What: Int] = [:]
    ) {
        self.step = step
        self.run = run
        self.batch = batch
        self.resource = resource
        self.ownID = ownID
        self.from = from
        self.to = to
        self.at = at
        self.arrives = arrives
        self.lost = lost
    }
}

/// What to read of a store, and how.
package struct EstateReading: Hashable, Sendable {
    package var after: Int64
    package var limit: Int
    package var attributes: [String]
    package var now: Instant
    /// Records that a gap covers are left out; pools are spelled as the store has them.
    package var hiding: [Gap]

    package init(
        after: Int64, limit: Int, attributes: [String], now: Instant, hiding: [Gap]
    ) {
        self.after = after
        self.limit = limit
        self.attributes = attributes
        self.now = now
        self.hiding = hiding
    }

    /// Whether a record on this pool is out of sight.
    package func hides(pool: String?, kind: Kind) -> Bool {
        hiding.contains { gap in
            guard let pool else { return gap.pool == nil && gap.covers(pool: "", kind: kind) }
            return gap.covers(pool: pool, kind: kind)
        }
    }
}

/// A part of the columns of an observation.
package struct EstateHomes: Sendable {
    package var homes: Homes
    /// The last row that was read; nil when there are no more.
    package var next: Int64?

    package init(homes: Homes, next: Int64?) {
        self.homes = homes
        self.next = next
    }
}
