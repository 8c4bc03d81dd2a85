/// The settings of a Kamailio connection.

package import Adapters
package import Model
import SIP

/// What `settings` of a Connection with `adapter: kamailio` say (`docs/reference/kamailio.md`).
package struct KamailioSettings: Sendable {
    /// A libpq connection string of the fronts' database, without a password.
    package var database: String
    package var password: SecretReference?
    /// Where homes stand.
    var homes: HomeTable
    /// The servers that send requests to pools. None: nobody is asked how members are.
    var fronts: [RPCEndpoint]
    /// The htable in which fronts keep homes; nil where they look into the database each time.
    var cache: String?
    /// The `dpid` of the dialplan whose rows are applications; nil: none are read.
    var dialplan: Int?
    /// An address that fits, by the expression of an application.
    var samples: [String: String]
    var probing: ProbeSettings?
    package var probePassword: SecretReference?
    /// By the folded FQDN of the pool.
    var pools: [String: PoolSettings]

    package static let names = [
        "apps", "cache", "database", "fronts", "homes", "password", "pools", "probePassword",
        "probes",
    ]
    package static let secretNames: Set<String> = ["password", "probePassword"]

    /// Everything that is wrong with them.
    package static func problems(of connection: Connection) -> [Diagnostic] {
        do {
            _ = try KamailioSettings(of: connection)
            return []
        } catch {
            return error.diagnostics
        }
    }

    /// Throws everything that is wrong with them.
    package init(of connection: Connection) throws(DeploymentError) {
        var reader = SettingReader(connection)
        database =
            reader.required("database", "host=sip-db.contoso.example dbname=kamailio") ?? ""
        password = reader.secret("password")
        homes = reader.homes()
        fronts = reader.endpoints("fronts", "fronts: [\"http://10.0.0.10:5060/RPC\"]")
        cache = reader.text("cache", "cache: home")
        (dialplan, samples) = reader.apps()
        probePassword = reader.secret("probePassword")
        pools = reader.pools()
        probing = reader.probing(pools: pools)
        if cache != nil, fronts.isEmpty {
            reader.report(
                connection.settings["cache"]?.location, "cache wants fronts that keep it",
                "fronts: [\"http://10.0.0.10:5060/RPC\"]")
        }
        if cache != nil, homes.changed == nil {
            reader.report(
                connection.settings["homes"]?.location,
                "cache wants homes with a column that says when a row changed",
                "homes: {table: subscriber, pool: home_pool, changed: last_modified}")
        }
        if dialplan != nil, fronts.isEmpty {
            reader.report(
                connection.settings["apps"]?.location, "apps wants fronts that read the dialplan",
                "fronts: [\"http://10.0.0.10:5060/RPC\"]")
        }
        if !reader.diagnostics.isEmpty { throw DeploymentError(reader.diagnostics) }
    }

    /// Whether another pool keeps its registrations in the same table.
    func sharesLocations(_ fqdn: String) -> Bool {
        guard let info = pools[fqdn]?.locations.info else { return false }
        return pools.contains { $0.key != fqdn && $0.value.locations.info == info }
    }

    /// Dispatcher sets by the folded FQDN of their pool.
    var sets: PoolSets { PoolSets(pools.mapValues(\.set)) }
}

/// A pool, as the settings know it.
struct PoolSettings: Hashable, Sendable {
    /// Its dispatcher set.
    var set: Int
    var locations: Locations
    /// Where its members answer RPC; none: whether it can be administered is not known.
    var members: [RPCEndpoint]
    /// An account that lives there, for probes.
    var probe: String?
}

/// Where a pool's `location` table is.
enum Locations: Hashable, Sendable {
    /// Nobody told us.
    case untold
    /// The pool keeps no registrations: nobody is called there.
    case none
    /// A libpq connection string.
    case database(String)

    var info: String? {
        if case .database(let info) = self { info } else { nil }
    }
}

/// From where probes are sent.
struct ProbeSettings: Hashable, Sendable {
    /// The address of this machine that fronts and devices can reach.
    var local: String
    /// The front that devices speak to.
    var front: SIPEndpoint
}

/// Where homes stand: Kamailio's `usr_preferences`, or a table of the operator's own.
struct HomeTable: Hashable, Sendable {
    /// The value of the column `attribute`; nil where every row of the table is a home.
    var attribute: String?
    /// Names as the catalog has them, unquoted.
    var table: String
    var user: String
    var domain: String
    var pool: String
    /// When a row changed last; nil where no column says it.
    var changed: String?

    static func preferences(attribute: String) -> HomeTable {
        HomeTable(
            attribute: attribute, table: "usr_preferences", user: "username", domain: "domain",
            pool: "value", changed: "last_modified")
    }
}
