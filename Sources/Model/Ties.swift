/// Who is bound to whom, directly or through others.

/// The relations of an estate, by who stands in them. Names are compared as the field does.
package struct Ties: Hashable, Sendable {
    private var bonds: [ResourceID: [Relation]] = [:]

    package init(_ relations: [Relation] = []) {
        for relation in relations where relation.resource.folded != relation.other.folded {
            bonds[relation.resource.folded, default: []].append(relation)
            bonds[relation.other.folded, default: []].append(relation)
        }
    }

    package var isEmpty: Bool { bonds.isEmpty }

    /// Everybody who is bound to one of these, directly or through others, and is none of them: by
    /// folded name, with whom he is bound to on the way there. The same for any order of `ids`.
    package func bound(to ids: some Sequence<ResourceID>) -> [ResourceID: ResourceID] {
        if isEmpty { return [:] }
        let start = Set(ids.map(\.folded))
        var found: [ResourceID: ResourceID] = [:]
        var edge = start.filter { bonds[$0] != nil }.sorted(by: Self.isBefore)
        while !edge.isEmpty {
            var next: [ResourceID] = []
            for id in edge {
                for relation in bonds[id] ?? [] {
                    let isFirst = relation.resource.folded == id
                    let other = (isFirst ? relation.other : relation.resource).folded
                    guard !start.contains(other), found[other] == nil else { continue }
                    found[other] = isFirst ? relation.resource : relation.other
                    next.append(other)
                }
            }
            edge = next.sorted(by: Self.isBefore)
        }
        return found
    }

    private static func isBefore(_ one: ResourceID, _ other: ResourceID) -> Bool {
        (one.kind.rawValue, one.name) < (other.kind.rawValue, other.name)
    }
}
