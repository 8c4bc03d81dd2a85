/// A folder of manifests with a deployment small enough to be killed forty times: everybody moves from
/// the old pool to the new one, in batches of ten.

import Foundation
import GRDB
import TestSupport
import Testing

struct SmallEstate {
    static let old = "old.small.example"
    static let new = "new.small.example"

    let folder: URL
    let users: Int

    /// Faults are lines of the embedded deployment: `kill before batch 3`.
    init(in folder: URL, users: Int = 120, faults: [String] = []) throws {
        self.folder = folder
        self.users = users
        try write("estate.yaml", manifests(faults: faults))
        let header = "Guid,SipAddress,RegistrarPool,Enabled,DisplayName,Department\r\n"
        let rows = (1...users).map { number in
            let guid = "00000000-0000-4000-8000-" + padded(number, 12)
            return "\(guid),sip:\(person(number)),\(Self.old),True,User \(number),Sales\r\n"
        }
        try write("users.csv", header + rows.joined())
        try write(
            "apps.csv",
            """
            Kind,Name,Pool,DisplayName,Address,From,To,Detail
            response-groups,small,\(Self.old),,,,,
            access-number,+34955550100,\(Self.old),,,,,
            conference-directory,30042,\(Self.old),,,,,

            """)
    }

    /// Users, and three apps.
    var resources: Int { users + 3 }

    func person(_ number: Int) -> String { "user\(padded(number, 4))@small.example" }

    private func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    func write(_ name: String, _ text: String) throws {
        try Data(text.utf8).write(to: folder.appending(path: name))
    }

    /// Replaces a piece of the manifests, which must be there.
    func edit(_ piece: String, to replacement: String) throws {
        let text = String(
            decoding: try Data(contentsOf: folder.appending(path: "estate.yaml")), as: UTF8.self)
        try #require(text.contains(piece), "estate.yaml has no \(piece)")
        try write("estate.yaml", text.replacingOccurrences(of: piece, with: replacement))
    }

    private func manifests(faults: [String]) -> String {
        let quoted = faults.map { "\"\($0)\"" }.joined(separator: ", ")
        return """
            apiVersion: rehome.dev/v1
            kind: Estate
            metadata: {name: small}
            spec: {ledger: {url: "sqlite:.rehome/ledger.db"}}
            ---
            apiVersion: rehome.dev/v1
            kind: Connection
            metadata: {name: small}
            spec:
              adapter: embedded
              settings: {estate: .rehome/small.db, seed: [users.csv, apps.csv], faults: [\(quoted)]}
              limits: {concurrency: 2, batch: 10}
            ---
            \(pool("old", "lync-2013", Self.old))
            ---
            \(pool("new", "sfb-2019", Self.new))
            ---
            apiVersion: rehome.dev/v1
            kind: Placement
            metadata: {name: small}
            spec:
              pool: new
              users: [{select: {pool: old}}]
              apps: [{select: {pool: old}}]
            ---
            apiVersion: rehome.dev/v1
            kind: Policy
            metadata: {name: default}
            spec: {limits: {moves: {perRun: 1000, percent: 100}}}

            """
    }

    private func pool(_ name: String, _ product: String, _ fqdn: String) -> String {
        """
        apiVersion: rehome.dev/v1
        kind: Pool
        metadata: {name: \(name)}
        spec: {connection: small, site: small, product: \(product), fqdn: \(fqdn), state: serving}
        """
    }
}

/// What the program left behind, read with SQL: its own words are not asked.
extension SmallEstate {
    var ledger: URL { folder.appending(path: ".rehome/ledger.db") }
    var deployment: URL { folder.appending(path: ".rehome/small.db") }

    func query<Value: DatabaseValueConvertible & StatementColumnConvertible>(
        _ file: URL, _ sql: String
    ) throws -> [Value] {
        try DatabaseQueue(path: file.path).read { try Value.fetchAll($0, sql: sql) }
    }

    func change(_ file: URL, _ sql: String) throws {
        try DatabaseQueue(path: file.path).write { try $0.execute(sql: sql) }
    }

    /// The deployment's own log shows every resource moved once, from the old pool to the new one, and
    /// so does where everything lives now.
    func expectMovedOnce(sourceLocation: Testing.SourceLocation = #_sourceLocation) throws {
        let moved: [String] = try query(deployment, "SELECT kind || '/' || name FROM moves")
        #expect(
            moved.count == Set(moved).count, "something was moved twice",
            sourceLocation: sourceLocation)
        #expect(Set(moved).count == resources, "something was lost", sourceLocation: sourceLocation)
        let ways: [String] = try query(
            deployment, "SELECT DISTINCT from_pool || ' to ' || to_pool FROM moves")
        #expect(ways == ["\(Self.old) to \(Self.new)"], sourceLocation: sourceLocation)
        let homes: [String] = try query(deployment, "SELECT DISTINCT pool FROM homes")
        #expect(homes == [Self.new], sourceLocation: sourceLocation)
    }

    /// The ledger knows of every move that the deployment made, and that it succeeded.
    func expectRemembered(sourceLocation: Testing.SourceLocation = #_sourceLocation) throws {
        let settled: [String] = try query(
            ledger, "SELECT resource FROM readable_homes WHERE pool = '\(Self.new)'")
        #expect(Set(settled).count == resources, sourceLocation: sourceLocation)
        let doubts: [Int] = try query(ledger, "SELECT count(*) FROM doubts")
        #expect(doubts == [0], sourceLocation: sourceLocation)
        let open: [String] = try query(ledger, "SELECT id FROM runs WHERE outcome IS NULL")
        #expect(open.isEmpty, "runs without an end", sourceLocation: sourceLocation)
    }
}
