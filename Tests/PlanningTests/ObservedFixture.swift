/// `observed.yaml`: what was seen and what the ledger remembers, in a few lines.

import Model
import TestSupport

struct ObservedFixture {
    var state: ObservedState
    var memory: Memory
    var capabilities: [String: Capabilities] = [:]
    var asOf: Instant
    var part: Narrowing

    init(_ text: String, _ able: Capabilities, comparedBy folding: Folding) throws {
        let root = try YAMLNode.load(text)
        asOf = root["asOf"]?.text.flatMap { Instant(iso: $0) } ?? World.now
        let part = root["part"]
        self.part = Narrowing(
            rollouts: Set(part?["rollouts"]?.items.compactMap(\.text) ?? []),
            waves: Set(part?["waves"]?.items.compactMap(\.text) ?? []),
            sites: Set(part?["sites"]?.items.compactMap(\.text) ?? []),
            only: Set(
                part?["only"]?.items.compactMap(\.text).compactMap { ResourceID($0) } ?? []))
        var connections: [ObservedConnection] = []
        for (name, node) in root["connections"]?.entries ?? [] {
            var able = able
            able.performs = node["performs"]?.text != "false"
            if node["closesPools"]?.text == "false" { able.closesPools = false }
            if node["endsWithRunner"]?.text == "false" { able.endsWithRunner = false }
            if node["comparesAndSwaps"]?.text == "false" { able.comparesAndSwaps = false }
            capabilities[name] = able
            connections.append(try Self.connection(name, node, able, folding))
        }
        state = ObservedState(connections: connections.sorted { $0.name < $1.name }, at: asOf)
        memory = Memory(
            isAtHand: root["memory"] != nil, stops: Stops(comparedBy: folding))
        guard let remembered = root["memory"] else { return }
        memory.ledgerID = "7f3c9a1e"
        for node in remembered["homes"]?.items ?? [] {
            let connection = node["connection"]?.text ?? "madrid"
            memory.homes[connection, default: SettledHomes(comparedBy: folding)].append(
                try Self.home(node, folding))
        }
        memory.journey = try JourneyFixture.journey(remembered["waves"]?.items ?? [])
        for node in remembered["bound"]?.items ?? [] {
            let id = try Self.id(node)
            memory.bound["madrid", default: BoundIDs(comparedBy: folding)].append(
                BoundResource(resource: id, ownID: Self.ownID(of: id, node, folding) ?? ""))
        }
        memory.takeEndings(remembered, at: asOf)
        memory.takeStops(remembered, at: asOf)
    }

    private static func connection(
        _ name: String, _ node: YAMLNode, _ able: Capabilities, _ folding: Folding
    ) throws -> ObservedConnection {
        var homes = Homes(comparedBy: folding)
        homes.declare(attributes: able.selectableBy.map(\.name))
        for resident in node["residents"]?.items ?? [] {
            homes.append(try Self.resident(resident, folding))
        }
        var seen = ObservedConnection(
            name: name,
            pools: (node["pools"]?.entries ?? []).map { fqdn, product in
                ObservedPool(
                    fqdn: fqdn,
                    product: product.text.flatMap { Product(rawValue: $0) }
                        .map { .present($0) } ?? .absent,
                    owner: node["owners"]?[fqdn]?.text.map { .present($0) } ?? .absent,
                    closed: Self.closed(node["closed"]?[fqdn]?.text, fqdn))
            },
            homes: homes, relations: (node["relations"]?.items ?? []).compactMap(relation),
            gaps: (node["gaps"]?.items ?? []).map(Self.gap))
        seen.notices = (node["notices"]?.items ?? []).compactMap(notice)
        return seen
    }

    /// `true`, `false`, or why nobody can say.
    private static func closed(_ text: String?, _ fqdn: String) -> Fact<Bool> {
        switch text {
        case nil: .absent
        case "true", "false": .present(text == "true")
        case let reason?: .unknown(Gap(pool: fqdn, fact: "closed", reason: reason))
        }
    }

    private static func notice(_ node: YAMLNode) -> Notice? {
        guard let rule = Notice.Rule(rawValue: node["rule"]?.text ?? "") else { return nil }
        return Notice(
            rule, pool: node["pool"]?.text, node["message"]?.text ?? "",
            examples: [node["example"]?.text].compactMap { $0.flatMap { ResourceID($0) } },
            hint: node["hint"]?.text ?? "")
    }

    /// `ana@contoso.example delegate bo@contoso.example`
    private static func relation(_ node: YAMLNode) -> Relation? {
        let words = node.text?.split(separator: " ").map(String.init) ?? []
        guard words.count == 3, let bond = Relation.Bond(rawValue: words[1]) else { return nil }
        return Relation(
            ResourceID(kind: .user, name: words[0]), bond,
            of: ResourceID(kind: .user, name: words[2]))
    }

    private static func resident(
        _ node: YAMLNode, _ folding: Folding
    ) throws -> ObservedResource {
        let id = try id(node)
        let pool = node["pool"]?.text
        let home: Fact<Home> =
            switch (pool, node["target"]?.text, node["unread"]?.text) {
            case (_, _, let reason?): .unknown(Gap(fact: "home", reason: reason))
            case (nil, _, _): .absent
            case (let from?, let to?, _): .present(.inFlight(from: from, to: to))
            case (let pool?, nil, _):
                pool.contains(" ")
                    ? .present(.split(pool.split(separator: " ").map(String.init)))
                    : .present(.pool(pool))
            }
        var attributes: [String: Fact<String>] = [:]
        for (key, value) in node.entries where key.first?.isUppercase == true {
            attributes[key] = value.text.map { $0.isEmpty ? .absent : .present($0) } ?? .absent
        }
        var counts: [Price.What: Fact<Int>] = [:]
        for what in Price.What.allCases {
            if let count = node[what.rawValue]?.text.flatMap({ Int($0) }) {
                counts[what] = .present(count)
            }
        }
        return ObservedResource(
            id: id, ownID: ownID(of: id, node, folding).map { .present($0) } ?? .absent, home: home,
            attributes: attributes, counts: counts)
    }

    private static func home(_ node: YAMLNode, _ folding: Folding) throws -> SettledHome {
        let id = try id(node)
        return SettledHome(
            resource: id, ownID: ownID(of: id, node, folding),
            pool: node["pool"]?.text ?? "", former: node["former"]?.text,
            placement: node["placement"]?.text ?? "madrid",
            bySelection: node["by"]?.text == "selection", movedByUs: node["former"] != nil)
    }

    /// Deployments that compare user parts exactly have no ids of their own.
    private static func ownID(
        of id: ResourceID, _ node: YAMLNode, _ folding: Folding
    ) -> String? {
        node["id"]?.text ?? (folding == .host ? nil : "id-\(id.folded(by: folding).name)")
    }

    private static func gap(_ node: YAMLNode) -> Gap {
        Gap(
            pool: node["pool"]?.text, kind: node["kind"]?.text.flatMap { Kind(name: $0) },
            fact: node["fact"]?.text, reason: node["reason"]?.text ?? "")
    }

    /// The first key that is a kind: `{user: ana@contoso.example, ...}`.
    private static func id(_ node: YAMLNode) throws -> ResourceID {
        for (key, value) in node.entries {
            if let kind = Kind(name: key), let name = value.text {
                return ResourceID(kind: kind, name: name)
            }
        }
        throw YAMLNode.Malformed()
    }
}
