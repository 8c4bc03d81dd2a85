/// Manifests as a commit has them, read from Git's objects: there is no second checkout.

package import Manifests
import Synchronization

/// The files of one commit, seen from a folder. Links are followed inside the commit, as a folder's are
/// inside its work tree.
package struct CommitSource: FileSource {
    private let tree: CommitTree
    /// Empty, or ending in `/`.
    private let folder: String
    private var blobs: [String: [UInt8]] = [:]
    private let wanted = Wanted()
    package let revision: String?

    /// What was asked for and is not at hand.
    private final class Wanted: Sendable {
        let files = Mutex<Set<CommitTree.File>>([])
    }

    init(tree: CommitTree, folder: String, revision: String) {
        self.tree = tree
        self.folder = folder
        self.revision = revision
    }

    /// What was asked for since the last call, in an order that does not change.
    func takeWanted() -> [CommitTree.File] {
        wanted.files.withLock { files in
            defer { files = [] }
            return files.sorted { $0.object < $1.object }
        }
    }

    mutating func add(_ more: [String: [UInt8]]) {
        blobs.merge(more, uniquingKeysWith: { _, last in last })
    }

    package func manifestPaths(limit: Int) throws(FileSourceError) -> [String] {
        guard folder.isEmpty || tree.folders.contains(String(folder.dropLast())) else {
            throw .absent
        }
        let paths = tree.files.keys.filter { $0.hasPrefix(folder) }
            .map { String($0.dropFirst(folder.count)) }.filter(ManifestPath.isListed)
        guard paths.count <= limit else { throw .tooMany(limit: limit) }
        return paths.sorted()
    }

    package func read(_ path: String, limit: Int) throws(FileSourceError) -> [UInt8] {
        guard !path.hasPrefix("/"), !path.utf8.contains(0) else { throw .outsideRepository }
        let real = try resolved(folder + path)
        guard let file = tree.files[real] else {
            throw tree.folders.contains(real) ? .notAFile : .absent
        }
        guard file.size <= limit else { throw .tooLarge(limit: limit) }
        return try bytes(of: file)
    }

    private func bytes(of file: CommitTree.File) throws(FileSourceError) -> [UInt8] {
        if let bytes = blobs[file.object] { return bytes }
        wanted.files.withLock { _ = $0.insert(file) }
        throw .absent
    }
}

extension CommitSource {
    /// Longer than any path, so that it is a link's no more than a loop's.
    private static let linkBytesMax = 4096
    private static let linksMax = 40

    /// The path from the top of the repository, without `.`, `..` and links.
    private func resolved(_ path: String) throws(FileSourceError) -> String {
        var done: [Substring] = []
        var rest = path.split(separator: "/")
        var links = 0
        while !rest.isEmpty {
            let part = rest.removeFirst()
            if part == "." { continue }
            if part == ".." {
                guard done.popLast() != nil else { throw .outsideRepository }
                continue
            }
            let here = (done + [part]).joined(separator: "/")
            guard let file = tree.files[here], file.isLink else {
                done.append(part)
                continue
            }
            links += 1
            guard links <= Self.linksMax, file.size <= Self.linkBytesMax else {
                throw .outsideRepository
            }
            let target = String(decoding: try bytes(of: file), as: UTF8.self)
            guard !target.hasPrefix("/") else { throw .outsideRepository }
            rest = target.split(separator: "/") + rest
        }
        return done.joined(separator: "/")
    }
}
