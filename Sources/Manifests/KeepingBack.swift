/// The change of the manifests that keeps the next reconcile from going forward again.

package import Model

/// Writes into manifests that somebody is to stay where he was taken back to.
///
/// Rollouts are let go less far. Who goes in none is left out by an exception: all of them stand in one list,
/// which each placement concerned names. Each edit is made in the text as
/// it stands, and loaded before the next.
package struct KeepingBack {
    /// The list of all who are left out, beside the manifests.
    package static let fileName = "taken-back.txt"

    private var desired: DesiredState
    private let source: any FileSource
    private let load: (any FileSource) -> Loaded
    private var files: [String: (before: String?, after: String)] = [:]
    /// What a person has to write.
    package private(set) var byHand: [String] = []

    package init(
        _ desired: DesiredState, _ source: any FileSource,
        load: @escaping (any FileSource) -> Loaded
    ) {
        self.desired = desired
        self.source = source
        self.load = load
    }

    /// What is changed, by path.
    package var edits: [FileEdit] {
        files.sorted { $0.key < $1.key }.compactMap { path, text in
            guard text.before != text.after else { return nil }
            return FileEdit(path: path, before: text.before, after: text.after)
        }
    }

    /// Lets a rollout go only up to a wave, or `Rollout.nowhere`, in its own words `upTo: WAVE`.
    package mutating func lower(_ rollout: String, to wave: String) {
        guard let declared = desired.rollouts.first(where: { $0.name == rollout }),
            declared.upTo != wave
        else { return }
        let isDone = attempt(declared.location) { text, line in
            text.setValue("upTo", to: YAMLScalar.quoted(wave), before: "waves", ofDocumentAt: line)
        } holds: { after in
            after.rollouts.first { $0.name == rollout }?.upTo == wave
        }
        if !isDone {
            byHand.append("in the rollout \(rollout) at \(declared.location): upTo: \(wave)")
        }
    }

    /// Leaves resources out of placements, by name.
    package mutating func leaveOut(_ resources: [String: [ResourceID]]) {
        let placements = desired.placements.map(\.name).filter { resources[$0]?.isEmpty == false }
        guard !placements.isEmpty else { return }
        let all = placements.flatMap { resources[$0] ?? [] }
        addNames(all.filter(BaselineExport.canName))
        for resource in all where !BaselineExport.canName(resource) {
            byHand.append("no list can hold the name of \(resource): leave it out by a selection")
        }
        for placement in placements { nameList(in: placement) }
    }

    private mutating func addNames(_ resources: [ResourceID]) {
        let before = text(of: Self.fileName)
        var lines = (before ?? "").split(separator: "\n").map(String.init)
        if before == nil {
            lines = [
                "# Written by rehome rollback: who was taken back, and is not asked for any more."
            ]
        }
        let known = Set(lines)
        let names = Set(resources.map(Self.line))
        lines += names.subtracting(known).sorted()
        files[Self.fileName] = (before, lines.joined(separator: "\n") + "\n")
    }

    /// A line of a list file that reads back as the same resource.
    private static func line(_ resource: ResourceID) -> String {
        let name = resource.kind == .user ? resource.name : resource.description
        let isPlain = !name.contains { ",\"".contains($0) } && name.first != "#"
        return isPlain
            ? name
            : "\""
                + name.split(separator: "\"", omittingEmptySubsequences: false)
                .joined(separator: "\"\"") + "\""
    }

    private mutating func nameList(in placement: String) {
        guard let declared = desired.placements.first(where: { $0.name == placement })
        else { return }
        let up = declared.location.file.split(separator: "/").dropLast().map { _ in "../" }.joined()
        let name = up + Self.fileName
        let isNamed = (text(of: declared.location.file) ?? "").contains("file: \(name)}")
        let expected = desired.except.count
        let isDone =
            isNamed && reload()
            || attempt(declared.location) { text, line in
                text.addToList(
                    "except", "{file: \(name)}", before: "pool", ofDocumentAt: line)
            } holds: {
                $0.except.count > expected
            }
        if !isDone {
            byHand.append(
                "in the placement \(placement) at \(declared.location): except: [{file: \(name)}]")
        }
    }
}

extension KeepingBack {
    private func text(of path: String) -> String? {
        if let known = files[path] { return known.after }
        guard let bytes = try? source.read(path, limit: Limits.standard.manifestBytes)
        else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }

    /// Changes a file, and takes the change back where what comes of it is not valid or not as wished.
    private mutating func attempt(
        _ place: SourceLocation, _ edit: (inout ManifestText, Int) -> Bool,
        holds: (DesiredState) -> Bool
    ) -> Bool {
        guard let before = text(of: place.file) else { return false }
        var edited = ManifestText(before)
        guard edit(&edited, place.line) else { return false }
        let known = files[place.file]
        files[place.file] = (known.map(\.before) ?? before, edited.text)
        if case .valid(let after) = load(EditedSource(source, edits: edits)), holds(after) {
            desired = after
            return true
        }
        files[place.file] = known
        return false
    }

    private mutating func reload() -> Bool {
        guard case .valid(let after) = load(EditedSource(source, edits: edits)) else {
            return false
        }
        desired = after
        return true
    }
}
