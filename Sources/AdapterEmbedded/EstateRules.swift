/// How the embedded deployment behaves: what a move needs, what it costs, and what is refused.

package import Adapters
package import Model

/// Synchronous functions over a store. Each move is judged by itself: it is done once, or not at all.
package enum EstateRules {
    /// Makes the moves of a batch true; one outcome for each, in their order.
    ///
    /// `takes` is how long a move is on its way before it shows. An error is the store's alone: the
    /// world never makes a rule throw.
    package static func perform(
        _ batch: Batch, in store: inout some EstateStore, at now: Instant, takes: Duration = .zero
    ) throws -> [StepOutcome] {
        try batch.moves.map { move in
            try perform(
                move, of: batch, in: &store,
                clock: Clock(now: now, arrives: now + takes, takesTime: takes > .zero))
        }
    }

    private struct Clock {
        var now: Instant
        var arrives: Instant
        var takesTime: Bool
    }

    private static func perform(
        _ move: Move, of batch: Batch, in store: inout some EstateStore, clock: Clock
    ) throws -> StepOutcome {
        let records = try store.records(named: move.resource)
        guard let record = records.first else { return .gone }
        if records.count > 1 {
            return .conflict("\(records.count) records answer to the name \(move.resource)")
        }
        if let outcome = premise(of: move, against: record, at: clock.now) { return outcome }
        let ends = try Ends(of: move, in: store)
        switch try ends.rule(for: move.resource.kind) {
        case .failure(let refusal): return refusal.outcome
        case .success(let rule):
            if let refusal = try refusal(of: record, ends: ends, in: store, at: clock.now) {
                return refusal.outcome
            }
            try carry(move, record, by: rule, of: batch, in: &store, clock: clock)
            return clock.takesTime ? .underway(until: clock.arrives) : .done
        }
    }

    /// Nil when the resource is as planned: its own id, and its home at `from`.
    private static func premise(
        of move: Move, against record: EstateRecord, at now: Instant
    ) -> StepOutcome? {
        if let planned = move.ownID {
            switch record.ownID {
            case .present(let id) where Address.folded(id) == Address.folded(planned): break
            case .present(let id):
                return .conflict("the address belongs to \(id) now, planned was \(planned)")
            case .absent, .unknown:
                return .conflict("it has no id of its own to compare with \(planned)")
            }
        }
        switch record.home(at: now) {
        case .absent, .unknown: return .conflict("it has no pool")
        case .present(.pool(let pool)):
            if same(pool, move.to) { return .already }
            return same(pool, move.from)
                ? nil : .conflict("it lives on \(pool), not on \(move.from)")
        case .present(.inFlight(let from, let to)):
            if same(to, move.to), let arrives = record.arrives { return .underway(until: arrives) }
            return .conflict("it is on its way from \(from) to \(to)")
        case .present(.split(let pools)):
            return .conflict("it lies on \(pools.joined(separator: " and "))")
        }
    }

    /// Why the pool that a resource would enter does not take it.
    private static func refusal(
        of record: EstateRecord, ends: Ends, in store: some EstateStore, at now: Instant
    ) throws -> Refusal? {
        if ends.to.state == .closed {
            return Refusal("\(ends.to.fqdn) is closed: nobody arrives there")
        }
        if let service = ends.to.stopped.first {
            return Refusal("service \(service) of \(ends.to.fqdn) is stopped")
        }
        guard record.id.kind == .user else { return nil }
        if let ready = ends.to.ready, ready > now {
            return Refusal(
                "SetMoveResourceData failed because the user is not provisioned: people are still copied to \(ends.to.fqdn)",
                .transient)
        }
        if ends.from.product == .ocs2007r2, ends.to.product != .ocs2007r2,
            case .present(let name) = try store.attribute("DisplayName", of: record.row),
            name.first == " " || name.last == " "
        {
            return Refusal("its display name begins or ends with a space, which the move refuses")
        }
        if let capacity = ends.to.capacity {
            let users = try store.population(of: ends.to.fqdn)
            if users >= capacity {
                return Refusal("\(ends.to.fqdn) is full: it holds \(users) of \(capacity) users")
            }
        }
        return nil
    }

    private static func carry(
        _ move: Move, _ record: EstateRecord, by rule: MoveRule, of batch: Batch,
        in store: inout some EstateStore, clock: Clock
    ) throws {
        let to = try store.pool(move.to)?.fqdn ?? move.to
        try store.rehome(
            record.row, to: to, former: clock.takesTime ? record.pool : nil,
            arrives: clock.takesTime ? clock.arrives : nil)
        var lost: [Price.What: Int] = [:]
        for cost in rule.costs where cost.measure == .observed {
            guard let count = record.counts[cost.what] else { continue }
            lost[cost.what] = count
            try store.setCount(cost.what, of: record.row, to: 0)
        }
        var ownID: String?
        if case .present(let id) = record.ownID { ownID = id }
        try store.log(
            EstateMove(
                step: move.step, run: batch.run, batch: batch.number, resource: record.id,
                ownID: ownID, from: record.pool, to: to, at: clock.now, arrives: clock.arrives,
                lost: lost))
    }

    static func same(_ one: String, _ other: String) -> Bool {
        Address.folded(one) == Address.folded(other)
    }
}

/// A failure, which mostly stays until a person changes something.
private struct Refusal: Error {
    var message: String
    var `class`: StepOutcome.Failure.Class

    init(_ message: String, _ class: StepOutcome.Failure.Class = .permanent) {
        self.message = message
        self.class = `class`
    }

    var outcome: StepOutcome { .failed(StepOutcome.Failure(`class`, message)) }
}

/// The pools of a move, as the deployment knows them.
private struct Ends {
    var from: EstatePool
    var to: EstatePool

    init(of move: Move, in store: some EstateStore) throws {
        from = try store.pool(move.from) ?? EstatePool(fqdn: move.from, product: nil)
        to = try store.pool(move.to) ?? EstatePool(fqdn: move.to, product: nil)
    }

    func rule(for kind: Kind) throws -> Result<MoveRule, Refusal> {
        guard let target = to.product, to.state != .removed else {
            return .failure(Refusal("\(to.fqdn) is no pool of this deployment"))
        }
        guard let source = from.product else {
            return .failure(Refusal("nobody says which product \(from.fqdn) runs"))
        }
        let rule = FieldRules.rule(for: kind, from: source, to: target)
        guard let rule, rule.means == .adapter else {
            let why = "\(kind.name) cannot move from \(source.rawValue) to \(target.rawValue)"
            return .failure(Refusal(rule.map { "\(why): \($0.source)" } ?? why))
        }
        return .success(rule)
    }
}

extension EstateRules {
    /// Hands a pool over where it is still the first owner's, and says whose it is afterwards; nil is
    /// nobody's, and so is a pool that the deployment does not have.
    package static func hand(
        _ claim: PoolClaim, in store: inout some EstateStore
    ) throws -> String? {
        guard let pool = try store.pool(claim.pool), pool.state != .removed else { return nil }
        guard pool.owner == claim.from else { return pool.owner }
        try store.setOwner(claim.to, of: pool.fqdn)
        return claim.to
    }

    /// Adds what the deployment is home to; a pool that nobody declared is added without a product.
    @discardableResult
    package static func add(
        _ record: EstateRecord, to store: inout some EstateStore
    ) throws -> Int64 {
        var record = record
        for path in [\EstateRecord.pool, \EstateRecord.former] {
            guard let named = record[keyPath: path] else { continue }
            if let known = try store.pool(named) {
                record[keyPath: path] = known.fqdn
            } else {
                try store.put(EstatePool(fqdn: named, product: nil))
            }
        }
        return try store.insert(record)
    }

    /// Moves something behind rehome's back, as a hurried administrator does: no rule asks, the log
    /// says that no step did it. False when there is no such resource.
    package static func moveByHand(
        _ id: ResourceID, to pool: String, in store: inout some EstateStore, at now: Instant
    ) throws -> Bool {
        guard let record = try store.records(named: id).first else { return false }
        if try store.pool(pool) == nil {
            try store.put(EstatePool(fqdn: pool, product: nil))
        }
        let to = try store.pool(pool)?.fqdn ?? pool
        try store.rehome(record.row, to: to, former: nil, arrives: nil)
        var ownID: String?
        if case .present(let text) = record.ownID { ownID = text }
        try store.log(
            EstateMove(
                step: nil, run: nil, batch: nil, resource: record.id, ownID: ownID,
                from: record.pool, to: to, at: now, arrives: now))
        return true
    }
}
