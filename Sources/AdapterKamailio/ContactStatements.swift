/// The statements about contacts, for the location table of a pool.

package enum ContactStatements {
    /// The contacts of each whose user and domain are in `$1` and `$2`, as rows `l`. User by user: joined
    /// as a whole, the table would be read from end to end for every batch, as long as it is short enough
    /// for that to look cheap.
    private static let rows = """
        unnest($1::text[], $2::text[]) AS w (username, domain)
        CROSS JOIN LATERAL (SELECT * FROM location l
            WHERE l.username = w.username AND l.domain IN (w.domain, lower(w.domain)) OFFSET 0) AS l
        """

    /// The live contacts of those whose users and domains are `$1` and `$2`, as one JSON.
    package static let some = """
        SELECT json_agg(l)::text FROM \(rows)
        WHERE \(RegisteredUsers.isLive) AND NOT (\(RegisteredUsers.isBound))
        """

    /// The columns of the table, quoted by the server itself, but those that name a row or an address of
    /// another pool.
    package static let columns = """
        SELECT string_agg(quote_ident(column_name), ', ' ORDER BY ordinal_position)
        FROM information_schema.columns
        WHERE table_schema = current_schema() AND table_name = 'location'
            AND column_name NOT IN ('id', 'socket')
        """

    /// Adds the contacts of the JSON `$1`, or what is newer of those that are there. The names of columns
    /// are those that `columns` gave. Where all are there already nothing is written, and nobody waits
    /// for the disk.
    package static func insert(_ columns: String) -> String {
        """
        INSERT INTO location (\(columns))
        SELECT \(columns) FROM json_populate_recordset(NULL::location, $1::json) AS c
        WHERE NOT EXISTS (SELECT 1 FROM location l
            WHERE l.ruid = c.ruid AND l.last_modified >= c.last_modified)
        ON CONFLICT (ruid) DO UPDATE SET expires = excluded.expires,
            contact = excluded.contact, received = excluded.received, path = excluded.path,
            callid = excluded.callid, cseq = excluded.cseq,
            last_modified = excluded.last_modified
        WHERE location.last_modified < excluded.last_modified
        """
    }

    /// Takes away the contacts of those whose users and domains are `$1` and `$2`.
    package static let remove = """
        DELETE FROM location WHERE id = ANY (ARRAY(SELECT l.id FROM \(rows)))
        """
}
