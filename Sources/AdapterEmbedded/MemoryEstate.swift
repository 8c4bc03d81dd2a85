/// The embedded deployment as a value: copied, compared and thrown away, for simulation.

package import Model

package struct MemoryEstate: EstateStore, Sendable {
    private var poolList: [EstatePool] = []
    private var poolIndex: [String: Int] = [:]
    private var populations: [String: Int] = [:]
    /// Row n is at n - 1.
    package private(set) var records: [EstateRecord] = []
    private var rowsByName: [ResourceID: [Int]] = [:]
    private var bonds: [Relation]?
    private var unreadNames: [Kind: Set<String>] = [:]
    /// The deployment's own log.
    package private(set) var log: [EstateMove] = []

    package init() {}

    package func pools() -> [EstatePool] { poolList }

    package func pool(_ fqdn: String) -> EstatePool? {
        poolIndex[Address.folded(fqdn)].map { poolList[$0] }
    }

    package mutating func put(_ pool: EstatePool) {
        let key = Address.folded(pool.fqdn)
        if let index = poolIndex[key] {
            respell(poolList[index].fqdn, as: pool.fqdn)
            let old = poolList[index]
            poolList[index] = pool
            poolList[index].ready = old.ready
            poolList[index].owner = old.owner
            poolList[index].state = old.state
        } else {
            poolIndex[key] = poolList.count
            poolList.append(pool)
        }
    }

    /// Records name their pool as the pool is spelled now.
    private mutating func respell(_ old: String, as new: String) {
        guard old != new else { return }
        for index in records.indices {
            if records[index].pool == old { records[index].pool = new }
            if records[index].former == old { records[index].former = new }
        }
    }

    package mutating func setOwner(_ owner: String?, of fqdn: String) {
        guard let index = poolIndex[Address.folded(fqdn)] else { return }
        poolList[index].owner = owner
    }

    package mutating func setState(_ state: EstatePool.State, of fqdn: String) {
        guard let index = poolIndex[Address.folded(fqdn)] else { return }
        poolList[index].state = state
    }

    package func population(of fqdn: String) -> Int { populations[Address.folded(fqdn)] ?? 0 }

    @discardableResult
    package mutating func insert(_ record: EstateRecord) -> Int64 {
        var record = record
        record.row = Int64(records.count + 1)
        record.id.name = Address.withoutScheme(record.id.name)
        rowsByName[record.id.folded(by: .whole), default: []].append(records.count)
        count(record, by: 1)
        let kind = record.id.kind
        for place in EmbeddedCatalog.placesOwned[Int(kind.rawValue)]
        where record.attributes[at: place] == nil {
            unreadNames[kind, default: []].insert(EmbeddedCatalog.attributeNames[place])
        }
        records.append(record)
        return record.row
    }

    private mutating func count(_ record: EstateRecord, by step: Int) {
        guard record.id.kind == .user, let pool = record.pool else { return }
        populations[Address.folded(pool), default: 0] += step
    }

    package func records(named id: ResourceID) -> [EstateRecord] {
        (rowsByName[id.folded(by: .whole)] ?? []).map { records[$0] }
    }

    package func attribute(_ name: String, of row: Int64) -> Fact<String> {
        Self.attribute(name, of: records[Int(row) - 1])
    }

    private static func attribute(_ name: String, of record: EstateRecord) -> Fact<String> {
        guard let text = record.attributes[name] else {
            return EmbeddedCatalog.unreadFact(name, of: record.id.kind)
        }
        return text.isEmpty ? .absent : .present(text)
    }

    package func unread() -> [Gap] {
        unreadNames.flatMap { kind, names in
            names.map { EmbeddedCatalog.unreadGap($0, of: kind) }
        }.sorted()
    }

    package func homes(_ reading: EstateReading) -> EstateHomes {
        var homes = Homes()
        homes.declare(attributes: reading.attributes)
        let names = reading.attributes.map { ($0, EmbeddedCatalog.spelling(of: $0) ?? $0) }
        let rows = records.dropFirst(Int(reading.after)).prefix(reading.limit)
        for record in rows where !reading.hides(pool: record.pool, kind: record.id.kind) {
            let attributes = names.map { ($0, Self.attribute($1, of: record)) }
            homes.append(
                ObservedResource(
                    id: record.id, ownID: record.ownID, home: record.home(at: reading.now),
                    attributes: Dictionary(attributes, uniquingKeysWith: { first, _ in first }),
                    counts: record.counts.mapValues { .present($0) }))
        }
        let last = Int(reading.after) + rows.count
        return EstateHomes(homes: homes, next: last < records.count ? Int64(last) : nil)
    }

    package mutating func rehome(
        _ row: Int64, to pool: String, former: String?, arrives: Instant?
    ) {
        let index = Int(row) - 1
        count(records[index], by: -1)
        records[index].pool = pool
        records[index].former = former
        records[index].arrives = arrives
        count(records[index], by: 1)
    }

    package mutating func setCount(_ what: Price.What, of row: Int64, to count: Int) {
        records[Int(row) - 1].counts[what] = count
    }

    package mutating func setCounts(_ what: Price.What, _ counts: [String: Int]) {
        for index in records.indices where records[index].id.kind == .user {
            records[index].counts[what] = counts[records[index].id.folded(by: .whole).name] ?? 0
        }
    }

    package func relations() -> [Relation]? { bonds }

    package mutating func add(_ relations: [Relation]) { bonds = (bonds ?? []) + relations }

    package mutating func log(_ move: EstateMove) { log.append(move) }

    package func moves() -> [EstateMove] { log }
}
