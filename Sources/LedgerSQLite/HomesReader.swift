/// The settled homes of one connection straight into columns: no `String` for a row, and one look-up in
/// a small array for each of its words.

import GRDB
import Ledgers
import Model

struct HomesReader {
    private let words: [String]
    private var homes: SettledHomes
    /// The code of each word in the three columns; `unseen` where it was not met yet.
    private var poolCodes: [Int32]
    private var formerCodes: [Int32]
    private var placementCodes: [Int32]
    private static let unseen = Int32.min

    init(words: [String], comparedBy folding: Folding) {
        self.words = words
        homes = SettledHomes(comparedBy: folding)
        let unseen = [Int32](repeating: Self.unseen, count: words.count)
        poolCodes = unseen
        formerCodes = unseen
        placementCodes = unseen
    }

    consuming func read(_ db: Database, connection: Int64, count: Int) throws -> SettledHomes {
        var reader = self
        try reader.readRows(db, connection: connection, count: count)
        return reader.homes
    }

    private mutating func readRows(_ db: Database, connection: Int64, count: Int) throws {
        homes.reserveCapacity(count)
        var statement = try BoundStatement(
            db,
            """
            SELECT kind, name, own_id, pool, former, placement, by_selection, moved_by_us
            FROM homes WHERE connection = ? ORDER BY kind, name
            """)
        try statement.bind(connection)
        defer { statement.finish() }
        var kindID: Int64 = -1
        var kind = Kind.user
        while try statement.next() {
            if statement.number(0) != kindID {
                kindID = statement.number(0)
                guard let named = Kind(name: try LedgerRows.word(words, kindID)) else {
                    throw LedgerRows.damaged("homes")
                }
                kind = named
            }
            homes.append(
                kind: kind, name: statement.bytes(1), ownID: statement.bytes(2),
                poolCode: try poolCode(of: statement.number(3)),
                formerCode: try statement.isNull(4) ? 0 : formerCode(of: statement.number(4)),
                placementCode: try placementCode(of: statement.number(5)),
                bySelection: statement.flag(6), movedByUs: statement.flag(7))
        }
    }

    private mutating func poolCode(of id: Int64) throws -> Int32 {
        guard id >= 0, id < words.count else { throw LedgerRows.damaged("homes") }
        if poolCodes[Int(id)] == Self.unseen {
            poolCodes[Int(id)] = homes.poolCode(of: words[Int(id)])
        }
        return poolCodes[Int(id)]
    }

    private mutating func formerCode(of id: Int64) throws -> Int32 {
        guard id >= 0, id < words.count else { throw LedgerRows.damaged("homes") }
        if formerCodes[Int(id)] == Self.unseen {
            formerCodes[Int(id)] = homes.formerCode(of: words[Int(id)])
        }
        return formerCodes[Int(id)]
    }

    private mutating func placementCode(of id: Int64) throws -> Int32 {
        guard id >= 0, id < words.count else { throw LedgerRows.damaged("homes") }
        if placementCodes[Int(id)] == Self.unseen {
            placementCodes[Int(id)] = homes.placementCode(of: words[Int(id)])
        }
        return placementCodes[Int(id)]
    }
}
