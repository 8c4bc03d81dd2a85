/// Live registrations: where a user's devices are. They go with him, or callers hear that he is away until
/// his devices register again.

import Adapters
import Model
import Postgres

/// The location tables of pools whose usrloc keeps its contacts in the database alone (`db_mode` 3). Used
/// by one thread at a time.
final class Registrations {
    /// libpq connection strings by the folded FQDN of the pool.
    private let infos: [String: String]
    private let password: String?
    private var connections: [String: PostgresConnection] = [:]
    private var columnsOf: [String: String] = [:]
    /// Who left which pool, and when, and is still registered there.
    private var leftBehind: [String: [SIPName: ContinuousClock.Instant]] = [:]
    private let clock = ContinuousClock()

    /// How long a request may be on its way to a pool that its user has just left.
    static let grace = Duration.seconds(2)

    init(_ infos: [String: String], _ password: String?) {
        self.infos = infos
        self.password = password
    }

    /// Copies the contacts of users from the pools that they leave to those that they enter. Doing it
    /// again adds what came meanwhile.
    ///
    /// Contacts on a connection (TCP, TLS, WebSocket) belong to the server that holds it: they stay, and
    /// the device registers again by itself. From a pool that is given up, what can be read is taken.
    ///
    /// - Parameters:
    ///   - moves: Who moves; only users have devices.
    ///   - evacuated: Pools that are given up.
    ///   - earlier: What was carried for them already: where nothing changed since, nothing is written.
    /// - Returns: What they have.
    /// - Throws: What the database of a pool says that is not given up.
    @discardableResult
    func carry(
        _ moves: [Move], evacuated: Set<String>, after earlier: Carried = Carried()
    ) throws(PostgresError) -> Carried {
        let given = Set(evacuated.map(Address.folded))
        var carried = Carried()
        for (way, moves) in ways(moves) {
            let rows: String?
            do {
                rows = try contacts(of: moves, on: way.from)
            } catch {
                guard given.contains(way.from) else { throw error }
                connections[way.from] = nil
                continue
            }
            guard let rows else { continue }
            if rows != earlier.rows[way] { try insert(rows, into: way.to) }
            carried.rows[way] = rows
        }
        return carried
    }

    /// The contacts of a batch, by way, as the server wrote them.
    struct Carried {
        fileprivate var rows: [Way: String] = [:]
    }

    /// Contacts as JSON; nil where there are none.
    private func contacts(
        of moves: [Move], on pool: String
    ) throws(PostgresError) -> String? {
        let names = moves.map { SIPName($0.resource.name) }
        return try connection(to: pool).run(
            ContactStatements.some,
            [PostgresArray.text(names.map(\.user)), PostgresArray.text(names.map(\.host))]
        ).text(0, 0)
    }

    private func insert(_ rows: String, into pool: String) throws(PostgresError) {
        try connection(to: pool).run(ContactStatements.insert(try columns(of: pool)), [rows])
    }

    /// Asked for once on each connection.
    private func columns(of pool: String) throws(PostgresError) -> String {
        if let known = columnsOf[pool] { return known }
        let columns = try connection(to: pool).run(ContactStatements.columns).text(0, 0)
        guard let columns else {
            throw .refused(
                state: "42P01",
                message: "there is no table location that this account may see, for \(pool)")
        }
        columnsOf[pool] = columns
        return columns
    }

    /// Remembers who left a pool: his contacts there go when no request can be on its way to them any
    /// more. Whoever comes back before keeps them.
    func leave(_ moves: [Move]) {
        let now = clock.now
        for (way, moves) in ways(moves) {
            for move in moves {
                let name = SIPName(move.resource.name)
                leftBehind[way.to]?[name] = nil
                leftBehind[way.from, default: [:]][name] = now
            }
        }
    }

    /// How long to wait until everything that was left behind may go; nil where nothing was.
    var pause: Duration? {
        let last = leftBehind.values.flatMap(\.values).max()
        return last.map { max(.zero, clock.now.duration(to: $0 + Self.grace)) }
    }

    /// Takes away what may go. What cannot be taken away now stays for the next time: a pool that is down
    /// must not keep others from moving, and its registrations end by themselves.
    func sweep() {
        let latest = clock.now - Self.grace
        for (pool, users) in leftBehind {
            let names = users.filter { $0.value <= latest }.map(\.key)
            guard !names.isEmpty else { continue }
            do {
                _ = try remove(names, from: pool)
                for name in names { leftBehind[pool]?[name] = nil }
            } catch {
                connections[pool] = nil
            }
        }
    }

    /// Takes the contacts of users out of a pool, and says how many there were.
    func remove(_ names: [SIPName], from pool: String) throws(PostgresError) -> Int {
        try connection(to: pool).run(
            ContactStatements.remove,
            [PostgresArray.text(names.map(\.user)), PostgresArray.text(names.map(\.host))]
        ).changed
    }

    /// How many contacts of a pool are live; nil where nobody told us where they are.
    func live(on pool: String) throws(PostgresError) -> Int? {
        guard infos[pool] != nil else { return nil }
        let rows = try connection(to: pool).run(
            "SELECT count(*) FROM location l WHERE \(RegisteredUsers.isLive)")
        return rows.text(0, 0).flatMap { Int($0) }
    }

    func forgetConnections() {
        connections = [:]
        columnsOf = [:]
    }

    fileprivate struct Way: Hashable {
        var from: String
        var to: String
    }

    /// Moves of users between pools whose registrations are known and lie apart, by way.
    private func ways(_ moves: [Move]) -> [(Way, [Move])] {
        Dictionary(grouping: moves.filter { $0.resource.kind == .user }) {
            Way(from: Address.folded($0.from), to: Address.folded($0.to))
        }.filter { way, _ in
            guard let from = infos[way.from], let to = infos[way.to] else { return false }
            return from != to
        }.sorted { ($0.key.from, $0.key.to) < ($1.key.from, $1.key.to) }
    }

    func connection(to pool: String) throws(PostgresError) -> PostgresConnection {
        if let known = connections[pool], !known.isLost { return known }
        let made = try PostgresConnection(
            infos[pool] ?? "", password: password, name: "rehome registrations")
        connections[pool] = made
        return made
    }
}
