/// What must be true once nothing goes wrong any more.

import AdapterEmbedded
import Execution
import Ledgers
import Model

extension Invariants {
    /// The end of a run says what its steps came to.
    mutating func ended(_ run: Run, _ orders: RunOrders, _ simulator: Simulator) -> String? {
        let counts = run.counts
        let told =
            counts.done + counts.already + counts.conflict + counts.failed + counts.inDoubt
            + counts.gone
        if told > counts.total { return "\(run.id) counts more steps than it has" }
        if run.outcome == .succeeded, counts.failed + counts.inDoubt > 0 {
            return "\(run.id) succeeded with failures"
        }
        let open = simulator.ledger.memory(comparedBy: .whole).inDoubt.filter { $0.run == run.id }
        if open.count > counts.inDoubt + counts.failed {
            return "\(run.id) leaves \(open.count) steps in doubt and says \(counts.inDoubt)"
        }
        return nil
    }

    /// Whoever is asked for lives there, or a person can be told why not.
    func unexplained(in plan: Plan, _ simulator: Simulator) -> String? {
        var left: [String: Left] = [:]
        for entry in plan.left { left[plan.words(of: entry.subject)] = entry }
        for row in 0..<simulator.desired.entries.count {
            let id = simulator.desired.entries[row]
            let placement = simulator.desired.placements[simulator.desired.entries.owner(at: row)]
            let person = person(id)
            guard !leavers.contains(person) else { continue }
            guard let pool = simulator.desired.pool(named: placement.pool),
                let deployment = simulator.deployments[pool.connection],
                let record = deployment.records(named: present(person)).first
            else { return "\(id) is lost" }
            if record.home(at: simulator.now) == .present(.pool(pool.fqdn)) { continue }
            guard let entry = left[id.description] ?? left["\(present(person))"] else {
                return "\(id) is forgotten"
            }
            switch entry.because {
            case .held, .setAside: continue
            case .conflict where touchedByHand.contains(person): continue
            case .missing where strangers.contains(person): continue
            case .blocked where entry.rule == "whole-pool": continue
            case .blocked where entry.rule == "pool-not-seen" && simulator.gone.contains(pool.name):
                continue
            default: return "\(id) is left alone: \(entry.because), \(entry.rule)"
            }
        }
        if let words = unselected(left, simulator) { return words }
        let report = simulator.ledger.verify(anchor: nil)
        return report.broken.map { "the audit chain is broken: \($0)" }
    }
}

extension Invariants {
    /// Whoever lives where a selection takes people from goes where it leads, or somebody can be told why not.
    private func unselected(_ left: [String: Left], _ simulator: Simulator) -> String? {
        let desired = simulator.desired
        let asked = Set((0..<desired.entries.count).map { person(desired.entries[$0]) })
        for placement in desired.placements {
            for condition in placement.selections.flatMap(\.conditions) {
                for pool in condition.anyOf.compactMap(desired.pool(named:)) {
                    let records = simulator.deployments[pool.connection]?.records ?? []
                    let forgotten = records.first {
                        $0.id.kind == .user && !asked.contains(person($0.id))
                            && $0.home(at: simulator.now) == .present(.pool(pool.fqdn))
                            && left["\($0.id)"] == nil && pool.name != placement.pool
                    }
                    if let forgotten { return "\(forgotten.id) is selected and forgotten" }
                }
            }
        }
        return nil
    }
}
