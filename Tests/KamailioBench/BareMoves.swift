/// What the adapter says to the servers for each batch, and nothing else.

import AdapterKamailio
import Foundation
import Postgres

/// A loop over batches: look, write down durably, ask the front, sweep, carry, move, carry again. The
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
    func run(people file: String) throws -> Int {
        let users = try String(contentsOfFile: file, encoding: .utf8)
            .split(separator: "\n").map { String($0) }
        try fronts.run(BatchStatements.acknowledge, ["bare", "1"])
        var moved = 0
        var before: [String?]?
        for start in stride(from: 0, to: users.count, by: Self.size) {
            let part = users[start..<min(start + Self.size, users.count)]
            let names = [
                PostgresArray.text(Array(part)),
                PostgresArray.text(part.map { _ in "uc.test" }),
            ]
            if looks { try look(for: names) }
            try log.write(contentsOf: Data(names.joined(separator: "\n").utf8))
            try log.synchronize()
            try front.ask("dispatcher.list")
            if let before { try legacy.run(ContactStatements.remove, before) }
            try carry(names)
            moved += try move(names)
            try carry(names)
            before = names
        }
        if let before { try legacy.run(ContactStatements.remove, before) }
        return moved
    }

    private func look(for names: [String?]) throws {
        try fronts.run(BatchStatements.awaitOthers)
        try fronts.run(homes.some, [homes.attribute] + names)
    }

    private func carry(_ names: [String?]) throws {
        guard let rows = try legacy.run(ContactStatements.some, names).text(0, 0) else { return }
        try modern.run(insert, [rows])
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
