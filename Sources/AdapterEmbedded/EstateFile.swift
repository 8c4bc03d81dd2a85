/// The file of an embedded deployment: made once, opened durably, and closed.

import Adapters
package import Foundation
package import GRDB
package import Model

/// Opens and makes estate files. What is wrong with one is said in the words of `DeploymentError`.
package enum EstateFile {
    /// How long a process waits for another one's transaction.
    private static let patience: TimeInterval = 30

    /// Opens the file, making it first when it does not exist. The caller closes the pool.
    package static func open(
        _ url: URL, seeds: [Seed], pools: [EstatePool], moveTakes: Duration,
        replicationTakes: Duration = .zero, at now: Instant
    ) throws -> DatabasePool {
        if !FileManager.default.fileExists(atPath: url.path) {
            try make(url, seeds: seeds, pools: pools, moveTakes: moveTakes, at: now)
        }
        let database = try open(url)
        do {
            try declare(pools, in: database, replicationTakes: replicationTakes, at: now)
            return database
        } catch {
            close(database)
            throw explained(error, url)
        }
    }

    /// Opens a file that exists.
    package static func open(_ url: URL) throws -> DatabasePool {
        do {
            let database = try DatabasePool(path: url.path, configuration: configuration())
            // GRDB lowers this for every pool while it opens, after `prepareDatabase` has run.
            try database.writeWithoutTransaction { db in
                try db.execute(sql: "PRAGMA synchronous = FULL")
            }
            try judge(database.read(EstateSchema.content(of:)), url)
            return database
        } catch {
            throw explained(error, url)
        }
    }

    /// Closes a file for good. The readers go first: SQLite folds its log into the file, and takes it
    /// away, when the last connection that closes may write.
    static func close(_ database: DatabasePool) {
        database.releaseMemory()
        try? database.close()
    }

    private static func configuration() -> Configuration {
        var configuration = Configuration()
        configuration.busyMode = .timeout(patience)
        configuration.foreignKeysEnabled = true
        return configuration
    }

    private static func judge(_ content: EstateSchema.Content, _ url: URL) throws {
        switch content {
        case .estate(EstateSchema.version): return
        case .estate(let found) where found > EstateSchema.version:
            throw DeploymentError(
                rule: "estate-newer",
                "\(url.lastPathComponent) was made by a later version of rehome", at: nil,
                hint: "it has schema \(found), this rehome knows \(EstateSchema.version): update it"
            )
        case .estate:
            throw DeploymentError(
                rule: "estate-unusable",
                "\(url.path) was made by an earlier version of rehome", at: nil,
                hint: "name another file, or take this one away to seed a new one")
        case .foreign, .empty:
            throw DeploymentError(
                rule: "estate-unusable", "\(url.path) is no embedded deployment", at: nil,
                hint: "name another file, or take this one away to seed a new one")
        }
    }

    /// The pools of the Pool documents, added or brought up to date in one transaction; nothing is
    /// written where nothing differs.
    ///
    /// A pool that joins a deployment takes nobody until people have been copied to it.
    private static func declare(
        _ pools: [EstatePool], in database: DatabasePool, replicationTakes: Duration,
        at now: Instant
    ) throws {
        let (known, ahead) = try database.read { db in
            let store = SQLiteEstate(db)
            return (try store.pools(), try store.number(.clockAhead))
        }
        let changed = pools.compactMap { pool -> EstatePool? in
            var pool = pool
            if let old = known.first(where: { EstateRules.same($0.fqdn, pool.fqdn) }) {
                pool.ready = old.ready
                pool.owner = old.owner
                pool.state = old.state
                return pool == old ? nil : pool
            }
            if replicationTakes > .zero {
                pool.ready = now + .milliseconds(ahead) + replicationTakes
            }
            return pool
        }
        guard !changed.isEmpty else { return }
        try database.write { db in
            var store = SQLiteEstate(db)
            for pool in changed { try store.put(pool) }
        }
    }

    /// SQLite's own words, and what to do.
    static func explained(_ error: any Error, _ url: URL) -> any Error {
        guard let error = error as? DatabaseError else { return error }
        let hint =
            switch error.resultCode {
            case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM:
                "the file and its folder must be writable: SQLite keeps two files beside it"
            case .SQLITE_FULL: "make room on the disk"
            case .SQLITE_BUSY, .SQLITE_LOCKED: "another program is writing it: try again"
            case .SQLITE_NOTADB, .SQLITE_CORRUPT:
                "name another file, or take this one away to seed a new one"
            default: "look at the disk that holds it"
            }
        let said = error.message ?? "SQLite error \(error.extendedResultCode.rawValue)"
        return DeploymentError(
            rule: "estate-unusable", "\(url.path) cannot be used: \(said)", at: nil, hint: hint)
    }
}

/// Seeding: into a file beside, renamed when it is complete.
extension EstateFile {
    /// A reader never sees half a deployment. Of two processes that seed at once one waits, for the
    /// lock on the folder, and finds the work done; what one that died left beside is taken away.
    private static func make(
        _ url: URL, seeds: [Seed], pools: [EstatePool], moveTakes: Duration, at now: Instant
    ) throws {
        do {
            let folder = url.deletingLastPathComponent()
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try holdingLock(on: folder) {
                guard !FileManager.default.fileExists(atPath: url.path) else { return }
                let beside = URL(filePath: url.path + ".seeding")
                for path in [beside.path, beside.path + "-journal"] {
                    try? FileManager.default.removeItem(atPath: path)
                }
                do {
                    try fill(beside, seeds: seeds, pools: pools, moveTakes: moveTakes, at: now)
                    try FileManager.default.moveItem(at: beside, to: url)
                } catch {
                    try? FileManager.default.removeItem(at: beside)
                    throw error
                }
            }
        } catch let error as CocoaError {
            throw DeploymentError(
                rule: "estate-unusable",
                "\(url.path) cannot be made: \(error.localizedDescription)", at: nil,
                hint: "its folder must be writable")
        } catch {
            throw explained(error, url)
        }
    }

    private static func fill(
        _ url: URL, seeds: [Seed], pools: [EstatePool], moveTakes: Duration, at now: Instant
    ) throws {
        let queue = try DatabaseQueue(path: url.path, configuration: configuration())
        defer { try? queue.close() }
        try queue.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA synchronous = FULL")
            try db.inTransaction {
                try EstateSchema.create(in: db)
                var store = SQLiteEstate(db)
                try store.add(now.millisecondsSince1970, to: .seeded)
                for pool in pools { try store.put(pool) }
                var seeding = Seeding(now: now, moveTakes: moveTakes)
                try seeding.run(seeds, into: &store)
                return .commit
            }
        }
    }

    /// The lock dies with the process; the folder's new name is durable when it is given back.
    private static func holdingLock(on folder: URL, _ body: () throws -> Void) throws {
        let descriptor = Foundation.open(folder.path, O_RDONLY | O_DIRECTORY)
        guard descriptor >= 0, flock(descriptor, LOCK_EX) == 0 else {
            throw DeploymentError(
                rule: "estate-unusable", "the folder \(folder.path) cannot be locked", at: nil,
                hint: "it must be readable, on a file system that has locks")
        }
        defer { Foundation.close(descriptor) }
        try body()
        fsync(descriptor)
    }
}
