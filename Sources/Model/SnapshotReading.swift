/// Reads back what `Snapshot.encoded` wrote. The file may come from a stranger: a code that names no
/// value is an error, and no row is believed before its columns are known.

extension Snapshot {
    /// Reads what `encoded` gave. How names compare the manifests say that are planned over it: a snapshot
    /// holds them as they were written.
    package init(_ bytes: [UInt8], comparedBy folding: Folding) throws(SnapshotError) {
        let format = PlanMembers.format(atStartOf: bytes)
        guard format == Self.format else { throw .otherFormat(found: format) }
        do {
            var reader = JSONReader(bytes)
            self = try reader.snapshot(folding)
            try reader.endOfDocument()
        } catch {
            switch error {
            case .truncated: throw .truncated
            case .unexpected(let offset, let expected):
                throw .malformed(offset: offset, expected: expected)
            }
        }
    }
}

extension JSONReader {
    fileprivate mutating func snapshot(_ folding: Folding) throws(JSONFault) -> Snapshot {
        var at: Instant?
        var memory: Memory?
        var connections: [ObservedConnection] = []
        var capabilities: [String: Capabilities] = [:]
        try object { (reader, key) throws(JSONFault) in
            switch key {
            case "at": at = try reader.instant()
            case "memory": memory = try reader.memory(folding)
            case "connections":
                try reader.array { (reader) throws(JSONFault) in
                    let (connection, able) = try reader.connection(folding)
                    connections.append(connection)
                    capabilities[connection.name] = able
                }
            default: try reader.skip()
            }
        }
        guard let at, let memory else { throw .truncated }
        return Snapshot(
            observed: ObservedState(connections: connections, at: at), memory: memory,
            capabilities: capabilities)
    }

    private mutating func connection(
        _ folding: Folding
    ) throws(JSONFault) -> (ObservedConnection, Capabilities?) {
        var seen = ObservedConnection(
            name: "", pools: [], homes: Homes(comparedBy: folding), gaps: [])
        var able: Capabilities?
        var columns = HomeColumns()
        try object { (reader, key) throws(JSONFault) in
            switch key {
            case "name": seen.name = try reader.string()
            case "capabilities": able = try reader.capabilities()
            case "pools":
                seen.pools = try reader.list { (r) throws(JSONFault) in try r.observedPool() }
            case "gaps": seen.gaps = try reader.list { (r) throws(JSONFault) in try r.gap() }
            case "relations":
                seen.relations = try reader.list { (r) throws(JSONFault) in try r.relation() }
            case "notices":
                seen.notices = try reader.list { (r) throws(JSONFault) in try r.notice() }
            case "poolColumn": columns.pools = try reader.column()
            case "attributes":
                columns.attributes = try reader.list { (r) throws(JSONFault) in
                    try r.attributeColumn()
                }
            case "homes": seen.homes = try reader.homes(columns, folding)
            default: try reader.skip()
            }
        }
        return (seen, able)
    }

    private mutating func observedPool() throws(JSONFault) -> ObservedPool {
        let offset = try start()
        var pool = ObservedPool(fqdn: "", product: .absent)
        try object { (reader, key) throws(JSONFault) in
            switch key {
            case "fqdn": pool.fqdn = try reader.string()
            case "product":
                switch try reader.fact() {
                case .absent: pool.product = .absent
                case .unknown(let gap): pool.product = .unknown(gap)
                case .present(let text):
                    guard let product = Product(rawValue: text) else {
                        throw .unexpected(offset: offset, expected: "a product that is known")
                    }
                    pool.product = .present(product)
                }
            case "owner": pool.owner = try reader.fact()
            case "closed": pool.closed = try reader.fact().map { $0 == "yes" }
            default: try reader.skip()
            }
        }
        return pool
    }

    private mutating func fact() throws(JSONFault) -> Fact<String> {
        if try isNull() { return .absent }
        return isAtText ? .present(try string()) : .unknown(try gap())
    }

    private mutating func gap() throws(JSONFault) -> Gap {
        var gap = Gap(reason: "")
        try object { (reader, key) throws(JSONFault) in
            switch key {
            case "pool": gap.pool = try reader.string()
            case "kind": gap.kind = try reader.knownKind()
            case "fact": gap.fact = try reader.string()
            case "reason": gap.reason = try reader.string()
            default: try reader.skip()
            }
        }
        return gap
    }

    private mutating func notice() throws(JSONFault) -> Notice {
        let offset = try start()
        var rule: Notice.Rule?
        var notice = Notice(.memberDown, "", hint: "")
        try object { (reader, key) throws(JSONFault) in
            switch key {
            case "rule": rule = Notice.Rule(rawValue: try reader.string())
            case "pool": notice.pool = try reader.string()
            case "message": notice.message = try reader.string()
            case "count": notice.count = try reader.int()
            case "examples": notice.examples = try reader.texts().compactMap(ResourceID.init)
            case "hint": notice.hint = try reader.string()
            default: try reader.skip()
            }
        }
        guard let rule else { throw .unexpected(offset: offset, expected: "the rule of a notice") }
        notice.rule = rule
        return notice
    }

    private mutating func relation() throws(JSONFault) -> Relation {
        let offset = try start()
        let words = try texts()
        guard words.count == 3, let one = ResourceID(words[0]), let other = ResourceID(words[2]),
            let bond = Relation.Bond(rawValue: words[1])
        else { throw .unexpected(offset: offset, expected: "two resources and their relation") }
        return Relation(one, bond, of: other)
    }

    mutating func knownKind() throws(JSONFault) -> Kind {
        let offset = try start()
        guard let kind = Kind(name: try string()) else {
            throw .unexpected(offset: offset, expected: "a kind of resource")
        }
        return kind
    }
}

/// The columns that rows of homes refer to.
private struct HomeColumns {
    var pools = FactColumn()
    var attributes: [(name: String, column: FactColumn)] = []
}

private struct FactColumn {
    var values: [String] = []
    var gaps: [Gap] = []

    /// In the order in which another column gives out the same codes again.
    var facts: [Fact<String>] { values.map { .present($0) } + gaps.map { .unknown($0) } }

    func contains(_ code: Int) -> Bool { code >= -gaps.count && code <= values.count }
}

extension JSONReader {
    private mutating func column() throws(JSONFault) -> FactColumn {
        var column = FactColumn()
        try object { (reader, key) throws(JSONFault) in
            switch key {
            case "values": column.values = try reader.texts()
            case "gaps": column.gaps = try reader.list { (r) throws(JSONFault) in try r.gap() }
            default: try reader.skip()
            }
        }
        return column
    }

    private mutating func attributeColumn() throws(JSONFault) -> (name: String, column: FactColumn)
    {
        var name = ""
        var column = FactColumn()
        try object { (reader, key) throws(JSONFault) in
            switch key {
            case "name": name = try reader.string()
            case "column": column = try reader.column()
            default: try reader.skip()
            }
        }
        return (name, column)
    }

    private mutating func homes(
        _ columns: HomeColumns, _ folding: Folding
    ) throws(JSONFault) -> Homes {
        var homes = Homes(comparedBy: folding)
        homes.declare(attributes: columns.attributes.map(\.name))
        for fact in columns.pools.facts { _ = homes.poolCode(of: fact) }
        for (name, column) in columns.attributes {
            for fact in column.facts { _ = homes.attributeCode(of: fact, in: name) }
        }
        try array { (reader) throws(JSONFault) in try reader.home(columns, into: &homes) }
        return homes
    }

    private mutating func home(
        _ columns: HomeColumns, into homes: inout Homes
    ) throws(JSONFault) {
        var place = 0
        var kind = Kind.user
        var name = ""
        var ownID = ""
        var pool: Int32 = 0
        var codes: [Int32] = []
        try array { (reader) throws(JSONFault) in
            defer { place += 1 }
            switch place {
            case 0: kind = try reader.knownKind()
            case 1: name = try reader.string()
            case 2: ownID = try reader.ownID()
            case 3: pool = try reader.code(of: columns.pools)
            case 4..<(4 + columns.attributes.count):
                codes.append(try reader.code(of: columns.attributes[place - 4].column))
            case 4 + columns.attributes.count:
                homes.append(kind, name, ownID, pool, codes)
                try reader.rarities(into: &homes)
            default: try reader.skip()
            }
        }
        if place < 5 + columns.attributes.count { throw .truncated }
    }

    private mutating func ownID() throws(JSONFault) -> String {
        if try isNull() { return "" }
        if isAtText { return try string() }
        _ = try bool()
        return "\u{0}"
    }

    private mutating func code(of column: FactColumn) throws(JSONFault) -> Int32 {
        let offset = try start()
        let code = try int()
        guard column.contains(code) else {
            throw .unexpected(offset: offset, expected: "a code of the column")
        }
        return Int32(code)
    }

    private mutating func rarities(into homes: inout Homes) throws(JSONFault) {
        let row = homes.count - 1
        try object { (reader, key) throws(JSONFault) in
            if key == "to" { return homes.setTarget(try reader.string(), at: row) }
            if key == "split" { return homes.setSplit(try reader.texts(), at: row) }
            guard let what = Price.What(rawValue: key) else { return try reader.skip() }
            let count = try reader.optional { (r) throws(JSONFault) in try r.int() }
            homes.setCount(what, count.map { .present($0) } ?? .absent, at: row)
        }
    }
}

extension Homes {
    fileprivate mutating func append(
        _ kind: Kind, _ name: String, _ ownID: String, _ pool: Int32, _ attributes: [Int32]
    ) {
        var name = name
        var ownID = ownID
        name.withUTF8 { name in
            ownID.withUTF8 { ownID in
                append(
                    kind: kind, name: UnsafeRawBufferPointer(name),
                    ownID: UnsafeRawBufferPointer(ownID), poolCode: pool,
                    attributeCodes: attributes)
            }
        }
    }
}
