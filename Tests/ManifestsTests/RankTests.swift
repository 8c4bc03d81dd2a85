/// Which entries may disagree: only those of different rank.

import Foundation
import Manifests
import Model
import TestSupport
import Testing

struct RankTests {
    private func rules(_ documents: String, _ lists: [String: String] = [:]) -> [String] {
        var files = lists
        files["estate.yaml"] = pools + documents
        return load(MemoryFileSource(files)).diagnostics.map(\.rule)
    }

    private let ana = "users: [ana@x.example]"
    private let list = "users: [{file: list.txt}]"
    private let lists = ["list.txt": "sip:ANA@x.example\n"]

    @Test func `an explicit entry beats a file`() {
        #expect(
            rules(placement("a", ana) + placement("b", list, pool: "ocs-mad"), lists) == [])
    }

    @Test func `everything beats a baseline`() {
        let baseline = placement("b", "baseline: true, \(ana)", pool: "ocs-mad")
        #expect(rules(placement("a", ana) + baseline) == [])
        #expect(rules(placement("a", list) + baseline, lists) == [])
    }

    @Test func `two of one rank that disagree are an error`() {
        let conflict = ["conflicting-entries"]
        #expect(rules(placement("a", ana) + placement("b", ana, pool: "ocs-mad")) == conflict)
        #expect(
            rules(placement("a", list) + placement("b", list, pool: "ocs-mad"), lists) == conflict)
        #expect(
            rules(
                placement("a", "baseline: true, \(ana)")
                    + placement("b", "baseline: true, \(ana)", pool: "ocs-mad")) == conflict)
    }

    @Test func `two of one rank that agree are one too many`() {
        #expect(rules(placement("a", ana) + placement("b", ana)) == ["duplicate-entry"])
    }

    @Test func `a user and an app of one name are two resources`() {
        #expect(
            rules(
                placement("a", ana)
                    + placement("b", "apps: [response-groups/ana@x.example]", pool: "ocs-mad"))
                == [])
    }

    @Test func `one name on two connections is two resources`() {
        let other = """
            apiVersion: rehome.dev/v1
            kind: Connection
            metadata: {name: lab}
            spec: {adapter: embedded}
            ---
            apiVersion: rehome.dev/v1
            kind: Pool
            metadata: {name: lab}
            spec: {connection: lab, site: lab, product: lync-2013, fqdn: lync.contoso.example}
            ---

            """
        #expect(rules(other + placement("a", ana) + placement("b", ana, pool: "lab")) == [])
    }
}
