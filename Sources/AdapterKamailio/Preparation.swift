/// What the database of the fronts wants beside Kamailio's own tables.

extension KamailioCatalog {
    /// Statements to be run once by who owns the tables: one home for each user, indexes for pages and for
    /// counting, a guard, and tables of rehome's own. They may be run again and change no row.
    ///
    /// - Parameter attribute: The `attribute` of `usr_preferences` that holds homes.
    /// - Returns: SQL for psql.
    package static func preparation(attribute: String) -> String {
        let quoted = "'" + attribute.replacing("'", with: "''") + "'"
        return indexes(quoted) + tables + guardFunction(quoted) + guardTriggers
    }

    private static func indexes(_ attribute: String) -> String {
        """
        -- One home for each user: of two rows nobody could say which counts.
        CREATE UNIQUE INDEX IF NOT EXISTS rehome_one_home
            ON usr_preferences (username, domain) WHERE attribute = \(attribute);
        -- Pages of all homes, each from where the last one ended.
        CREATE INDEX IF NOT EXISTS rehome_homes
            ON usr_preferences (attribute, username, domain, id);
        -- Who still lives on a pool.
        CREATE INDEX IF NOT EXISTS rehome_residents
            ON usr_preferences (value) WHERE attribute = \(attribute);
        -- What changed last: fronts that keep homes in memory are told of it.
        CREATE INDEX IF NOT EXISTS rehome_changed
            ON usr_preferences (last_modified) WHERE attribute = \(attribute);

        """
    }

    private static let tables = """
        -- Whose a pool is.
        CREATE TABLE IF NOT EXISTS rehome_owners (
            setid integer PRIMARY KEY, owner text NOT NULL);
        -- The newest lease of a ledger: work under an older one is refused.
        CREATE TABLE IF NOT EXISTS rehome_fences (
            ledger text PRIMARY KEY, token bigint NOT NULL);
        -- Up to when each front with a cache was told of changed homes.
        CREATE TABLE IF NOT EXISTS rehome_fronts (
            front text PRIMARY KEY, told timestamp NOT NULL);

        """

    /// The guard holds the rows of the dispatcher until its transaction ends, so that a pool which is
    /// being closed and one that is entered wait for each other, whoever enters it. Rows that keep their
    /// home pass: a closed set is left in any order.
    private static func guardFunction(_ attribute: String) -> String {
        """
        -- Nobody is homed on a set that is closed (dispatcher.flags, bit 4) or not there, by whatever hand.
        CREATE OR REPLACE FUNCTION rehome_guard() RETURNS trigger
            LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $guard$
        DECLARE wanted text[]; refused text;
        BEGIN
            IF TG_OP = 'INSERT' THEN
                SELECT array_agg(DISTINCT value) INTO wanted FROM new_rows
                    WHERE attribute = \(attribute);
            ELSE
                -- No join: its plan, made for the first batch, may be a bad one for all that follow.
                SELECT array_agg(DISTINCT value) INTO wanted FROM (
                    SELECT id, value FROM new_rows WHERE attribute = \(attribute)
                    EXCEPT SELECT id, value FROM old_rows WHERE attribute = \(attribute)) AS n;
            END IF;
            PERFORM 1 FROM dispatcher WHERE setid::text = ANY (wanted) ORDER BY id FOR SHARE;
            SELECT w INTO refused FROM unnest(wanted) AS w WHERE NOT EXISTS (
                SELECT 1 FROM dispatcher WHERE setid::text = w AND flags & 4 = 0) LIMIT 1;
            IF refused IS NOT NULL THEN
                RAISE EXCEPTION 'dispatcher set % takes nobody: it is closed, or has no members', refused
                    USING ERRCODE = 'RH001';
            END IF;
            RETURN NULL;
        END $guard$;

        """
    }

    private static let guardTriggers = """
        CREATE OR REPLACE TRIGGER rehome_guard_insert AFTER INSERT ON usr_preferences
            REFERENCING NEW TABLE AS new_rows
            FOR EACH STATEMENT EXECUTE FUNCTION rehome_guard();
        CREATE OR REPLACE TRIGGER rehome_guard_update AFTER UPDATE ON usr_preferences
            REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows
            FOR EACH STATEMENT EXECUTE FUNCTION rehome_guard();

        """
}
