/// What the adapter for Kamailio has to offer, known without a connection.

import Adapters
package import Model

package enum KamailioCatalog {
    static let domain = "Domain"

    /// Attributes to select by.
    package static let attributes = [
        Capabilities.Attribute(name: domain, source: "usr_preferences, column domain")
    ]

    /// What the database of the fronts wants beside Kamailio's own tables, to be run once by who owns it:
    /// one home for each user, indexes for pages and for counting, and a place for the owners of pools.
    ///
    /// - Parameter attribute: The `attribute` of `usr_preferences` that holds homes.
    /// - Returns: Statements that may be run again.
    package static func preparation(attribute: String) -> String {
        let quoted = "'" + attribute.replacing("'", with: "''") + "'"
        return """
            -- One home for each user: of two rows nobody could say which counts.
            CREATE UNIQUE INDEX IF NOT EXISTS rehome_one_home
                ON usr_preferences (username, domain) WHERE attribute = \(quoted);
            -- Pages of all homes, each from where the last one ended.
            CREATE INDEX IF NOT EXISTS rehome_homes
                ON usr_preferences (attribute, username, domain, id);
            -- Who still lives on a pool.
            CREATE INDEX IF NOT EXISTS rehome_residents
                ON usr_preferences (value) WHERE attribute = \(quoted);
            -- Whose a pool is.
            CREATE TABLE IF NOT EXISTS rehome_owners (
                setid integer PRIMARY KEY, owner text NOT NULL);

            """
    }

    static func capabilities(claims: Bool) -> Capabilities {
        Capabilities(
            performs: true, comparesAndSwaps: true, checksFencing: false, claims: claims,
            endsWithRunner: true, selectableBy: attributes, moves: [move])
    }

    /// One statement moves a thousand users as fast as one (`docs/reference/kamailio.md`, "How fast").
    private static let batch = 1000

    private static let move = MoveRule(
        kind: .user, from: [.kamailio], to: [.kamailio], means: .adapter, grain: .each, after: [],
        costs: [], costsBack: [], reversal: .free, batch: batch, settles: .zero, repeatable: true,
        source: "UPDATE usr_preferences")
}
