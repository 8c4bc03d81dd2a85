/// What people do to a deployment behind rehome's back.

import AdapterEmbedded
import Model
import TestSupport

extension Simulator {
    /// Somebody leaves; another may come under the same address, with another id.
    mutating func leave(another: Bool) {
        guard let resident = estate.residents.randomElement(using: &random),
            let deployment = deployments[resident.connection],
            let record = deployment.records(named: resident.id).first
        else { return }
        var next: EstateRecord?
        if another {
            next = record
            next?.ownID = .present("guid-\(random.next() & 0xFFFF)")
            invariants.touchedByHand.insert(resident.id)
        } else {
            invariants.leavers.insert(resident.id)
        }
        note("\(resident.id) \(another ? "is somebody else now" : "leaves")")
        deployments[resident.connection] = deployment.replacing(record, with: next)
    }

    mutating func moveByHand() {
        guard !faults.isOver, let resident = estate.residents.randomElement(using: &random),
            var deployment = deployments[resident.connection]
        else { return }
        let pools = estate.pools.filter { $0.connection == resident.connection }
        guard let pool = pools.randomElement(using: &random) else { return }
        note("somebody moves \(resident.id) to \(pool.fqdn)")
        invariants.touchedByHand.insert(resident.id)
        // The store is a value in memory: it never throws.
        _ = try? EstateRules.moveByHand(resident.id, to: pool.fqdn, in: &deployment, at: now)
        deployments[resident.connection] = deployment
    }
}

extension MemoryEstate {
    /// The same deployment with another record in the place of one, or with none.
    fileprivate func replacing(_ gone: EstateRecord, with other: EstateRecord?) -> MemoryEstate {
        var copy = MemoryEstate()
        for pool in pools() { copy.put(pool) }
        for record in records {
            if record.row != gone.row {
                copy.insert(record)
            } else if let other {
                copy.insert(other)
            }
        }
        for move in log { copy.log(move) }
        return copy
    }
}
