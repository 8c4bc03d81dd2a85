/// What a load of good manifests gives.

import Foundation
import Manifests
import Model
import TestSupport
import Testing

struct LoadTests {
    private func example() throws -> DesiredState {
        try load(FixtureTests.source("the-example-of-the-reference")).state()
    }

    @Test func `the example of the reference is valid and says nothing`() throws {
        #expect(try example().diagnostics == [])
    }

    @Test func `every value of the example arrives`() throws {
        let desired = try example()
        #expect(desired.estate.name == "contoso")
        #expect(desired.estate.zone == "Europe/Madrid")
        #expect(desired.estate.ledger.id == "7f3c9a1e")
        let connection = try #require(desired.connections.first)
        #expect(connection.limits.concurrency == 8)
        #expect(connection.limits.rate == Connection.Rate(steps: 300, per: .seconds(60)))
        #expect(desired.pool(named: "lync-mad")?.capacity == 80000)
        #expect(desired.pools.map(\.name) == ["lync-mad", "ocs-mad"])
        let selections = try #require(desired.placements.first).selections
        #expect(selections.map(\.subject) == [.users, .apps])
        #expect(selections[0].conditions.map(\.key) == ["pool", "department"])
        #expect(selections[0].conditions[1].anyOf == ["Finance"])
        let policy = desired.policy
        #expect(policy.limits.movesPerRun == 20000)
        #expect(policy.limits.movesPerHour == 1000)
        #expect(policy.approvals.signers == "people/approvers")
        #expect(policy.privacy.mask == [.comments, .logs, .files])
        #expect(desired.holds.first?.until?.instant.description == "2026-12-05T22:59:59Z")
    }

    @Test func `a rollout of the example arrives`() throws {
        let desired = try example()
        let rollout = try #require(desired.rollouts.first)
        #expect(rollout.waves.map(\.name) == ["pilot", "early", "half", "rest"])
        #expect(rollout.waves.map(\.percent) == [nil, 10, 50, 100])
        #expect(rollout.waves[0].soak == .seconds(72 * 3600))
        #expect(rollout.waves[3].takesAllApps)
        #expect(rollout.upTo == "early")
        #expect(rollout.relations.file == "people/delegates.csv")
        #expect(
            desired.relations.map { "\($0.resource) \($0.bond.rawValue) \($0.other)" }
                == ["user/bea@contoso.example delegate user/ana.torres@contoso.example"])
        #expect(rollout.gatesBefore.count == 3)
        #expect(rollout.gatesAfter[0].gate.attempts == 3)
        #expect(rollout.gatesAfter[0].gate.every == .seconds(1800))
        #expect(rollout.budget == Policy.Share(percent: 0.5, atLeast: 3))
        #expect(
            rollout.windows == [
                Rollout.Window(
                    days: [.sat, .sun], from: 22 * 60, to: 6 * 60, zone: "Europe/Madrid")
            ])
        #expect(rollout.consent.accepted == [.meetings, .clients])
        #expect(rollout.consent.acceptedUnknown == [.meetings])
    }

    @Test func `entries keep how they came, where they stand and whose they are`() throws {
        let desired = try example()
        let entries = desired.entries
        #expect(
            (0..<entries.count).map { entries[$0].description } == [
                "user/ana.torres@contoso.example", "user/bea@contoso.example",
                "user/carl@contoso.example", "response-groups/madrid",
            ])
        #expect(
            (0..<entries.count).map(entries.origin(at:)) == [.explicit, .file, .file, .explicit])
        #expect(entries.location(at: 1).description == "people/sales.csv:2:1")
        #expect(entries.location(at: 0).description == "contoso.yaml:31:7")
        #expect(desired.held.count == 2)
        #expect(desired.held[1].name == "ceo2@contoso.example")
        #expect((0..<desired.drawn.count).map(desired.drawn.owner(at:)) == [0, 0])
    }

    @Test func `owners are places in the order of names`() throws {
        let text =
            pools + placement("zeta", "users: [zoe@contoso.example]")
            + placement("alpha", "users: [ana@contoso.example], except: [eva@contoso.example]")
        let desired = try load(text).state()
        #expect(desired.placements.map(\.name) == ["alpha", "zeta"])
        #expect(desired.entries.owner(at: 0) == 1)
        #expect(desired.entries.owner(at: 1) == 0)
        #expect(desired.except.owner(at: 0) == 0)
    }

    @Test func `what is not said has the defaults of the reference`() throws {
        let desired = try load(pools).state()
        #expect(desired.estate.location == nil)
        #expect(desired.estate.zone == "UTC")
        #expect(desired.estate.ledger == LedgerAddress(url: "sqlite:.rehome/ledger.db", id: nil))
        #expect(desired.policy == Policy())
        #expect(
            desired.connections[0].limits
                == Connection.Limits(concurrency: 4, batch: 50, rate: nil))
        #expect(desired.pools[0].state == .serving)
        #expect(desired.diagnostics == [])
    }

    @Test func `a revision is the source's and the digest is of paths and bytes`() throws {
        let one = try load(MemoryFileSource(["a.yaml": pools], revision: "abc")).state()
        let two = try load(MemoryFileSource(["b.yaml": pools])).state()
        let three = try load(MemoryFileSource(["a.yaml": pools + "\n"])).state()
        #expect(one.revision == "abc")
        #expect(two.revision == nil)
        #expect(one.digest.count == 64)
        #expect(Set([one.digest, two.digest, three.digest]).count == 3)
    }

    @Test func `a list file counts in the digest`() throws {
        let manifest = pools + placement("madrid", "users: [{file: a.csv}]")
        let digests = try ["ana@x.example", "bea@x.example"].map { list in
            try load(MemoryFileSource(["estate.yaml": manifest, "a.csv": list])).state().digest
        }
        #expect(digests[0] != digests[1])
    }

    @Test func `a word that YAML 1.1 takes for a boolean is text where text is wanted`() throws {
        let text =
            pools
            + placement("no", "users: [{select: {department: [no, on, 1e3, 0x10, 2026-12-05]}}]")
        let desired = try load(text).state()
        #expect(desired.placements[0].name == "no")
        #expect(
            desired.placements[0].selections[0].conditions[0].anyOf
                == ["no", "on", "1e3", "0x10", "2026-12-05"])
    }

    @Test func `a spec may stand before its kind`() throws {
        let text =
            pools + """
                spec:
                  users: &people [ana@contoso.example]
                  pool: lync-mad
                  except: *people
                metadata: {name: madrid}
                kind: Placement
                apiVersion: rehome.dev/v1
                """
        let desired = try load(text).state()
        #expect(desired.entries[0].name == "ana@contoso.example")
        #expect(desired.except[0].name == "ana@contoso.example")
        #expect(desired.entries.location(at: 0) == desired.except.location(at: 0))
    }

    @Test func `settings keep their shape, and secrets are references`() throws {
        let text = """
            apiVersion: rehome.dev/v1
            kind: Connection
            metadata: {name: sip}
            spec:
              adapter: kamailio
              settings:
                hosts: [a.example, {name: b.example, port: 5060}]
                password: {secret: {exec: [pass, show, kamailio]}}
                rpc: {secret: 'exec:["pass", "two words"]'}
                database: {secret: env:DATABASE_URL}
            """
        let settings = try load(text).state().connections[0].settings
        #expect(settings["password"]?.value == .secret(.command(["pass", "show", "kamailio"])))
        #expect(settings["rpc"]?.value == .secret(.command(["pass", "two words"])))
        #expect(settings["database"]?.value == .secret(.environment("DATABASE_URL")))
        guard case .list(let hosts) = settings["hosts"]?.value, case .map(let map) = hosts[1].value
        else {
            Issue.record("hosts lost their shape")
            return
        }
        #expect(hosts[0].value == .text("a.example"))
        #expect(map["port"]?.value == .text("5060"))
        #expect(settings["password"]?.location.description == "estate.yaml:8:15")
    }
}
