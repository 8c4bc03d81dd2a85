/// What changed since homes were read: taken into them, without reading all again.

extension Homes {
    /// Takes rows that changed: who is known has the home and the attributes of the page from now on, and
    /// keeps his own id and his counts; who is new is added. The attribute columns are the same.
    package mutating func take(changes page: Homes) {
        precondition(
            page.attributeNames == attributeNames, "changes have the columns of what they change")
        var fresh = Homes(comparedBy: table.folding)
        fresh.declare(attributes: attributeNames)
        for changed in 0..<page.count {
            guard let row = table.row(matching: page.table, at: changed) else {
                fresh.append(page.resource(at: changed))
                continue
            }
            pools.replace(at: row, with: page.pools[changed])
            targets[row] = page.targets[changed]
            splits[row] = page.splits[changed]
            for name in attributeNames {
                guard let fact = page.attributes[name]?[changed] else { continue }
                attributes[name]?.replace(at: row, with: fact)
            }
        }
        append(contentsOf: fresh)
    }

    /// Gives a row one pool as its home, whatever it had.
    package mutating func rehome(at row: Int, to pool: String) {
        pools.replace(at: row, with: .present(pool))
        targets[row] = nil
        splits[row] = nil
    }

    /// A row as its adapter would say it, without counts.
    private func resource(at row: Int) -> ObservedResource {
        var facts: [String: Fact<String>] = [:]
        for name in attributeNames { facts[name] = attributes[name]?[row] }
        return ObservedResource(
            id: table[row], ownID: ownID(at: row), home: home(at: row), attributes: facts)
    }
}
