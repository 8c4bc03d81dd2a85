/// The files of one commit, as git lists them.

/// Every file of a commit by its path from the top of the repository.
struct CommitTree: Sendable {
    struct File: Hashable, Sendable {
        /// The id of the blob.
        var object: String
        var size: Int
        var isLink: Bool
    }

    private(set) var files: [String: File] = [:]
    /// Every folder that holds a file, at whatever depth.
    private(set) var folders: Set<String> = [""]

    /// Reads `ls-tree -r -l -z`: mode, type, object and size, a tab, the path, a zero byte. Submodules
    /// are no files of this repository.
    init(_ listing: [UInt8]) throws(GitError) {
        for line in listing.split(separator: 0) {
            guard let tab = line.firstIndex(of: UInt8(ascii: "\t")) else {
                throw .unreadable("git lists a tree in an unknown way")
            }
            let words = line[..<tab].split(separator: UInt8(ascii: " "))
                .map { String(decoding: $0, as: UTF8.self) }
            guard words.count == 4 else {
                throw .unreadable("git lists a tree in an unknown way")
            }
            guard words[1] == "blob" else { continue }
            guard let size = Int(words[3]) else {
                throw .unreadable("git does not tell how large \(words[2]) is")
            }
            let path = String(decoding: line[line.index(after: tab)...], as: UTF8.self)
            files[path] = File(object: words[2], size: size, isLink: words[0] == "120000")
            addFolders(above: path)
        }
    }

    private mutating func addFolders(above path: String) {
        var folder = path[...]
        while let slash = folder.lastIndex(of: "/") {
            folder = folder[..<slash]
            guard folders.insert(String(folder)).inserted else { return }
        }
    }

    /// Reads `cat-file --batch`: the object, its type and its size, a line feed, its bytes, a line feed.
    static func blobs(_ output: [UInt8]) throws(GitError) -> [String: [UInt8]] {
        var blobs: [String: [UInt8]] = [:]
        var rest = output[...]
        while let lineFeed = rest.firstIndex(of: UInt8(ascii: "\n")) {
            let words = rest[..<lineFeed].split(separator: UInt8(ascii: " "))
                .map { String(decoding: $0, as: UTF8.self) }
            rest = rest[rest.index(after: lineFeed)...]
            guard words.count == 3, words[1] == "blob", let size = Int(words[2]), size >= 0,
                rest.count > size
            else {
                throw .unreadable(
                    "the object \(words.first ?? "") of the repository is not in this clone")
            }
            blobs[words[0]] = Array(rest.prefix(size))
            rest = rest.dropFirst(size + 1)
        }
        return blobs
    }
}
