/// What the inventory adapter has to offer, known without a connection.

import Adapters
import Model

/// Declarations of the inventory adapter.
package enum InventoryCatalog {
    /// Settings of a connection, `docs/reference/inventory.md`.
    package static let settings = ["files"]

    /// Attributes to select by, in the spelling of their source.
    package static let attributeNames = FieldAttributes.all.map(\.name)

    /// The field's rules for planning and review; it performs none of them.
    static let capabilities = Capabilities(
        performs: false, comparesAndSwaps: false, checksFencing: false, claims: false,
        endsWithRunner: true, selectableBy: FieldAttributes.all, moves: FieldRules.all)

    /// By folded name.
    static let attributes = Set(attributeNames.map(Address.folded))
}
