/// The settings of an embedded connection, read and judged.

package import Adapters
package import Foundation
package import Model

/// What `settings` of a Connection with `adapter: embedded` say. Paths are relative to the manifest;
/// those that begin with `.rehome/` are relative to the folder of manifests.
package struct EmbeddedSettings: Sendable {
    package var estate: URL
    package var seeds: [Seed]
    package var faults: FaultSchedule
    /// How long a move is on its way.
    package var moveTakes: Duration
    /// How long a pool that joins takes nobody, because people are still being copied to it.
    package var replicationTakes: Duration

    /// Throws everything that is wrong with them.
    package init(of connection: Connection, root: URL) throws(DeploymentError) {
        var reader = Reader(connection: connection, root: root)
        estate = reader.estate()
        seeds = reader.seeds()
        faults = reader.faults()
        moveTakes = reader.span("moveTakes")
        replicationTakes = reader.span("replicationTakes")
        reader.judgeNames()
        if !reader.diagnostics.isEmpty { throw DeploymentError(reader.diagnostics) }
    }

    /// `50ms`, `30s`, `5m`, `72h`, `3d`
    package static func duration(_ text: String) -> Duration? {
        let digits = text.prefix { $0.isNumber }
        guard let count = Int64(digits), count <= 1_000_000_000 else { return nil }
        switch text.dropFirst(digits.count) {
        case "ms": return .milliseconds(count)
        case "s": return .seconds(count)
        case "m": return .seconds(count * 60)
        case "h": return .seconds(count * 3600)
        case "d": return .seconds(count * 86_400)
        default: return nil
        }
    }
}

extension DeploymentError {
    /// Whether only an estate file is at fault, and nothing that a person wrote.
    package var isUnusableFile: Bool { diagnostics.allSatisfy { $0.rule == "estate-unusable" } }
}

private struct Reader {
    let connection: Connection
    let root: URL
    var diagnostics: [Diagnostic] = []

    mutating func estate() -> URL {
        guard let setting = connection.settings["estate"] else {
            diagnostics.append(
                Diagnostic(
                    .error, rule: "embedded-settings",
                    "connection \(connection.name) does not say where its estate is",
                    at: connection.location,
                    hint: "add settings: {estate: .rehome/\(connection.name).db}"))
            return root
        }
        return text(setting, "estate").map { resolve($0, at: setting) } ?? root
    }

    mutating func seeds() -> [Seed] {
        guard let setting = connection.settings["seed"] else { return [] }
        return texts(setting, "seed").map { path, place in
            Seed(
                url: resolve(path, at: place), path: shown(path, at: place),
                location: place.location)
        }
    }

    mutating func faults() -> FaultSchedule {
        guard let setting = connection.settings["faults"] else { return FaultSchedule() }
        var faults: [FaultSchedule.Fault] = []
        for (line, place) in texts(setting, "faults") {
            if let fault = FaultSchedule.Fault(line) {
                faults.append(fault)
            } else {
                diagnostics.append(
                    Diagnostic(
                        .error, rule: "embedded-faults", "'\(line)' is no fault",
                        at: place.location,
                        hint: FaultSchedule.Fault.hint(for: line)))
            }
        }
        return FaultSchedule(faults)
    }

    mutating func span(_ name: String) -> Duration {
        guard let setting = connection.settings[name], let text = text(setting, name)
        else { return .zero }
        guard let time = EmbeddedSettings.duration(text) else {
            report(setting, "\(name) is '\(text)', not a span of time", "like 50ms, 30s, 5m, 72h")
            return .zero
        }
        return time
    }

    mutating func judgeNames() {
        for (name, setting) in connection.settings where !EmbeddedCatalog.settings.contains(name) {
            report(
                setting, "the embedded adapter has no setting '\(name)'",
                "its settings are \(EmbeddedCatalog.settings.joined(separator: ", "))")
        }
    }

    private mutating func text(_ setting: Setting, _ name: String) -> String? {
        if case .text(let text) = setting.value, !text.isEmpty { return text }
        report(setting, "\(name) is not a text", "write \(name): and one value")
        return nil
    }

    private mutating func texts(_ setting: Setting, _ name: String) -> [(String, Setting)] {
        switch setting.value {
        case .text(let text): return [(text, setting)]
        case .list(let items):
            return items.compactMap { item in
                if case .text(let text) = item.value { return (text, item) }
                report(item, "an item of \(name) is not a text", "write \(name): [one, another]")
                return nil
            }
        case .map, .secret:
            report(setting, "\(name) is not a list of texts", "write \(name): [one, another]")
            return []
        }
    }

    private mutating func report(_ setting: Setting, _ message: String, _ hint: String) {
        diagnostics.append(
            Diagnostic(
                .error, rule: "embedded-settings", message, at: setting.location, hint: hint))
    }

    private func resolve(_ path: String, at setting: Setting) -> URL {
        if path.hasPrefix("/") { return URL(filePath: path) }
        return root.appending(path: shown(path, at: setting)).standardizedFileURL
    }

    /// Relative to the folder of manifests.
    private func shown(_ path: String, at setting: Setting) -> String {
        let folder = setting.location.file.split(separator: "/").dropLast()
        if path.hasPrefix("/") || path.hasPrefix(".rehome/") || folder.isEmpty { return path }
        return folder.joined(separator: "/") + "/" + path
    }
}
