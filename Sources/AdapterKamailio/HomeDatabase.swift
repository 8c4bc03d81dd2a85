/// The database that the fronts ask, on a thread of its own.

import Adapters
import Model
import Postgres

/// Owns the connections: one for what changes something, one for each observation that is under way.
actor HomeDatabase {
    private let queue = PostgresQueue()
    nonisolated var unownedExecutor: UnownedSerialExecutor { queue.asUnownedSerialExecutor() }

    private let settings: KamailioSettings
    private let password: String?
    private var writer: PostgresConnection?
    private var readings: [Int: HomeReading] = [:]
    private var lastReading = 0
    private var isOwned = false
    let registrations: Registrations

    /// An observation that nobody finishes keeps its snapshot on the server.
    private static let readingsMax = 4

    init(_ settings: KamailioSettings, password: String?) {
        self.settings = settings
        self.password = password
        registrations = Registrations(settings.locations, password: password)
    }

    /// Connects; whether the database has a place for the owners of pools.
    func open() throws(PostgresError) -> Bool {
        let row = try connection().run(
            "SELECT to_regclass('usr_preferences'), to_regclass('dispatcher'), to_regclass('rehome_owners')"
        )
        for (column, table) in ["usr_preferences", "dispatcher"].enumerated()
        where row.isNull(0, column) {
            throw .refused(
                state: "42P01",
                message:
                    "there is no table \(table) that this account may see: is it the database of the fronts?"
            )
        }
        isOwned = !row.isNull(0, 2)
        return isOwned
    }

    /// What cannot be swept now stays until the devices' registrations end.
    func close() {
        registrations.sweep()
        registrations.forgetConnections()
        writer = nil
        readings = [:]
    }

    /// The connection for changes, made anew where it was lost.
    func connection() throws(PostgresError) -> PostgresConnection {
        if let writer { return writer }
        let made = try connect()
        writer = made
        return made
    }

    private func connect() throws(PostgresError) -> PostgresConnection {
        let made = try PostgresConnection(settings.database, password: password, name: "rehome")
        try made.run("SET idle_in_transaction_session_timeout = '60s'")
        return made
    }

    /// Waits until no batch is under way on the server any more, whoever began it: one whose runner died
    /// is committed or taken back by then, so that what is seen afterwards stays so. It is what makes
    /// work end with its runner (`Capabilities.endsWithRunner`).
    static func awaitBatches(on connection: PostgresConnection) throws(PostgresError) {
        try connection.run("SELECT pg_advisory_lock(\(batchLock))")
        try connection.run("SELECT pg_advisory_unlock(\(batchLock))")
    }

    /// Says until the end of the transaction that a batch is under way.
    static func holdBatch(on connection: PostgresConnection) throws(PostgresError) {
        try connection.run("SELECT pg_advisory_xact_lock_shared(\(batchLock))")
    }

    private static let batchLock = "hashtext('rehome batch')"

    func forgetConnections() {
        writer = nil
        registrations.forgetConnections()
    }

    var sets: PoolSets { PoolSets(settings.sets) }
    var attribute: String { settings.attribute }
}

// Looking
extension HomeDatabase {
    func page(_ scope: Scope, after cursor: Cursor?, limit: Int) throws -> Page {
        switch scope {
        case .everything(let attributes):
            return try everything(attributes, after: cursor, limit: limit)
        case .resources(let ids):
            let start = cursor.flatMap { Int($0.text) } ?? 0
            let part = Array(ids.dropFirst(start).prefix(limit))
            let end = start + part.count
            return Page(
                pools: cursor == nil ? try pools(connection()) : [],
                homes: try look(for: part),
                gaps: [], next: end < ids.count ? Cursor("\(end)") : nil)
        }
    }

    private func look(for ids: [ResourceID]) throws(PostgresError) -> Homes {
        let connection = try connection()
        try Self.awaitBatches(on: connection)
        return try HomeReading.homes(of: ids, attribute, sets, connection)
    }

    private func everything(
        _ attributes: [String], after cursor: Cursor?, limit: Int
    ) throws -> Page {
        let number = try cursor.map(Self.number) ?? begin(attributes)
        guard let reading = readings[number] else {
            throw AdapterError.transient("this observation is no longer open: begin it anew")
        }
        var page = Page(
            pools: [], homes: try reading.next(limit: limit), gaps: [],
            next: reading.isAtEnd ? nil : Cursor("\(number)"))
        if cursor == nil {
            page.pools = try pools(reading.connection)
            page.gaps = Self.gaps
        }
        if page.next == nil { readings[number] = nil }
        return page
    }

    private func begin(_ attributes: [String]) throws -> Int {
        if readings.count == Self.readingsMax, let oldest = readings.keys.min() {
            readings[oldest] = nil
        }
        lastReading += 1
        readings[lastReading] = try HomeReading(
            connect(), attribute: attribute, sets: sets, attributes: attributes)
        return lastReading
    }

    private static func number(_ cursor: Cursor) throws -> Int {
        guard let number = Int(cursor.text) else {
            throw AdapterError.permanent("the cursor '\(cursor.text)' is none of ours")
        }
        return number
    }

    /// What Kamailio keeps nowhere.
    private static let gaps =
        [Gap(fact: "relations", reason: "Kamailio does not keep who is bound to whom")]
        + Kind.allCases.filter(\.isApp).map {
            Gap(kind: $0, reason: "this adapter reads users only")
        }

    private func pools(_ connection: PostgresConnection) throws(PostgresError) -> [ObservedPool] {
        let owner = isOwned ? "(SELECT owner FROM rehome_owners o WHERE o.setid = d.setid)" : "NULL"
        let result = try connection.run(
            "SELECT d.setid, \(owner) FROM (SELECT DISTINCT setid FROM dispatcher) d ORDER BY 1")
        return (0..<result.rows).map { row in
            let fqdn = sets.fqdn(ofSet: result.text(row, 0) ?? "")
            let owner = result.text(row, 1)
            return ObservedPool(
                fqdn: fqdn, product: .present(.kamailio),
                owner: isOwned
                    ? owner.map { .present($0) } ?? .absent
                    : .unknown(
                        Gap(
                            pool: fqdn, fact: "owner",
                            reason: "the database has no table rehome_owners")))
        }
    }
}
