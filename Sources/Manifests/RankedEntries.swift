/// Rules about entries: two of equal rank that disagree. A million of them, so no `String` unless two
/// meet.

import Model

/// Entries of one connection and one rank, found by name.
private struct RankedEntries {
    var table = ResourceTable()
    /// The entry behind each row of the table.
    var entries: [UInt32] = []
}

extension Assembly {
    /// An explicit entry beats a file and any of them a baseline, so each of the four is a rank.
    private static let ranks = 4

    func checkEntries() {
        let entries = reading.entries
        guard entries.count > 0 else { return }
        let names = connections.map(\.name)
        var tables = [RankedEntries](repeating: RankedEntries(), count: names.count * Self.ranks)
        // Where the entries of a placement go; nil when its pool or connection is unknown.
        var first = [Int?](repeating: nil, count: reading.placementCount)
        for placement in placements {
            guard let pool = pool(named: placement.spec.pool.value),
                let connection = names.firstIndex(of: pool.spec.connection.value)
            else { continue }
            first[placement.spec.number] =
                connection * Self.ranks + (placement.spec.baseline ? 2 : 0)
        }
        for row in 0..<entries.count {
            guard let base = first[entries.owner(at: row)] else { continue }
            let rank = base + (entries.origin(at: row) == .file ? 1 : 0)
            tables[rank].entries.append(UInt32(truncatingIfNeeded: row))
            let appended = entries.withName(at: row) {
                tables[rank].table.append(kind: entries.kind(at: row), name: $0)
            }
            if case .duplicate(_, let earlier) = appended {
                reportMeeting(row, Int(tables[rank].entries[earlier]))
            }
        }
    }

    private func reportMeeting(_ row: Int, _ earlier: Int) {
        let entries = reading.entries
        let pools = [row, earlier].map { row in
            placements.first { $0.spec.number == entries.owner(at: row) }?.spec.pool.value ?? ""
        }
        if pools[0] == pools[1] {
            report(
                .duplicateEntry, "\(entries[row]) is placed on \(pools[0]) a second time",
                at: entries.location(at: row),
                hint: "the first entry is at \(entries.location(at: earlier))")
        } else {
            report(
                .conflictingEntries,
                "\(entries[row]) is placed on \(pools[0]) here and on \(pools[1]) at "
                    + entries.location(at: earlier).description,
                at: entries.location(at: row), hint: "a resource has one home: take one entry away")
        }
    }
}
