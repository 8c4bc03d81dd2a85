/// What a snapshot holds, and what is missing from it.

package import Model

package enum SnapshotText {
    /// The page for a person who took a snapshot into a file, of the manifests in a folder.
    package static func render(
        _ snapshot: Snapshot, file: String, folder: String, width: Int, style: Style
    ) -> String {
        var page = TextPage(width: width, style: style)
        let count = snapshot.observed.connections.reduce(0) { $0 + $1.homes.count }
        page.line(
            "Seen: \(Words.count(count, "resource")) at \(snapshot.observed.at), into \(Escaped.text(file))",
            .strong)
        for connection in snapshot.observed.connections {
            let gaps = connection.gaps.count
            page.line(
                "\(Escaped.text(connection.name)): \(Words.count(connection.homes.count, "resource")) on \(Words.count(connection.pools.count, "pool"))"
                    + (gaps == 0
                        ? "" : ", with \(Words.count(gaps, "gap")): \(reasons(connection))"),
                gaps == 0 ? .plain : .warning, indent: 2)
        }
        page.line(
            snapshot.memory.isAtHand
                ? "with what the ledger \(Escaped.text(snapshot.memory.ledgerID ?? "")) remembers"
                : "without a ledger: what others moved cannot be told from what is pending",
            indent: 2)
        page.line(
            "plan over it: rehome plan \(Escaped.shell(folder)) --observed \(Escaped.shell(file))",
            indent: 2)
        return page.text
    }

    private static func reasons(_ connection: ObservedConnection) -> String {
        Escaped.text(Set(connection.gaps.map(\.reason)).sorted().prefix(3).joined(separator: "; "))
    }
}
