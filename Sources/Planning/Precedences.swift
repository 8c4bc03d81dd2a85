/// Which steps wait for which: what the rules of a kind say must leave a pool before it.

import Model

extension PlanBuilder {
    /// What leaves the same pool of a connection: what a precedence is about.
    struct Departure: Hashable {
        var connection: Int32
        var from: Int32
        var kind: Kind
    }

    /// Gives each step the steps that its rule puts before it, as far as they are apps like itself:
    /// that apps come after the users of their wave, stages say. A step that is already behind in the
    /// order of stages is named too, so that its failure stops what rests on it.
    mutating func addNeeds(_ capabilities: [String: Capabilities]) {
        let before = capabilities.mapValues(Self.appsBefore)
        guard before.values.contains(where: { $0.values.contains { !$0.isEmpty } }) else { return }
        var departures: [Departure: [StepID]] = [:]
        for step in steps {
            guard let departure = departure(of: step), departure.kind.isApp else { continue }
            departures[departure, default: []].append(step.id)
        }
        for index in steps.indices {
            guard let departure = departure(of: steps[index]),
                let kinds = before[columns.connections[Int(departure.connection)]]?[
                    departure.kind]
            else { continue }
            for kind in kinds {
                let others = Departure(
                    connection: departure.connection, from: departure.from, kind: kind)
                steps[index].needs += departures[others] ?? []
            }
        }
    }

    /// Apps that leave a pool before those of a kind, by that kind.
    static func appsBefore(_ able: Capabilities) -> [Kind: [Kind]] {
        Dictionary(
            able.moves.map { rule in
                (rule.kind, Set(rule.after.map(\.kind)).filter(\.isApp).sorted())
            }, uniquingKeysWith: { one, other in Set(one + other).sorted() })
    }

    func departure(of step: Step) -> Departure? {
        guard case .resource(let row) = step.subject, let from = step.from else { return nil }
        return Departure(connection: step.connection, from: from, kind: columns.kind(row))
    }
}
