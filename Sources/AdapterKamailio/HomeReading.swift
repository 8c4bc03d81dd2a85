/// One reading of all homes: pages by key, all of one moment.

import Adapters
import Model
import Postgres

/// An observation that is under way: a transaction that sees the database as it was when it began.
final class HomeReading {
    let connection: PostgresConnection
    private let attribute: String
    private let attributes: [String]
    private var codes: HomeCodes
    private var last: (user: String, domain: String, id: String)?
    private(set) var isAtEnd = false

    init(
        _ connection: PostgresConnection, attribute: String, sets: PoolSets, attributes: [String]
    ) throws(PostgresError) {
        self.connection = connection
        self.attribute = attribute
        self.attributes = attributes
        codes = HomeCodes(sets)
        try HomeDatabase.awaitBatches(on: connection)
        try connection.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    }

    /// The next rows in the order of their keys. Two rows of one user are never on two pages: which of
    /// them counts is nobody's to guess, so both are shown.
    func next(limit: Int) throws(PostgresError) -> Homes {
        let rows: PostgresResult
        if let last {
            rows = try connection.run(
                Self.statement("AND (username, domain, id) > ($3, $4, $5)"),
                [attribute, "\(limit + 1)", last.user, last.domain, last.id])
        } else {
            rows = try connection.run(Self.statement(""), [attribute, "\(limit + 1)"])
        }
        let count = min(rows.rows, limit)
        isAtEnd = rows.rows <= limit
        var homes = Homes()
        homes.declare(attributes: attributes)
        for row in 0..<count { codes.append(rows, row, to: &homes) }
        if !isAtEnd {
            last = (
                rows.text(count - 1, 0) ?? "", rows.text(count - 1, 1) ?? "",
                rows.text(count - 1, 3) ?? ""
            )
        }
        return homes
    }

    private static func statement(_ after: String) -> String {
        """
        SELECT username, domain, value, id FROM usr_preferences
        WHERE attribute = $1 \(after) ORDER BY username, domain, id LIMIT $2
        """
    }

    /// The homes of some, as a look before a batch asks for them. The user part is compared exactly,
    /// the host without case.
    static func homes(
        of ids: [ResourceID], _ attribute: String, _ sets: PoolSets,
        _ connection: PostgresConnection
    ) throws(PostgresError) -> Homes {
        let names = ids.filter { $0.kind == .user }.map { SIPName($0.name) }
        let rows = try connection.run(
            """
            SELECT p.username, p.domain, p.value, p.id
            FROM unnest($2::text[], $3::text[]) WITH ORDINALITY AS w (username, domain, n)
            JOIN usr_preferences p ON p.username = w.username
                AND p.domain IN (w.domain, lower(w.domain)) AND p.attribute = $1
            ORDER BY w.n, p.id
            """,
            [
                attribute, PostgresArray.text(names.map(\.user)),
                PostgresArray.text(names.map(\.host)),
            ])
        var codes = HomeCodes(sets)
        var homes = Homes()
        homes.declare(attributes: [])
        for row in 0..<rows.rows { codes.append(rows, row, to: &homes) }
        return homes
    }
}

/// An address in two parts; a user part may hold an `@` of its own.
struct SIPName {
    var user: String
    var host: String

    init(_ address: String) {
        let at = address.lastIndex(of: "@") ?? address.endIndex
        user = String(address[..<at])
        host = at < address.endIndex ? String(address[address.index(after: at)...]) : ""
    }
}

/// Rows of `usr_preferences` into columns, without a `String` for each.
private struct HomeCodes {
    private let sets: PoolSets
    /// Values that were seen, with the pool's code in the columns of the present page.
    private var pools: [(set: [UInt8], fqdn: String)] = []
    private var name: [UInt8] = []

    init(_ sets: PoolSets) { self.sets = sets }

    mutating func append(_ rows: PostgresResult, _ row: Int, to homes: inout Homes) {
        name.removeAll(keepingCapacity: true)
        rows.withBytes(row, 0) { name.append(contentsOf: $0) }
        name.append(UInt8(ascii: "@"))
        rows.withBytes(row, 1) { name.append(contentsOf: $0) }
        let fqdn = rows.withBytes(row, 2) { pool($0) }
        let code = homes.poolCode(of: .present(fqdn))
        let attributeCodes = homes.attributeNames.map { attribute in
            homes.attributeCode(of: Self.attribute(attribute, rows, row), in: attribute)
        }
        name.withUnsafeBytes { name in
            homes.append(
                kind: .user, name: name, ownID: UnsafeRawBufferPointer(start: nil, count: 0),
                poolCode: code, attributeCodes: attributeCodes)
        }
    }

    private static func attribute(
        _ name: String, _ rows: PostgresResult, _ row: Int
    ) -> Fact<String> {
        name == Address.folded(KamailioCatalog.domain)
            ? .present(rows.text(row, 1) ?? "")
            : .unknown(Gap(kind: .user, fact: name, reason: "Kamailio keeps no such attribute"))
    }

    private mutating func pool(_ set: UnsafeRawBufferPointer) -> String {
        if let known = pools.first(where: { $0.set.elementsEqual(set) }) { return known.fqdn }
        let fqdn = sets.fqdn(ofSet: String(decoding: set, as: UTF8.self))
        pools.append((Array(set), fqdn))
        return fqdn
    }
}
