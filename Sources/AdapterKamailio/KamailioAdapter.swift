/// A Kamailio deployment behind the port: dispatcher sets are pools, rows of `usr_preferences` are homes.

package import Adapters
package import Model
import Postgres

/// Reads and moves homes in the database that the fronts ask. Fronts that look a home up in SQL on each
/// request follow a move at once.
package struct KamailioAdapter: Adapter {
    package let capabilities: Capabilities
    private let database: HomeDatabase
    /// Deadlines are of the machine's clock: this deployment has none of its own.
    private let clock: @Sendable () -> Instant

    /// Opens the deployment of a connection and closes it when the body ends.
    ///
    /// - Parameters:
    ///   - connection: With its settings.
    ///   - clock: Tells the machine's time.
    ///   - secret: Gives the value of a secret.
    ///   - body: What is done with the adapter.
    /// - Returns: What the body returns.
    /// - Throws: `DeploymentError` for settings, `AdapterError` where the database cannot be reached.
    package static func with<Result>(
        _ connection: Connection, clock: @escaping @Sendable () -> Instant,
        secret: (SecretReference) async throws -> String,
        _ body: (any Adapter) async throws -> Result
    ) async throws -> Result {
        let settings = try KamailioSettings(of: connection)
        var password: String?
        if let reference = settings.password { password = try await secret(reference) }
        let database = HomeDatabase(settings, password: password)
        let isOwned: Bool
        do {
            isOwned = try await database.open()
        } catch {
            await database.close()
            throw AdapterError(error, began: false)
        }
        let adapter = KamailioAdapter(
            capabilities: KamailioCatalog.capabilities(claims: isOwned), database: database,
            clock: clock)
        do {
            let result = try await body(adapter)
            await database.close()
            return result
        } catch {
            await database.close()
            throw error
        }
    }

    private init(
        capabilities: Capabilities, database: HomeDatabase, clock: @escaping @Sendable () -> Instant
    ) {
        self.capabilities = capabilities
        self.database = database
        self.clock = clock
    }

    package func observe(
        _ scope: Scope, after cursor: Cursor?, limit: Int
    ) async throws(AdapterError) -> Page {
        do {
            return try await database.page(scope, after: cursor, limit: limit)
        } catch {
            throw AdapterError(error, began: false)
        }
    }

    package func perform(
        _ batch: Batch, deadline: Instant
    ) async throws(AdapterError) -> [StepOutcome] {
        let left = deadline - clock()
        guard left > .zero else { throw .transient("the deadline has passed") }
        return try await database.move(batch.moves, within: left)
    }

    package func claim(_ claim: PoolClaim) async throws(AdapterError) -> String? {
        guard capabilities.claims else { throw .claimsNothing }
        do {
            return try await database.hand(claim)
        } catch {
            throw AdapterError(error, began: false)
        }
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
