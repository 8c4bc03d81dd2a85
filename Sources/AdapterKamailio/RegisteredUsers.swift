/// Who is registered where, read beside the homes: what a move costs him, and who is registered where he
/// does not live any more.

import Model
import Postgres

/// Live registrations of all pools, a row for each user and pool, without a `String`.
struct RegisteredUsers: Sendable {
    private var pools: [PoolUsers] = []

    fileprivate struct PoolUsers: Sendable {
        /// Folded.
        var fqdn: String
        /// Names as the pool has them.
        var table = ResourceTable(comparedBy: KamailioCatalog.folding)
        /// Contacts that cannot be carried to another pool, by row.
        var bound: [Int32] = []
        /// Rows of users whose home is another pool.
        var strays: Set<Int> = []
        /// Whether other pools keep theirs in the same table: then nobody is a stray there.
        var isShared = false
        /// Why it is not known who is registered.
        var gap: Gap?
    }

    /// Rows in a page of registrations.
    private static let pageSize = 20_000

    init() {}

    /// Reads every live registration of a pool. Where that fails the pool has a gap.
    mutating func read(
        _ fqdn: String, isShared: Bool, _ connect: () throws -> PostgresConnection
    ) {
        var users = PoolUsers(fqdn: fqdn)
        users.isShared = isShared
        do {
            let connection = try connect()
            var last = "0"
            while true {
                let rows = try connection.run(Self.page, [last, "\(Self.pageSize)"])
                for row in 0..<rows.rows { users.add(rows, row) }
                guard rows.rows == Self.pageSize, let next = rows.text(rows.rows - 1, 0) else {
                    break
                }
                last = next
            }
        } catch {
            users = PoolUsers(fqdn: fqdn)
            users.gap = Gap(
                pool: fqdn, kind: .user, fact: Price.What.outage.rawValue,
                reason: "its registrations cannot be read")
        }
        pools.append(users)
    }

    /// A pool whose registrations nobody told us how to read.
    mutating func miss(_ fqdn: String) {
        var users = PoolUsers(fqdn: fqdn)
        users.gap = Gap(
            pool: fqdn, kind: .user, fact: Price.What.outage.rawValue,
            reason: "the settings do not say where its registrations are (locations)")
        pools.append(users)
    }

    /// A pool that keeps no registrations.
    mutating func spare(_ fqdn: String) { pools.append(PoolUsers(fqdn: fqdn)) }

    var gaps: [Gap] { pools.compactMap(\.gap) }

    /// Where a pool stands here, for `lost`.
    func place(of fqdn: String) -> Int? { pools.firstIndex { $0.fqdn == fqdn } }

    /// Whether nobody is registered anywhere, as far as it was read: then nobody has to be looked up.
    var isEmpty: Bool { pools.allSatisfy { $0.table.count == 0 } }

    /// What a user loses who is not registered, nil where nobody knows.
    func lost(at home: Int?) -> Int? { home.flatMap { pools[$0].gap == nil ? 0 : nil } }

    /// How many devices a user loses for a while who leaves this pool, nil where nobody knows; a stray is
    /// remembered.
    mutating func lost(_ name: UnsafeRawBufferPointer, at home: Int?) -> Int? {
        var lost = lost(at: home)
        for index in pools.indices {
            guard pools[index].table.count > 0,
                let row = pools[index].table.row(of: .user, name: name)
            else { continue }
            if index == home {
                lost = Int(pools[index].bound[row])
            } else if !pools[index].isShared {
                pools[index].strays.insert(row)
            }
        }
        return lost
    }

    /// Users who are registered in a pool and live elsewhere, by the FQDN of the pool.
    var strays: [(pool: String, users: [ResourceID])] {
        pools.filter { !$0.strays.isEmpty }.map { pool in
            (pool.fqdn, pool.strays.sorted().map { pool.table[$0] })
        }
    }

    /// Everybody who is registered in a pool.
    func users(of fqdn: String) -> [ResourceID] {
        pools.first { $0.fqdn == fqdn }.map { pool in
            (0..<pool.table.count).map { pool.table[$0] }
        } ?? []
    }

    /// Contacts on a connection of their pool's own belong to the server that holds it; one that came by
    /// way of a front (`path`) is reached through it by whoever asks.
    static let isBound =
        "coalesce(l.socket, '') ~ '^(tcp|tls|ws|wss|sctp):' AND coalesce(l.path, '') = ''"
    static let isLive = "l.expires > now() AT TIME ZONE 'UTC'"

    private static let page = """
        SELECT l.id, l.username || '@' || l.domain, (\(isBound))::int FROM location l
        WHERE l.id > $1::int AND \(isLive) ORDER BY l.id LIMIT $2
        """
}

extension RegisteredUsers.PoolUsers {
    fileprivate mutating func add(_ rows: PostgresResult, _ row: Int) {
        let isBound: Int32 = rows.text(row, 2) == "1" ? 1 : 0
        rows.withBytes(row, 1) { name in
            if let known = table.row(of: .user, name: name) {
                bound[known] += isBound
            } else {
                table.append(kind: .user, name: name)
                bound.append(isBound)
            }
        }
    }
}
