/// Rules about entries: two of equal rank that disagree. A million of them, so no `String` unless two
/// meet.

import Model

/// Entries of one connection and one rank, found by name.
private struct RankedEntries {
    var table: ResourceTable
    /// The entry behind each row of the table.
    var entries: [UInt32] = []
}

extension Assembly {
    /// An explicit entry beats a file and any of them a baseline, so each of the four is a rank.
    private static let ranks = 4

    func checkEntries() {
        let entries = reading.entries
        guard entries.count > 0 else { return }
        var tables = [RankedEntries](
            repeating: RankedEntries(table: ResourceTable(comparedBy: folding)),
            count: connections.count * Self.ranks)
        let targets = targets()
        for row in 0..<entries.count {
            guard let target = targets[entries.owner(at: row)] else { continue }
            let rank = target.rank + (entries.origin(at: row) == .file ? 1 : 0)
            tables[rank].entries.append(UInt32(truncatingIfNeeded: row))
            let appended = entries.withName(at: row) {
                tables[rank].table.append(kind: entries.kind(at: row), name: $0)
            }
            if case .duplicate(_, let first) = appended {
                let earlier = Int(tables[rank].entries[first])
                let other = targets[entries.owner(at: earlier)] ?? target
                reportMeeting(row, target.pool, earlier, other.pool)
            }
        }
    }

    /// Where the entries of each placement go, by its number; nil when pool or connection is unknown.
    private func targets() -> [(pool: String, rank: Int)?] {
        var targets = [(pool: String, rank: Int)?](repeating: nil, count: reading.placementCount)
        for placement in placements {
            guard let pool = pool(named: placement.spec.pool.value),
                let connection = index(ofConnection: pool.spec.connection.value)
            else { continue }
            let rank = connection * Self.ranks + (placement.spec.baseline ? 2 : 0)
            targets[placement.spec.number] = (pool.name, rank)
        }
        return targets
    }

    private func reportMeeting(_ row: Int, _ pool: String, _ earlier: Int, _ other: String) {
        let entries = reading.entries
        if pool == other {
            report(
                .duplicateEntry, "\(entries[row]) is placed on \(pool) a second time",
                at: entries.location(at: row),
                hint: "the first entry is at \(entries.location(at: earlier))")
        } else {
            report(
                .conflictingEntries,
                "\(entries[row]) is placed on \(pool) here and on \(other) at "
                    + entries.location(at: earlier).description,
                at: entries.location(at: row), hint: "a resource has one home: take one entry away")
        }
    }
}
