/// What is known of adapters before any of them is started.

/// Which adapters there are, what each can select by and which settings it reads, so that `validate`
/// needs no connection.
package struct AdapterCatalog: Sendable {
    package struct Entry: Sendable {
        /// Attributes to select by, in the spelling of their source.
        package var attributes: [String]
        package var settings: [String]
        /// Settings that must be references to secrets.
        package var secretSettings: Set<String>

        package init(
            attributes: [String], settings: [String], secretSettings: Set<String> = []
        ) {
            self.attributes = attributes
            self.settings = settings
            self.secretSettings = secretSettings
        }
    }

    /// By the name that a Connection gives as `adapter`.
    package var entries: [String: Entry]

    package init(_ entries: [String: Entry]) { self.entries = entries }
}
