/// Manifests in a folder of the file system.

package import Foundation

/// The folder that a person named. Its repository is the Git work tree that holds it, else the folder
/// itself. Symbolic links to files are followed as long as they stay inside, links to folders are not.
package struct FolderSource: FileSource {
    package let revision: String?
    private let root: String
    private let boundary: String

    /// The revision is the caller's to find out: nil where the folder is not a clean work tree.
    package init(root: URL, revision: String? = nil) {
        self.revision = revision
        let path = root.path(percentEncoded: false)
        self.root = Self.resolved(path) ?? path
        boundary = Self.workTree(holding: self.root) ?? self.root
    }

    package func manifestPaths(limit: Int) throws(FileSourceError) -> [String] {
        var found: [String] = []
        var folders = [""]
        while let folder = folders.popLast() {
            for name in try names(in: folder) where !name.hasPrefix(".") {
                let path = folder.isEmpty ? name : "\(folder)/\(name)"
                var status = stat()
                guard lstat("\(root)/\(path)", &status) == 0 else { continue }
                switch status.st_mode & S_IFMT {
                case S_IFDIR: folders.append(path)
                default: if ManifestPath.isManifest(name) { found.append(path) }
                }
                guard found.count + folders.count <= limit else { throw .tooMany(limit: limit) }
            }
        }
        return found.sorted()
    }

    package func read(_ path: String, limit: Int) throws(FileSourceError) -> [UInt8] {
        guard !path.hasPrefix("/"), !path.utf8.contains(0) else { throw .outsideRepository }
        let full = Self.joined(root, path)
        guard Self.holds(boundary, full) else { throw .outsideRepository }
        guard let real = Self.resolved(full) else { throw errno == ENOENT ? .absent : .failed() }
        guard Self.holds(boundary, real) else { throw .outsideRepository }
        let file = open(real, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else { throw .failed() }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw .failed() }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notAFile }
        guard status.st_size <= limit else { throw .tooLarge(limit: limit) }
        return try Self.bytes(of: file, expecting: Int(status.st_size), limit: limit)
    }

    /// Whether a file is reached through the repository: it lies there, or a symbolic link on the way to it
    /// does. Who may change the repository could change such a file, or what it is.
    ///
    /// - Parameter path: An absolute path, of something that need not be there.
    /// - Returns: Whether the file, or any link on the way to it, is within the repository.
    package func leadsThrough(_ path: String) -> Bool {
        var left = Array(path.split(separator: "/").map(String.init).reversed())
        var here = ""
        var links = 0
        while let part = left.popLast() {
            if part == "." { continue }
            if part == ".." {
                here = here.split(separator: "/").dropLast().map { "/\($0)" }.joined()
                continue
            }
            here += "/\(part)"
            guard let target = Self.target(of: here) else { continue }
            if Self.holds(boundary, here) { return true }
            links += 1
            // Links that never end lead nowhere: opening the file says so.
            guard links <= 40 else { return false }
            left += target.split(separator: "/").map(String.init).reversed()
            here =
                target.hasPrefix("/")
                ? "" : here.split(separator: "/").dropLast().map { "/\($0)" }.joined()
        }
        return Self.holds(boundary, here)
    }

    /// What a symbolic link says; nil where there is none.
    private static func target(of path: String) -> String? {
        let longest = Int(PATH_MAX)
        var count = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: longest) { buffer, filled in
            count = buffer.withMemoryRebound(to: CChar.self) { buffer in
                buffer.baseAddress.map { readlink(path, $0, longest) } ?? -1
            }
            filled = max(0, count)
        }
        return count < 0 ? nil : String(decoding: bytes, as: UTF8.self)
    }

    private func names(in folder: String) throws(FileSourceError) -> [String] {
        let path = Self.joined(root, folder)
        guard let stream = opendir(path) else { throw errno == ENOENT ? .absent : .failed() }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            names.append(
                withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                })
        }
        return names
    }
}

extension FolderSource {
    private static func bytes(
        of file: Int32, expecting size: Int, limit: Int
    ) throws(FileSourceError) -> [UInt8] {
        var result: [UInt8] = []
        var capacity = size + 1
        var isAtEnd = false
        while !isAtEnd {
            var count = 0
            let chunk = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, filled in
                count = Foundation.read(file, buffer.baseAddress, capacity)
                filled = max(0, count)
            }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw .failed() }
            isAtEnd = count == 0
            if result.isEmpty { result = chunk } else { result.append(contentsOf: chunk) }
            guard result.count <= limit else { throw .tooLarge(limit: limit) }
            capacity = 1 << 16
        }
        return result
    }

    /// The path without symbolic links; nil, with `errno` set, when there is nothing.
    private static func resolved(_ path: String) -> String? {
        guard let real = realpath(path, nil) else { return nil }
        defer { free(real) }
        return String(cString: real)
    }

    private static func workTree(holding folder: String) -> String? {
        var parts = folder.split(separator: "/")
        while true {
            let candidate = "/" + parts.joined(separator: "/")
            var status = stat()
            if lstat(joined(candidate, ".git"), &status) == 0 { return candidate }
            if parts.isEmpty { return nil }
            parts.removeLast()
        }
    }

    /// Joins and removes `..` by the text alone.
    private static func joined(_ root: String, _ path: String) -> String {
        var parts = root.split(separator: "/")
        for part in path.split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        return "/" + parts.joined(separator: "/")
    }

    private static func holds(_ folder: String, _ path: String) -> Bool {
        path == folder || path.hasPrefix(folder == "/" ? "/" : folder + "/")
    }
}

extension FileSourceError {
    /// What the last system call left in `errno`.
    fileprivate static func failed() -> FileSourceError {
        switch errno {
        case ENOENT, ENOTDIR: .absent
        case ELOOP: .outsideRepository
        case let code: .unreadable(String(cString: strerror(code)).lowercased())
        }
    }
}
