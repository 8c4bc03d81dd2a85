/// What is asked for and was not seen, and what was settled and is gone.

import Model

extension PlanBuilder {
    /// Entries that match nobody: missing where everything that could hold them was read, else unknown.
    mutating func addUnseen(_ comparison: Comparison, _ connection: Int32) {
        let entries = desired.entries
        let name = comparison.scene.connection.name
        for index in comparison.claims.unseen where part.contains(entry: index, comparison) {
            let kind = entries.kind(at: index)
            let reason =
                comparison.scene.observed.firstGap(kind: kind).map {
                    Reason(.unknown, .unseen, "it was not seen, and not all was read: \($0.reason)")
                } ?? Reason(.missing, .missing, "\(name) knows no such \(kind.name)")
            let subject = entries.withName(at: index) {
                columns.subject(
                    kind: kind, name: $0, ownID: UnsafeRawBufferPointer(start: nil, count: 0))
            }
            let target = comparison.scene.placements[entries.owner(at: index)]?.pool
            let wanted = target.flatMap { desired.pool(named: $0) }.map { pool(declared: $0) }
            left.append(
                Left(
                    connection: connection, subject: .resource(subject), wanted: wanted,
                    because: reason.because, rule: reason.rule.rawValue,
                    detail: columns.text(reason.detail), until: nil,
                    reason: columns.place(entries.location(at: index))))
        }
    }

    /// Who was settled once and is not in the deployment any more. Leavers are no failures.
    mutating func addForgotten(_ comparison: Comparison) {
        guard let memory = comparison.scene.memory else { return }
        var book = FindingBook()
        for row in comparison.forgotten
        where comparison.scene.observed.isComplete(kind: memory.table.kind(at: row)) {
            book.note(.leftDeployment, pool: 0, row, of: memory.table)
        }
        findings += book.rolledUp(memory.table) { _ in "" }
    }

    mutating func addIdleHolds(_ comparison: Comparison) {
        let held = desired.held
        for index in comparison.idleHolds {
            // A hold names no connection: it is idle only where no connection knows the name.
            idleHolds[index, default: 0] += 1
            guard idleHolds[index] == desired.connections.count else { continue }
            findings.append(
                Finding(
                    rule: PlanRule.holdMatchesNobody.rawValue, severity: .warning,
                    message:
                        "the hold \(desired.holds[held.owner(at: index)].name) names somebody who was not seen",
                    resource: held[index].description, examples: [held[index].description],
                    location: held.location(at: index),
                    hint: "correct the name, or take the entry away"))
        }
    }

    mutating func addIdleStops(_ comparisons: [Comparison]) {
        for held in memory.stops.held.values.sorted(by: {
            "\($0.resource)" < "\($1.resource)"
        }) {
            let idle = comparisons.count { $0.idleStops.contains(held) }
            guard idle > 0, idle == desired.connections.count else { continue }
            let name = held.resource.description
            findings.append(
                Finding(
                    rule: PlanRule.holdMatchesNobody.rawValue, severity: .warning,
                    message:
                        "the hold by \(held.owner) (\(held.reason)) names somebody who was not seen",
                    resource: name, examples: [name],
                    hint: "release it: rehome hold --release \(name) --reason ..."))
        }
    }
}
