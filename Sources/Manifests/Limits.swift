/// Limits on what strangers may put into a repository.

/// Everything that could grow without end, and where it ends.
package struct Limits: Sendable {
    /// Manifests below the folder.
    package var files = 10_000
    /// Bytes of a manifest.
    package var manifestBytes = 64 << 20
    /// Bytes of a list file.
    package var listBytes = 256 << 20
    /// Bytes of one value.
    package var scalarBytes = 64 << 10
    /// Lists and mappings inside one another.
    package var nesting = 32
    /// Events of a document that are kept: those of anchored nodes, and a spec before its kind.
    package var keptEvents = 65_536
    package var keptBytes = 4 << 20
    /// Events that the aliases of a document bring back.
    package var aliasEvents = 65_536
    /// Entries of all documents; with the longest names their columns stay below 4 GiB.
    package var entries = 10_000_000
    /// Documents of all files.
    package var documents = 10_000
    /// Values in one condition of a selection.
    package var alternatives = 1000
    /// Files read, each as often as it is named, and their bytes together.
    package var readings = 100_000
    package var totalBytes = 4 << 30
    /// Diagnostics of one rule.
    package var diagnosticsPerRule = 1000
    /// Waves of one rollout; an entry's owner is rollout * 1000 + wave.
    package let waves = 1000

    package static let standard = Limits()
}
