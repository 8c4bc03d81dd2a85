/// The first commit of a new user: baseline placements that say where everybody is today.

package import Model

/// Manifests for what lives on the pools of an estate, grouped by site and pool.
package struct BaselineExport {
    /// Lists longer than this go to a file beside the manifest.
    private static let inlineMax = 20

    /// A folder relative to the manifests; empty for the folder itself.
    private let folder: String
    private var files: [FileEdit] = []
    private var taken: Set<String> = []

    package init(folder: String) { self.folder = folder }

    /// What is to be written, by path.
    package var edits: [FileEdit] { files.sorted { $0.path < $1.path } }

    /// Whether a manifest can name a resource at all: its name has the grammar of its kind.
    package static func canName(_ id: ResourceID) -> Bool {
        var text = id.kind == .user ? id.name : id.description
        return text.withUTF8 {
            EntryName(UnsafeRawBufferPointer($0)[...], in: id.kind == .user ? .users : .apps) != nil
        }
    }

    /// Adds the placement of one pool, with its people and apps in the order that is given.
    package mutating func add(_ pool: Pool, users: [String], apps: [ResourceID]) {
        let base = freeName(Self.fileName(pool.name), in: Self.fileName(pool.site))
        let place =
            folder.isEmpty ? Self.fileName(pool.site) : "\(folder)/\(Self.fileName(pool.site))"
        var text = """
            # Where everybody on \(pool.name) is today. Any other placement beats a baseline.
            apiVersion: rehome.dev/v1
            kind: Placement
            metadata: {name: \(YAMLScalar.quoted("today-\(pool.name)"))}
            spec:
              pool: \(YAMLScalar.quoted(pool.name))
              baseline: true

            """
        let lists = [("users", "address", users), ("apps", "resource", apps.map(\.description))]
        for (key, column, names) in lists where !names.isEmpty {
            if names.count <= Self.inlineMax {
                text += "  \(key):\n"
                for name in names { text += "    - \(YAMLScalar.quoted(name))\n" }
            } else {
                let file = "\(base)-\(key).csv"
                text += "  \(key): [{file: \(YAMLScalar.quoted(file))}]\n"
                files.append(
                    FileEdit(
                        path: "\(place)/\(file)", before: nil,
                        after: "\(column)\n" + names.map { Self.field($0) + "\n" }.joined()))
            }
        }
        files.append(FileEdit(path: "\(place)/\(base).yaml", before: nil, after: text))
    }

    /// Pools whose names differ only in what a path cannot hold get numbers.
    private mutating func freeName(_ name: String, in site: String) -> String {
        var free = name
        var number = 2
        while !taken.insert("\(site)/\(free)").inserted {
            free = "\(name)-\(number)"
            number += 1
        }
        return free
    }

    /// RFC 4180, and nothing that a list would take for a comment.
    private static func field(_ name: String) -> String {
        let needsQuotes = name.contains { ",\"\r\n#".contains($0) || $0.isWhitespace }
        return needsQuotes ? "\"" + name.replacing("\"", with: "\"\"") + "\"" : name
    }

    /// A name as part of a path: what a file system or a shell would read otherwise becomes a hyphen.
    private static func fileName(_ name: String) -> String {
        String(
            name.unicodeScalars.map { scalar in
                switch scalar {
                case "a"..."z", "A"..."Z", "0"..."9", "-", "_": Character(scalar)
                default: "-"
                }
            })
    }
}
