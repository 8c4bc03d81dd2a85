/// Who belongs to the rollouts, as far as the manifests alone can tell.

import Model

struct Members {
    private let entries: EntryList
    private let rolloutOf: [Int?]
    private var tables: [ResourceTable]
    private var selected: [Set<Bool>]
    private var excepted: [Int: ResourceTable] = [:]

    /// `rolloutOf` says by the number of a placement which rollout it goes with.
    init(_ assembly: Assembly, rolloutOf: [Int?]) {
        entries = assembly.reading.entries
        self.rolloutOf = rolloutOf
        let empty = ResourceTable(comparedBy: assembly.folding)
        tables = Array(repeating: empty, count: assembly.rollouts.count)
        selected = Array(repeating: [], count: assembly.rollouts.count)
        for placement in assembly.placements {
            guard let rollout = rolloutOf[placement.spec.number] else { continue }
            for selection in placement.spec.selections {
                selected[rollout].insert(selection.subject == .apps)
            }
        }
        let except = assembly.reading.except
        for row in 0..<except.count {
            except.withName(at: row) {
                _ = excepted[except.owner(at: row), default: empty]
                    .append(kind: except.kind(at: row), name: $0)
            }
        }
        let drawn = assembly.reading.drawn
        guard drawn.count > 0 else { return }
        for row in 0..<entries.count {
            guard let rollout = rolloutOf[entries.owner(at: row)] else { continue }
            entries.withName(at: row) {
                _ = tables[rollout].append(kind: entries.kind(at: row), name: $0)
            }
        }
    }

    func selects(_ subject: Selection.Subject, in rollout: Int) -> Bool {
        selected[rollout].contains(subject == .apps)
    }

    /// Whether a placement of the rollout declares a wave's entry, or a selection of it might.
    func mayDeclare(_ drawn: EntryList, _ row: Int, in rollout: Int) -> Bool {
        let kind = drawn.kind(at: row)
        if selected[rollout].contains(kind.isApp) { return true }
        return drawn.withName(at: row) { tables[rollout].row(of: kind, name: $0) } != nil
    }

    /// The entries of users in the rollout whose names are not in a table.
    func users(of rollout: Int, notIn drawn: ResourceTable) -> [Int] {
        (0..<entries.count).filter { row in
            let owner = entries.owner(at: row)
            guard rolloutOf[owner] == rollout, entries.kind(at: row) == .user else { return false }
            return entries.withName(at: row) { name in
                drawn.row(of: .user, name: name) == nil
                    && excepted[owner]?.row(of: .user, name: name) == nil
            }
        }
    }
}
