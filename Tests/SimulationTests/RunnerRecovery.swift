/// What a runner does before it plans: settles what is in doubt, closes the runs that left it, looks.

import Adapters
import Execution
import Ledgers
import Model
import TestSupport

/// Recovery, as `Recovery.settle` does it.
extension Simulator {
    mutating func lookForDoubt(_ index: Int) {
        let open = runners[index].doubts
        guard !open.isEmpty else { return closeRuns(index) }
        var glances: [String: Glance] = [:]
        for connection in estate.connections.map(\.name) {
            let resources = open.filter { $0.connection == connection }.map(\.move.resource)
            guard !resources.isEmpty, !faults.strikes(.lookFails, using: &random) else { continue }
            glances[connection] = glance(at: resources, on: connection)
        }
        let wait = faults.strikes(.lookLate, using: &random) ? span(1000, 60_000) : span(1, 500)
        later(.sawDoubt(glances, lookedAt: now), index, after: wait)
    }

    mutating func settleDoubt(_ index: Int, _ glances: [String: Glance], _ lookedAt: Instant) {
        let ends = Set(
            estate.capabilities.filter {
                $0.value.endsWithRunner || bug == .doesNotWaitForDeadlines
            }.keys)
        let settlement = Recovery.settlement(
            of: runners[index].doubts, glances: glances, endsWithRunner: ends, lookedAt: lookedAt,
            comparedBy: .whole)
        if !settlement.entries.isEmpty, let error = commit(settlement.entries, for: index) {
            return end(index, "\(error)")
        }
        note(
            "runner \(index) settles \(settlement.entries.count) entries, \(settlement.open.count) stay open, \(settlement.stuck.count) stuck"
        )
        if !settlement.entries.isEmpty { visits.note("doubt is settled") }
        if !settlement.open.isEmpty { visits.note("doubt stays open") }
        if !settlement.stuck.isEmpty { visits.note("doubt stays for good") }
        runners[index].doubts = settlement.open
        guard let next = settlement.lookAgain else { return closeRuns(index) }
        guard renew(index) else { return }
        later(.lookForDoubt, index, after: min(max(next - now, .milliseconds(1)), .seconds(10)))
    }

    mutating func renew(_ index: Int) -> Bool {
        guard let lease = runners[index].lease else { return false }
        do {
            runners[index].lease = try ledger.renew(lease, at: now)
            return true
        } catch {
            end(index, "\(error)")
            return false
        }
    }

    private mutating func closeRuns(_ index: Int) {
        let open = ledger.runs().filter { $0.ended == nil }
        if !open.isEmpty, bug != .skipsRecovery {
            let entries = Recovery.closing(
                open.map { ($0, ledger.steps(of: $0.id)) }, at: now)
            if let error = commit(entries, for: index) { return end(index, "\(error)") }
        }
        runners[index].stage = .observing
        runners[index].heardUpTo = ledger.head.number
        var hiding: [String: [Gap]] = [:]
        for connection in estate.connections.map(\.name) {
            if faults.strikes(.lookFails, using: &random) {
                hiding[connection] = [Gap(reason: "no answer")]
            } else if faults.strikes(.lookPartial, using: &random) {
                hiding[connection] = [gap(on: connection)]
            }
        }
        let wait = faults.strikes(.lookLate, using: &random) ? span(1000, 300_000) : span(1, 2000)
        later(.sawEstate(observed(hiding: hiding)), index, after: wait)
    }
}
