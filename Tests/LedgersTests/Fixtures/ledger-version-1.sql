-- A ledger as the first version of rehome left it: never changed, so that every later one can read it.
-- Made with: sqlite3 ledger.db .dump, and the application id, which a dump leaves out.
PRAGMA application_id = 1380470092;
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE migrations (
    version INTEGER PRIMARY KEY, name TEXT NOT NULL, at INTEGER NOT NULL
) STRICT;
INSERT INTO migrations VALUES(1,'first light',1795385599123);
CREATE TABLE ledger (
    one INTEGER PRIMARY KEY CHECK (one = 1), id TEXT NOT NULL, made INTEGER NOT NULL,
    token INTEGER NOT NULL
) STRICT;
INSERT INTO ledger VALUES(1,'7f3c9a1e',1795385599123,1);
CREATE TABLE audit (
    number INTEGER PRIMARY KEY, hash TEXT NOT NULL, line TEXT NOT NULL
) STRICT;
INSERT INTO audit VALUES(1,'611cf2b94133c35d6046a8887bd43dab1da7bf8ff3eda5dc3fc2a5287def2c7c','{"number":1,"at":"2026-11-22T22:13:19.123Z","by":{"account":"ana","host":"ops1","label":null},"entries":[{"plan":{"digest":"plan-of-r1","campaign":"campaign-1","revision":"rev-plan-of-r1","at":"2026-11-22T22:13:19.123Z","steps":["000000000000abcd0000000000000000","000000000000abcd0000000000000001","000000000000abcd0000000000000002"]}},{"began":{"run":"r1","plan":"plan-of-r1","campaign":"campaign-1","revision":null,"by":{"account":"ana","host":"ops1","label":null},"began":"2026-11-22T22:13:19.123Z","ended":null,"outcome":null,"reason":null,"counts":{"total":0,"done":0,"already":0,"conflict":0,"failed":0,"inDoubt":0,"gone":0}}}]}');
INSERT INTO audit VALUES(2,'69f6a15b161feeeac728ca6c4462e52a3e96e605890fc529e63e2d35e5e8aa15','{"number":2,"at":"2026-11-22T22:13:19.123Z","by":{"account":"ana","host":"ops1","label":null},"entries":[{"intended":[{"run":"r1","batch":1,"connection":"madrid","at":"2026-11-22T22:13:19.123Z","deadline":"2026-11-22T22:14:19.123Z","repeatable":true,"steps":[{"step":"000000000000abcd0000000000000001","resource":"user/u1@contoso.example","id":"id-1","from":"ocs.contoso.example","to":"lync.contoso.example","placement":"madrid","bySelection":false,"attempt":1},{"step":"000000000000abcd0000000000000002","resource":"user/u2@contoso.example","id":"id-2","from":"ocs.contoso.example","to":"lync.contoso.example","placement":"madrid","bySelection":false,"attempt":1},{"step":"000000000000abcd0000000000000003","resource":"user/u3@contoso.example","id":"id-3","from":"ocs.contoso.example","to":"lync.contoso.example","placement":"madrid","bySelection":false,"attempt":1},{"step":"000000000000abcd0000000000000004","resource":"user/u4@contoso.example","id":"id-4","from":"ocs.contoso.example","to":"lync.contoso.example","placement":"madrid","bySelection":false,"attempt":1}]}]}]}');
INSERT INTO audit VALUES(3,'2b747556bba99f094b6959470fa4edc2717b836857a96eb752f93b2d228b947e','{"number":3,"at":"2026-11-22T22:13:19.123Z","by":{"account":"ana","host":"ops1","label":null},"entries":[{"settled":{"run":"r1","step":"000000000000abcd0000000000000001","outcome":"done","at":"2026-11-22T22:13:29.123Z"}},{"settled":{"run":"r1","step":"000000000000abcd0000000000000002","outcome":"failed-permanent","message":"no such policy","at":"2026-11-22T22:13:29.123Z"}},{"settled":{"run":"r1","step":"000000000000abcd0000000000000003","outcome":"underway","until":"2026-11-22T22:13:49.123Z","at":"2026-11-22T22:13:29.123Z"}},{"homes":{"connection":"madrid","pool":"lync.contoso.example","former":"ocs.contoso.example","placement":"madrid","bySelection":false,"movedByUs":true,"of":[["user/u1@contoso.example","an-id"]]}},{"homes":{"connection":"madrid","pool":"lync.contoso.example","former":null,"placement":"madrid","bySelection":false,"movedByUs":false,"of":[["user/O''Brien@contoso.example",null]]}}]}');
INSERT INTO audit VALUES(4,'0e943484e9b55a8b988539113aa8afe87a5fc02403997d6417eb6435b61baf62','{"number":4,"at":"2026-11-22T22:13:19.123Z","by":{"account":"ana","host":"ops1","label":null},"entries":[{"consent":{"subject":"override","what":"moves-percent","digest":"d1","reason":"a board meeting","by":{"account":"ben","host":"ops2","label":"night shift"},"at":"2026-11-22T22:13:19.123Z"}},{"ended":{"run":"r1","outcome":"waiting","reason":"because of a test","counts":{"total":0,"done":0,"already":0,"conflict":0,"failed":0,"inDoubt":0,"gone":0},"at":"2026-11-22T22:14:59.123Z"}}]}');
CREATE TABLE words (id INTEGER PRIMARY KEY, word TEXT NOT NULL UNIQUE) STRICT;
INSERT INTO words VALUES(1,'madrid');
INSERT INTO words VALUES(2,'user');
INSERT INTO words VALUES(3,'ocs.contoso.example');
INSERT INTO words VALUES(4,'lync.contoso.example');
CREATE TABLE plans (
    digest TEXT PRIMARY KEY, campaign TEXT NOT NULL, revision TEXT,
    at INTEGER NOT NULL, steps BLOB NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO plans VALUES('plan-of-r1','campaign-1','rev-plan-of-r1',1795385599123,X'000000000000abcd0000000000000000000000000000abcd0000000000000001000000000000abcd0000000000000002');
CREATE TABLE runs (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, plan TEXT NOT NULL,
    campaign TEXT NOT NULL, revision TEXT, account TEXT NOT NULL, host TEXT NOT NULL,
    label TEXT, began INTEGER NOT NULL, ended INTEGER, outcome TEXT, reason TEXT,
    total INTEGER NOT NULL, done INTEGER NOT NULL, already INTEGER NOT NULL,
    conflict INTEGER NOT NULL, failed INTEGER NOT NULL, in_doubt INTEGER NOT NULL,
    gone INTEGER NOT NULL
) STRICT;
INSERT INTO runs VALUES(1,'r1','plan-of-r1','campaign-1',NULL,'ana','ops1',NULL,1795385599123,1795385699123,'waiting','because of a test',0,0,0,0,0,0,0);
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
INSERT INTO steps VALUES(1,1,1,1,X'000000000000abcd0000000000000001',2,'u1@contoso.example','id-1',3,4,1,0,1,1795385599123,1795385659123,1,'done',NULL,NULL,1795385609123);
INSERT INTO steps VALUES(2,1,1,1,X'000000000000abcd0000000000000002',2,'u2@contoso.example','id-2',3,4,1,0,1,1795385599123,1795385659123,1,'failed-permanent','no such policy',NULL,1795385609123);
INSERT INTO steps VALUES(3,1,1,1,X'000000000000abcd0000000000000003',2,'u3@contoso.example','id-3',3,4,1,0,1,1795385599123,1795385659123,1,'underway',NULL,1795385629123,1795385609123);
INSERT INTO steps VALUES(4,1,1,1,X'000000000000abcd0000000000000004',2,'u4@contoso.example','id-4',3,4,1,0,1,1795385599123,1795385659123,1,NULL,NULL,NULL,NULL);
CREATE TABLE doubts (
    step BLOB PRIMARY KEY, intent INTEGER NOT NULL REFERENCES steps
) STRICT, WITHOUT ROWID;
INSERT INTO doubts VALUES(X'000000000000abcd0000000000000003',3);
INSERT INTO doubts VALUES(X'000000000000abcd0000000000000004',4);
CREATE TABLE set_aside (
    step BLOB PRIMARY KEY, message TEXT NOT NULL, since INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO set_aside VALUES(X'000000000000abcd0000000000000002','no such policy',1795385609123);
CREATE TABLE homes (
    connection INTEGER NOT NULL REFERENCES words,
    kind INTEGER NOT NULL REFERENCES words, name TEXT NOT NULL COLLATE NOCASE,
    own_id TEXT, pool INTEGER NOT NULL REFERENCES words,
    former INTEGER REFERENCES words, placement INTEGER NOT NULL REFERENCES words,
    by_selection INTEGER NOT NULL, moved_by_us INTEGER NOT NULL,
    PRIMARY KEY (connection, kind, name)
) STRICT, WITHOUT ROWID;
INSERT INTO homes VALUES(1,2,'O''Brien@contoso.example',NULL,4,NULL,1,0,0);
INSERT INTO homes VALUES(1,2,'u1@contoso.example','an-id',4,3,1,0,1);
CREATE TABLE consents (
    number INTEGER PRIMARY KEY, subject TEXT NOT NULL, what TEXT,
    digest TEXT NOT NULL, reason TEXT NOT NULL, account TEXT NOT NULL,
    host TEXT NOT NULL, label TEXT, at INTEGER NOT NULL
) STRICT;
INSERT INTO consents VALUES(1,'override','moves-percent','d1','a board meeting','ben','ops2','night shift',1795385599123);
CREATE INDEX steps_by_step ON steps (step);
CREATE INDEX steps_by_run ON steps (run);
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
COMMIT;
