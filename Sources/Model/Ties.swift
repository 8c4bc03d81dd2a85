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

    /// Everybody who is bound to anybody, in groups that nothing binds to each other, each folded and in the
    /// order of names.
    package var groups: [[ResourceID]] {
        var passed: Set<ResourceID> = []
        var groups: [[ResourceID]] = []
        for root in bonds.keys.sorted(by: Self.isBefore) where !passed.contains(root) {
            let group = reached(from: root, without: nil)
            passed.formUnion(group)
            groups.append(group.sorted(by: Self.isBefore))
        }
        return groups
    }

    private func reached(from root: ResourceID, without gone: ResourceID?) -> Set<ResourceID> {
        var group: Set<ResourceID> = [root]
        var edge = [root]
        while let id = edge.popLast() {
            for (other, _) in neighbours(of: id) where other != gone {
                if group.insert(other).inserted { edge.append(other) }
            }
        }
        return group
    }

    /// A way along bonds from the first of a group, as long as the shortest way to whoever is farthest; at
    /// most eight people of it.
    package func chain(among people: [ResourceID]) -> [ResourceID] {
        guard let first = people.map({ $0.folded(by: folding) }).min(by: Self.isBefore) else {
            return []
        }
        var from: [ResourceID: ResourceID] = [:]
        var edge = [first]
        var last = first
        var passed: Set<ResourceID> = [first]
        while !edge.isEmpty {
            var next: [ResourceID] = []
            for id in edge {
                last = id
                for (other, _) in neighbours(of: id) where passed.insert(other).inserted {
                    from[other] = id
                    next.append(other)
                }
            }
            edge = next.sorted(by: Self.isBefore)
        }
        var chain = [last]
        while let before = from[chain[chain.count - 1]] { chain.append(before) }
        return Array(chain.reversed().prefix(8))
    }

    /// Of the ten with the most bonds the one without whom a group falls into the smallest parts, and how
    /// large the largest is then; nil where it stays one.
    package func split(of people: [ResourceID]) -> (person: ResourceID, largest: Int)? {
        let all = Set(people.map { $0.folded(by: folding) })
        let busiest = all.sorted { one, other in
            let (left, right) = (bonds[one]?.count ?? 0, bonds[other]?.count ?? 0)
            return left != right ? left > right : Self.isBefore(one, other)
        }.prefix(10)
        var best: (person: ResourceID, largest: Int)?
        for person in busiest {
            var rest = all.subtracting([person])
            var largest = 0
            while let root = rest.min(by: Self.isBefore) {
                let part = reached(from: root, without: person).intersection(rest)
                largest = max(largest, part.count)
                rest.subtract(part)
            }
            if largest < all.count - 1, largest < best?.largest ?? Int.max {
                best = (person, largest)
            }
        }
        return best
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
