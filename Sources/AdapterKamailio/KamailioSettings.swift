/// The settings of a Kamailio connection, read and judged.

package import Adapters
package import Model

/// What `settings` of a Connection with `adapter: kamailio` say (`docs/reference/kamailio.md`).
package struct KamailioSettings: Sendable {
    /// A libpq connection string of the fronts' database, without a password.
    package var database: String
    package var password: SecretReference?
    /// The `attribute` of `usr_preferences` whose value is a user's dispatcher set.
    package var attribute: String
    /// Dispatcher sets by the folded FQDN of their pool.
    package var sets: [String: Int]
    /// libpq connection strings of the pools' own location tables, by the folded FQDN of the pool.
    package var locations: [String: String]

    package static let names = ["database", "homes", "password", "pools"]
    package static let secretNames: Set<String> = ["password"]

    /// Throws everything that is wrong with them.
    package init(of connection: Connection) throws(DeploymentError) {
        var reader = SettingReader(connection)
        database = reader.text("database", "host=sip-db.contoso.example dbname=kamailio") ?? ""
        password = reader.secret("password")
        attribute = reader.homes()
        (sets, locations) = reader.pools()
        if !reader.diagnostics.isEmpty { throw DeploymentError(reader.diagnostics) }
    }
}

private struct SettingReader {
    private let connection: Connection
    private(set) var diagnostics: [Diagnostic] = []

    init(_ connection: Connection) { self.connection = connection }

    mutating func text(_ name: String, _ example: String) -> String? {
        guard let setting = connection.settings[name] else {
            report(connection.location, "the setting \(name) is missing", "\(name): \(example)")
            return nil
        }
        if case .text(let text) = setting.value, !text.isEmpty { return text }
        report(setting.location, "\(name) is not a text", "\(name): \(example)")
        return nil
    }

    mutating func secret(_ name: String) -> SecretReference? {
        guard let setting = connection.settings[name] else { return nil }
        if case .secret(let reference) = setting.value { return reference }
        report(
            setting.location, "\(name) is no reference to a secret",
            "\(name): {secret: env:KAMAILIO_PASSWORD}")
        return nil
    }

    mutating func homes() -> String {
        guard let setting = connection.settings["homes"] else { return "home_pool" }
        if case .map(let map) = setting.value, map.count == 1,
            case .text(let attribute)? = map["attribute"]?.value, !attribute.isEmpty
        {
            return attribute
        }
        report(
            setting.location, "homes does not say which attribute holds them",
            "homes: {attribute: home_pool}")
        return ""
    }

    /// `pools: {legacy.contoso.example: {set: 1, locations: "dbname=legacy"}}`
    mutating func pools() -> (sets: [String: Int], locations: [String: String]) {
        guard let setting = connection.settings["pools"], case .map(let map) = setting.value,
            !map.isEmpty
        else {
            report(
                connection.settings["pools"]?.location ?? connection.location,
                "pools does not say which dispatcher set is which pool",
                "pools: {legacy.contoso.example: {set: 1}}")
            return ([:], [:])
        }
        var sets: [String: Int] = [:]
        var locations: [String: String] = [:]
        var fqdns: [Int: String] = [:]
        for (fqdn, entry) in map.sorted(by: { $0.key < $1.key }) {
            guard let (set, location) = pool(fqdn, entry) else { continue }
            if let other = fqdns.updateValue(fqdn, forKey: set) {
                report(entry.location, "\(fqdn) and \(other) are one dispatcher set", "one each")
            }
            sets[Address.folded(fqdn)] = set
            locations[Address.folded(fqdn)] = location
        }
        return (sets, locations)
    }

    private mutating func pool(_ fqdn: String, _ entry: Setting) -> (Int, String?)? {
        guard case .map(let keys) = entry.value,
            case .text(let text)? = keys["set"]?.value, let set = Int(text), set > 0
        else {
            report(
                entry.location, "the pool \(fqdn) does not say its dispatcher set",
                "\(fqdn): {set: 1}")
            return nil
        }
        for (key, value) in keys.sorted(by: { $0.key < $1.key })
        where key != "set" && key != "locations" {
            report(
                value.location, "the pool \(fqdn) has no setting \(key)",
                "\(fqdn): {set: 1, locations: dbname=legacy}")
        }
        guard let location = keys["locations"] else { return (set, nil) }
        if case .text(let info) = location.value, !info.isEmpty { return (set, info) }
        report(
            location.location, "locations of \(fqdn) is not a text",
            "\(fqdn): {set: 1, locations: dbname=legacy}")
        return nil
    }

    private mutating func report(
        _ place: SourceLocation, _ message: String, _ example: String
    ) {
        diagnostics.append(
            Diagnostic(
                .error, rule: "kamailio-settings",
                "connection \(connection.name): \(message)", at: place, hint: "as in \(example)"))
    }
}
