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
            guard !leavers.contains(id) else { continue }
            guard let pool = simulator.desired.pool(named: placement.pool),
                let record = simulator.deployments[pool.connection]?.records(named: id).first
            else { return "\(id) is lost" }
            if record.home(at: simulator.now) == .present(.pool(pool.fqdn)) { continue }
            guard let entry = left[id.description] else { return "\(id) is forgotten" }
            switch entry.because {
            case .held, .setAside: continue
            case .conflict where touchedByHand.contains(id): continue
            case .blocked where entry.rule == "whole-pool": continue
            default: return "\(id) is left alone: \(entry.because), \(entry.rule)"
            }
        }
        let report = simulator.ledger.verify(anchor: nil)
        return report.broken.map { "the audit chain is broken: \($0)" }
    }
}
