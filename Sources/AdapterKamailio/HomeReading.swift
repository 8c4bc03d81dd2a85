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
            rows.withBytes(row, 0) { user in
                rows.withBytes(row, 1) { domain in
                    rows.withBytes(row, 2) { codes.append(user, domain, $0, to: &homes) }
                }
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
        codes.beginPage()
        try Self.take(limit, of: copy, &codes, &homes)
        codes.endPage(of: &homes)
        return homes
    }

    /// The loop over all rows holds what it changes, which is not looked up for each.
    private static func take(
        _ limit: Int, of copy: PostgresCopy, _ codes: inout HomeCodes, _ homes: inout Homes
    ) throws(PostgresError) {
        try copy.take(limit) { row in
            let user = row.value()
            let domain = row.value()
            codes.append(user, domain, row.value(), to: &homes)
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
    private let isAnyRegistered: Bool
    /// Values that were seen, with the pool's code in the columns of the present page.
    private var pools: [SeenPool] = []
    private var name: [UInt8] = []
    /// Of the present page: how many devices each user would lose.
    private var lost: [Int?] = []

    init(_ sets: PoolSets, _ users: RegisteredUsers?) {
        self.sets = sets
        self.users = users
        isAnyRegistered = users?.isEmpty == false
    }

    var registered: RegisteredUsers { users ?? RegisteredUsers() }

    /// Columns that come next are new.
    mutating func beginPage() {
        for index in pools.indices { pools[index].code = nil }
        lost.removeAll(keepingCapacity: true)
    }

    /// What is known of all rows of a page.
    func endPage(of homes: inout Homes) {
        if users != nil { homes.setCounts(.outage, lost) }
    }

    mutating func append(
        _ user: UnsafeRawBufferPointer, _ domain: UnsafeRawBufferPointer,
        _ set: UnsafeRawBufferPointer, to homes: inout Homes
    ) {
        name.removeAll(keepingCapacity: true)
        name.append(contentsOf: user)
        name.append(UInt8(ascii: "@"))
        name.append(contentsOf: domain)
        let index = pool(set)
        let code = pools[index].code ?? homes.poolCode(of: .present(pools[index].fqdn))
        pools[index].code = code
        let attributeCodes = homes.attributeNames.map { attribute in
            homes.attributeCode(of: Self.attribute(attribute, domain), in: attribute)
        }
        name.withUnsafeBytes { name in
            homes.append(
                kind: .user, name: name, ownID: UnsafeRawBufferPointer(start: nil, count: 0),
                poolCode: code, attributeCodes: attributeCodes)
            take(name, on: pools[index])
        }
    }

    private mutating func take(_ name: UnsafeRawBufferPointer, on pool: SeenPool) {
        guard users != nil else { return }
        lost.append(isAnyRegistered ? users?.lost(name, at: pool.place) : pool.lost)
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
        for index in pools.indices where set.elementsEqual(pools[index].set) { return index }
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
    }
}
