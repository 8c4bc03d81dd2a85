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
        let folding = scene.desired.folding
        let names = Dictionary(
            rows.map { (homes.table[$0].folded(by: folding), $0) },
            uniquingKeysWith: { min($0, $1) })
        var found: [Int: HeldWith] = [:]
        for (other, bond) in scene.ties.bound(to: names.keys) {
            guard let row = homes.table.row(of: other), let held = names[bond.root] else {
                continue
            }
            found[row] = HeldWith(neighbour: bond.neighbour, held: held)
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

    /// What the deployment shows beside homes.
    mutating func addNotices(_ comparison: Comparison) {
        let scene = comparison.scene
        for notice in scene.observed.notices.sorted() {
            let examples = notice.examples.map(\.description)
            findings.append(
                Finding(
                    rule: notice.rule.rawValue, severity: .warning, message: notice.message,
                    pool: notice.pool.map { scene.pool(fqdn: $0)?.name ?? $0 },
                    resource: notice.count == 1 ? examples.first : nil, count: notice.count,
                    examples: examples, hint: notice.hint))
        }
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
