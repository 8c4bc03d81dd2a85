import ArgumentParser
import Foundation
import Model
import Reconciliation
import Reporting

struct ExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Writes manifests of what is there: the first commit of a new user.",
        discussion: """
            Everybody on a declared pool gets an entry in a baseline placement, grouped by site and \
            pool, with long lists in files. A plan of it moves nobody. Files that exist are left alone.

            example:
              rehome export manifests/contoso --into today
            """)

    @Argument(help: ArgumentHelp("The folder of manifests.", valueName: "dir"))
    var folder: String = "."

    @Option(
        help: ArgumentHelp("Where the files go, below the folder of manifests.", valueName: "name"))
    var into: String = "today"

    func validate() throws {
        let parts = into.split(separator: "/", omittingEmptySubsequences: false)
        guard !parts.contains(where: { $0.isEmpty || $0.hasPrefix(".") }) else {
            throw ValidationError(
                "--into names a folder below the manifests, and none that begins with a dot")
        }
    }

    func run() async throws {
        try await telling {
            let workspace = try await Workspace(folder)
            let desired = try await workspace.load()
            let export = try await workspace.reconciler.export(desired, into: into)
            let root = URL(filePath: folder, directoryHint: .isDirectory)
            let files = export.edits.map { (root.appending(path: $0.path), $0.after) }
            if let there = files.first(where: { FileManager.default.fileExists(atPath: $0.0.path) })
            {
                throw Complaint(
                    "\(there.0.relativePath) is there already",
                    hint: "name another folder with --into, or take the old files away")
            }
            for (file, text) in files {
                do {
                    try FileManager.default.createDirectory(
                        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
                    try Data(text.utf8).write(to: file, options: .atomic)
                } catch {
                    throw Complaint(
                        "\(file.relativePath) cannot be written: \(error.localizedDescription)")
                }
            }
            Console.result(
                ExportText.render(
                    export, folder: folder, width: Console.width, style: Console.style))
        }
    }
}
