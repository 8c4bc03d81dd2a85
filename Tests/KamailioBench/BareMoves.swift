/// What the adapter says to the servers for each batch, and nothing else.

import AdapterKamailio
import Foundation
import Postgres

/// A loop over batches: look, write down durably, ask the front, carry, move, carry again, sweep later. The
/// statements are the adapter's own; nothing is judged, planned or remembered.
struct BareMoves {
    private let homes = HomeStatements(attribute: "home_pool")
    private let fronts: PostgresConnection
    private let legacy: PostgresConnection
    private let modern: PostgresConnection
    private let insert: String
    private let front: BareRPC
    private let log: FileHandle
    /// Whether it looks before a batch, as rehome does.
    private let looks: Bool

    static let size = 500

    init(_ ports: Ports, log: String, looks: Bool) throws {
        fronts = try PostgresConnection(ports.info("homes"), password: nil, name: "bare")
        legacy = try PostgresConnection(ports.info("legacy"), password: nil, name: "bare")
        modern = try PostgresConnection(ports.info("modern"), password: nil, name: "bare")
        insert = ContactStatements.insert(
            try modern.run(ContactStatements.columns).text(0, 0) ?? "")
        front = try BareRPC(host: "127.0.0.10", port: ports.sip)
        guard FileManager.default.createFile(atPath: log, contents: nil),
            let file = FileHandle(forWritingAtPath: log)
        else { throw Refusal("\(log) cannot be written") }
        self.log = file
        self.looks = looks
    }

    /// Moves those of a file, a user part in each line, from legacy to modern.
    ///
    /// - Returns: How many.
    func run(people file: String) async throws -> Int {
        let users = try String(contentsOfFile: file, encoding: .utf8)
            .split(separator: "\n").map { String($0) }
        try fronts.run(BatchStatements.acknowledge, ["bare", "1"])
        var moved = 0
        var left: [Departure] = []
        for start in stride(from: 0, to: users.count, by: Self.size) {
            let part = Array(users[start..<min(start + Self.size, users.count)])
            let names = Self.parameters(part)
            if looks { try look(for: names) }
            try log.write(contentsOf: Data(part.joined(separator: "\n").utf8))
            try log.synchronize()
            try front.ask("dispatcher.list")
            try sweep(&left)
            let carried = try carry(names)
            moved += try move(names)
            _ = try carry(names, after: carried)
            left.append(Departure(users: part, at: .now))
        }
        if let last = left.last { try await Task.sleep(until: last.at + Self.grace) }
        try sweep(&left)
        return moved
    }

    /// Who left in a batch, and when.
    private struct Departure {
        var users: [String]
        var at: ContinuousClock.Instant
    }

    /// How long requests may be on their way to a pool that their users have just left.
    private static let grace = Duration.seconds(2)

    private static func parameters(_ users: [String]) -> [String?] {
        [PostgresArray.text(users), PostgresArray.text(users.map { _ in "uc.test" })]
    }

    /// Takes away the contacts of those who left long enough ago.
    private func sweep(_ left: inout [Departure]) throws {
        let due = Array(left.prefix { $0.at + Self.grace <= .now })
        guard !due.isEmpty else { return }
        left.removeFirst(due.count)
        try legacy.run(ContactStatements.remove, Self.parameters(due.flatMap(\.users)))
    }

    private func look(for names: [String?]) throws {
        try fronts.run(BatchStatements.awaitOthers)
        try fronts.run(homes.some, [homes.attribute] + names)
    }

    /// Writes only where something changed since `earlier`.
    private func carry(_ names: [String?], after earlier: String? = nil) throws -> String? {
        let rows = try legacy.run(ContactStatements.some, names).text(0, 0)
        if let rows, rows != earlier { try modern.run(insert, [rows]) }
        return rows
    }

    private func move(_ names: [String?]) throws -> Int {
        try fronts.run("BEGIN")
        try fronts.run(BatchStatements.hold, ["60000"])
        try fronts.run(BatchStatements.fence, ["bare"])
        let rows = try fronts.run(homes.locked, [homes.attribute] + names)
        try fronts.run(BatchStatements.openSets, ["{2}"])
        let found = (0..<rows.rows).filter { rows.text($0, 2) == "1" }
        let keys = found.map { rows.text($0, 1) }
        let moved = try fronts.run(
            homes.update(as: "character varying(128)"),
            [PostgresArray.text(keys), PostgresArray.text(keys.map { _ in "2" })])
        try fronts.run("SELECT now()::timestamp::text")
        try fronts.run("COMMIT")
        return moved.changed
    }
}
