/// Who is bound to whom, directly or through others.

/// The relations of an estate, by who stands in them.
package struct Ties: Hashable, Sendable {
    private var bonds: [ResourceID: [Relation]] = [:]
    private let folding: Folding

    package init(_ relations: [Relation] = [], comparedBy folding: Folding) {
        self.folding = folding
        for relation in relations {
            let one = relation.resource.folded(by: folding)
            let other = relation.other.folded(by: folding)
            guard one != other else { continue }
            bonds[one, default: []].append(relation)
            bonds[other, default: []].append(relation)
        }
    }

    package var isEmpty: Bool { bonds.isEmpty }

    /// How somebody is bound to one of those who were asked about.
    package struct Bond: Hashable, Sendable {
        /// To whom he is bound on the way there.
        package var neighbour: ResourceID
        /// The one who was asked about, folded: where several are reached, the first by name.
        package var root: ResourceID
    }

    /// Everybody who is bound to one of these, directly or through others, and is none of them, by folded
    /// name. The same for any order of `ids`, and each relation is followed once.
    package func bound(to ids: some Sequence<ResourceID>) -> [ResourceID: Bond] {
        if isEmpty { return [:] }
        let roots = Set(ids.map { $0.folded(by: folding) })
        var found: [ResourceID: Bond] = [:]
        var passed: Set<ResourceID> = []
        for root in roots.sorted(by: Self.isBefore) where bonds[root] != nil {
            // What was reached from an earlier root was followed to its end: nothing new lies behind it.
            var edge = passed.insert(root).inserted ? [root] : []
            while !edge.isEmpty {
                var next: [ResourceID] = []
                for id in edge {
                    for (other, neighbour) in neighbours(of: id)
                    where passed.insert(other).inserted {
                        if !roots.contains(other) {
                            found[other] = Bond(neighbour: neighbour, root: root)
                        }
                        next.append(other)
                    }
                }
                edge = next.sorted(by: Self.isBefore)
            }
        }
        return found
    }

    /// Folded, each with this one as its relation writes it.
    private func neighbours(of id: ResourceID) -> [(ResourceID, ResourceID)] {
        (bonds[id] ?? []).map { relation in
            relation.resource.folded(by: folding) == id
                ? (relation.other.folded(by: folding), relation.resource)
                : (relation.resource.folded(by: folding), relation.other)
        }
    }

    private static func isBefore(_ one: ResourceID, _ other: ResourceID) -> Bool {
        (one.kind.rawValue, one.name) < (other.kind.rawValue, other.name)
    }
}
