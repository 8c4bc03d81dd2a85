/// What the embedded deployment shows of itself, page by page.

package import Adapters
package import Model

extension EstateRules {
    /// One page of an observation.
    ///
    /// All pages of one observation must be asked of the same state of the store and with the same
    /// `now`: a copy of a `MemoryEstate`, or one read transaction. What `hiding` covers is left out and
    /// said, as where a server does not answer.
    package static func observe(
        _ scope: Scope, after cursor: Cursor?, limit: Int, in store: some EstateStore,
        at now: Instant, hiding: [Gap] = []
    ) throws -> Page {
        precondition(limit > 0, "a page holds at least one record")
        let hiding = try hiding.map { try spelled($0, in: store) }
        let after = cursor.flatMap { Int64($0.text) } ?? 0
        switch scope {
        case .everything(let attributes):
            let part = try store.homes(
                EstateReading(
                    after: after, limit: limit, attributes: attributes, now: now, hiding: hiding))
            var page = Page(
                pools: [], homes: part.homes, gaps: [], next: part.next.map(Cursor.init))
            if cursor == nil {
                page.pools = try observedPools(of: store)
                let relations = try store.relations()
                page.relations = relations ?? []
                page.gaps =
                    try hiding + unread(of: attributes, in: store)
                    + (relations == nil ? [untoldRelations] : [])
            }
            return page
        case .changes: throw AdapterError.seesNoChanges
        case .resources(let ids):
            return try look(for: ids, after: Int(after), limit: limit, in: store, at: now, hiding)
        }
    }

    private static let untoldRelations = Gap(
        fact: "relations", reason: "no file that seeded the estate lists who is bound to whom")

    private static func look(
        for ids: [ResourceID], after: Int, limit: Int, in store: some EstateStore, at now: Instant,
        _ hiding: [Gap]
    ) throws -> Page {
        let reading = EstateReading(
            after: 0, limit: limit, attributes: [], now: now, hiding: hiding)
        var homes = Homes()
        let part = ids.dropFirst(after).prefix(limit)
        for id in part {
            for record in try store.records(named: id)
            where !reading.hides(pool: record.pool, kind: record.id.kind) {
                homes.append(
                    ObservedResource(
                        id: record.id, ownID: record.ownID, home: record.home(at: now),
                        counts: record.counts.mapValues { .present($0) }))
            }
        }
        let last = after + part.count
        return Page(
            pools: after == 0 ? try observedPools(of: store) : [], homes: homes,
            gaps: after == 0 ? hiding : [],
            next: last < ids.count ? Cursor(Int64(last)) : nil)
    }

    private static func observedPools(of store: some EstateStore) throws -> [ObservedPool] {
        try store.pools().filter { $0.state != .removed }.map { pool in
            ObservedPool(
                fqdn: pool.fqdn,
                product: pool.product.map { .present($0) }
                    ?? .unknown(
                        Gap(
                            pool: pool.fqdn, fact: "product",
                            reason: "no Pool document says which product it runs")),
                owner: pool.owner.map { .present($0) } ?? .absent,
                closed: .present(pool.state == .closed))
        }
    }

    /// Gaps name pools as the observation spells them.
    private static func spelled(_ gap: Gap, in store: some EstateStore) throws -> Gap {
        guard let pool = gap.pool, let known = try store.pool(pool) else { return gap }
        var gap = gap
        gap.pool = known.fqdn
        return gap
    }

    private static func unread(
        of attributes: [String], in store: some EstateStore
    ) throws -> [Gap] {
        guard !attributes.isEmpty else { return [] }
        let asked = Set(attributes.map(Address.folded))
        return try store.unread().filter { gap in
            gap.fact.map { asked.contains(Address.folded($0)) } ?? false
        }
    }
}

extension Cursor {
    fileprivate init(_ row: Int64) { self.init(String(row)) }
}
