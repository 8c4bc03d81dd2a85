/// The database that the fronts ask, on a thread of its own.

import Adapters
import Model
import Postgres

/// Owns the connections: one for what changes something, one for each observation that is under way.
actor HomeDatabase {
    private let queue = PostgresQueue()
    nonisolated var unownedExecutor: UnownedSerialExecutor { queue.asUnownedSerialExecutor() }

    nonisolated let settings: KamailioSettings
    nonisolated let statements: HomeStatements
    nonisolated let sets: PoolSets
    private let password: String?
    private var writer: PostgresConnection?
    /// Observations that are under way, by the number in their cursors.
    var readings: [Int: HomeReading] = [:]
    var lastReading = 0
    private(set) var own: OwnTables
    let registrations: Registrations
    /// Who was seen registered where he does not live, until he is swept.
    var strays: [(pool: String, users: [ResourceID])] = []
    /// The lease that the database knows to be the newest of its ledger.
    var fence: Fence?
    /// The type of the column that holds the set, in the server's own words.
    private(set) var poolType = "text"
    /// Fronts that were told of every change, as far as this process knows.
    var toldFronts: Set<String> = []

    /// `own` is what `open` says, where that is known.
    init(_ settings: KamailioSettings, password: String?, own: OwnTables = OwnTables()) {
        self.settings = settings
        self.password = password
        self.own = own
        statements = HomeStatements(settings.homes)
        sets = settings.sets
        registrations = Registrations(settings.pools.compactMapValues(\.locations.info), password)
    }

    /// Connects, and says which tables of ours the database has.
    func open() throws(PostgresError) -> OwnTables {
        let homes = HomeStatements.quoted(settings.homes.table, parts: true)
        let row = try connection().run(
            """
            SELECT to_regclass($1), to_regclass('dispatcher'), to_regclass('rehome_owners'),
                to_regclass('rehome_fences'), to_regclass('rehome_fronts')
            """, [homes])
        for (column, table) in [settings.homes.table, "dispatcher"].enumerated()
        where row.isNull(0, column) {
            throw .refused(
                state: "42P01",
                message:
                    "there is no table \(table) that this account may see: is it the database of the fronts?"
            )
        }
        let type = try connection().run(
            HomeStatements.poolType, [homes, settings.homes.pool])
        guard let found = type.rows > 0 ? type.text(0, 0) : nil else {
            throw .refused(
                state: "42703",
                message: "the table \(settings.homes.table) has no column \(settings.homes.pool)")
        }
        poolType = found
        own = OwnTables(
            owners: !row.isNull(0, 2), fences: !row.isNull(0, 3), fronts: !row.isNull(0, 4))
        if settings.cache != nil, !own.fronts {
            throw .refused(
                state: "42P01",
                message:
                    "there is no table rehome_fronts, which remembers what fronts with a cache were told: run rehome adapter kamailio sql"
            )
        }
        return own
    }

    /// How long to wait before closing, so that nothing is left behind; nil where nothing waits.
    var pauseBeforeClosing: Duration? { registrations.pause }

    /// What cannot be swept now stays until the devices' registrations end.
    func close() {
        registrations.sweep()
        registrations.forgetConnections()
        writer = nil
        readings = [:]
    }

    /// The connection for changes, made anew where it was lost.
    func connection() throws(PostgresError) -> PostgresConnection {
        if let writer, !writer.isLost { return writer }
        let made = try connect()
        writer = made
        return made
    }

    /// Another connection, for an observation of its own.
    func connect() throws(PostgresError) -> PostgresConnection {
        let made = try PostgresConnection(settings.database, password: password, name: "rehome")
        // What changed last is told by times without a zone: all of ours are of one.
        try made.run(
            "SELECT set_config('idle_in_transaction_session_timeout', '60s', false), set_config('TimeZone', 'UTC', false)"
        )
        return made
    }

    func forgetConnections() {
        writer = nil
        registrations.forgetConnections()
    }
}

/// Tables of rehome's own, as far as the database has them (`KamailioCatalog.preparation`).
struct OwnTables: Hashable, Sendable {
    var owners = false
    var fences = false
    var fronts = false
}

// Work that is under way
extension HomeDatabase {
    /// Waits until no batch is under way on the server any more, whoever began it: one whose runner died
    /// is committed or taken back by then, so that what is seen afterwards stays so. It is what makes
    /// work end with its runner (`Capabilities.endsWithRunner`).
    static func awaitBatches(on connection: PostgresConnection) throws(PostgresError) {
        try connection.run(BatchStatements.awaitOthers)
    }

    /// Says until the end of the transaction that a batch is under way, and how long a statement of it
    /// may take.
    static func holdBatch(
        on connection: PostgresConnection, within time: Duration
    ) throws(PostgresError) {
        try connection.run(
            BatchStatements.hold, ["\(min(max(1, time.milliseconds), Int64(Int32.max)))"])
    }
}
