/// What adapters saw: the value in which `Adapters` meets `Planning`.

/// Every connection of the estate, as it was seen.
package struct ObservedState: Sendable {
    /// In the order of their names.
    package var connections: [ObservedConnection]
    /// When the last of them had been read.
    package var at: Instant

    package init(connections: [ObservedConnection], at: Instant) {
        self.connections = connections
        self.at = at
    }

    /// The same world, with names compared in another way.
    package func compared(by folding: Folding) -> ObservedState {
        var state = self
        for index in connections.indices {
            state.connections[index].homes = connections[index].homes.compared(by: folding)
        }
        return state
    }

    package func connection(named name: String) -> ObservedConnection? {
        connections.first { $0.name == name }
    }
}

/// One deployment: its pools, its resources, and what of it could not be seen.
package struct ObservedConnection: Sendable {
    package var name: String
    package var pools: [ObservedPool]
    package var homes: Homes
    /// Who is bound to whom. Without a gap about `relations` these are all there are.
    package var relations: [Relation]
    /// What is not covered by a gap was read completely.
    package var gaps: [Gap]
    /// What a person should know beside homes.
    package var notices: [Notice] = []
    /// From where its adapter can say what changed; nil where it cannot.
    package var mark: String?

    package init(
        name: String, pools: [ObservedPool], homes: Homes, relations: [Relation] = [], gaps: [Gap]
    ) {
        self.name = name
        self.pools = pools
        self.homes = homes
        self.relations = relations
        self.gaps = gaps
    }

    /// Whether a resource of this kind that was not seen is known not to be there: everything that
    /// could hold it was read completely.
    package func isComplete(kind: Kind) -> Bool { firstGap(kind: kind) == nil }

    /// The first gap in which a resource of this kind may hide.
    package func firstGap(kind: Kind) -> Gap? {
        gaps.first { ($0.kind == nil || $0.kind == kind) && ($0.fact == nil || $0.fact == "home") }
    }
}

/// A pool as its deployment shows it.
package struct ObservedPool: Hashable, Sendable {
    package var fqdn: String
    package var product: Fact<Product>
    /// The estate that claims the pool, where the adapter can store a claim.
    package var owner: Fact<String>
    /// Whether the deployment takes nobody in; absent where its product knows no such thing.
    package var closed: Fact<Bool>

    package init(
        fqdn: String, product: Fact<Product>, owner: Fact<String> = .absent,
        closed: Fact<Bool> = .absent
    ) {
        self.fqdn = fqdn
        self.product = product
        self.owner = owner
        self.closed = closed
    }
}

/// Somebody who works with somebody else and wants to move together with him.
package struct Relation: Hashable, Sendable {
    package enum Bond: String, Hashable, Sendable, CaseIterable {
        /// Answers and places calls for the other one.
        case delegate
        /// Shares a line with the other one.
        case sharedLine = "shared-line"
    }

    package var resource: ResourceID
    package var bond: Bond
    package var other: ResourceID

    package init(_ resource: ResourceID, _ bond: Bond, of other: ResourceID) {
        self.resource = resource
        self.bond = bond
        self.other = other
    }
}
