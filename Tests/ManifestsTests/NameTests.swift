/// Which entries are one name: as the adapter of their deployment says.

import Manifests
import Model
import TestSupport
import Testing

struct NameTests {
    /// Two pools on a connection of an adapter.
    private func pools(_ adapter: String) -> String {
        let connection = """
            apiVersion: rehome.dev/v1
            kind: Connection
            metadata: {name: uc}
            spec: {adapter: \(adapter)}
            ---

            """
        return connection
            + ["legacy", "modern"].map { name in
                """
                apiVersion: rehome.dev/v1
                kind: Pool
                metadata: {name: \(name)}
                spec: {connection: uc, site: uc, product: kamailio, fqdn: \(name).uc.example}
                ---

                """
            }.joined()
    }

    private func loaded(
        _ adapter: String, _ documents: String, _ lists: [String: String] = [:]
    ) -> Loaded {
        var files = lists
        files["estate.yaml"] = pools(adapter) + documents
        return load(MemoryFileSource(files))
    }

    private func rules(
        _ adapter: String, _ documents: String, _ lists: [String: String] = [:]
    ) -> [String] {
        loaded(adapter, documents, lists).diagnostics.map(\.rule)
    }

    private let list = ["people.txt": "Alice@x.example\nalice@x.example\n"]

    @Test func `two lines that differ by the case of a user part are two people on Kamailio`() {
        let placed = placement("a", "users: [{file: people.txt}]", pool: "modern")
        #expect(rules("kamailio", placed, list) == [])
        #expect(rules("embedded", placed, list) == ["duplicate-entry"])
        let twice = ["people.txt": "Alice@x.example\nsip:Alice@X.EXAMPLE\n"]
        #expect(rules("kamailio", placed, twice) == ["duplicate-entry"])
    }

    @Test func `they may live apart there, and nowhere else`() {
        let apart =
            placement("a", "users: [Alice@x.example]", pool: "modern")
            + placement("b", "users: [alice@x.example]", pool: "legacy")
        #expect(rules("kamailio", apart) == [])
        #expect(rules("embedded", apart) == ["conflicting-entries"])
    }

    @Test func `names without a host are exact there`() {
        let apps =
            placement("a", "apps: [response-groups/Sales]", pool: "modern")
            + placement("b", "apps: [response-groups/sales]", pool: "legacy")
        #expect(rules("kamailio", apps) == [])
        #expect(rules("embedded", apps) == ["conflicting-entries"])
    }

    @Test func `a wave draws and an exception takes out only who is written so`() {
        func rollout(_ wave: String, _ except: String) -> String {
            placement(
                "a", "users: [Alice@x.example, bo@x.example], except: [\(except)]", pool: "modern")
                    + """
                    apiVersion: rehome.dev/v1
                    kind: Rollout
                    metadata: {name: way}
                    spec:
                      placements: [a]
                      waves: [{name: pilot, users: [\(wave)]}]

                    """
        }
        #expect(rules("kamailio", rollout("Alice@X.example", "bo@x.example")) == [])
        #expect(rules("embedded", rollout("alice@x.example", "Bo@x.example")) == [])
        #expect(
            Set(rules("kamailio", rollout("alice@x.example", "bo@x.example")))
                == ["wave-entry-undeclared", "wave-undrawn"])
        #expect(rules("kamailio", rollout("Alice@x.example", "Bo@x.example")) == ["wave-undrawn"])
    }

    @Test func `an estate compares names as the connections do that its pools use`() throws {
        let spare = """
            apiVersion: rehome.dev/v1
            kind: Connection
            metadata: {name: another}
            spec: {adapter: embedded}

            """
        #expect(try loaded("kamailio", spare).state().folding == .host)
        #expect(try loaded("embedded", spare).state().folding == .whole)
        #expect(try load(spare).state().folding == .whole)
    }

    @Test func `accepting edits the entry of the one whose home it is`() throws {
        let text =
            pools("kamailio")
            + placement("a", "users: [Alice@x.example, alice@x.example]", pool: "modern")
        let source = MemoryFileSource(["estate.yaml": text])
        var edits = HomeEdits(try load(source).state(), source)
        let alice = ResourceID(kind: .user, name: "alice@x.example")
        #expect(edits.removeEntries(of: ["uc": [alice]]).isEmpty)
        let after = try #require(edits.edits.first?.after)
        #expect(after.contains("Alice@x.example") && !after.contains("alice@x.example"))
    }
}
