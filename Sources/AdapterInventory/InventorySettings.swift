/// The settings of an inventory connection, read and judged.

import Adapters
import Model

/// What `settings` of a Connection with `adapter: inventory` say.
struct InventorySettings {
    /// One export.
    struct File {
        /// Relative to the folder of manifests.
        var path: String
        /// Where the manifest names it.
        var location: SourceLocation
    }

    var files: [File] = []

    /// Throws everything that is wrong with them.
    init(of connection: Connection) throws(DeploymentError) {
        var wrong: [Diagnostic] = []
        func report(_ message: String, _ location: SourceLocation, _ hint: String) {
            wrong.append(
                Diagnostic(
                    .error, rule: "inventory-settings", message, at: location, hint: hint))
        }
        let example = "add settings: {files: [inventory/users.csv]}"
        for (name, setting) in connection.settings
        where !InventoryCatalog.settings.contains(name) {
            report(
                "the inventory adapter has no setting '\(name)'", setting.location,
                "its setting is files: [...]")
        }
        switch connection.settings["files"]?.value {
        case .list(let items) where !items.isEmpty:
            for item in items {
                if case .text(let path) = item.value, !path.isEmpty {
                    files.append(
                        File(path: Self.resolved(path, item.location), location: item.location))
                } else {
                    report("an item of files is not a path", item.location, example)
                }
            }
        case nil:
            report(
                "connection \(connection.name) does not say which files it reads",
                connection.location, example)
        default:
            report(
                "files is not a list of paths",
                connection.settings["files"]?.location ?? connection.location, example)
        }
        if !wrong.isEmpty { throw DeploymentError(wrong) }
    }

    /// A path as written is relative to the manifest, `.rehome/...` to the folder of manifests.
    private static func resolved(_ path: String, _ location: SourceLocation) -> String {
        let folder = location.file.split(separator: "/").dropLast()
        if path.hasPrefix("/") || path.hasPrefix(".rehome/") || folder.isEmpty { return path }
        return folder.joined(separator: "/") + "/" + path
    }
}
