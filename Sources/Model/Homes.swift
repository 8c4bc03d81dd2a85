/// The homes of a deployment's resources: a column store inside, a plain collection outside.
///
/// One row for each record the deployment holds, in the order in which it was read. Figures behind the
/// layout are in `docs/decisions/0003-homes-are-columns.md`.
package struct Homes: Sendable {
    package private(set) var table: ResourceTable
    /// The deployment's own id of a resource (`objectGUID`), which outlives its address.
    private var ids = ByteColumn()
    /// The FQDN of the pool, or absent, or unknown.
    /// Names of hosts have no case: a pool spelled in two ways is one pool, with one code.
    package internal(set) var pools = CodeColumn(ignoresCase: true)
    /// Where a move in flight goes to (`docs/reference/field.md`, "Homes": `TargetRegistrarPool`). Rare, so sparse.
    var targets: [Int: String] = [:]
    /// Homes on more than one pool (response groups whose contacts lie apart). Rare, so sparse.
    var splits: [Int: [String]] = [:]
    /// One column for each attribute that was asked for, under its folded name.
    var attributes: [String: CodeColumn] = [:]
    /// The folded names of these columns, sorted.
    package private(set) var attributeNames: [String] = []
    /// Counts that prices rest on, by what they count.
    private var counts: [Price.What: [Int32]] = [:]
    /// Records that are one name with an earlier one, with that one's row.
    package private(set) var duplicates: [Int: Int] = [:]

    /// An adapter's pages need not say how names compare: who reads them appends them to homes that do.
    package init(comparedBy folding: Folding = .whole) {
        table = ResourceTable(comparedBy: folding)
    }

    package var count: Int { table.count }
}

/// The home of one resource: one pool, on its way, or on several. Never guessed.
package enum Home: Hashable, Sendable {
    /// The FQDN of the pool.
    case pool(String)
    case inFlight(from: String, to: String)
    case split([String])
}

/// Everything an adapter says of one resource, for appending it to `Homes`.
package struct ObservedResource: Hashable, Sendable {
    package var id: ResourceID
    /// The deployment's own id.
    package var ownID: Fact<String>
    package var home: Fact<Home>
    /// By attribute name as declared in `Capabilities`; an attribute not listed is unknown.
    package var attributes: [String: Fact<String>]
    package var counts: [Price.What: Fact<Int>]

    package init(
        id: ResourceID, ownID: Fact<String>, home: Fact<Home>,
        attributes: [String: Fact<String>] = [:], counts: [Price.What: Fact<Int>] = [:]
    ) {
        self.id = id
        self.ownID = ownID
        self.home = home
        self.attributes = attributes
        self.counts = counts
    }
}

extension Homes {
    /// What a count column holds for absent and unknown.
    private static let absentCount: Int32 = -1
    private static let unknownCount: Int32 = -2
    private static let unread = Gap(reason: "not read")

    /// Names the attribute columns, before the first row; each later row gives a fact for each of them.
    package mutating func declare(attributes names: [String]) {
        precondition(table.count == 0, "columns are declared before the first row")
        for name in names { attributes[Address.folded(name)] = CodeColumn() }
        attributeNames = attributes.keys.sorted()
    }

    /// Makes room for so many rows in all.
    package mutating func reserveCapacity(_ rows: Int) {
        table.reserveCapacity(rows)
        ids.reserveCapacity(rows: rows, bytes: 0)
        pools.reserveCapacity(rows)
    }

    /// Names one more column when rows are there already: nobody read it for any of them.
    package mutating func declareUnread(attribute name: String, _ gap: Gap) {
        var column = CodeColumn()
        for _ in 0..<table.count { column.append(.unknown(gap)) }
        attributes[Address.folded(name)] = column
        attributeNames = attributes.keys.sorted()
    }

    /// Adds a record the easy way. `append(kind:name:...)` is the fast one.
    package mutating func append(_ resource: ObservedResource) {
        var name = resource.id.name
        let poolCode: Int32
        switch resource.home {
        case .absent: poolCode = 0
        case .unknown(let gap): poolCode = pools.code(of: .unknown(gap))
        case .present(.pool(let pool)): poolCode = pools.code(of: .present(pool))
        case .present(.inFlight(let from, let to)):
            poolCode = pools.code(of: .present(from))
            targets[table.count] = to
        case .present(.split(let pools)):
            poolCode = 0
            splits[table.count] = pools.sorted()
        }
        let row = table.count
        name.withUTF8 { bytes in
            appendRow(
                kind: resource.id.kind, name: UnsafeRawBufferPointer(bytes), poolCode: poolCode)
        }
        appendID(resource.ownID)
        let folded = Dictionary(
            resource.attributes.map { (Address.folded($0.key), $0.value) },
            uniquingKeysWith: { first, _ in first })
        for key in attributes.keys {
            attributes[key]?.append(folded[key] ?? .unknown(Self.unread))
        }
        for (what, fact) in resource.counts { setCount(what, fact, at: row) }
    }

    /// Adds a record without a `String`: the pool by a code from `poolCode(of:)`, attribute codes from
    /// `attributeCode(of:in:)` in the order of `attributeNames`, an empty id for absent, one zero byte
    /// for an id that was not read.
    package mutating func append(
        kind: Kind, name: UnsafeRawBufferPointer, ownID: UnsafeRawBufferPointer, poolCode: Int32,
        attributeCodes: [Int32]
    ) {
        appendRow(kind: kind, name: name, poolCode: poolCode)
        ids.append(ownID)
        for (key, code) in zip(attributeNames, attributeCodes) {
            attributes[key]?.append(code: code)
        }
    }

    package mutating func poolCode(of fact: Fact<String>) -> Int32 { pools.code(of: fact) }

    package mutating func attributeCode(of fact: Fact<String>, in name: String) -> Int32 {
        let key = Address.folded(name)
        guard var column = attributes.removeValue(forKey: key) else { return 0 }
        let code = column.code(of: fact)
        attributes[key] = column
        return code
    }

    package mutating func setTarget(_ pool: String, at row: Int) { targets[row] = pool }

    package mutating func setSplit(_ pools: [String], at row: Int) { splits[row] = pools.sorted() }

    package mutating func setCount(_ what: Price.What, _ fact: Fact<Int>, at row: Int) {
        let value: Int32 =
            switch fact {
            case .present(let count): Int32(clamping: count)
            case .absent: Self.absentCount
            case .unknown: Self.unknownCount
            }
        var column = counts.removeValue(forKey: what) ?? []
        while column.count <= row { column.append(Self.unknownCount) }
        column[row] = value
        counts[what] = column
    }

    /// Counts of all rows at once; nil is unknown.
    package mutating func setCounts(_ what: Price.What, _ facts: [Int?]) {
        precondition(facts.count <= table.count, "a count belongs to a row")
        counts[what] = facts.map { $0.map { Int32(clamping: $0) } ?? Self.unknownCount }
    }

    private mutating func appendRow(kind: Kind, name: UnsafeRawBufferPointer, poolCode: Int32) {
        note(table.append(kind: kind, name: name))
        pools.append(code: poolCode)
    }

    private mutating func note(_ appended: ResourceTable.Appended) {
        if case .duplicate(let row, let first) = appended { duplicates[row] = first }
    }

    /// An id that is unknown is kept as one byte that no id begins with.
    private mutating func appendID(_ fact: Fact<String>) {
        switch fact {
        case .present(let id): ids.append(id)
        case .absent: ids.append("")
        case .unknown: ids.append("\u{0}")
        }
    }
}

extension Homes {
    package func home(at row: Int) -> Fact<Home> {
        if let pools = splits[row] { return .present(.split(pools)) }
        return pools[row].map { pool in
            targets[row].map { .inFlight(from: pool, to: $0) } ?? .pool(pool)
        }
    }

    /// The code of the pool column, when the home is one pool and nothing else; nil where it takes
    /// `home(at:)` to say what it is.
    package func settledPoolCode(at row: Int) -> Int32? {
        let code = pools.code(at: row)
        guard code > 0, targets.isEmpty || targets[row] == nil, splits.isEmpty || splits[row] == nil
        else { return nil }
        return code
    }

    package func ownID(at row: Int) -> Fact<String> {
        let text = ids[row]
        if text.isEmpty { return .absent }
        return text == "\u{0}" ? .unknown(Self.unread) : .present(text)
    }

    package func withOwnID<Result>(
        at row: Int, _ body: (UnsafeRawBufferPointer) throws -> Result
    ) rethrows -> Result {
        try ids.withBytes(at: row, body)
    }

    /// Nil when the attribute was not asked for: asking for it first is the caller's duty.
    package func attribute(_ name: String) -> CodeColumn? { attributes[Address.folded(name)] }

    package func count(of what: Price.What, at row: Int) -> Fact<Int> {
        guard let column = counts[what], row < column.count else { return .unknown(Self.unread) }
        switch column[row] {
        case Self.absentCount: return .absent
        case Self.unknownCount: return .unknown(Self.unread)
        default: return .present(Int(column[row]))
        }
    }
}

extension Homes {
    /// The same homes, with names compared in another way.
    package func compared(by folding: Folding) -> Homes {
        if table.folding == folding { return self }
        var homes = self
        (homes.table, homes.duplicates) = table.compared(by: folding)
        return homes
    }

    /// Adds all rows of another store (a page) whose attribute columns are the same.
    package mutating func append(contentsOf page: Homes) {
        precondition(
            page.attributeNames == attributeNames, "pages of one observation share their columns")
        let first = table.count
        let poolCodes = Translation(of: page.pools, into: &pools)
        table.expect(page.table)
        for row in 0..<page.count {
            note(table.append(from: page.table, at: row))
            pools.append(code: poolCodes[page.pools.code(at: row)])
            page.ids.withBytes(at: row) { ids.append($0) }
        }
        for (key, column) in page.attributes {
            guard var mine = attributes.removeValue(forKey: key) else { continue }
            let codes = Translation(of: column, into: &mine)
            for row in 0..<page.count { mine.append(code: codes[column.code(at: row)]) }
            attributes[key] = mine
        }
        for (row, pool) in page.targets { targets[first + row] = pool }
        for (row, pools) in page.splits { splits[first + row] = pools }
        for (what, column) in page.counts {
            var mine = counts.removeValue(forKey: what) ?? []
            while mine.count < first { mine.append(Self.unknownCount) }
            mine += column
            counts[what] = mine
        }
    }

    /// Codes of one column in terms of another's.
    private struct Translation {
        private var values: [Int32]
        private var gaps: [Int32]

        init(of column: CodeColumn, into other: inout CodeColumn) {
            values = column.values.map { other.code(of: .present($0)) }
            gaps = column.gaps.map { other.code(of: .unknown($0)) }
        }

        subscript(code: Int32) -> Int32 {
            if code == 0 { return 0 }
            return code > 0 ? values[Int(code) - 1] : gaps[Int(-code) - 1]
        }
    }
}

extension Homes {
    /// 128 bits of SHA-256 over a record's folded name, own id and home.
    package func recordHash(at row: Int, connection: String) -> StepID {
        var digest = Digest()
        digest.add(connection)
        digest.add(table.kind(at: row).name)
        table.withName(at: row) { name in
            table.folding.withFolded(name) { digest.add($0) }
        }
        ids.withBytes(at: row) { digest.add($0) }
        let code = pools.code(at: row)
        digest.add(code > 0 ? Address.folded(pools.values[Int(code) - 1]) : code == 0 ? "" : "?")
        if let target = targets[row] { digest.add(target) }
        if let split = splits[row] { digest.add(split.joined(separator: " ")) }
        return StepID(truncating: digest)
    }
}
