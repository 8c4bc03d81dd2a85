/// What the embedded deployment has to offer, known without a connection: attributes and settings.

import Adapters
package import Model

/// Declarations of the embedded adapter.
package enum EmbeddedCatalog {
    /// Settings of a connection, `docs/reference/embedded.md`.
    package static let settings = ["estate", "faults", "moveTakes", "replicationTakes", "seed"]

    /// Attributes to select by, in the spelling of their source.
    package static let attributes = FieldAttributes.all

    /// What a connection offers whose moves take so long.
    package static func capabilities(settles: Duration = .zero) -> Capabilities {
        var moves = FieldRules.all
        for index in moves.indices { moves[index].settles = settles }
        var able = Capabilities(
            performs: true, comparesAndSwaps: true, checksFencing: false, claims: true,
            endsWithRunner: true, selectableBy: attributes, moves: moves)
        able.probes = Set(Probe.Question.allCases)
        able.closesPools = true
        return able
    }

    package static let attributeNames = attributes.map(\.name)

    private static let places = Dictionary(
        uniqueKeysWithValues: attributeNames.enumerated().map { (Address.folded($1), $0) })

    /// Where an attribute stands in `attributeNames`; nil for one that is not declared.
    static func place(of name: String) -> Int? { places[Address.folded(name)] }

    /// The declared spelling of an attribute; nil for one that is not declared.
    static func spelling(of name: String) -> String? { place(of: name).map { attributeNames[$0] } }

    /// The places of the attributes that a kind can have, by the kind's raw value.
    static let placesOwned = Kind.allCases.map { kind in
        attributeNames.indices.filter { FieldAttributes.has(attributeNames[$0], kind) }
    }

    static func unreadGap(_ name: String, of kind: Kind) -> Gap {
        Gap(kind: kind, fact: name, reason: "the files that seeded the estate have no such column")
    }

    /// What an attribute is for a record that does not give it.
    static func unreadFact(_ name: String, of kind: Kind) -> Fact<String> {
        FieldAttributes.has(name, kind) ? .unknown(unreadGap(name, of: kind)) : .absent
    }
}
