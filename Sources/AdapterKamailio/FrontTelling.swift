/// After the database has changed: fronts that keep a copy are told, and looked at until they know.

import Adapters
import Model

// Homes in memory
extension KamailioAdapter {
    /// Pays what fronts are owed: what changed while they could not be told, or by a runner that died.
    func tellFronts() async throws(AdapterError) {
        guard database.settings.cache != nil else { return }
        do {
            let names = fronts.endpoints.map(\.name)
            for debt in try await database.debts(of: names) {
                guard let endpoint = fronts.endpoints.first(where: { $0.name == debt.front })
                else { continue }
                if debt.homes.count > HomeDatabase.debtMax {
                    try await fronts.reloadHomes(at: endpoint)
                } else {
                    try await fronts.tell(debt.homes, to: endpoint)
                }
                try await database.paid(debt.front, upTo: debt.upTo)
            }
        } catch let error as RPCError {
            throw .transient("a front that keeps homes in memory was not told: \(error.message)")
        } catch {
            throw AdapterError(error, began: false)
        }
    }

    /// Tells all fronts what a batch changed. Where one does not hear it, nobody can say where its users
    /// are: the next look tells it, and settles them.
    func tellFronts(of moved: MovedBatch) async throws(AdapterError) {
        let failures = await fronts.tellAll(moved.homes)
        do {
            for (endpoint, failure) in zip(fronts.endpoints, failures) {
                if failure != nil {
                    await database.owes(endpoint.name)
                } else if let at = moved.at {
                    try await database.paid(endpoint.name, upTo: at)
                }
            }
        } catch {
            throw AdapterError(error, began: true)
        }
        for (endpoint, failure) in zip(fronts.endpoints, failures) {
            guard let failure else { continue }
            throw .outcomeUnknown("front \(endpoint.name) was not told: \(failure.message)")
        }
    }

    /// How many of the homes that changed last a front has otherwise, by its name; none of those that
    /// have all, or cannot be asked.
    func homesBehind() async throws -> [String: Int] {
        guard database.settings.cache != nil else { return [:] }
        let latest = try await database.latest(Self.sampleSize)
        var behind: [String: Int] = [:]
        for endpoint in fronts.endpoints {
            let count = await fronts.countBehind(latest, at: endpoint) ?? 0
            if count > 0 { behind[endpoint.name] = count }
        }
        return behind
    }

    func cacheNotices() async throws -> [Notice] {
        let cache = database.settings.cache ?? ""
        return try await homesBehind().sorted { $0.key < $1.key }.map { front, count in
            Notice(
                .cacheBehind,
                "front \(front) has \(count) of the homes that changed last otherwise in its htable \(cache)",
                count: count, hint: "kamcmd htable.reload \(cache) on that front")
        }
    }

    /// Homes that are compared at each observation.
    private static let sampleSize = 100
}

// Tables that fronts read as a whole
extension KamailioAdapter {
    /// Has all fronts read the dialplan, and looks whether they have the applications where they belong.
    ///
    /// - Returns: Whether all do.
    func settleApps(_ batch: Batch, _ moved: MovedBatch, within time: Duration) async -> Bool {
        guard await fronts.reload("dialplan.reload", within: time) else { return false }
        for view in await fronts.views() {
            guard let entries = view.dialplan else { return false }
            for index in moved.apps {
                let move = batch.moves[index]
                let set = database.sets.set(of: move.to)
                let known = entries.filter { $0.expression == move.resource.name }
                guard !known.isEmpty, known.allSatisfy({ $0.attributes == set }) else {
                    return false
                }
            }
        }
        return true
    }

    /// Has all fronts read the dispatcher, and looks whether each acts on a change of a set.
    ///
    /// - Returns: Whether all do.
    func settleDispatcher(_ change: PoolChange, within time: Duration) async -> Bool {
        if await isSettled(change) { return true }
        guard await fronts.reload("dispatcher.reload", within: time) else { return false }
        return await isSettled(change)
    }

    private func isSettled(_ change: PoolChange) async -> Bool {
        guard let set = database.sets.seenSet(of: change.pool).flatMap({ Int($0) })
        else { return true }
        for view in await fronts.views() {
            guard let members = view.members(ofSet: set) else { return false }
            let isDone =
                switch change.action {
                case .close: members.allSatisfy { $0.state == .disabled }
                case .reopen: members.contains { $0.state != .disabled }
                case .remove: members.isEmpty
                }
            if !isDone { return false }
        }
        return true
    }
}
