/// Single values: what loading reads, the patterns of the schema let pass; and the defaults that the schema
/// names are those that hold.

import Foundation
import Manifests
import Model
import TestSupport
import Testing

/// A place in the schema, a document with VALUE in it, and values that load.
struct SpelledValue: CustomTestStringConvertible, Sendable {
    var path: String
    var document: String
    var good: [String]
    var testDescription: String { path }

    static let all = [
        SpelledValue(
            path: "Estate/ledger/url", document: "kind: Estate, spec: {ledger: {url: VALUE}}",
            good: ["sqlite:a", "sqlite:/b/c.db"]),
        SpelledValue(
            path: "Estate/ledger/id", document: "kind: Estate, spec: {ledger: {id: VALUE}}",
            good: ["7f3c9a1e", " x "]),
        SpelledValue(
            path: "Estate/zone", document: "kind: Estate, spec: {zone: VALUE}",
            good: ["UTC", "Europe/Madrid"]),
        SpelledValue(
            path: "Connection/limits/rate",
            document: "kind: Connection, spec: {adapter: embedded, limits: {rate: VALUE}}",
            good: ["5/s", "300/min", "1000000/h"]),
        SpelledValue(
            path: "Connection/limits/batch",
            document: "kind: Connection, spec: {adapter: embedded, limits: {batch: VALUE}}",
            good: ["1", "50", "10000"]),
        SpelledValue(
            path: "Pool/site", document: pool("VALUE", "a.b"), good: ["madrid", "A-1.x_"]),
        SpelledValue(
            path: "Pool/fqdn", document: pool("x", "VALUE"),
            good: ["a", "lync-1.contoso.example", "b\u{FC}ro.example", "1.2.3.4"]),
        SpelledValue(
            path: "Placement/baseline",
            document: "kind: Placement, spec: {pool: lync-mad, baseline: VALUE}",
            good: ["true", "false"]),
        SpelledValue(
            path: "users-entry",
            document: "kind: Placement, spec: {pool: lync-mad, users: [VALUE]}",
            good: ["ana@a.b", "sip:ana@a.b", "user/SIP:\u{E9}@x-y", "#a+b%@c"]),
        SpelledValue(
            path: "apps-entry", document: "kind: Placement, spec: {pool: lync-mad, apps: [VALUE]}",
            good: [
                "response-groups/a b", "conference-directory/7", "meeting-room/sip:a@b",
                "voice-route//",
            ]),
        SpelledValue(
            path: "any-entry",
            document: "kind: Hold, spec: {reason: r, owner: o, resources: [VALUE]}",
            good: ["user/ceo@a.b", "ceo@a.b", "announcement/welcome"]),
        SpelledValue(
            path: "Hold/reason", document: hold("VALUE", "2030-01-01"), good: ["x", " y"]),
        SpelledValue(
            path: "Hold/until", document: hold("r", "VALUE"),
            good: [
                "2026-12-05", "2026-12-05T22:00", "1970-01-01T00:00:59Z",
                "2024-02-29T23:59:01-18:00",
            ]),
        SpelledValue(
            path: "Rollout/waves/soak",
            document: "kind: Rollout, spec: {placements: [], waves: [{name: x, soak: VALUE}]}",
            good: ["0s", "90s", "72h", "3650d", "315360000s"]),
        SpelledValue(
            path: "Rollout/waves/percent",
            document: "kind: Rollout, spec: {placements: [], waves: [{name: x, percent: VALUE}]}",
            good: ["0", "10", "0.5%", "100.000%", "99.9"]),
        SpelledValue(
            path: "Rollout/windows/from",
            document: "kind: Rollout, spec: {placements: [], waves: [], "
                + "windows: [{from: VALUE, to: '06:00'}]}",
            good: ["22:00", "00:59"]),
        SpelledValue(
            path: "secret/secret",
            document: "kind: Connection, spec: {adapter: kamailio, "
                + "settings: {password: {secret: VALUE}}}",
            good: ["env:A_b1", "file:/run/x", "exec:[pass, show]", "exec: [a]"]),
    ]

    private static func pool(_ site: String, _ fqdn: String) -> String {
        "kind: Pool, spec: {connection: madrid, product: teams, site: \(site), fqdn: \(fqdn)}"
    }

    private static func hold(_ reason: String, _ until: String) -> String {
        "kind: Hold, spec: {resources: [], owner: o, reason: \(reason), until: \(until)}"
    }

    /// Whether the document loads with this text, as far as it alone is looked at.
    func loads(_ text: String) throws -> Bool {
        let encoded = try JSONEncoder().encode(text)
        let value = String(decoding: encoded, as: UTF8.self).replacing("\\/", with: "/")
        let loaded = load(
            pools + "{apiVersion: rehome.dev/v1, metadata: {name: x}, "
                + document.replacing("VALUE", with: value) + "}\n")
        let others: Set<String> = ["wave-undrawn", "unknown-reference", "duplicate-fqdn"]
        return loaded.diagnostics.allSatisfy {
            $0.severity != .error || others.contains($0.rule)
        }
    }
}

struct SchemaValueTests {
    /// The schema as a tree of dictionaries.
    static func definitions() throws -> [String: Any] {
        let bytes = Data(ManifestSchema.encode(adapters: .known))
        let schema = try JSONSerialization.jsonObject(with: bytes) as? [String: Any]
        return try #require(schema?["definitions"] as? [String: Any])
    }

    /// `Rollout/waves/soak`: through properties, and through the items of lists.
    static func node(at path: String) throws -> [String: Any] {
        let names = path.split(separator: "/").map(String.init)
        var node = try #require(try definitions()[names[0]] as? [String: Any])
        for name in names.dropFirst() {
            if let items = node["items"] as? [String: Any] { node = items }
            let properties = try #require(node["properties"] as? [String: Any])
            node = try #require(properties[name] as? [String: Any], "\(path) is not in the schema")
        }
        return node
    }

    @Test(arguments: SpelledValue.all)
    func `what loads has the spelling that the schema asks for`(value: SpelledValue) throws {
        let pattern = try #require(try Self.node(at: value.path)["pattern"] as? String)
        let expression = try NSRegularExpression(pattern: pattern)
        var random = SeededGenerator(seed: 7)
        var refused = 0
        for round in 0..<150 {
            var text = value.good[round % value.good.count]
            if round >= value.good.count { Self.mutate(&text, &random) }
            let loads = try value.loads(text)
            #expect(loads || round >= value.good.count, "\(value.path): \(text) does not load")
            refused += loads ? 0 : 1
            guard loads else { continue }
            let range = NSRange(text.startIndex..., in: text)
            #expect(
                expression.firstMatch(in: text, range: range) != nil,
                "\(value.path): \(text.debugDescription) loads, and \(pattern) refuses it")
        }
        #expect(refused > 0, "\(value.path): no value was refused, so this shows nothing")
    }

    private static func mutate(_ text: inout String, _ random: inout SeededGenerator) {
        let letters = Array("019aZz.-_/:@+% T[]\u{E9}\u{A0}\u{1F600}")
        var characters = Array(text)
        for _ in 0...Int.random(in: 0...2, using: &random) {
            let place = Int.random(in: 0...characters.count, using: &random)
            let end = min(
                characters.count, place + Int.random(in: 0...2, using: &random))
            let new = letters.randomElement(using: &random).map { [$0] } ?? []
            characters.replaceSubrange(
                place..<end, with: random.oneIn(3) ? [] : new)
        }
        text = String(characters)
    }

    @Test func `a default that the schema names is what holds without the key`() throws {
        var count = 0
        for kind in Self.needed.keys.sorted() {
            let plain = try load(Self.document(kind, "")).withoutPlaces()
            let defaults = try Self.written(Self.node(at: kind)) { node in
                try node["default"].map { [try Self.text($0)] } ?? []
            }
            for written in defaults {
                count += 1
                let loaded = try load(Self.document(kind, written)).withoutPlaces()
                #expect(loaded == plain, "\(kind) with \(written) is not what it is without")
            }
        }
        #expect(count > 25, "only \(count) defaults were found")
    }

    @Test func `a word that the schema names is known, and another one is not`() throws {
        var count = 0
        for kind in Self.needed.keys.sorted() {
            let words = try Self.written(Self.node(at: kind)) { node in
                let item = node["items"] as? [String: Any]
                let words = (item ?? node)["enum"] as? [String] ?? []
                return (words.isEmpty ? [] : words + ["another"]).map {
                    item == nil ? $0 : "[\($0)]"
                }
            }
            for written in words where !written.contains("adapter") {
                count += 1
                let rules = load(Self.document(kind, written, alone: true)).diagnostics.map(\.rule)
                #expect(
                    rules.contains("bad-value") == written.contains("another"),
                    "\(kind) with \(written): \(rules)")
            }
        }
        #expect(count > 30, "only \(count) words were found")
    }

    /// What a spec of each kind cannot do without.
    private static let needed = [
        "Estate": "", "Connection": "adapter: embedded", "Placement": "pool: lync-mad",
        "Rollout": "placements: [], waves: []", "Policy": "",
        "Pool": "connection: madrid, site: x, product: teams, fqdn: a.b",
    ]

    private static func document(_ kind: String, _ more: String, alone: Bool = false) -> String {
        let spec = [alone ? "" : needed[kind] ?? "", more].filter { !$0.isEmpty }
        return pools + "apiVersion: rehome.dev/v1\nkind: \(kind)\nmetadata: {name: x}\n"
            + "spec: {\(spec.joined(separator: ", "))}\n"
    }

    /// `limits: {batch: 50}` for each value of each key, at any depth of mappings.
    private static func written(
        _ node: [String: Any], values: ([String: Any]) throws -> [String]
    ) throws -> [String] {
        let properties = node["properties"] as? [String: Any] ?? [:]
        return try properties.sorted { $0.key < $1.key }.flatMap { key, value in
            guard let value = value as? [String: Any] else { return [String]() }
            return try written(value, values: values).map { "\(key): {\($0)}" }
                + (try values(value).map { "\(key): \($0)" })
        }
    }

    private static func text(_ value: Any) throws -> String {
        let json = try JSONSerialization.data(
            withJSONObject: value, options: [.fragmentsAllowed, .withoutEscapingSlashes])
        return String(decoding: json, as: UTF8.self)
    }

    @Test func `every key of the schema stands in the reference`() throws {
        let reference = try Repository.text("docs/reference/manifests.md")
        var keys: Set<String> = []
        func collect(_ node: Any) {
            if let list = node as? [Any] { list.forEach(collect) }
            guard let node = node as? [String: Any] else { return }
            if let properties = node["properties"] as? [String: Any] {
                keys.formUnion(properties.keys)
            }
            node.values.forEach(collect)
        }
        for kind in ["Estate", "Connection", "Pool", "Placement", "Rollout", "Policy", "Hold"] {
            collect(try Self.node(at: kind))
        }
        #expect(keys.count > 50)
        // Every second part of the page stands between backticks.
        let code = reference.split(separator: "`", omittingEmptySubsequences: false).enumerated()
            .filter { $0.offset % 2 == 1 }.flatMap { part in
                part.element.split { !$0.isLetter && !$0.isNumber }.map(String.init)
            }
        for key in keys.subtracting(code).sorted() {
            Issue.record("docs/reference/manifests.md does not name \(key)")
        }
    }
}

extension Loaded {
    /// What is desired, in words, without the places where it was written.
    fileprivate func withoutPlaces() throws -> String {
        let desired = try state()
        var parts: [Any] = [desired.estate.zone, desired.estate.ledger, desired.policy]
        parts += desired.connections.map { ($0.name, $0.limits) }
        parts += desired.pools.map { ($0.name, $0.state) }
        parts += desired.placements.map { ($0.baseline, $0.onDrift, $0.onRemoval, $0.consent) }
        parts += desired.rollouts.map {
            ($0.budget, $0.onBreach, $0.relations, $0.consent, $0.windows)
        }
        return parts.map { "\($0)" }.joined(separator: "\n")
    }
}
