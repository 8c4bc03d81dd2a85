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
    /// Who left which pool and is still registered there.
    private var leftBehind: [String: [SIPName]] = [:]

    init(_ infos: [String: String], password: String?) {
        self.infos = infos
        self.password = password
    }

    /// Copies the contacts of users from the pools that they leave to those that they enter. Doing it
    /// again adds what came meanwhile.
    ///
    /// Contacts on a connection (TCP, TLS, WebSocket) belong to the server that holds it: they stay, and
    /// the device registers again by itself.
    func carry(_ moves: [Move]) throws(PostgresError) {
        for (way, moves) in ways(moves) {
            let from = try connection(to: way.from)
            let names = moves.map { SIPName($0.resource.name) }
            let contacts = try from.run(
                """
                SELECT jsonb_agg(to_jsonb(l) - 'id' || '{"socket": null}')::text
                FROM location l JOIN unnest($1::text[], $2::text[]) AS w (username, domain)
                    ON l.username = w.username AND lower(l.domain) = lower(w.domain)
                WHERE l.expires > now() AT TIME ZONE 'UTC'
                    AND coalesce(l.socket, '') !~ '^(tcp|tls|ws|wss|sctp):'
                """,
                [PostgresArray.text(names.map(\.user)), PostgresArray.text(names.map(\.host))])
            guard let rows = contacts.text(0, 0) else { continue }
            try insert(rows, into: way.to)
        }
    }

    private func insert(_ rows: String, into pool: String) throws(PostgresError) {
        let connection = try connection(to: pool)
        let columns = try connection.run(
            """
            SELECT string_agg(quote_ident(column_name), ', ' ORDER BY ordinal_position)
            FROM information_schema.columns
            WHERE table_schema = current_schema() AND table_name = 'location'
                AND column_name <> 'id'
            """
        ).text(0, 0)
        guard let columns else {
            throw .refused(
                state: "42P01",
                message: "there is no table location that this account may see, for \(pool)")
        }
        // The names of columns come from the catalog, quoted by the server itself.
        try connection.run(
            """
            INSERT INTO location (\(columns))
            SELECT \(columns) FROM jsonb_populate_recordset(NULL::location, $1::jsonb)
            ON CONFLICT (ruid) DO UPDATE SET expires = excluded.expires,
                contact = excluded.contact, received = excluded.received, path = excluded.path,
                callid = excluded.callid, cseq = excluded.cseq,
                last_modified = excluded.last_modified
            WHERE location.last_modified < excluded.last_modified
            """, [rows])
    }

    /// Remembers who left a pool: his contacts there go with the next sweep, and not before, because a
    /// request that was on its way to the old pool must still find him.
    func leave(_ moves: [Move]) {
        for (way, moves) in ways(moves) {
            leftBehind[way.from, default: []] += moves.map { SIPName($0.resource.name) }
        }
    }

    /// Takes away what was left behind. What cannot be taken away now stays for the next time: a pool
    /// that is down must not keep others from moving, and its registrations end by themselves.
    func sweep() {
        for (pool, names) in leftBehind {
            do {
                try connection(to: pool).run(
                    """
                    DELETE FROM location l
                    USING unnest($1::text[], $2::text[]) AS w (username, domain)
                    WHERE l.username = w.username AND lower(l.domain) = lower(w.domain)
                    """,
                    [PostgresArray.text(names.map(\.user)), PostgresArray.text(names.map(\.host))])
                leftBehind[pool] = nil
            } catch {
                connections[pool] = nil
            }
        }
    }

    func forgetConnections() { connections = [:] }

    private struct Way: Hashable {
        var from: String
        var to: String
    }

    /// Moves between pools whose registrations are known, by way.
    private func ways(_ moves: [Move]) -> [(Way, [Move])] {
        Dictionary(grouping: moves) {
            Way(from: Address.folded($0.from), to: Address.folded($0.to))
        }.filter { infos[$0.key.from] != nil && infos[$0.key.to] != nil }
            .sorted { ($0.key.from, $0.key.to) < ($1.key.from, $1.key.to) }
    }

    private func connection(to pool: String) throws(PostgresError) -> PostgresConnection {
        if let known = connections[pool] { return known }
        let made = try PostgresConnection(
            infos[pool] ?? "", password: password, name: "rehome registrations")
        connections[pool] = made
        return made
    }
}
