/// The embedded deployment behind the port: the rules over a file, with scripted faults before and after.

package import Adapters
package import Foundation
import GRDB
package import Model

/// Speaks to a deployment that lives in one SQLite file.
///
/// A batch is one transaction: it is done whole or not at all, unless a fault slows its moves or kills
/// the process in the middle of it; then each move is a transaction, and a prefix of the batch is done.
package struct EmbeddedAdapter: Adapter {
    package let capabilities: Capabilities
    let database: DatabasePool
    let settings: EmbeddedSettings
    let surroundings: Surroundings
    private let observations = Observations()

    /// What the adapter takes from the world.
    package struct Surroundings: Sendable {
        /// The machine's clock, which the deployment's own runs ahead of.
        package var clock: @Sendable () -> Instant
        package var pause: @Sendable (Duration) async throws -> Void
        /// Ends the process at once, as `kill -9` does.
        package var die: @Sendable () -> Void

        package init(
            clock: @escaping @Sendable () -> Instant,
            pause: @escaping @Sendable (Duration) async throws -> Void,
            die: @escaping @Sendable () -> Void
        ) {
            self.clock = clock
            self.pause = pause
            self.die = die
        }
    }

    /// Opens the deployment of a connection, seeding it when its file does not exist, and closes it
    /// when the body ends. `pools` are all Pool documents; those of the connection are its pools.
    package static func with<Result>(
        _ connection: Connection, root: URL, pools: [Pool],
        clock: @escaping @Sendable () -> Instant,
        _ body: (any Adapter) async throws -> Result
    ) async throws -> Result {
        let surroundings = Surroundings(
            clock: clock, pause: { try await Task.sleep(for: $0) },
            die: { _ = kill(getpid(), SIGKILL) })
        return try await with(
            connection, root: root, pools: pools, in: surroundings, body)
    }

    /// The same with a world of one's own, for tests.
    package static func with<Result>(
        _ connection: Connection, root: URL, pools: [Pool], in surroundings: Surroundings,
        _ body: (any Adapter) async throws -> Result
    ) async throws -> Result {
        let settings = try EmbeddedSettings(of: connection, root: root)
        let declared = pools.filter { $0.connection == connection.name }.map { pool in
            EstatePool(
                fqdn: pool.fqdn, product: pool.product, capacity: pool.capacity,
                stopped: settings.faults.stops(pool.fqdn) ? ["front-end"] : [])
        }
        let database = try await onThread {
            try EstateFile.open(
                settings.estate, seeds: settings.seeds, pools: declared,
                moveTakes: settings.moveTakes, replicationTakes: settings.replicationTakes,
                at: surroundings.clock())
        }
        let adapter = EmbeddedAdapter(
            capabilities: EmbeddedCatalog.capabilities(settles: settings.moveTakes),
            database: database, settings: settings, surroundings: surroundings)
        do {
            let result = try await body(adapter)
            await adapter.close()
            return result
        } catch {
            await adapter.close()
            throw error
        }
    }

    private init(
        capabilities: Capabilities, database: DatabasePool, settings: EmbeddedSettings,
        surroundings: Surroundings
    ) {
        self.capabilities = capabilities
        self.database = database
        self.settings = settings
        self.surroundings = surroundings
    }

    private func close() async {
        await observations.closeAll()
        EstateFile.close(database)
    }

    /// Opening and seeding read whole files: on a thread of their own, not on the cooperative pool.
    private static func onThread<Result: Sendable>(
        _ work: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            Thread { continuation.resume(with: Swift.Result(catching: work)) }.start()
        }
    }
}

extension EmbeddedAdapter {
    package func observe(
        _ scope: Scope, after cursor: Adapters.Cursor?, limit: Int
    ) async throws(AdapterError) -> Page {
        do {
            if case .resources(let ids) = scope, cursor == nil, ids.count <= limit {
                return try await database.read { [self] db in
                    try page(scope, after: nil, limit: limit, at: now(db), in: db)
                }
            }
            return try await observations.next(after: cursor) { [self] in
                let snapshot = try database.writeWithoutTransaction { _ in
                    try database.makeSnapshot()
                }
                return Observations.Open(snapshot: snapshot, now: try snapshot.read(now))
            } page: { [self] open, position in
                try await open.snapshot.read { db in
                    try page(scope, after: position, limit: limit, at: open.now, in: db)
                }
            }
        } catch {
            throw Self.refusal(error, began: false)
        }
    }

    private func page(
        _ scope: Scope, after cursor: Adapters.Cursor?, limit: Int, at now: Instant, in db: Database
    ) throws -> Page {
        try EstateRules.observe(
            scope, after: cursor, limit: limit, in: SQLiteEstate(db), at: now,
            hiding: settings.faults.hidden)
    }

    /// The deployment's own clock.
    func now(_ db: Database) throws -> Instant {
        try surroundings.clock() + .milliseconds(SQLiteEstate(db).number(.clockAhead))
    }
}
