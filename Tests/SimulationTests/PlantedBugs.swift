/// Mistakes built in on purpose: the simulation must find each of them, or it proves nothing.
///
/// They are made where the simulated runner stands between the machine and the world, so that what is
/// shipped knows nothing of them.

import Adapters
import Execution
import Ledgers
import Model

enum PlantedBug: CaseIterable {
    /// The ledger says that a commit is durable before it is.
    case acknowledgesBeforeDurable
    /// The deployment answers that a step is done, and did nothing.
    case claimsDone
    /// The next run begins without settling what the last one left in doubt.
    case skipsRecovery
    /// A batch begins although its deadline has passed or the lease is lost.
    case forgetsTheLease
    /// What a dead runner began is settled before its deadlines have passed.
    case doesNotWaitForDeadlines
    /// A step whose outcome nobody saw is taken for one that did not happen.
    case forgetsDoubt
    /// A batch begins without regard to where people were seen right before it.
    case skipsThePremise
    /// The lease is believed to hold for longer than it does.
    case overratesTheLease
    /// What people record for runs never reaches one.
    case hearsNothing
    /// Nobody writes down that a wave has begun.
    case forgetsThatWavesBegan
    /// Nobody writes down that something was taken back.
    case forgetsWhatWasTakenBack
    /// Nobody writes down which id somebody has.
    case forgetsIDs
    /// A pool is closed whatever its proof says.
    case closesUnproven
    /// A pool is taken out whoever agreed.
    case needsNoApproval
}

extension PlantedBug {
    /// The shortest histories that find it.
    var repertoire: Repertoire {
        switch self {
        case .forgetsWhatWasTakenBack: .waysBack
        case .forgetsIDs: .identities
        case .closesUnproven, .needsNoApproval: .retirement
        default: .runs
        }
    }
}

extension Simulator {
    /// For a planted bug: everybody is where the plan has him, as long as nothing of it began.
    func pretended(_ resources: [ResourceID], _ glance: Glance, for index: Int) -> Glance {
        guard let orders = runners[index].orders,
            resources.allSatisfy({ !invariants.isIntended($0, in: orders.run.id) })
        else { return glance }
        var homes = Homes()
        for order in orders.moves where resources.contains(order.move.resource) {
            homes.append(
                ObservedResource(
                    id: order.move.resource,
                    ownID: order.move.ownID.map { .present($0) } ?? .absent,
                    home: .present(.pool(order.move.from))))
        }
        return Glance(homes: homes, gaps: [])
    }
}

extension Result<[StepOutcome], AdapterError> {
    /// For a planted bug: whatever is unknown did not happen.
    var withoutDoubt: Self {
        switch self {
        case .failure(.outcomeUnknown(let words)): .failure(.transient(words))
        case .failure: self
        case .success(let outcomes):
            .success(
                outcomes.map { outcome in
                    guard case .failed(let failure) = outcome, failure.class == .outcomeUnknown
                    else { return outcome }
                    return .failed(StepOutcome.Failure(.transient, failure.message))
                })
        }
    }
}

extension [LedgerEntry] {
    /// For a planted bug: what it lets through.
    func without(_ bug: PlantedBug) -> [LedgerEntry] {
        compactMap { entry in
            switch (bug, entry) {
            case (.forgetsThatWavesBegan, .wave(let event)):
                if case .started = event.deed { return nil }
            case (.forgetsWhatWasTakenBack, .takenBack), (.forgetsIDs, .bound): return nil
            case (.forgetsIDs, .homeSettled(let connection, var home)):
                home.ownID = nil
                return .homeSettled(connection: connection, home)
            default: break
            }
            return entry
        }
    }
}
