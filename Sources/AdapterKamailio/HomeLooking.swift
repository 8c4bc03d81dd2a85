/// Looking: pages of everything in one snapshot, some before a batch, what changed since.

import Adapters
import Model
import Postgres

extension HomeDatabase {
    /// A page of an observation; `views` are what the fronts see right now.
    func page(
        _ scope: Scope, after cursor: Cursor?, limit: Int, _ views: [FrontView]
    ) throws -> Page {
        switch scope {
        case .everything(let attributes):
            return try everything(attributes, after: cursor, limit: limit, views)
        case .changes(let mark, let attributes):
            return try changes(since: mark, attributes, views)
        case .resources(let ids):
            let start = cursor.flatMap { Int($0.text) } ?? 0
            let part = Array(ids.dropFirst(start).prefix(limit))
            let end = start + part.count
            return Page(
                pools: cursor == nil ? try pools(connection()) : [],
                homes: try look(for: part, views), gaps: [],
                next: end < ids.count ? Cursor("\(end)") : nil)
        }
    }

    private func look(
        for ids: [ResourceID], _ views: [FrontView]
    ) throws(PostgresError) -> Homes {
        let connection = try connection()
        try Self.awaitBatches(on: connection)
        var homes = try HomeReading.homes(of: ids, statements, sets, connection)
        let apps = Set(ids.filter { $0.kind == .serviceAddress }.map(\.name))
        if let dialplan = settings.dialplan, !apps.isEmpty {
            for app in try AppRow.read(dialplan, on: connection, locked: false)
            where apps.contains(app.expression) {
                homes.append(app, sets, views)
            }
        }
        return homes
    }

    private func everything(
        _ attributes: [String], after cursor: Cursor?, limit: Int, _ views: [FrontView]
    ) throws -> Page {
        let number = try cursor.map(Self.number) ?? begin(attributes)
        guard let reading = readings[number] else {
            throw AdapterError.transient("this observation is no longer open: begin it anew")
        }
        var page = Page(pools: [], homes: Homes(), gaps: [], next: nil)
        // From the first home on its connection answers nothing else.
        let apps = cursor == nil ? try open(&page, reading, views) : []
        page.homes = try reading.next(limit: limit)
        for app in apps { page.homes.append(app, sets, views) }
        page.next = reading.isAtEnd ? nil : Cursor("\(number)")
        if page.next == nil {
            page.mark = reading.mark
            strays = reading.registered.strays
            page.notices += strays.map(Notice.init(strays:))
            readings[number] = nil
        }
        return page
    }

    /// More changes than this are read with everything else.
    private static let changesMax = 100_000

    /// Rows of homes that changed since, and all applications, which are few.
    private func changes(
        since mark: Mark, _ attributes: [String], _ views: [FrontView]
    ) throws -> Page {
        guard let statement = statements.changedSince else { throw AdapterError.seesNoChanges }
        let connection = try connection()
        try Self.awaitBatches(on: connection)
        let next = try HomeReading.mark(connection)
        let rows = try connection.run(
            statement, [statements.attribute, mark.text, "\(Self.changesMax + 1)"])
        guard rows.rows <= Self.changesMax else {
            throw AdapterError.permanent("more than \(Self.changesMax) homes changed: read all")
        }
        var page = Page(
            pools: try pools(connection),
            homes: HomeReading.homes(rows, sets, attributes: attributes), gaps: [], next: nil)
        page.notices = PoolHealth(views: views, sets: sets).notices(try members(on: connection))
        if let dialplan = settings.dialplan {
            for app in try AppRow.read(dialplan, on: connection, locked: false) {
                page.homes.append(app, sets, views)
            }
        }
        page.mark = next
        return page
    }

    /// What stands on the first page only; gives its applications.
    private func open(
        _ page: inout Page, _ reading: HomeReading, _ views: [FrontView]
    ) throws(PostgresError) -> [AppRow] {
        page.pools = try pools(reading.connection)
        page.gaps = gaps + reading.registered.gaps
        page.notices = PoolHealth(views: views, sets: sets).notices(
            try members(on: reading.connection))
        guard let dialplan = settings.dialplan else { return [] }
        return try AppRow.read(dialplan, on: reading.connection, locked: false)
    }

    /// An observation that nobody finishes keeps its snapshot on the server.
    private static let readingsMax = 4

    private func begin(_ attributes: [String]) throws -> Int {
        if readings.count == Self.readingsMax, let oldest = readings.keys.min() {
            readings[oldest] = nil
        }
        lastReading += 1
        readings[lastReading] = try HomeReading(
            connect(), statements, sets: sets, attributes: attributes, registered: registered())
        return lastReading
    }

    private func registered() -> RegisteredUsers {
        var registered = RegisteredUsers()
        for (fqdn, pool) in settings.pools.sorted(by: { $0.key < $1.key }) {
            switch pool.locations {
            case .untold: registered.miss(fqdn)
            case .none: registered.spare(fqdn)
            case .database:
                registered.read(fqdn, isShared: settings.sharesLocations(fqdn)) {
                    try registrations.connection(to: fqdn)
                }
            }
        }
        return registered
    }

    private static func number(_ cursor: Cursor) throws -> Int {
        guard let number = Int(cursor.text) else {
            throw AdapterError.permanent("the cursor '\(cursor.text)' is none of ours")
        }
        return number
    }

    /// What Kamailio keeps nowhere, and what nobody told us to read.
    private var gaps: [Gap] {
        let relations = Gap(
            fact: "relations", reason: "Kamailio does not keep who is bound to whom")
        guard settings.dialplan == nil else { return [relations] }
        return [
            relations,
            Gap(kind: .serviceAddress, reason: "the settings name no dialplan (apps)"),
        ]
    }

    private func pools(_ connection: PostgresConnection) throws(PostgresError) -> [ObservedPool] {
        let owner =
            own.owners ? "(SELECT owner FROM rehome_owners o WHERE o.setid = d.setid)" : "NULL"
        let result = try connection.run(
            """
            SELECT d.setid, \(owner), d.closed
            FROM (
                SELECT setid, CASE WHEN bool_and(flags & 4 <> 0) THEN 'all'
                    WHEN bool_or(flags & 4 <> 0) THEN 'some' ELSE 'none' END AS closed
                FROM dispatcher GROUP BY setid
            ) d
            ORDER BY 1
            """)
        return (0..<result.rows).map { row in
            let fqdn = sets.fqdn(ofSet: result.text(row, 0) ?? "")
            let owner = result.text(row, 1)
            return ObservedPool(
                fqdn: fqdn, product: .present(.kamailio),
                owner: own.owners
                    ? owner.map { .present($0) } ?? .absent
                    : .unknown(
                        Gap(
                            pool: fqdn, fact: "owner",
                            reason: "the database has no table rehome_owners")),
                closed: Self.isClosed(fqdn, disabled: result.text(row, 2)))
        }
    }

    /// A set of which some members are disabled is neither closed nor open: what is wanted is done again.
    private static func isClosed(_ fqdn: String, disabled: String?) -> Fact<Bool> {
        disabled == "some"
            ? .unknown(
                Gap(pool: fqdn, fact: "closed", reason: "some of its members are disabled, not all")
            )
            : .present(disabled == "all")
    }

    /// The members of all sets, as the table has them.
    func members(on connection: PostgresConnection) throws(PostgresError) -> [DispatcherRow] {
        let rows = try connection.run(
            "SELECT setid, destination, flags FROM dispatcher ORDER BY setid, destination")
        return (0..<rows.rows).map { row in
            DispatcherRow(
                set: Int(rows.text(row, 0) ?? "") ?? 0, uri: rows.text(row, 1) ?? "",
                flags: Int(rows.text(row, 2) ?? "") ?? 0)
        }
    }
}

extension Notice {
    /// Who is registered where he does not live any more.
    fileprivate init(strays: (pool: String, users: [ResourceID])) {
        let count = strays.users.count
        self.init(
            .strayRegistrations, pool: strays.pool,
            "\(count == 1 ? "1 user is" : "\(count) users are") registered on \(strays.pool) and \(count == 1 ? "lives" : "live") elsewhere",
            count: count,
            examples: Array(strays.users.sorted { $0.name < $1.name }.prefix(10)),
            hint: "rehome adapter kamailio sweep takes these registrations away")
    }
}
