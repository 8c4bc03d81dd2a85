/// Manifests as they would be after an edit, read like any others.

package import Model

/// A file source with some files changed or added: what was edited is judged by loading it.
package struct EditedSource: FileSource {
    private let base: any FileSource
    private let edits: [String: [UInt8]]

    package init(_ base: any FileSource, edits: [FileEdit]) {
        self.base = base
        self.edits = Dictionary(
            edits.map { ($0.path, Array($0.after.utf8)) }, uniquingKeysWith: { _, last in last })
    }

    /// What is edited is no commit.
    package var revision: String? { nil }

    package func manifestPaths(limit: Int) throws(FileSourceError) -> [String] {
        let paths = try base.manifestPaths(limit: limit)
        let added = edits.keys.filter { !paths.contains($0) && ManifestPath.isManifest($0) }
        guard paths.count + added.count <= limit else { throw .tooMany(limit: limit) }
        return (paths + added).sorted()
    }

    package func read(_ path: String, limit: Int) throws(FileSourceError) -> [UInt8] {
        guard let bytes = edits[path] else { return try base.read(path, limit: limit) }
        guard bytes.count <= limit else { throw .tooLarge(limit: limit) }
        return bytes
    }
}
