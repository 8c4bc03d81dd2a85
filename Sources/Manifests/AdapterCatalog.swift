/// What is known of adapters before any of them is started.

package import Model

/// Which adapters there are, what each can select by, which settings it reads and which names its
/// deployments take for one, so that `validate` needs no connection.
package struct AdapterCatalog: Sendable {
    package struct Entry: Sendable {
        /// Attributes to select by, in the spelling of their source.
        package var attributes: [String]
        package var settings: [String]
        /// Settings that must be references to secrets.
        package var secretSettings: Set<String>
        /// How deployments compare names of resources.
        package var folding: Folding
        /// All that is wrong with the settings of a connection, beyond their names. Starts nothing.
        package var judge: @Sendable (Connection) -> [Diagnostic]

        package init(
            attributes: [String], settings: [String], secretSettings: Set<String> = [],
            folding: Folding,
            judge: @escaping @Sendable (Connection) -> [Diagnostic] = { _ in [] }
        ) {
            self.attributes = attributes
            self.settings = settings
            self.secretSettings = secretSettings
            self.folding = folding
            self.judge = judge
        }
    }

    /// By the name that a Connection gives as `adapter`.
    package var entries: [String: Entry]

    package init(_ entries: [String: Entry]) { self.entries = entries }
}
