/// The statements of a batch beside those about homes and contacts.

package enum BatchStatements {
    private static let lock = "hashtext('rehome batch')"

    /// Returns when no batch is under way. The lock is given back with the end of the statement, which
    /// is a transaction of its own.
    package static let awaitOthers = "SELECT pg_advisory_xact_lock(\(lock))"

    /// Says until the end of the transaction that a batch is under way; `$1` is how many milliseconds a
    /// statement of it may take.
    package static let hold =
        "SELECT set_config('statement_timeout', $1, true), pg_advisory_xact_lock_shared(\(lock))"

    /// The token `$2` is the newest of the ledger `$1`, if it is.
    package static let acknowledge = """
        INSERT INTO rehome_fences AS f (ledger, token) VALUES ($1, $2)
        ON CONFLICT (ledger) DO UPDATE SET token = excluded.token
        WHERE f.token < excluded.token
        """

    /// The newest token of the ledger `$1`, held until the transaction ends.
    package static let fence = "SELECT token FROM rehome_fences WHERE ledger = $1 FOR SHARE"

    /// Those of the dispatcher sets `$1` that take people, held until the transaction ends.
    package static let openSets = """
        SELECT setid::text FROM dispatcher
        WHERE setid = ANY ($1::int[]) AND flags & 4 = 0 ORDER BY id FOR SHARE
        """
}
