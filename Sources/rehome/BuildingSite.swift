/// The folder that a scaffold is put up in: what is there already stays as it is.

import Foundation
import Manifests
import Model
import Reporting
import Scaffold

struct BuildingSite {
    /// As the person named it.
    let name: String
    let folder: URL

    init(_ name: String) throws {
        self.name = name
        folder = URL(filePath: name, directoryHint: .isDirectory).standardizedFileURL
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: folder.path, isDirectory: &isFolder),
            !isFolder.boolValue
        {
            throw Complaint(
                "\(name) is a file", hint: "name the folder that is to hold the manifests")
        }
    }

    /// The work tree of Git that holds the folder: the folder itself, one above it, or none.
    var workTree: URL? {
        var candidate = folder.resolvingSymlinksInPath()
        while !Self.isThere(candidate.appending(path: ".git")) {
            let above = candidate.deletingLastPathComponent().standardizedFileURL
            guard above.path != candidate.path else { return nil }
            candidate = above
        }
        return candidate
    }

    /// Where the folder lies in its work tree; empty at the top of it, or without one.
    var pathInWorkTree: String {
        guard let top = workTree?.path else { return "" }
        let here = folder.resolvingSymlinksInPath().path
        return String(here.dropFirst(top.count).drop { $0 == "/" })
    }

    /// Manifests that a scaffold would not have written, some at most.
    func foreignManifests(beside scaffold: Scaffold) throws -> [String] {
        guard Self.isThere(folder) else { return [] }
        let ours = Set(scaffold.manifests.map(\.path))
        do throws(FileSourceError) {
            return try FolderSource(root: folder).manifestPaths(limit: 100_000)
                .filter { !ours.contains($0) }
        } catch {
            throw Complaint("\(name) cannot be searched for manifests: \(error.words)")
        }
    }

    /// What became of a file.
    enum Outcome {
        case written
        /// It was there, and is what would have been written.
        case same
        /// It was there, and stays.
        case left(before: String)
    }

    /// What writing a file would do.
    func outcome(of file: Scaffold.File) -> Outcome {
        let url = folder.appending(path: file.path)
        guard Self.isThere(url) else { return .written }
        let before = (try? Data(contentsOf: url)).map { String(decoding: $0, as: UTF8.self) }
        return before == file.text ? .same : .left(before: before ?? "")
    }

    /// Writes one file, and never over another.
    func write(_ file: Scaffold.File) throws {
        let url = folder.appending(path: file.path)
        do {
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(file.text.utf8).write(to: url, options: .withoutOverwriting)
            if file.isExecutable {
                try FileManager.default.setAttributes(
                    [.posixPermissions: 0o755], ofItemAtPath: url.path)
            }
        } catch {
            throw Complaint(
                "\(file.path) cannot be written: \(error.localizedDescription)",
                hint: "make room for it, and say the same again: what was written stays")
        }
    }

    /// Also where a symbolic link leads nowhere: it is not written through.
    private static func isThere(_ url: URL) -> Bool {
        (try? FileManager.default.attributesOfItem(atPath: url.path)) != nil
    }
}
