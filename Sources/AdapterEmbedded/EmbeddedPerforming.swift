/// Batches on the embedded deployment: count, misfortune, moves, misfortune.

package import Adapters
import Foundation
import GRDB
package import Model

extension EmbeddedAdapter {
    package func perform(
        _ batch: Batch, deadline: Instant
    ) async throws(AdapterError) -> [StepOutcome] {
        let number: Int
        do {
            number = try await database.write { db in
                Int(try SQLiteEstate(db).add(1, to: .batches))
            }
        } catch {
            throw Self.refusal(error, began: false)
        }
        let fate = settings.faults.fate(ofBatch: number)
        try befall(fate.before)
        let outcomes = try await carryOut(batch, number: number, fate: fate, deadline: deadline)
        try befall(fate.after)
        return outcomes
    }

    package func claim(_ claim: PoolClaim) async throws(AdapterError) -> String? {
        do {
            return try await database.write { db in
                var store = SQLiteEstate(db)
                return try EstateRules.hand(claim, in: &store)
            }
        } catch {
            throw Self.refusal(error, began: false)
        }
    }

    private func befall(_ blow: FaultSchedule.Blow?) throws(AdapterError) {
        switch blow {
        case nil: return
        case .transient: throw .transient("a scripted fault: the deployment is busy")
        case .permanent: throw .permanent("a scripted fault: the deployment refuses")
        case .unknown: throw .outcomeUnknown("a scripted fault: the answer was lost")
        case .kill:
            surroundings.die()
            throw .outcomeUnknown("a scripted fault: the process was killed")
        }
    }

    private func carryOut(
        _ batch: Batch, number: Int, fate: FaultSchedule.Fate, deadline: Instant
    ) async throws(AdapterError) -> [StepOutcome] {
        var outcomes: [StepOutcome] = []
        let isPaced = fate.killWithin || fate.slowMove > .zero
        do {
            if fate.slowBatch > .zero { try await surroundings.pause(fate.slowBatch) }
            while outcomes.count < batch.moves.count {
                if fate.killWithin, outcomes.count == batch.moves.count / 2 {
                    try befall(.kill(.within))
                }
                if fate.slowMove > .zero { try await surroundings.pause(fate.slowMove) }
                guard surroundings.clock() <= deadline else {
                    throw AdapterError.transient("the deadline has passed")
                }
                let part = isPaced ? outcomes.count..<outcomes.count + 1 : 0..<batch.moves.count
                outcomes += try await perform(part, of: batch, number: number)
            }
        } catch {
            throw Self.refusal(error, began: !outcomes.isEmpty)
        }
        return outcomes
    }

    /// One transaction.
    private func perform(
        _ part: Range<Int>, of batch: Batch, number: Int
    ) async throws -> [StepOutcome] {
        let refusals = part.map {
            settings.faults.refusal(of: batch.moves[$0].resource, inBatch: number)
        }
        var allowed = batch
        allowed.moves = zip(part, refusals).filter { $0.1 == nil }.map { batch.moves[$0.0] }
        let wanted = allowed
        let done = try await database.write { [self] db in
            var store = SQLiteEstate(db)
            return try EstateRules.perform(
                wanted, in: &store, at: now(db), takes: settings.moveTakes)
        }
        var outcomes = done.makeIterator()
        return refusals.compactMap { $0 ?? outcomes.next() }
    }

    /// What an error means to the caller. SQLite undoes what a refused transaction did, so that it
    /// tells what began: nothing, or the transactions before it.
    static func refusal(_ error: any Error, began: Bool) -> AdapterError {
        switch error {
        case let error as AdapterError:
            if began, case .transient(let message, _) = error { return .outcomeUnknown(message) }
            return error
        case is CancellationError:
            return began ? .outcomeUnknown("cancelled") : .transient("cancelled")
        case let error as DatabaseError:
            let said = "the estate file refused: \(error.message ?? "\(error.resultCode)")"
            switch error.resultCode {
            case .SQLITE_BUSY, .SQLITE_LOCKED:
                return began ? .outcomeUnknown(said) : .transient(said)
            case .SQLITE_IOERR: return .outcomeUnknown(said)
            default: return began ? .outcomeUnknown(said) : .permanent(said)
            }
        default:
            let said = String(describing: error)
            return began ? .outcomeUnknown(said) : .permanent(said)
        }
    }
}
