/// Where manifests and list files come from: a folder, the tree of a commit, or a test.

/// Gives out files by paths relative to the folder of manifests. Nothing that it gives out lies outside
/// the repository, whatever a path or a symbolic link says.
package protocol FileSource: Sendable {
    /// All manifests below the folder, sorted: `*.yaml` and `*.yml`, nothing whose name begins with a
    /// dot, and nothing below such a folder. More than `limit` of them are an error.
    func manifestPaths(limit: Int) throws(FileSourceError) -> [String]

    /// The bytes of a file; the path is relative to the folder and may lead above it with `..`.
    func read(_ path: String, limit: Int) throws(FileSourceError) -> [UInt8]

    /// The commit, where the files are exactly those of one.
    var revision: String? { get }
}

/// Why a file cannot be had.
package enum FileSourceError: Error, Hashable, Sendable {
    case absent
    case unreadable(String)
    case tooLarge(limit: Int)
    case outsideRepository
    case notAFile
    case tooMany(limit: Int)
    case beyondTotal

    /// What follows "the file ".
    package var words: String {
        switch self {
        case .absent: "is not there"
        case .unreadable(let why): "cannot be read: \(why)"
        case .tooLarge(let limit): "is larger than \(limit) bytes"
        case .outsideRepository: "lies outside the repository"
        case .notAFile: "is not a regular file"
        case .tooMany(let limit): "is one of more than \(limit)"
        case .beyondTotal: "comes after more files, or more bytes, than are read in all"
        }
    }
}

/// Files in memory, for tests.
package struct MemoryFileSource: FileSource {
    package var files: [String: [UInt8]]
    package var revision: String?

    package init(_ files: [String: String], revision: String? = nil) {
        self.files = files.mapValues { Array($0.utf8) }
        self.revision = revision
    }

    package func manifestPaths(limit: Int) throws(FileSourceError) -> [String] {
        let paths = files.keys.filter(ManifestPath.isListed)
        guard paths.count <= limit else { throw .tooMany(limit: limit) }
        return paths.sorted()
    }

    package func read(_ path: String, limit: Int) throws(FileSourceError) -> [UInt8] {
        guard !path.hasPrefix("../"), path != "..", !path.hasPrefix("/") else {
            throw .outsideRepository
        }
        guard let bytes = files[path] else { throw .absent }
        guard bytes.count <= limit else { throw .tooLarge(limit: limit) }
        return bytes
    }
}

/// Paths as manifests write them.
package enum ManifestPath {
    /// Whether a path below the folder is that of a manifest: not below what begins with a dot.
    package static func isListed(_ path: String) -> Bool {
        isManifest(path) && !path.split(separator: "/").contains { $0.hasPrefix(".") }
    }

    static func isManifest(_ name: String) -> Bool {
        name.hasSuffix(".yaml") || name.hasSuffix(".yml")
    }

    /// A path relative to the folder of manifests: `.rehome/...` is so already, all others are relative
    /// to the manifest that writes them. Leading `..` stay; an absolute path stays absolute.
    static func resolve(_ written: String, from manifest: String) -> String {
        guard !written.hasPrefix("/") else { return written }
        var parts: [Substring] = []
        if !written.hasPrefix(".rehome/") { parts = manifest.split(separator: "/").dropLast() }
        for part in written.split(separator: "/") where part != "." {
            if part == "..", let last = parts.last, last != ".." {
                parts.removeLast()
            } else {
                parts.append(part)
            }
        }
        return parts.joined(separator: "/")
    }
}
