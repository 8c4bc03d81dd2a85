/// The promises, asked of the world itself: each resource has one home, and nothing happens unrecorded.

import AdapterEmbedded
import Adapters
import Ledgers
import Model

/// What is asked after everything that happens.
extension Invariants {
    mutating func broken(in simulator: Simulator) -> String? {
        for connection in simulator.estate.connections.map(\.name) {
            guard let deployment = simulator.deployments[connection] else { continue }
            if let words = acts(deployment, connection, simulator) { return words }
            if let words = homes(deployment, simulator) { return words }
        }
        return nil
    }

    /// Nothing happens in the world without a durable intent, and nothing twice for one intent, nor
    /// after its deadline.
    private mutating func acts(
        _ deployment: MemoryEstate, _ connection: String, _ simulator: Simulator
    ) -> String? {
        for line in deployment.log[(read[connection] ?? 0)...] {
            guard let step = line.step, let run = line.run, let batch = line.batch else { continue }
            let intent = Intent(run: run, batch: batch, step: step)
            guard let intended = intents[intent] else {
                return "\(line.resource) moved without a durable intent"
            }
            acted[intent, default: 0] += 1
            if acted[intent] != 1 { return "\(line.resource) moved twice for one intent" }
            if closed.contains(intent), !touchedByHand.contains(person(intended.move.resource)) {
                return "\(line.resource) moved after the ledger had an outcome of that"
            }
            if line.at > intended.deadline { return "\(line.resource) moved after its deadline" }
            if let stage = stageOf[run]?[step] { tallies[run]?[stage].moved += 1 }
        }
        read[connection] = deployment.log.count
        return nil
    }

    /// Each resource has exactly one home, or its move is in flight and recorded.
    private func homes(_ deployment: MemoryEstate, _ simulator: Simulator) -> String? {
        let comparesNot = simulator.estate.capabilities.filter { !$0.value.comparesAndSwaps }
        for record in deployment.records {
            switch record.home(at: simulator.now) {
            case .present(.pool): continue
            case .present(.inFlight(let from, let to)):
                let isRecorded = intents.values.contains {
                    isOf(record, $0.move) && $0.move.to == to
                        && ($0.move.from == from || comparesNot[$0.connection] != nil)
                }
                if !isRecorded { return "\(record.id) is in flight and nobody recorded it" }
            default: return "\(record.id) has no home"
            }
        }
        return nil
    }
    /// Whoever exchanges addresses on the way is still the one whose move was recorded.
    private func isOf(_ record: EstateRecord, _ move: Move) -> Bool {
        if person(move.resource) == person(record.id) { return true }
        guard case .present(let own) = record.ownID else { return false }
        return own == move.ownID
    }
}
