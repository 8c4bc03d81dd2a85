/// Who counts how often: an approval is for steps, and a person is one person.

import Model
import Planning
import TestSupport
import Testing

@Suite struct ApprovalTests {
    /// Residents who all move, so that the plan authorises a step for each.
    private static func plan(_ names: String...) -> Plan {
        var world = World(
            residents: names.map { World.Resident($0, seen: .on("legacy"), desired: "modern") })
        world.policy.approvals.move = 2
        return world.plan()
    }

    private static let ana = Actor(account: "ana", host: "ops1", label: "the boss")
    private static let policy = policy(move: 2)

    private static func policy(move: Int = 0, override: Int = 0) -> Policy.Approvals {
        var approvals = Policy.Approvals()
        approvals.move = move
        approvals.override = override
        return approvals
    }

    private static func account(_ account: String, of plan: Plan) -> Approval {
        Approval(
            by: .account(account, host: "ops1"), digest: plan.digest,
            steps: Set(plan.authorisedSteps.map(\.id)))
    }

    private static func key(
        _ principal: String, _ fingerprint: String, of plan: Plan
    ) -> Approval {
        var approval = account("anybody", of: plan)
        approval.giver = .key(principal: principal, fingerprint: fingerprint)
        return approval
    }

    private static func moves(
        _ plan: Plan, _ given: [Approval], policy: Policy.Approvals = policy,
        applier: Actor? = nil, authors: Set<String> = []
    ) throws -> ApprovalTally {
        try #require(
            Approvals(
                of: plan, given: given, policy: policy,
                partisans: Partisans(applier: applier, authors: authors)
            ).tallies(lifting: false).first { $0.matter == .move })
    }

    @Test func `a plan with fewer steps is covered, and a new step is not`() throws {
        let large = Self.plan("ana", "ben", "carl")
        let given = [Self.account("x", of: large), Self.account("y", of: large)]
        let small = Self.plan("ana", "carl")
        #expect(small.digest != large.digest)
        let covered = try Self.moves(small, given)
        #expect(covered.isMet && covered.by == ["x@ops1", "y@ops1"] && covered.open == 0)
        let other = try Self.moves(Self.plan("ana", "dora"), given)
        #expect(!other.isMet && other.count == 0 && other.open == 1)
        #expect(other.by == [] && other.partlyBy == ["x@ops1", "y@ops1"])
    }

    @Test func `what one approved in two parts is approved, and each step wants its own two`()
        throws
    {
        let plan = Self.plan("ana", "ben")
        let first = Self.plan("ana")
        let second = Self.plan("ben")
        let parts = [Self.account("x", of: first), Self.account("x", of: second)]
        let one = try Self.moves(plan, parts)
        #expect(one.count == 1 && one.by == ["x@ops1"])
        // Each step has two, though no two people approve all.
        let mixed = try Self.moves(
            plan, parts + [Self.account("y", of: first), Self.account("z", of: second)])
        #expect(mixed.isMet && mixed.partlyBy == ["y@ops1", "z@ops1"])
    }

    @Test func `the same person twice is one, on two hosts two accounts`() throws {
        let plan = Self.plan("ana")
        let twice = try Self.moves(
            plan, [Self.account("x", of: plan), Self.account("x", of: plan)])
        #expect(twice.count == 1)
        var elsewhere = Self.account("x", of: plan)
        elsewhere.giver = .account("x", host: "ops2")
        #expect(try Self.moves(plan, [Self.account("x", of: plan), elsewhere]).count == 2)
    }

    @Test func `one key under two names is one person, and one name with two keys too`() throws {
        let plan = Self.plan("ana")
        let a1 = Self.key("a@contoso.example", "SHA256:1", of: plan)
        let b1 = Self.key("b@contoso.example", "SHA256:1", of: plan)
        let a2 = Self.key("A@contoso.example", "SHA256:2", of: plan)
        let b2 = Self.key("b@contoso.example", "SHA256:2", of: plan)
        #expect(try Self.moves(plan, [a1, b1]).count == 1)
        #expect(try Self.moves(plan, [a1, a2]).count == 1)
        #expect(try Self.moves(plan, [a1, b2]).count == 2)
        // What comes last shows that the two before it are one.
        #expect(try Self.moves(plan, [a1, b2, b1]).count == 1)
    }

    @Test func `who applies does not count where more than one is wanted`() throws {
        let plan = Self.plan("ana")
        let given = [Self.account("ana", of: plan), Self.account("ben", of: plan)]
        let tally = try Self.moves(plan, given, applier: Self.ana)
        #expect(tally.count == 1 && tally.by == ["ben@ops1"])
        #expect(tally.discounted == [.init(name: "ana@ops1", because: .applies)])
        #expect(try Self.moves(plan, given, applier: nil).isMet)
        let one = Self.policy(move: 1)
        #expect(try Self.moves(plan, [given[0]], policy: one, applier: Self.ana).isMet)
    }

    @Test func `a label proves nothing: it is no part of who approves`() throws {
        let plan = Self.plan("ana")
        var applier = Actor(account: "ana", host: "ops1", label: "ben")
        let given = [Self.account("ana", of: plan), Self.account("ben", of: plan)]
        #expect(try Self.moves(plan, given, applier: applier).by == ["ben@ops1"])
        applier.label = nil
        #expect(try Self.moves(plan, given, applier: applier).by == ["ben@ops1"])
    }

    @Test func `who wrote the change does not count where more than one is wanted`() throws {
        let plan = Self.plan("ana")
        let given = [
            Self.key("ana@contoso.example", "SHA256:1", of: plan),
            Self.key("ben@contoso.example", "SHA256:2", of: plan),
            Self.key("carl@contoso.example", "SHA256:3", of: plan),
        ]
        let tally = try Self.moves(plan, given, authors: ["Ana@Contoso.example"])
        #expect(tally.isMet && tally.by == ["ben@contoso.example", "carl@contoso.example"])
        #expect(
            tally.discounted
                == [.init(name: "ana@contoso.example", because: .wroteTheChange)])
    }

    @Test func `that a rail is lifted is approved for one plan alone`() throws {
        let large = Self.plan("ana", "ben")
        let small = Self.plan("ana")
        let given = [Self.account("x", of: large)]
        func tallies(_ plan: Plan, lifting: Bool) -> [ApprovalTally] {
            Approvals(
                of: plan, given: given, policy: Self.policy(override: 1),
                partisans: Partisans(applier: nil)
            ).tallies(lifting: lifting)
        }
        #expect(tallies(large, lifting: false).isEmpty)
        #expect(tallies(large, lifting: true).map(\.isMet) == [true])
        #expect(tallies(small, lifting: true).map(\.isMet) == [false])
    }

    @Test func `nothing is asked where nothing begins, or policy wants nobody`() {
        let nothing = Self.plan()
        let some = Self.plan("ana")
        for (plan, policy) in [(nothing, Self.policy), (some, Self.policy())] {
            let approvals = Approvals(
                of: plan, given: [], policy: policy, partisans: Partisans(applier: nil))
            #expect(approvals.tallies(lifting: false).isEmpty)
        }
    }

    private static func statement(
        _ words: String = "called 112", by actor: Actor = ana, at: Instant = World.now,
        until: Instant? = nil, on side: GateName.Side = .before
    ) -> Testimony {
        Testimony(
            GateHistory.Decision(isOpen: true, reason: words, by: actor, at: at, until: until),
            of: GateID(WaveID("madrid", "pilot"), GateName(side, "emergency-calls")))
    }

    @Test func `an approval of what was stated is for that statement alone`() {
        let stated = Self.statement()
        let vouching = Vouching(wanted: 2, people: [stated.digest: ["ben"]])
        #expect(vouching.missing(of: stated) == 1)
        #expect(Vouching(wanted: 1, people: [stated.digest: ["ben"]]).missing(of: stated) == 0)
        #expect(Vouching(wanted: 0, people: [:]).missing(of: stated) == 0)
        let others = [
            Self.statement("called 911"), Self.statement(by: Actor(account: "dora", host: "ops1")),
            Self.statement(at: World.now + .seconds(1)),
            Self.statement(until: World.now + .seconds(60)), Self.statement(on: .after),
        ]
        for other in others { #expect(vouching.missing(of: other) == 2, "\(other)") }
        let pool = PoolID(connection: "madrid", fqdn: "ocs.contoso.example")
        let row = RetirementProgress.Stated(
            Attestation(row: "dns", words: "called 112", by: Self.ana, until: World.now),
            at: World.now)
        #expect(vouching.missing(of: Testimony(row, of: pool, named: "ocs-mad")) == 2)
        // What the manifests call a pool is no part of what was stated.
        #expect(
            Testimony(row, of: pool, named: "ocs-mad").digest
                == Testimony(row, of: pool, named: "old").digest)
    }

    @Test func `whoever states something is none of those who approve it`() {
        func given(_ giver: Approval.Giver) -> Approval {
            Approval(by: giver, digest: "d", steps: [])
        }
        let all = [
            given(.account("ana", host: "ops1")), given(.account("ana", host: "ops2")),
            given(.key(principal: "Ana@contoso.example", fingerprint: "1")),
            // Another name of the same key.
            given(.key(principal: "boss@contoso.example", fingerprint: "1")),
            given(.key(principal: "ben@contoso.example", fingerprint: "2")),
            given(.key(principal: "BEN@contoso.example", fingerprint: "3")),
            given(.account("anabel", host: "ops1")),
        ]
        #expect(all.people(but: Self.ana) == ["ben@contoso.example", "anabel@ops1"])
    }
}
