/// The tables of the ledger, as named migrations that only go forward.
///
/// A migration is never changed once it was released: a ledger of every earlier version must come out
/// as a new one does. `docs/reference/ledger.md` describes the tables for those who read them by SQL.

import GRDB
import Model

/// The versions that a program knows, in order.
package struct Schema: Sendable {
    package struct Migration: Sendable {
        package var name: String
        package var sql: String

        package init(name: String, sql: String) {
            self.name = name
            self.sql = sql
        }
    }

    package var migrations: [Migration]

    package init(migrations: [Migration]) { self.migrations = migrations }

    package var version: Int { migrations.count }

    package static let current = Schema(migrations: [
        firstLight, pseudonyms, stopSigns, namesApart, waves, signatures, retirements,
        takenBack, prices,
    ])

    /// Marks the file for `file(1)` and for us: "RHML".
    static let applicationID = 0x5248_4D4C

    private static let firstLight = Migration(
        name: "first light",
        sql: """
            CREATE TABLE ledger (
                one INTEGER PRIMARY KEY CHECK (one = 1), id TEXT NOT NULL, made INTEGER NOT NULL,
                token INTEGER NOT NULL
            ) STRICT;
            CREATE TABLE audit (
                number INTEGER PRIMARY KEY, hash TEXT NOT NULL, line TEXT NOT NULL
            ) STRICT;
            CREATE TABLE words (id INTEGER PRIMARY KEY, word TEXT NOT NULL UNIQUE) STRICT;
            CREATE TABLE plans (
                digest TEXT PRIMARY KEY, campaign TEXT NOT NULL, revision TEXT,
                at INTEGER NOT NULL, steps BLOB NOT NULL
            ) STRICT, WITHOUT ROWID;
            CREATE TABLE runs (
                number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, plan TEXT NOT NULL,
                campaign TEXT NOT NULL, revision TEXT, account TEXT NOT NULL, host TEXT NOT NULL,
                label TEXT, began INTEGER NOT NULL, ended INTEGER, outcome TEXT, reason TEXT,
                total INTEGER NOT NULL, done INTEGER NOT NULL, already INTEGER NOT NULL,
                conflict INTEGER NOT NULL, failed INTEGER NOT NULL, in_doubt INTEGER NOT NULL,
                gone INTEGER NOT NULL
            ) STRICT;
            CREATE TABLE steps (
                number INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES runs,
                batch INTEGER NOT NULL, connection INTEGER NOT NULL REFERENCES words,
                step BLOB NOT NULL, kind INTEGER NOT NULL REFERENCES words, name TEXT NOT NULL,
                own_id TEXT, from_pool INTEGER NOT NULL REFERENCES words,
                to_pool INTEGER NOT NULL REFERENCES words,
                placement INTEGER NOT NULL REFERENCES words, by_selection INTEGER NOT NULL,
                attempt INTEGER NOT NULL, at INTEGER NOT NULL, deadline INTEGER NOT NULL,
                repeatable INTEGER NOT NULL, outcome TEXT, message TEXT, until INTEGER,
                settled_at INTEGER
            ) STRICT;
            CREATE INDEX steps_by_step ON steps (step);
            CREATE INDEX steps_by_run ON steps (run);
            CREATE TABLE doubts (
                step BLOB PRIMARY KEY, intent INTEGER NOT NULL REFERENCES steps
            ) STRICT, WITHOUT ROWID;
            CREATE TABLE set_aside (
                step BLOB PRIMARY KEY, message TEXT NOT NULL, since INTEGER NOT NULL
            ) STRICT, WITHOUT ROWID;
            CREATE TABLE homes (
                connection INTEGER NOT NULL REFERENCES words,
                kind INTEGER NOT NULL REFERENCES words, name TEXT NOT NULL COLLATE NOCASE,
                own_id TEXT, pool INTEGER NOT NULL REFERENCES words,
                former INTEGER REFERENCES words, placement INTEGER NOT NULL REFERENCES words,
                by_selection INTEGER NOT NULL, moved_by_us INTEGER NOT NULL,
                PRIMARY KEY (connection, kind, name)
            ) STRICT, WITHOUT ROWID;
            CREATE TABLE consents (
                number INTEGER PRIMARY KEY, subject TEXT NOT NULL, what TEXT,
                digest TEXT NOT NULL, reason TEXT NOT NULL, account TEXT NOT NULL,
                host TEXT NOT NULL, label TEXT, at INTEGER NOT NULL
            ) STRICT;
            CREATE VIEW readable_homes AS
                SELECT c.word AS connection, k.word || '/' || h.name AS resource, h.own_id,
                    p.word AS pool, f.word AS former, l.word AS placement, h.by_selection,
                    h.moved_by_us
                FROM homes h JOIN words c ON c.id = h.connection JOIN words k ON k.id = h.kind
                    JOIN words p ON p.id = h.pool LEFT JOIN words f ON f.id = h.former
                    JOIN words l ON l.id = h.placement;
            CREATE VIEW readable_steps AS
                SELECT s.number, r.id AS run, s.batch, c.word AS connection,
                    lower(hex(s.step)) AS step, k.word || '/' || s.name AS resource, s.own_id,
                    f.word AS from_pool, t.word AS to_pool, l.word AS placement, s.attempt,
                    datetime(s.at / 1000, 'unixepoch') AS at, s.outcome, s.message,
                    datetime(s.settled_at / 1000, 'unixepoch') AS settled_at
                FROM steps s JOIN runs r ON r.number = s.run JOIN words c ON c.id = s.connection
                    JOIN words k ON k.id = s.kind JOIN words f ON f.id = s.from_pool
                    JOIN words t ON t.id = s.to_pool JOIN words l ON l.id = s.placement;
            """)
}

extension Schema {
    /// The key is made where the ledger is, and by whoever brings an older one up to date.
    private static let pseudonyms = Migration(
        name: "pseudonyms",
        sql: """
            ALTER TABLE ledger ADD COLUMN pseudonym_key BLOB;
            UPDATE ledger SET pseudonym_key = randomblob(32);
            CREATE TRIGGER ledger_gets_a_key AFTER INSERT ON ledger BEGIN
                UPDATE ledger SET pseudonym_key = randomblob(32);
            END;
            """)

    /// Instructions stand as the audit trail writes them, by the number of their link.
    private static let stopSigns = Migration(
        name: "stop signs",
        sql: """
            CREATE TABLE instructions (
                link INTEGER NOT NULL REFERENCES audit, place INTEGER NOT NULL,
                line TEXT NOT NULL, PRIMARY KEY (link, place)
            ) STRICT, WITHOUT ROWID;
            CREATE TABLE bound (
                connection INTEGER NOT NULL REFERENCES words,
                kind INTEGER NOT NULL REFERENCES words, name TEXT NOT NULL COLLATE NOCASE,
                own_id TEXT NOT NULL, PRIMARY KEY (connection, kind, name)
            ) STRICT, WITHOUT ROWID;
            CREATE VIEW readable_instructions AS
                SELECT link, line ->> 'at' AS at, line ->> 'deed' AS deed,
                    line ->> 'reason' AS reason,
                    (line ->> '$.by.account') || '@' || (line ->> '$.by.host') AS by, line
                FROM instructions;
            """)
}

extension Schema {
    /// Names are recorded folded and kept apart by their bytes: whether case tells two of them apart is for
    /// the estate to say, and no more for a collation.
    private static let namesApart = Migration(
        name: "names apart",
        sql: """
            DROP VIEW readable_homes;
            ALTER TABLE homes RENAME TO homes_before;
            CREATE TABLE homes (
                connection INTEGER NOT NULL REFERENCES words,
                kind INTEGER NOT NULL REFERENCES words, name TEXT NOT NULL,
                own_id TEXT, pool INTEGER NOT NULL REFERENCES words,
                former INTEGER REFERENCES words, placement INTEGER NOT NULL REFERENCES words,
                by_selection INTEGER NOT NULL, moved_by_us INTEGER NOT NULL,
                PRIMARY KEY (connection, kind, name)
            ) STRICT, WITHOUT ROWID;
            INSERT INTO homes SELECT connection, kind, lower(name), own_id, pool, former, placement,
                by_selection, moved_by_us FROM homes_before;
            DROP TABLE homes_before;
            ALTER TABLE bound RENAME TO bound_before;
            CREATE TABLE bound (
                connection INTEGER NOT NULL REFERENCES words,
                kind INTEGER NOT NULL REFERENCES words, name TEXT NOT NULL,
                own_id TEXT NOT NULL, PRIMARY KEY (connection, kind, name)
            ) STRICT, WITHOUT ROWID;
            INSERT INTO bound SELECT connection, kind, lower(name), own_id FROM bound_before;
            DROP TABLE bound_before;
            CREATE VIEW readable_homes AS
                SELECT c.word AS connection, k.word || '/' || h.name AS resource, h.own_id,
                    p.word AS pool, f.word AS former, l.word AS placement, h.by_selection,
                    h.moved_by_us
                FROM homes h JOIN words c ON c.id = h.connection JOIN words k ON k.id = h.kind
                    JOIN words p ON p.id = h.pool LEFT JOIN words f ON f.id = h.former
                    JOIN words l ON l.id = h.placement;
            """)
}

extension Schema {
    /// What became of waves stands as the audit trail writes it, by the number of its link.
    private static let waves = Migration(
        name: "waves",
        sql: """
            CREATE TABLE waves (
                link INTEGER NOT NULL REFERENCES audit, place INTEGER NOT NULL,
                line TEXT NOT NULL, PRIMARY KEY (link, place)
            ) STRICT, WITHOUT ROWID;
            CREATE VIEW readable_waves AS
                SELECT link, line ->> 'at' AS at,
                    (line ->> 'rollout') || '/' || (line ->> 'wave') AS wave,
                    line ->> 'deed' AS deed, line ->> 'gate' AS gate,
                    line ->> 'verdict' AS verdict, line
                FROM waves;
            """)
}

extension Schema {
    /// Of approvals that were signed.
    private static let signatures = Migration(
        name: "signatures",
        sql: """
            ALTER TABLE consents ADD COLUMN principal TEXT;
            ALTER TABLE consents ADD COLUMN signature TEXT;
            """)

    /// What became of pools on the way to their end, in the same way.
    private static let retirements = Migration(
        name: "retirements",
        sql: """
            CREATE TABLE retirements (
                link INTEGER NOT NULL REFERENCES audit, place INTEGER NOT NULL,
                line TEXT NOT NULL, PRIMARY KEY (link, place)
            ) STRICT, WITHOUT ROWID;
            CREATE VIEW readable_retirements AS
                SELECT link, line ->> 'at' AS at, line ->> 'connection' AS connection,
                    line ->> 'pool' AS pool, line ->> 'deed' AS deed, line ->> 'change' AS change,
                    line ->> 'row' AS row, line
                FROM retirements;
            """)

    /// What was taken back, by the number of the link that said so first.
    private static let takenBack = Migration(
        name: "taken back",
        sql: """
            CREATE TABLE taken_back (
                step BLOB PRIMARY KEY, link INTEGER NOT NULL REFERENCES audit
            ) STRICT, WITHOUT ROWID;
            CREATE VIEW readable_taken_back AS
                SELECT lower(hex(step)) AS step, link FROM taken_back;
            """)
}

extension Schema {
    /// What the steps of a plan cost, as the audit trail writes it; null for plans of before.
    private static let prices = Migration(
        name: "prices", sql: "ALTER TABLE plans ADD COLUMN prices TEXT;")
}

/// What is in a file, before anything is done with it.
enum SchemaState: Equatable {
    /// A new file, or one that a crash left before its tables were there.
    case empty
    case foreign
    case ledger(version: Int, id: String)
}

extension Schema {
    static func state(of db: Database) throws -> SchemaState {
        let tables = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") ?? 0
        if tables == 0 { return .empty }
        guard try Int.fetchOne(db, sql: "PRAGMA application_id") == applicationID,
            try db.tableExists("migrations"), try db.tableExists("ledger"),
            let version = try Int.fetchOne(db, sql: "SELECT max(version) FROM migrations"),
            let id = try String.fetchOne(db, sql: "SELECT id FROM ledger")
        else { return .foreign }
        return .ledger(version: version, id: id)
    }

    /// Brings the tables up to this schema; in one transaction, so that a crash leaves either version.
    func migrate(_ db: Database, from version: Int, at now: Instant) throws {
        if version == 0 {
            try db.execute(
                sql: """
                    CREATE TABLE migrations (
                        version INTEGER PRIMARY KEY, name TEXT NOT NULL, at INTEGER NOT NULL
                    ) STRICT
                    """)
            try db.execute(sql: "PRAGMA application_id = \(Self.applicationID)")
        }
        for (index, migration) in migrations.enumerated().dropFirst(version) {
            try db.execute(sql: migration.sql)
            try db.execute(
                sql: "INSERT INTO migrations VALUES (?, ?, ?)",
                arguments: [index + 1, migration.name, now.millisecondsSince1970])
        }
    }

    func create(_ db: Database, id: String, at now: Instant) throws {
        try migrate(db, from: 0, at: now)
        // Tokens begin with the time: deployments that fence by them know the id from an earlier ledger.
        try db.execute(
            sql: "INSERT INTO ledger (one, id, made, token) VALUES (1, ?1, ?2, ?2)",
            arguments: [id, now.millisecondsSince1970])
    }
}
