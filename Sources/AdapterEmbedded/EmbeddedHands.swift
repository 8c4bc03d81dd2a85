/// What people do to an embedded deployment from outside of a run: look at its clock, set it ahead, move
/// somebody by hand, read its log.

import Adapters
package import Foundation
import GRDB
package import Model

extension EmbeddedAdapter {
    /// Where the estate of a connection lives.
    package static func estate(of connection: Connection, root: URL) throws -> URL {
        try EmbeddedSettings(of: connection, root: root).estate
    }

    /// The deployment's own clock. A deployment that was not seeded yet has the machine's.
    package static func now(estate: URL, machine: Instant) throws -> Instant {
        guard FileManager.default.fileExists(atPath: estate.path) else { return machine }
        return try open(estate) { database in
            let ahead = try database.read { try SQLiteEstate($0).number(.clockAhead) }
            return machine + .milliseconds(ahead)
        }
    }

    /// Sets the deployment's clock ahead, and never back.
    package static func advance(estate: URL, by span: Duration) throws {
        guard span > .zero else {
            throw DeploymentError(
                rule: "embedded-clock", "the clock of a deployment only goes forward", at: nil,
                hint: "advance it by a span like 72h")
        }
        try requireSeeded(estate)
        try open(estate) { database in
            _ = try database.write { db in
                try SQLiteEstate(db).add(span.milliseconds, to: .clockAhead)
            }
        }
    }

    /// Moves something behind rehome's back, to see drift. False when there is no such resource.
    package static func moveByHand(
        estate: URL, _ id: ResourceID, to pool: String, machine: Instant
    ) throws -> Bool {
        try requireSeeded(estate)
        return try open(estate) { database in
            try database.write { db in
                var store = SQLiteEstate(db)
                let now = machine + .milliseconds(try store.number(.clockAhead))
                return try EstateRules.moveByHand(id, to: pool, in: &store, at: now)
            }
        }
    }

    /// The deployment's own log of every change of home, oldest first.
    package static func log(estate: URL) throws -> [EstateMove] {
        try requireSeeded(estate)
        return try open(estate) { database in
            try database.read { try SQLiteEstate($0).moves() }
        }
    }

    private static func requireSeeded(_ estate: URL) throws {
        guard !FileManager.default.fileExists(atPath: estate.path) else { return }
        throw DeploymentError(
            rule: "estate-unusable", "\(estate.path) does not exist yet", at: nil,
            hint: "the first plan seeds it")
    }

    private static func open<Result>(
        _ estate: URL, _ body: (DatabasePool) throws -> Result
    ) throws -> Result {
        let database = try EstateFile.open(estate)
        defer { EstateFile.close(database) }
        do {
            return try body(database)
        } catch {
            throw EstateFile.explained(error, estate)
        }
    }
}
