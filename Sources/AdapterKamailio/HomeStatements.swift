/// The statements about homes, for the table in which they stand.

/// Names of tables and columns come from the settings and are quoted; everything else is a parameter.
/// `$1` is the attribute in each that has parameters, NULL where every row of the table is a home.
package struct HomeStatements: Sendable {
    package let attribute: String?
    private let table: String
    private let user: String
    private let domain: String
    private let pool: String
    /// What tells two rows of one user apart: the serial of Kamailio's table, else where the row lies.
    private let key: String
    private let keyType: String
    private let touch: String
    private let changed: String?

    /// Those of Kamailio's own table, where an attribute holds the homes.
    package init(attribute: String) { self.init(.preferences(attribute: attribute)) }

    init(_ homes: HomeTable) {
        attribute = homes.attribute
        table = Self.quoted(homes.table, parts: true)
        user = Self.quoted(homes.user)
        domain = Self.quoted(homes.domain)
        pool = Self.quoted(homes.pool)
        let isKamailios = homes.table == "usr_preferences"
        key = isKamailios ? "id" : "ctid"
        keyType = isKamailios ? "bigint" : "tid"
        changed = homes.changed.map { Self.quoted($0) }
        touch = changed.map { ", \($0) = now()" } ?? ""
    }

    /// An identifier of SQL; `parts` keeps the point between a schema and a table.
    static func quoted(_ name: String, parts: Bool = false) -> String {
        let pieces =
            parts ? name.split(separator: ".", omittingEmptySubsequences: false) : [name[...]]
        return pieces.map { "\"" + $0.replacing("\"", with: "\"\"") + "\"" }.joined(separator: ".")
    }

    /// A row that is a home, in a table called `p`.
    private var isHome: String { attribute == nil ? "$1::text IS NULL" : "p.attribute = $1" }

    /// Tells the present transaction the attribute: `COPY` has no parameters.
    static let nameAttribute = "SELECT set_config('rehome.attribute', $1, true)"

    /// User, domain and set of all; the attribute is the one that was told (`nameAttribute`).
    var everybody: String {
        // A subquery is asked once, a function alone for each row.
        let isTold = "p.attribute = (SELECT current_setting('rehome.attribute'))"
        return """
            COPY (SELECT p.\(user), p.\(domain), coalesce(p.\(pool)::text, '') FROM \(table) p
            WHERE \(attribute == nil ? "true" : isTold)) TO STDOUT
            """
    }

    /// User, domain, set and key of those whose users and domains are `$2` and `$3`. The user part is
    /// compared exactly, the host without case.
    package var some: String {
        """
        SELECT p.\(user), p.\(domain), p.\(pool)::text, p.\(key)
        FROM unnest($2::text[], $3::text[]) WITH ORDINALITY AS w (username, domain, n)
        JOIN \(table) p ON p.\(user) = w.username
            AND p.\(domain) IN (w.domain, lower(w.domain)) AND \(isHome)
        ORDER BY w.n, p.\(key)
        """
    }

    /// As `some`, but number in the batch, key and set; locked until the transaction ends. In the order of
    /// their keys, so that two batches never wait for each other in a circle.
    package var locked: String {
        """
        SELECT w.n, p.\(key), p.\(pool)::text
        FROM unnest($2::text[], $3::text[]) WITH ORDINALITY AS w (username, domain, n)
        JOIN \(table) p ON p.\(user) = w.username
            AND p.\(domain) IN (w.domain, lower(w.domain)) AND \(isHome)
        ORDER BY p.\(key) FOR UPDATE OF p
        """
    }

    /// The type of the column with the set, for the table `$1` and the column `$2` as catalogs name them.
    static let poolType = """
        SELECT format_type(atttypid, atttypmod) FROM pg_attribute
        WHERE attrelid = to_regclass($1) AND attname = $2
        """

    /// Gives the rows whose keys are `$1` the sets that are `$2`, in a column of a type.
    package func update(as type: String) -> String {
        """
        UPDATE \(table) p SET \(pool) = w.value::\(type)\(touch)
        FROM unnest($1::\(keyType)[], $2::text[]) AS w (key, value) WHERE p.\(key) = w.key
        """
    }

    /// How many live on the set `$2`.
    var residents: String {
        "SELECT count(*) FROM \(table) p WHERE \(isHome) AND p.\(pool)::text = $2"
    }

    /// How many live on each set.
    var residentsBySet: String {
        "SELECT p.\(pool)::text, count(*) FROM \(table) p WHERE \(isHome) GROUP BY 1 ORDER BY 1"
    }

    /// How many users have more than one row.
    var doubles: String {
        """
        SELECT count(*) FROM (SELECT 1 FROM \(table) p WHERE \(isHome)
            GROUP BY p.\(user), lower(p.\(domain)) HAVING count(*) > 1) AS twice
        """
    }

    /// Of those whose users and domains are `$2` and `$3`, the ones whose home is another set than `$4`.
    var elsewhere: String {
        """
        SELECT w.username, w.domain
        FROM unnest($2::text[], $3::text[]) AS w (username, domain)
        JOIN \(table) p ON p.\(user) = w.username
            AND p.\(domain) IN (w.domain, lower(w.domain)) AND \(isHome)
        GROUP BY 1, 2 HAVING bool_and(p.\(pool)::text <> $4)
        """
    }

    /// User, domain and set of rows that changed since `$2`, at most `$3`, in the order of their changes;
    /// nil where the table does not say when.
    var changedSince: String? {
        changed.map {
            """
            SELECT p.\(user), p.\(domain), p.\(pool)::text, p.\($0)::text FROM \(table) p
            WHERE \(isHome) AND p.\($0) > $2::timestamp ORDER BY p.\($0), p.\(key) LIMIT $3
            """
        }
    }

    /// User, domain and set of the rows that changed last, `$2` of them; nil where the table does not
    /// say when.
    var latest: String? {
        changed.map {
            """
            SELECT p.\(user), p.\(domain), p.\(pool)::text FROM \(table) p
            WHERE \(isHome) ORDER BY p.\($0) DESC LIMIT $2
            """
        }
    }
}
