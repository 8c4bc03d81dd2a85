/// Writes a snapshot as JSON, a line for each row. Columns of few texts stand once, rows have codes.

extension Snapshot {
    package func encoded() -> [UInt8] {
        let rows = observed.connections.reduce(0) { $0 + $1.homes.count }
        var writer = JSONWriter(.pretty, reserving: 4096 + rows * 240)
        writer.object { writer in
            writer.member("format", Self.format)
            writer.member("at", observed.at.rfc3339)
            writer.key("connections")
            writer.array { writer in
                for connection in observed.connections {
                    writer.connection(connection, capabilities[connection.name])
                }
            }
            writer.key("memory")
            writer.memory(memory)
        }
        writer.endOfFile()
        return writer.bytes
    }
}

extension JSONWriter {
    fileprivate mutating func connection(
        _ connection: ObservedConnection, _ capabilities: Capabilities?
    ) {
        object { writer in
            writer.member("name", connection.name)
            if let capabilities {
                writer.key("capabilities")
                writer.capabilities(capabilities)
            }
            writer.list("pools", connection.pools) { $0.observedPool($1) }
            writer.list("gaps", connection.gaps) { $0.gap($1) }
            writer.list("relations", connection.relations) { writer, relation in
                writer.array(.line) { writer in
                    writer.value("\(relation.resource)")
                    writer.value(relation.bond.rawValue)
                    writer.value("\(relation.other)")
                }
            }
            writer.list("notices", connection.notices) { $0.notice($1) }
            writer.homes(connection.homes)
        }
    }

    private mutating func notice(_ notice: Notice) {
        object(.line) { writer in
            writer.member("rule", notice.rule.rawValue)
            if let pool = notice.pool { writer.member("pool", pool) }
            writer.member("message", notice.message)
            writer.member("count", notice.count)
            writer.texts("examples", notice.examples.map(\.description))
            writer.member("hint", notice.hint)
        }
    }

    private mutating func observedPool(_ pool: ObservedPool) {
        object(.line) { writer in
            writer.member("fqdn", pool.fqdn)
            writer.key("product")
            writer.fact(pool.product.map(\.rawValue))
            writer.key("owner")
            writer.fact(pool.owner)
            writer.key("closed")
            writer.fact(pool.closed.map { $0 ? "yes" : "no" })
        }
    }

    /// A text, null for absent, the gap for unknown.
    private mutating func fact(_ fact: Fact<String>) {
        switch fact {
        case .present(let text): value(text)
        case .absent: null()
        case .unknown(let gap): self.gap(gap)
        }
    }

    private mutating func gap(_ gap: Gap) {
        object(.line) { writer in
            if let pool = gap.pool { writer.member("pool", pool) }
            if let kind = gap.kind { writer.member("kind", kind.name) }
            if let fact = gap.fact { writer.member("fact", fact) }
            writer.member("reason", gap.reason)
        }
    }

    package mutating func list<Element>(
        _ name: StaticString, _ elements: [Element],
        _ write: (inout JSONWriter, Element) -> Void
    ) {
        key(name)
        array { writer in for element in elements { write(&writer, element) } }
    }

    mutating func texts(_ name: StaticString, _ texts: [String]) {
        key(name)
        array(.line) { writer in for text in texts { writer.value(text) } }
    }
}

/// Rows of homes.
extension JSONWriter {
    private mutating func homes(_ homes: Homes) {
        column("poolColumn", homes.pools)
        let columns = homes.attributeNames.compactMap { name in
            homes.attribute(name).map { (name: name, column: $0) }
        }
        list("attributes", columns) { writer, attribute in
            writer.object { writer in
                writer.member("name", attribute.name)
                writer.column("column", attribute.column)
            }
        }
        key("homes")
        array { writer in
            for row in 0..<homes.count {
                writer.array(.line) { writer in
                    writer.value(homes.table.kind(at: row).name)
                    homes.table.withName(at: row) { writer.value($0) }
                    writer.ownID(homes, row)
                    writer.value(Int(homes.pools.code(at: row)))
                    for attribute in columns {
                        writer.value(Int(attribute.column.code(at: row)))
                    }
                    writer.rarities(homes, row)
                }
            }
        }
    }

    private mutating func column(_ name: StaticString, _ column: CodeColumn) {
        key(name)
        object { writer in
            writer.list("values", column.values) { $0.value($1) }
            writer.list("gaps", column.gaps) { $0.gap($1) }
        }
    }

    /// A text, null for absent, false for one that was not read.
    private mutating func ownID(_ homes: Homes, _ row: Int) {
        switch homes.ownID(at: row) {
        case .present(let id): value(id)
        case .absent: null()
        case .unknown: value(false)
        }
    }

    /// What few rows have: counts that prices rest on, a move in flight, a home on several pools.
    private mutating func rarities(_ homes: Homes, _ row: Int) {
        object(.line) { writer in
            switch homes.home(at: row) {
            case .present(.inFlight(_, let target)): writer.member("to", target)
            case .present(.split(let pools)): writer.texts("split", pools)
            default: break
            }
            for what in Price.What.allCases {
                switch homes.count(of: what, at: row) {
                case .present(let count): writer.count(what, count)
                case .absent: writer.count(what, nil)
                case .unknown: break
                }
            }
        }
    }

    private mutating func count(_ what: Price.What, _ count: Int?) {
        switch what {
        case .meetings: member("meetings", count)
        case .clients: member("clients", count)
        case .contacts: member("contacts", count)
        case .pins: member("pins", count)
        case .policies: member("policies", count)
        case .features: member("features", count)
        case .outage: member("outage", count)
        }
    }
}
