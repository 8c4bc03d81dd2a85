/// A Kamailio deployment behind the port: dispatcher sets are pools, rows of `usr_preferences` are homes,
/// rows of the dialplan are applications.

package import Adapters
package import Model
import Postgres
import SIP

/// Reads and moves homes in the database that the fronts ask, and tells fronts what they keep in memory.
package struct KamailioAdapter: Adapter {
    package let capabilities: Capabilities
    let database: HomeDatabase
    /// Looks before a batch while another one is under way.
    private let lookout: HomeDatabase
    let fronts: Fronts
    let probePassword: SIPPassword?
    /// Deadlines are of the machine's clock: this deployment has none of its own.
    private let clock: @Sendable () -> Instant
    /// Names of requests are made of it, another one for each agent.
    let randomSeed: @Sendable () -> UInt64

    /// Opens the deployment of a connection and closes it when the body ends.
    ///
    /// - Parameters:
    ///   - connection: With its settings.
    ///   - clock: Tells the machine's time.
    ///   - randomSeed: Gives another number each time.
    ///   - secret: Gives the value of a secret.
    ///   - body: What is done with the adapter.
    /// - Returns: What the body returns.
    /// - Throws: `DeploymentError` for settings, `AdapterError` where the database cannot be reached.
    package static func with<Result>(
        _ connection: Connection, clock: @escaping @Sendable () -> Instant,
        randomSeed: @escaping @Sendable () -> UInt64,
        secret: (SecretReference) async throws -> String,
        _ body: (KamailioAdapter) async throws -> Result
    ) async throws -> Result {
        let settings = try KamailioSettings(of: connection)
        var password: String?
        if let reference = settings.password { password = try await secret(reference) }
        var probePassword: SIPPassword?
        if let reference = settings.probePassword {
            probePassword = SIPPassword(try await secret(reference))
        }
        let client = RPCClient()
        defer { client.close() }
        let database = HomeDatabase(settings, password: password)
        let own: OwnTables
        do {
            own = try await database.open()
        } catch {
            await database.close()
            throw AdapterError(error, began: false)
        }
        let lookout = HomeDatabase(settings, password: password, own: own)
        let adapter = KamailioAdapter(
            capabilities: KamailioCatalog.capabilities(settings, own), database: database,
            lookout: lookout, fronts: Fronts(settings, client), probePassword: probePassword,
            clock: clock, randomSeed: randomSeed)
        let result: Swift.Result<Result, any Error>
        do {
            result = .success(try await body(adapter))
            // Whoever is called off meanwhile has his result all the same.
            if let pause = await database.pauseBeforeClosing { try? await Task.sleep(for: pause) }
        } catch {
            result = .failure(error)
        }
        await lookout.close()
        await database.close()
        return try result.get()
    }

    private init(
        capabilities: Capabilities, database: HomeDatabase, lookout: HomeDatabase, fronts: Fronts,
        probePassword: SIPPassword?, clock: @escaping @Sendable () -> Instant,
        randomSeed: @escaping @Sendable () -> UInt64
    ) {
        self.capabilities = capabilities
        self.database = database
        self.lookout = lookout
        self.fronts = fronts
        self.probePassword = probePassword
        self.clock = clock
        self.randomSeed = randomSeed
    }

    package func observe(
        _ scope: Scope, after cursor: Cursor?, limit: Int
    ) async throws(AdapterError) -> Page {
        do {
            let views = await views(for: scope, after: cursor)
            // Only who is about to act looks at some: then fronts are told what a dead runner owed them.
            if case .resources = scope {
                try await tellFronts()
                return try await lookout.page(scope, after: cursor, limit: limit, views)
            }
            var page = try await database.page(scope, after: cursor, limit: limit, views)
            if case .everything = scope, page.next == nil {
                page.notices += try await cacheNotices()
            }
            return page
        } catch {
            throw AdapterError(error, began: false)
        }
    }

    private func views(for scope: Scope, after cursor: Cursor?) async -> [FrontView] {
        switch scope {
        case .everything, .changes: return cursor == nil ? await fronts.views() : []
        case .resources(let ids):
            let asksApps = ids.contains { $0.kind == .serviceAddress }
            return asksApps ? await fronts.views() : []
        }
    }

    package func perform(
        _ batch: Batch, deadline: Instant
    ) async throws(AdapterError) -> [StepOutcome] {
        let left = deadline - clock()
        guard left > .zero else { throw .transient("the deadline has passed") }
        guard !batch.moves.isEmpty else { return [] }
        try await demandHealth(batch)
        let moved = try await database.move(batch, within: left)
        var outcomes = moved.outcomes
        if !moved.homes.isEmpty { try await tellFronts(of: moved) }
        if !moved.apps.isEmpty {
            let isSettled = await settleApps(batch, moved, within: deadline - clock())
            if !isSettled {
                for index in moved.apps {
                    outcomes[index] = .underway(until: clock() + .seconds(5))
                }
            }
        }
        return outcomes
    }

    /// Nobody moves to or from a pool that is down, unless it was given up: then nobody moves to it.
    private func demandHealth(_ batch: Batch) async throws(AdapterError) {
        guard !fronts.endpoints.isEmpty else { return }
        let health = PoolHealth(views: await fronts.health(), sets: database.sets)
        if database.settings.cache != nil, let mute = health.muteFront { throw .transient(mute) }
        let given = Set(batch.evacuated.map(Address.folded))
        let targets = Set(batch.moves.map { Address.folded($0.to) })
        let sources = Set(batch.moves.map { Address.folded($0.from) }).subtracting(given)
        for pool in sources.sorted() {
            if let obstacle = health.obstacleToLeave(pool) { throw .transient(obstacle) }
        }
        for pool in targets.sorted() {
            guard let obstacle = health.obstacleToEnter(pool) else { continue }
            // One that is closed in the table takes nobody, now or later: each move is told so.
            let isClosed = (try? await database.isClosed(pool)) ?? false
            if !isClosed { throw .transient(obstacle) }
        }
    }

    package func claim(_ claim: PoolClaim) async throws(AdapterError) -> String? {
        guard capabilities.claims else { throw .claimsNothing }
        do {
            return try await database.hand(claim)
        } catch {
            throw AdapterError(error, began: false)
        }
    }

    package func probe(_ probe: Probe, deadline: Instant) async throws(AdapterError) -> Evidence {
        guard capabilities.probes.contains(probe.question) else { throw .probesNothing }
        let left = deadline - clock()
        guard left > .zero else { throw .transient("the deadline has passed") }
        return Evidence(probe, try await checks(probe, within: left))
    }

    package func change(
        _ change: PoolChange, deadline: Instant
    ) async throws(AdapterError) -> StepOutcome {
        guard capabilities.closesPools else { throw .closesNothing }
        let left = deadline - clock()
        guard left > .zero else { throw .transient("the deadline has passed") }
        let result = try await database.change(change, within: left)
        if case .conflict(let words) = result { return .conflict(words) }
        guard await settleDispatcher(change, within: deadline - clock()) else {
            return .underway(until: clock() + .seconds(5))
        }
        if case .already = result { return .already }
        return .done
    }
}

extension AdapterError {
    /// What an error of the database means; `began` from the commit on.
    init(_ error: any Error, began: Bool) {
        switch error {
        case let error as AdapterError: self = error
        case let error as PostgresError:
            let said = "the database says: \(error.message)"
            if began {
                self = .outcomeUnknown(said)
            } else {
                self = error.isTransient ? .transient(said) : .permanent(said)
            }
        default: self = .permanent("\(error)")
        }
    }
}
