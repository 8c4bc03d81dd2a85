/// Why one resource is where it is: everything that is known of it, gathered from all stages.

import Adapters
import Execution
import Ledgers
package import Model
import Planning

extension Reconciler {
    /// One answer for each connection that shows the resource or is asked to hold it.
    package func why(_ id: ResourceID, _ desired: DesiredState) async throws -> [Why] {
        let survey = try await look(desired, .wholeEstate)
        var records: [(Run, RecordedStep)] = []
        if let ledger = try await ledger(of: desired) {
            for run in try await ledger.runs() {
                records += try await ledger.steps(of: run.id)
                    .filter { desired.isSame($0.intent.move.resource, id) }.map { (run, $0) }
            }
        }
        let inquiry = Inquiry(id: id, desired: desired, survey: survey, records: records)
        return survey.observed.connections.compactMap(inquiry.answer)
    }
}

/// One resource, and where to look for it.
private struct Inquiry {
    let id: ResourceID
    let desired: DesiredState
    let survey: Survey
    let records: [(run: Run, step: RecordedStep)]

    private var plan: Plan { survey.plan }

    /// Nil where the connection neither shows the resource nor is asked for it.
    func answer(_ connection: ObservedConnection) -> Why? {
        let (row, settled, formerly) = Planner.rows(of: id, on: connection, memory: survey.memory)
        let id = row.map { connection.homes.table[$0] } ?? id
        let step = plan.steps.first { isAbout(id, $0.subject, $0.connection, connection) }
        let left = plan.left.first { isAbout(id, $0.subject, $0.connection ?? -1, connection) }
        let last = settled.flatMap { lastApplied($0, connection.name) }
        guard row != nil || step != nil || left != nil || last != nil else { return nil }
        let asked = Planner.claim(
            on: id, desired: desired, observed: survey.observed, memory: survey.memory,
            capabilities: survey.capabilities, connection: connection.name, asOf: plan.asOf)
        return Why(
            resource: id, connection: connection.name, at: survey.observed.at,
            home: home(row, connection),
            ownID: row.map { connection.homes.ownID(at: $0) } ?? .absent,
            formerly: formerly,
            lastApplied: last,
            asked: asked, next: next(step, left), others: others(row, connection),
            history: events(on: connection.name))
    }

    private func isAbout(
        _ id: ResourceID, _ subject: Step.Subject, _ index: Int32,
        _ connection: ObservedConnection
    ) -> Bool {
        guard case .resource(let row) = subject, index >= 0,
            plan.columns.connections[Int(index)] == connection.name
        else { return false }
        return desired.isSame(plan.columns.resource(row), id)
    }

    private func poolName(_ fqdn: String, _ connection: String) -> String {
        desired.pools.first {
            $0.connection == connection && Address.folded($0.fqdn) == Address.folded(fqdn)
        }?.name ?? fqdn
    }

    private func home(_ row: Int?, _ connection: ObservedConnection) -> Fact<Home> {
        guard let row else {
            return connection.firstGap(kind: id.kind).map { .unknown($0) } ?? .absent
        }
        return connection.homes.home(at: row).map { named($0, connection.name) }
    }

    private func named(_ home: Home, _ connection: String) -> Home {
        switch home {
        case .pool(let pool): .pool(poolName(pool, connection))
        case .inFlight(let from, let to):
            .inFlight(from: poolName(from, connection), to: poolName(to, connection))
        case .split(let pools): .split(pools.map { poolName($0, connection) })
        }
    }

    private func lastApplied(_ row: Int, _ connection: String) -> Why.LastApplied? {
        guard let home = survey.memory.homes[connection]?[row] else { return nil }
        let settled = records.last {
            $0.step.intent.connection == connection && $0.step.outcome == .done
                && Address.folded($0.step.intent.move.to) == Address.folded(home.pool)
        }
        return Why.LastApplied(
            pool: poolName(home.pool, connection),
            former: home.former.map { poolName($0, connection) }, placement: home.placement,
            run: settled?.run.id, at: settled?.step.settledAt, by: settled?.run.by)
    }

    private func next(_ step: Step?, _ left: Left?) -> Why.Next {
        if let step {
            let stage = plan.stages[Int(step.stage)]
            return .step(
                Why.NextStep(
                    id: step.id, action: step.action, from: plan.poolName(step.from),
                    to: plan.poolName(step.to), stage: stage.id, isAuthorised: stage.isAuthorised,
                    standing: stage.standing, after: stage.needs, needs: [],
                    reversal: step.reversal, price: plan.prices(of: step),
                    back: plan.pricesBack(of: step), refusedBy: plan.refusals.map(\.rail)))
        }
        guard let left else { return .nothing }
        return .left(
            Why.Remainder(
                because: left.because, rule: left.rule,
                detail: plan.columns.texts[Int(left.detail)],
                until: left.until, since: nil))
    }

    private func others(_ row: Int?, _ connection: ObservedConnection) -> [Why.Other] {
        guard let row else { return [] }
        return connection.homes.duplicates.filter { $0.value == row }.keys.sorted().map {
            Why.Other(
                name: connection.homes.table[$0].name,
                home: connection.homes.home(at: $0).map { named($0, connection.name) })
        }
    }

    private func events(on connection: String) -> [Why.Event] {
        records.filter { $0.step.intent.connection == connection }.reversed().map { run, step in
            Why.Event(
                run: run.id, at: step.settledAt ?? step.intent.at,
                to: poolName(step.intent.move.to, connection), outcome: step.outcome)
        }
    }
}
