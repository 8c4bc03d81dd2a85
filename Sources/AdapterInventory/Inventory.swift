/// What all exports of a connection say together.

import Adapters
import Model

/// One resource as the exports show it, with the place of the line that says so.
struct InventoryRecord {
    var id: ResourceID
    var ownID: Fact<String>
    var home: Fact<Home>
    /// By folded name, as far as a file has the column; empty text is absent.
    var attributes: [String: String] = [:]
    /// `file:line`
    var place: String
    /// Whether two lines gave it different homes.
    var isTorn = false
}

/// Records by the name that they fold to, pools, counts and bonds. Built by adding; then only read.
struct Inventory {
    private(set) var records: [InventoryRecord] = []
    private var rowsByName: [ResourceID: [Int]] = [:]
    /// In the order in which they were named, with the product where an export tells it.
    private(set) var pools: [(fqdn: String, product: Product?)] = []
    private var poolIndex: [String: Int] = [:]
    /// Kinds of which at least one file lists some.
    private(set) var kinds: Set<Kind> = []
    /// Nil where no file tells.
    var relations: [Relation]?
    /// By folded address; nil where no file tells.
    var counts: [Price.What: [String: Int]] = [:]
    /// Kinds whose contacts were seen and could not be told apart, with what was seen.
    var unclear: [Gap] = []

    func rows(named id: ResourceID) -> [Int] { rowsByName[id.folded(by: .whole)] ?? [] }

    /// The pool as it is spelled where it was first named.
    @discardableResult
    mutating func pool(_ fqdn: String, product: Product? = nil) -> String {
        let key = Address.folded(fqdn)
        if let index = poolIndex[key] {
            if let product { pools[index].product = product }
            return pools[index].fqdn
        }
        poolIndex[key] = pools.count
        pools.append((fqdn, product))
        return fqdn
    }

    /// Says that a kind was exported.
    mutating func note(_ kind: Kind) { kinds.insert(kind) }

    /// Adds a line. Lines about one resource are one record; where they disagree about its home, the
    /// home is unknown, or, of response groups, split. Two ids under one name are two records.
    mutating func add(_ record: InventoryRecord) {
        note(record.id.kind)
        let key = record.id.folded(by: .whole)
        for row in rowsByName[key] ?? [] where agree(records[row].ownID, record.ownID) {
            return merge(record, into: row)
        }
        rowsByName[key, default: []].append(records.count)
        records.append(record)
    }

    private func agree(_ one: Fact<String>, _ other: Fact<String>) -> Bool {
        guard case .present(let left) = one, case .present(let right) = other else { return true }
        return Address.folded(left) == Address.folded(right)
    }

    private mutating func merge(_ record: InventoryRecord, into row: Int) {
        var merged = records[row]
        if case .present = record.ownID { merged.ownID = record.ownID }
        merged.attributes.merge(record.attributes) { first, _ in first }
        if !merged.isTorn {
            let (home, isTorn) = Self.home(merged, record)
            merged.home = home
            merged.isTorn = isTorn
        }
        records[row] = merged
    }

    private static func home(
        _ one: InventoryRecord, _ other: InventoryRecord
    ) -> (Fact<Home>, isTorn: Bool) {
        if one.home == other.home { return (one.home, false) }
        if case .unknown = one.home { return (other.home, false) }
        if case .unknown = other.home { return (one.home, false) }
        if one.id.kind == .responseGroups, let here = pools(one.home), let there = pools(other.home)
        {
            return (.present(.split(Array(Set(here + there)).sorted())), false)
        }
        let words = [one, other].map { "\(Self.words($0.home)) (\($0.place))" }
        return (
            .unknown(
                Gap(
                    kind: one.id.kind, fact: "home",
                    reason: "observed-twice: \(words.joined(separator: " and "))")), true
        )
    }

    /// The pools of a home that is settled.
    private static func pools(_ home: Fact<Home>) -> [String]? {
        switch home {
        case .present(.pool(let pool)): [pool]
        case .present(.split(let pools)): pools
        case .present(.inFlight), .absent, .unknown: nil
        }
    }

    private static func words(_ home: Fact<Home>) -> String {
        switch home {
        case .present(.pool(let pool)): "on \(pool)"
        case .present(.inFlight(let from, let to)): "on its way from \(from) to \(to)"
        case .present(.split(let pools)): "on \(pools.joined(separator: " and "))"
        case .absent: "on no pool"
        case .unknown: "nowhere known"
        }
    }
}

extension Inventory {
    var observedPools: [ObservedPool] {
        pools.map { pool in
            ObservedPool(
                fqdn: pool.fqdn,
                product: pool.product.map { .present($0) }
                    ?? .unknown(
                        Gap(
                            pool: pool.fqdn, fact: "product",
                            reason: "the exports do not say which product it runs")),
                owner: .unknown(
                    Gap(pool: pool.fqdn, fact: "owner", reason: "exports show no owner")),
                closed: .unknown(
                    Gap(
                        pool: pool.fqdn, fact: "closed",
                        reason: "exports do not show who takes nobody in")))
        }
    }

    func observed(_ row: Int, attributes names: [String]) -> ObservedResource {
        let record = records[row]
        var resource = ObservedResource(id: record.id, ownID: record.ownID, home: record.home)
        for name in names {
            resource.attributes[name] = fact(name, of: record)
        }
        guard record.id.kind == .user else { return resource }
        for (what, counted) in counts {
            resource.counts[what] =
                counted[record.id.folded(by: .whole).name].map { .present($0) } ?? .absent
        }
        return resource
    }

    private func fact(_ name: String, of record: InventoryRecord) -> Fact<String> {
        guard FieldAttributes.has(name, record.id.kind) else { return .absent }
        guard let text = record.attributes[Address.folded(name)] else {
            return .unknown(Self.unread(name, record.id.kind))
        }
        return text.isEmpty ? .absent : .present(text)
    }

    private static func unread(_ name: String, _ kind: Kind) -> Gap {
        Gap(kind: kind, fact: name, reason: "the files have no such column")
    }

    /// What the exports do not tell.
    func gaps(attributes names: [String]) -> [Gap] {
        var gaps = unclear
        for kind in Kind.allCases where !kinds.contains(kind) {
            gaps.append(Gap(kind: kind, reason: "no file lists any \(kind.name)"))
        }
        var unread: Set<Gap> = []
        for name in names {
            for record in records where FieldAttributes.has(name, record.id.kind) {
                if record.attributes[Address.folded(name)] == nil {
                    unread.insert(Self.unread(name, record.id.kind))
                }
            }
        }
        if relations == nil {
            gaps.append(Gap(fact: "relations", reason: "no file lists who is bound to whom"))
        }
        return (gaps + unread).sorted()
    }
}
