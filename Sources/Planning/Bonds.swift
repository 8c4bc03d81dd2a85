/// Who is bound to whom and whose a pool is, and what a plan says of both.

import Model

/// Through whom somebody is held.
struct HeldWith {
    /// To whom he is bound.
    var neighbour: ResourceID
    /// The one that is held, as a row.
    var held: Int
}

extension Comparison {
    /// Who belongs together stays together: those who are bound to somebody held, directly or through
    /// others, by observed row. Where several are held, the first by name counts.
    func bound(to rows: Set<Int>) -> [Int: HeldWith] {
        guard !scene.ties.isEmpty else { return [:] }
        let held = rows.map { (id: homes.table[$0].folded, row: $0) }
            .sorted { ($0.id.kind.rawValue, $0.id.name) < ($1.id.kind.rawValue, $1.id.name) }
        var found: [Int: HeldWith] = [:]
        for (id, row) in held {
            for (other, neighbour) in scene.ties.bound(to: [id]) {
                guard let bound = homes.table.row(of: other), !rows.contains(bound),
                    found[bound] == nil
                else { continue }
                found[bound] = HeldWith(neighbour: neighbour, held: row)
            }
        }
        return found
    }
}

extension PlanBuilder {
    /// Where nobody told who is bound to whom, people who work together may be parted: one finding.
    mutating func addUnreadRelations(_ comparison: Comparison, _ connection: Int32) {
        guard let gap = comparison.scene.unreadRelations else { return }
        let count = steps.count { step in
            guard step.connection == connection, case .resource(let row) = step.subject
            else { return false }
            return columns.kind(row) == .user
        }
        guard count > 0 else { return }
        findings.append(
            Finding(
                rule: PlanRule.relationsUnread.rawValue, severity: .note,
                message:
                    "who is bound to whom on \(comparison.scene.connection.name) was not read: people who work together may be parted for a while (\(gap.reason))",
                count: count,
                hint:
                    "give a table of relations, with the columns Resource,Relation,Other; one without lines says that there are none"
            ))
    }

    /// Pools whose documents were taken away: the next apply gives them back.
    mutating func addReleasedPools(_ comparison: Comparison) {
        for pool in comparison.scene.releasedPools {
            findings.append(
                Finding(
                    rule: PlanRule.poolReleased.rawValue, severity: .note,
                    message:
                        "\(pool) is this estate's and is declared no more: apply hands it over, and another estate may claim it",
                    pool: pool, hint: "declare it again to keep it"))
        }
    }
}
