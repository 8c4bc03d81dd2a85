/// What people do to a deployment behind rehome's back.

import AdapterEmbedded
import Ledgers
import Model
import TestSupport

extension Simulator {
    /// Whatever people happen to do just now.
    mutating func meddle() {
        if faults.strikes(.hands, using: &random) || random.oneIn(3) { moveByHand() }
        if faults.strikes(.leaver, using: &random) { leave(another: false) }
        if faults.strikes(.readdressed, using: &random) { leave(another: true) }
        if faults.strikes(.poolReopened, using: &random) { reopenByHand() }
        if faults.strikes(.renamed, using: &random) { rename() }
        if faults.strikes(.joiner, using: &random) { join() }
    }

    /// Somebody leaves; another may come under the same address, with another id.
    mutating func leave(another: Bool) {
        guard let resident = estate.residents.randomElement(using: &random),
            let deployment = deployments[resident.connection],
            let record = deployment.records(named: invariants.present(resident.id)).first
        else { return }
        var next: EstateRecord?
        if another {
            next = record
            next?.ownID = .present("guid-\(random.next() & 0xFFFF)")
            invariants.touchedByHand.insert(resident.id)
            // Nobody is left who ever had the former address.
            if invariants.present(resident.id) != resident.id {
                invariants.strangers.insert(resident.id)
            }
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
        // Nobody is put onto a pool that is not there any more.
        let pools = estate.pools.filter {
            $0.connection == resident.connection
                && deployment.pool($0.fqdn)?.state != .removed
        }
        guard let pool = pools.randomElement(using: &random) else { return }
        note("somebody moves \(resident.id) to \(pool.fqdn)")
        invariants.touchedByHand.insert(resident.id)
        // The store is a value in memory: it never throws.
        _ = try? EstateRules.moveByHand(
            invariants.present(resident.id), to: pool.fqdn, in: &deployment, at: now)
        deployments[resident.connection] = deployment
    }
}

extension Simulator {
    /// Somebody gets another address, or two exchange theirs. The deployment's own id stays.
    mutating func rename() {
        guard let resident = estate.residents.randomElement(using: &random),
            let own = resident.ownID, resident.id.kind == .user,
            invariants.present(resident.id) == resident.id,
            let deployment = deployments[resident.connection],
            let record = deployment.records(named: resident.id).first,
            record.ownID == .present(own)
        else { return }
        if random.oneIn(4) { return exchange(resident, record) }
        names += 1
        var other = record
        other.id = ResourceID(kind: .user, name: "renamed-\(names)@\(resident.connection).example")
        note("\(resident.id) is \(other.id) now")
        deployments[resident.connection] = deployment.replacing(record, with: other)
        invariants.rename(resident.id, to: other.id)
        // A look for the former address does not find out how a move ended that goes on just then.
        let isMoving = ledger.memory(comparedBy: .whole).inDoubt.contains {
            $0.move.resource == resident.id
        }
        if isMoving { invariants.touchedByHand.insert(resident.id) }
        estate.rename(resident.id, to: other.id)
        if invariants.knownIDs[resident.id.folded(by: .whole)] == own {
            visits.note("somebody who is known is renamed")
        } else {
            invariants.strangers.insert(resident.id)
        }
    }

    private mutating func exchange(_ resident: SimulatedEstate.Resident, _ record: EstateRecord) {
        let others = estate.residents.filter {
            $0.connection == resident.connection && $0.id.kind == .user && $0.id != resident.id
                && $0.ownID != nil && invariants.present($0.id) == $0.id
        }
        guard let other = others.randomElement(using: &random),
            var deployment = deployments[resident.connection],
            let theirs = deployment.records(named: other.id).first
        else { return }
        note("\(resident.id) and \(other.id) exchange their addresses")
        visits.note("two exchange their addresses")
        var mine = record
        mine.id = theirs.id
        var next = theirs
        next.id = record.id
        deployment = deployment.replacing(record, with: mine)
        if let now = deployment.records.first(where: { $0.ownID == theirs.ownID }) {
            deployment = deployment.replacing(now, with: next)
        }
        deployments[resident.connection] = deployment
        invariants.touchedByHand.formUnion([resident.id, other.id])
    }

    /// Somebody new, on any pool that takes people.
    mutating func join() {
        guard let connection = estate.connections.randomElement(using: &random)?.name,
            var deployment = deployments[connection],
            let pool = deployment.pools().filter({ $0.state == .open })
                .randomElement(using: &random)
        else { return }
        let resident = estate.newcomer(on: connection, pool.fqdn)
        note("\(resident.id) comes to \(pool.fqdn)")
        deployment.insert(
            EstateRecord(
                id: resident.id, ownID: resident.ownID.map { .present($0) } ?? .absent,
                pool: pool.fqdn))
        deployments[connection] = deployment
    }
}

extension Invariants {
    /// The address that somebody has now, by the one that he came with.
    func present(_ id: ResourceID) -> ResourceID { newNames[id] ?? id }

    /// The address that somebody came with.
    func person(_ name: ResourceID) -> ResourceID { formerNames[name] ?? name }

    mutating func rename(_ id: ResourceID, to name: ResourceID) {
        newNames[id] = name
        formerNames[name] = id
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
