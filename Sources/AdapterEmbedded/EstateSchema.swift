/// The tables of an estate file. `docs/reference/embedded.md` explains them to people who look inside.

import GRDB

enum EstateSchema {
    /// Grows with every change of the tables; kept in `user_version`.
    static let version: Int32 = 4
    /// "rehm", so that another program's file is not taken for an estate.
    static let application: Int32 = 0x7265_686D

    static func create(in db: Database) throws {
        try db.execute(sql: tables)
        let columns = EmbeddedCatalog.attributeNames.map { "\"\($0)\" TEXT" }
        try db.execute(
            sql: """
                CREATE TABLE attributes (
                    row INTEGER PRIMARY KEY REFERENCES resources,
                    \(columns.joined(separator: ", "))
                ) STRICT
                """)
        try db.execute(sql: "PRAGMA application_id = \(application)")
        try db.execute(sql: "PRAGMA user_version = \(version)")
    }

    /// What a file is, by its header.
    enum Content: Equatable {
        case empty
        case estate(version: Int32)
        case foreign
    }

    static func content(of db: Database) throws -> Content {
        let found = try Int32.fetchOne(db, sql: "PRAGMA user_version") ?? 0
        if try Int32.fetchOne(db, sql: "PRAGMA application_id") == application {
            return .estate(version: found)
        }
        let tables = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") ?? 0
        return tables == 0 ? .empty : .foreign
    }

    private static let tables = """
        CREATE TABLE estate (key TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
        CREATE TABLE pools (
            id INTEGER PRIMARY KEY,
            fqdn TEXT NOT NULL UNIQUE COLLATE NOCASE,
            product TEXT,
            capacity INTEGER,
            ready INTEGER,
            owner TEXT,
            state TEXT NOT NULL DEFAULT 'open',
            users INTEGER NOT NULL DEFAULT 0
        ) STRICT;
        CREATE TABLE stopped (
            pool INTEGER NOT NULL REFERENCES pools,
            service TEXT NOT NULL,
            PRIMARY KEY (pool, service)
        ) STRICT;
        CREATE TABLE resources (
            row INTEGER PRIMARY KEY,
            kind TEXT NOT NULL,
            name TEXT NOT NULL COLLATE NOCASE,
            own_id TEXT,
            home INTEGER REFERENCES pools,
            former INTEGER REFERENCES pools,
            arrives INTEGER,
            meetings INTEGER,
            contacts INTEGER,
            clients INTEGER,
            policies INTEGER
        ) STRICT;
        CREATE INDEX resources_by_name ON resources (name, kind);
        CREATE TABLE relations (
            kind TEXT NOT NULL,
            name TEXT NOT NULL COLLATE NOCASE,
            relation TEXT NOT NULL,
            other_kind TEXT NOT NULL,
            other_name TEXT NOT NULL COLLATE NOCASE
        ) STRICT;
        CREATE TABLE unread (
            kind TEXT NOT NULL,
            attribute TEXT NOT NULL,
            PRIMARY KEY (kind, attribute)
        ) STRICT;
        CREATE TABLE moves (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            step TEXT,
            run TEXT,
            batch INTEGER,
            kind TEXT NOT NULL,
            name TEXT NOT NULL COLLATE NOCASE,
            own_id TEXT,
            from_pool TEXT,
            to_pool TEXT NOT NULL,
            at INTEGER NOT NULL,
            arrives INTEGER NOT NULL,
            lost_meetings INTEGER,
            lost_contacts INTEGER,
            lost_clients INTEGER,
            lost_policies INTEGER
        ) STRICT;
        CREATE TRIGGER user_came AFTER INSERT ON resources WHEN new.kind = 'user' BEGIN
            UPDATE pools SET users = users + 1 WHERE id = new.home;
        END;
        CREATE TRIGGER user_moved AFTER UPDATE OF home ON resources WHEN new.kind = 'user' BEGIN
            UPDATE pools SET users = users - 1 WHERE id = old.home;
            UPDATE pools SET users = users + 1 WHERE id = new.home;
        END;
        CREATE TRIGGER user_left AFTER DELETE ON resources WHEN old.kind = 'user' BEGIN
            UPDATE pools SET users = users - 1 WHERE id = old.home;
        END;
        CREATE VIEW homes AS
            SELECT kind || '/' || name AS resource, pools.fqdn AS pool, former.fqdn AS coming_from
            FROM resources
            LEFT JOIN pools ON pools.id = home
            LEFT JOIN pools AS former ON former.id = former;
        """
}
