/// Changes to manifests that say where resources live, made by rehome and reviewed by a person.

package import Model

/// Writes homes into the manifests as entries.
///
/// An entry written by hand is taken out where it asks for another pool. Whatever else asks (a list
/// file, a selection, a baseline) is beaten by an entry in one file of its own, `accepted.yaml`.
/// Taking out and adding are two passes with a load between them, so that places are always true.
package struct HomeEdits {
    /// Beside the other manifests, so that it is read like them.
    package static let fileName = "accepted.yaml"

    private let desired: DesiredState
    private let source: any FileSource
    private var texts: [String: ManifestText] = [:]
    private var originals: [String: String] = [:]

    package init(_ desired: DesiredState, _ source: any FileSource) {
        self.desired = desired
        self.source = source
    }

    /// What was changed, by path.
    package var edits: [FileEdit] {
        texts.keys.sorted().compactMap { path in
            guard let after = texts[path]?.text, after != originals[path] else { return nil }
            return FileEdit(path: path, before: originals[path], after: after)
        }
    }

    /// Takes out all entries that name one of these resources on a connection, wherever they ask it
    /// to be: entries of placements that are no baseline, and of waves.
    /// - Returns: The resources of which an entry cannot be taken out, with its place.
    package mutating func removeEntries(
        of resources: [String: Set<ResourceID>]
    ) -> [(resource: ResourceID, place: SourceLocation)] {
        let connections = Dictionary(
            desired.pools.map { ($0.name, $0.connection) }, uniquingKeysWith: { first, _ in first })
        var places: [(ResourceID, SourceLocation)] = []
        func gather(_ entries: EntryList, _ connection: (Int) -> String?) {
            for index in 0..<entries.count where entries.origin(at: index) == .explicit {
                let id = entries[index]
                guard let name = connection(entries.owner(at: index)),
                    resources[name]?.contains(id.folded(by: desired.folding)) == true
                else { continue }
                places.append((id, entries.location(at: index)))
            }
        }
        gather(desired.entries) { owner in
            let placement = desired.placements[owner]
            return placement.baseline ? nil : connections[placement.pool]
        }
        gather(desired.drawn) { owner in
            let rollout = desired.rollouts[owner / 1000]
            let placed = desired.placements.first { rollout.placements.contains($0.name) }
            return placed.flatMap { connections[$0.pool] }
        }
        // From the end of each file, so that places stay true; an entry that an alias repeats once.
        var kept: [(ResourceID, SourceLocation)] = []
        var done: Set<SourceLocation> = []
        for (id, place) in places.sorted(by: { $1.1 < $0.1 }) where done.insert(place).inserted {
            if !remove(id, at: place) { kept.append((id, place)) }
        }
        return kept.reversed()
    }

    private mutating func remove(_ id: ResourceID, at place: SourceLocation) -> Bool {
        guard var text = text(of: place.file) else { return false }
        let isRemoved = text.removeEntry(at: place) { written in
            let named =
                ResourceID(written) ?? ResourceID(kind: .user, name: Address.withoutScheme(written))
            return desired.isSame(named, id)
        }
        if isRemoved { texts[place.file] = text }
        return isRemoved
    }

    private mutating func text(of path: String) -> ManifestText? {
        if let known = texts[path] { return known }
        guard let bytes = try? source.read(path, limit: Limits.standard.manifestBytes),
            let written = String(validating: bytes, as: UTF8.self)
        else { return nil }
        originals[path] = written
        texts[path] = ManifestText(written)
        return texts[path]
    }
}

extension HomeEdits {
    /// Asks for resources on a pool, by an entry each in `accepted.yaml`, as a commit is about to say
    /// it for the first time.
    package mutating func add(_ resources: [ResourceID], to pool: String) {
        for subject in ["users", "apps"] {
            let chosen = resources.filter { $0.kind.isApp == (subject == "apps") }
                .sorted {
                    ($0.kind, Address.folded($0.name), $0.name)
                        < ($1.kind, Address.folded($1.name), $1.name)
                }
            if chosen.isEmpty { continue }
            let items = chosen.map { YAMLScalar.quoted($0.kind == .user ? $0.name : "\($0)") }
            if !append(items, to: pool, subject) { appendDocument(items, pool, subject) }
        }
    }

    /// After the last entry of the same list, where there is one.
    private mutating func append(_ items: [String], to pool: String, _ subject: String) -> Bool {
        let entries = desired.entries
        let lines = (0..<entries.count).filter { index in
            entries.location(at: index).file == Self.fileName
                && entries.kind(at: index).isApp == (subject == "apps")
                && desired.placements[entries.owner(at: index)].pool == pool
        }.map { entries.location(at: $0).line }
        guard let last = lines.max(), var text = text(of: Self.fileName) else { return false }
        for item in items.reversed() {
            guard text.addItem(item, afterLine: last) else { return false }
        }
        texts[Self.fileName] = text
        return true
    }

    private mutating func appendDocument(_ items: [String], _ pool: String, _ subject: String) {
        let present = text(of: Self.fileName)?.text
        let names = Set(desired.placements.map(\.name))
        let base = "accepted-\(pool)" + (subject == "apps" ? "-apps" : "")
        let name =
            names.contains(base)
            ? (2...).lazy.map { "\(base)-\($0)" }.first { !names.contains($0) } ?? base : base
        let head =
            present.map { $0.hasSuffix("\n") || $0.isEmpty ? $0 : $0 + "\n" }
            ?? "# Written by rehome accept: where somebody else moved these, and where they are to stay.\n"
        let list = items.map { "    - \($0)\n" }.joined()
        texts[Self.fileName] = ManifestText(
            head + """
                ---
                apiVersion: rehome.dev/v1
                kind: Placement
                metadata: {name: \(YAMLScalar.quoted(name))}
                spec:
                  pool: \(YAMLScalar.quoted(pool))
                  \(subject):

                """ + list)
    }
}

/// Text as a YAML scalar that reads back as the same text.
enum YAMLScalar {
    /// Plain where nothing in it could mean anything else, else in quotes.
    static func quoted(_ text: String) -> String {
        let plain = text.utf8.allSatisfy { byte in
            byte >= 0x61 && byte <= 0x7A || byte >= 0x41 && byte <= 0x5A
                || byte >= 0x30 && byte <= 0x39 || "@._/+-".utf8.contains(byte)
        }
        let first = text.utf8.first ?? 0
        let begins = first >= 0x61 && first <= 0x7A || first >= 0x41 && first <= 0x5A
        let words = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"]
        if plain, begins, !words.contains(text.lowercased()) { return text }
        let isVisible = text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
        if isVisible {
            return "'"
                + text.split(separator: "'", omittingEmptySubsequences: false)
                .joined(separator: "''") + "'"
        }
        return "\""
            + text.unicodeScalars.map { scalar in
                switch scalar {
                case "\"", "\\": "\\\(scalar)"
                default:
                    scalar.value >= 0x20 && scalar.value != 0x7F
                        ? String(scalar)
                        : "\\x" + String(scalar.value | 0x100, radix: 16).dropFirst().uppercased()
                }
            }.joined() + "\""
    }
}
