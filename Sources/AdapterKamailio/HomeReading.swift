/// One reading of all homes, all of one moment.

import Adapters
import Model
import Postgres

/// An observation that is under way: a transaction that sees the database as it was when it began.
final class HomeReading {
    let connection: PostgresConnection
    private let statements: HomeStatements
    private let attributes: [String]
    private var codes: HomeCodes
    /// Begun by the first page: the connection answers nothing else from then on.
    private var copy: PostgresCopy?
    /// From where changes can be asked for; nil where the table does not say when a row changed.
    private(set) var mark: Mark?

    init(
        _ connection: PostgresConnection, _ statements: HomeStatements, sets: PoolSets,
        attributes: [String], registered: RegisteredUsers
    ) throws(PostgresError) {
        self.connection = connection
        self.statements = statements
        self.attributes = attributes
        codes = HomeCodes(sets, registered)
        try HomeDatabase.awaitBatches(on: connection)
        try connection.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        if statements.changedSince != nil { mark = try Self.mark(connection) }
    }

    /// A moment before now: changes commit in another order than they are stamped.
    static func mark(_ connection: PostgresConnection) throws(PostgresError) -> Mark {
        Mark(
            try connection.run("SELECT (now() - interval '1 minute')::timestamp::text").text(0, 0)
                ?? "-infinity")
    }

    /// Rows with user, domain and set as homes.
    static func homes(
        _ rows: PostgresResult, _ sets: PoolSets, attributes: [String]
    ) -> Homes {
        var codes = HomeCodes(sets, nil)
        var homes = Homes(comparedBy: KamailioCatalog.folding)
        homes.declare(attributes: attributes)
        codes.beginPage()
        for row in 0..<rows.rows {
            let address = (rows.text(row, 0) ?? "") + "@" + (rows.text(row, 1) ?? "")
            let domain = address.utf8.count - (rows.text(row, 1) ?? "").utf8.count
            Array(address.utf8).withUnsafeBytes { name in
                rows.withBytes(row, 2) { codes.append(name, domain: domain, $0, to: &homes) }
            }
        }
        return homes
    }

    /// Who is registered, with whom of them was found where his home is not.
    var registered: RegisteredUsers { codes.registered }

    /// Whether all rows were given.
    var isAtEnd: Bool { copy?.isAtEnd == true }

    /// The next rows, as they lie. Two rows of one user are both shown: which of them counts is nobody's
    /// to guess.
    func next(limit: Int) throws(PostgresError) -> Homes {
        let copy = try begun()
        var homes = Homes(comparedBy: KamailioCatalog.folding)
        homes.declare(attributes: attributes)
        homes.reserveCapacity(limit)
        codes.beginPage(of: limit)
        try Self.take(limit, of: copy, &codes, &homes)
        codes.endPage(of: &homes)
        return homes
    }

    /// The loop over all rows holds what it changes, which is not looked up for each.
    private static func take(
        _ limit: Int, of copy: PostgresCopy, _ codes: inout HomeCodes, _ homes: inout Homes
    ) throws(PostgresError) {
        try copy.take(limit) { row in
            let (name, domain) = row.pair(joinedBy: UInt8(ascii: "@"))
            codes.append(name, domain: domain, row.value(), to: &homes)
        }
    }

    private func begun() throws(PostgresError) -> PostgresCopy {
        if let copy { return copy }
        if let attribute = statements.attribute {
            try connection.run(HomeStatements.nameAttribute, [attribute])
        }
        let made = try PostgresCopy(statements.everybody, on: connection)
        copy = made
        return made
    }

    /// The homes of some, as a look before a batch asks for them.
    static func homes(
        of ids: [ResourceID], _ statements: HomeStatements, _ sets: PoolSets,
        _ connection: PostgresConnection
    ) throws(PostgresError) -> Homes {
        let names = ids.filter { $0.kind == .user }.map { SIPName($0.name) }
        let rows = try connection.run(
            statements.some,
            [
                statements.attribute, PostgresArray.text(names.map(\.user)),
                PostgresArray.text(names.map(\.host)),
            ])
        return self.homes(rows, sets, attributes: [])
    }
}

/// An address in two parts; a user part may hold an `@` of its own.
struct SIPName: Hashable {
    var user: String
    var host: String

    init(user: String, host: String) {
        self.user = user
        self.host = host
    }

    init(_ address: String) {
        let address = Address.withoutScheme(address)
        let at = address.lastIndex(of: "@") ?? address.endIndex
        user = String(address[..<at])
        host = at < address.endIndex ? String(address[address.index(after: at)...]) : ""
    }
}

/// Rows of homes into columns, without a `String` for each.
private struct HomeCodes {
    private let sets: PoolSets
    /// Nil where nobody asks what a move costs.
    private var users: RegisteredUsers?
    private let hasUsers: Bool
    private let isAnyRegistered: Bool
    /// Values that were seen, with the pool's code in the columns of the present page.
    private var pools: [SeenPool] = []
    /// The set of the row before this one: the next is most often the same.
    private var lastPool = 0
    /// Of the present page: how many devices each user would lose.
    private var lost: [Int?] = []

    init(_ sets: PoolSets, _ users: RegisteredUsers?) {
        self.sets = sets
        self.users = users
        hasUsers = users != nil
        isAnyRegistered = users?.isEmpty == false
    }

    var registered: RegisteredUsers { users ?? RegisteredUsers() }

    /// Columns that come next are new.
    mutating func beginPage(of rows: Int = 0) {
        for index in pools.indices { pools[index].code = nil }
        lost.removeAll(keepingCapacity: true)
        lost.reserveCapacity(rows)
    }

    /// What is known of all rows of a page.
    func endPage(of homes: inout Homes) {
        if users != nil { homes.setCounts(.outage, lost) }
    }

    /// Adds a home; the domain begins at an offset of the address.
    mutating func append(
        _ name: UnsafeRawBufferPointer, domain: Int, _ set: UnsafeRawBufferPointer,
        to homes: inout Homes
    ) {
        let index = pool(set)
        let code = pools[index].code ?? homes.poolCode(of: .present(pools[index].fqdn))
        pools[index].code = code
        var codes: [Int32] = []
        if !homes.attributeNames.isEmpty {
            let domain = UnsafeRawBufferPointer(rebasing: name[domain...])
            codes = homes.attributeNames.map { attribute in
                homes.attributeCode(of: Self.attribute(attribute, domain), in: attribute)
            }
        }
        homes.append(
            kind: .user, name: name, ownID: UnsafeRawBufferPointer(start: nil, count: 0),
            poolCode: code, attributeCodes: codes)
        take(name, on: index)
    }

    private mutating func take(_ name: UnsafeRawBufferPointer, on pool: Int) {
        guard hasUsers else { return }
        lost.append(
            isAnyRegistered ? users?.lost(name, at: pools[pool].place) : pools[pool].lost)
    }

    private static func attribute(
        _ name: String, _ domain: UnsafeRawBufferPointer
    ) -> Fact<String> {
        name == Address.folded(KamailioCatalog.domain)
            ? .present(String(decoding: domain, as: UTF8.self))
            : .unknown(Gap(kind: .user, fact: name, reason: "Kamailio keeps no such attribute"))
    }

    /// Where in `pools` the pool of a set stands.
    private mutating func pool(_ set: UnsafeRawBufferPointer) -> Int {
        if lastPool < pools.count, pools[lastPool].isNamed(set) { return lastPool }
        if let known = pools.firstIndex(where: { $0.isNamed(set) }) {
            lastPool = known
            return known
        }
        let fqdn = sets.fqdn(ofSet: String(decoding: set, as: UTF8.self))
        let place = users?.place(of: fqdn)
        pools.append(
            SeenPool(set: Array(set), fqdn: fqdn, place: place, lost: users?.lost(at: place) ?? nil)
        )
        return pools.count - 1
    }

    private struct SeenPool {
        var set: [UInt8]
        var fqdn: String
        /// Among those whose registrations were read.
        var place: Int?
        /// What somebody loses there who is not registered.
        var lost: Int?
        var code: Int32?

        func isNamed(_ bytes: UnsafeRawBufferPointer) -> Bool {
            set.count == bytes.count && set.withUnsafeBytes { $0.elementsEqual(bytes) }
        }
    }
}
