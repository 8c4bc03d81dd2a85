/// Reads and judges settings: everything that is wrong is told, each with an example of what is right.

import Adapters
import Foundation
import Model
import SIP

struct SettingReader {
    private let connection: Connection
    private(set) var diagnostics: [Diagnostic] = []

    init(_ connection: Connection) { self.connection = connection }

    mutating func report(_ place: SourceLocation?, _ message: String, _ example: String) {
        diagnostics.append(
            Diagnostic(
                .error, rule: "kamailio-settings", "connection \(connection.name): \(message)",
                at: place ?? connection.location, hint: "as in \(example)"))
    }

    mutating func required(_ name: String, _ example: String) -> String? {
        guard connection.settings[name] != nil else {
            report(nil, "the setting \(name) is missing", "\(name): \(example)")
            return nil
        }
        return text(name, "\(name): \(example)")
    }

    mutating func text(_ name: String, _ example: String) -> String? {
        connection.settings[name].flatMap { text($0, name, example) }
    }

    private mutating func text(
        _ setting: Setting, _ name: String, _ example: String
    ) -> String? {
        if case .text(let text) = setting.value, !text.isEmpty { return text }
        report(setting.location, "\(name) is not a text", example)
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

    mutating func endpoints(_ name: String, _ example: String) -> [RPCEndpoint] {
        connection.settings[name].map { endpoints($0, name, example) } ?? []
    }

    private mutating func endpoints(
        _ setting: Setting, _ name: String, _ example: String
    ) -> [RPCEndpoint] {
        guard case .list(let items) = setting.value else {
            report(setting.location, "\(name) is no list of URLs", example)
            return []
        }
        return items.compactMap { item in
            guard case .text(let text) = item.value, let url = URL(string: text),
                url.scheme == "http" || url.scheme == "https", url.host() != nil,
                url.user() == nil
            else {
                report(
                    item.location, "\(name) holds what is no URL of http or https without a user",
                    example)
                return nil
            }
            return RPCEndpoint(url: url)
        }
    }

    /// `apps: {dialplan: 1}`, perhaps with an address for each expression.
    mutating func apps() -> (dialplan: Int?, samples: [String: String]) {
        guard let setting = connection.settings["apps"] else { return (nil, [:]) }
        let example = "apps: {dialplan: 1, samples: {\"^conf-[0-9]+$\": conf-1}}"
        guard let keys = keys(setting, "apps", ["dialplan", "samples"], example) else {
            return (nil, [:])
        }
        var samples: [String: String] = [:]
        if case .map(let map)? = keys["samples"]?.value {
            for (expression, entry) in map.sorted(by: { $0.key < $1.key }) {
                samples[expression] = text(entry, "the sample of \(expression)", example)
            }
        }
        if case .text(let text)? = keys["dialplan"]?.value, let id = Int(text) {
            return (id, samples)
        }
        report(setting.location, "apps does not say which dialplan holds them", example)
        return (nil, samples)
    }

    /// `probes: {local: 10.0.0.9, front: "10.0.0.10:5060"}`, where pools have an account each.
    mutating func probing(pools: [String: PoolSettings]) -> ProbeSettings? {
        guard let setting = connection.settings["probes"] else { return nil }
        let example = "probes: {local: 10.0.0.9, front: \"10.0.0.10:5060\"}"
        guard let keys = keys(setting, "probes", ["local", "front"], example),
            let local = keys["local"].flatMap({ text($0, "local of probes", example) }),
            let front = keys["front"].flatMap({ text($0, "front of probes", example) }),
            let colon = front.lastIndex(of: ":"),
            let port = UInt16(front[front.index(after: colon)...])
        else {
            report(setting.location, "probes does not say from where and to which front", example)
            return nil
        }
        return ProbeSettings(
            local: local, front: SIPEndpoint(host: String(front[..<colon]), port: port))
    }

    /// The mapping of a setting; keys beside the known ones are reported.
    private mutating func keys(
        _ setting: Setting, _ owner: String, _ known: [String], _ example: String
    ) -> [String: Setting]? {
        guard case .map(let map) = setting.value else {
            report(setting.location, "\(owner) is no mapping", example)
            return nil
        }
        for (key, value) in map.sorted(by: { $0.key < $1.key }) where !known.contains(key) {
            report(value.location, "\(owner) has no setting \(key)", example)
        }
        return map
    }
}

// Homes
extension SettingReader {
    /// `homes: {attribute: home_pool}`, or `homes: {table: subscriber, pool: home_pool}`.
    mutating func homes() -> HomeTable {
        let standard = HomeTable.preferences(attribute: "home_pool")
        guard let setting = connection.settings["homes"] else { return standard }
        let example =
            "homes: {attribute: home_pool}, or homes: {table: subscriber, pool: home_pool}"
        let known = ["attribute", "table", "user", "domain", "pool", "changed"]
        guard let keys = keys(setting, "homes", known, example) else { return standard }
        func word(_ key: String) -> String? {
            if case .text(let text)? = keys[key]?.value, !text.isEmpty { return text }
            return nil
        }
        if let table = word("table"), let pool = word("pool") {
            return HomeTable(
                attribute: word("attribute"), table: table, user: word("user") ?? "username",
                domain: word("domain") ?? "domain", pool: pool, changed: word("changed"))
        }
        if keys.count == 1, let attribute = word("attribute") {
            return .preferences(attribute: attribute)
        }
        report(setting.location, "homes does not say where they stand", example)
        return standard
    }
}

// Pools
extension SettingReader {
    private static let poolExample =
        "legacy.contoso.example: {set: 1, locations: dbname=legacy, rpc: [\"http://10.0.0.11:5060/RPC\"], probe: probe-legacy@contoso.example}"

    mutating func pools() -> [String: PoolSettings] {
        let setting = connection.settings["pools"]
        guard case .map(let map)? = setting?.value, !map.isEmpty else {
            report(
                setting?.location, "pools does not say which dispatcher set is which pool",
                "pools: {legacy.contoso.example: {set: 1}}")
            return [:]
        }
        var pools: [String: PoolSettings] = [:]
        var fqdns: [Int: String] = [:]
        for (fqdn, entry) in map.sorted(by: { $0.key < $1.key }) {
            guard let pool = pool(fqdn, entry) else { continue }
            if let other = fqdns.updateValue(fqdn, forKey: pool.set) {
                report(entry.location, "\(fqdn) and \(other) are one dispatcher set", "one each")
            }
            pools[Address.folded(fqdn)] = pool
        }
        return pools
    }

    private mutating func locations(_ setting: Setting?, _ fqdn: String) -> Locations {
        guard let setting,
            let text = text(setting, "locations of \(fqdn)", Self.poolExample)
        else { return .untold }
        return text == "none" ? .none : .database(text)
    }

    private mutating func pool(_ fqdn: String, _ entry: Setting) -> PoolSettings? {
        let owner = "the pool \(fqdn)"
        guard
            let keys = keys(
                entry, owner, ["set", "locations", "rpc", "probe"], Self.poolExample)
        else { return nil }
        guard case .text(let text)? = keys["set"]?.value, let set = Int(text), set > 0 else {
            report(
                entry.location, "\(owner) does not say its dispatcher set", "\(fqdn): {set: 1}")
            return nil
        }
        return PoolSettings(
            set: set,
            locations: locations(keys["locations"], fqdn),
            members: keys["rpc"].map { endpoints($0, "rpc of \(fqdn)", Self.poolExample) } ?? [],
            probe: keys["probe"].flatMap { self.text($0, "probe of \(fqdn)", Self.poolExample) })
    }
}
