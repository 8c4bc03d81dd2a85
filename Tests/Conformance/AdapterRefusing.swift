/// Cases about what an adapter must not do.

import Adapters
import Model

extension AdapterSuite {
    static let refusingCases: [Case] = [
        Case(
            title: "of two owners that claim a pool, one gets it, until it hands it over",
            lesson: """
                compare and swap in the deployment itself: two estates may apply at the same moment, \
                and each must learn whose the pool is. An adapter without a place for owners says \
                claims: false
                """,
            body: { stage in
                guard stage.adapter.capabilities.claims else { return }
                func claim(_ from: String?, _ to: String?) async throws -> String? {
                    try await stage.adapter.claim(
                        PoolClaim(pool: AdapterFixture.old, from: from, to: to))
                }
                func owner() async throws -> Fact<String>? {
                    let seen = try await stage.observe()
                    return seen.pools.first {
                        Address.folded($0.fqdn) == Address.folded(AdapterFixture.old)
                    }?.owner
                }
                let fresh = try await owner()
                try demand(fresh == .absent, "a fresh pool has an owner")
                let first = try await claim(nil, "a/1")
                try demand(first == "a/1", "a pool of nobody was refused")
                let second = try await claim(nil, "b/2")
                try demand(second == "a/1", "a claim was taken over")
                let dropped = try await claim("b/2", nil)
                try demand(dropped == "a/1", "a stranger's claim was dropped")
                let seen = try await owner()
                try demand(seen == .present("a/1"), "the owner is not seen")
                let handed = try await claim("a/1", nil)
                try demand(handed == nil, "it was not handed over")
                let after = try await owner()
                try demand(after == .absent, "the claim is still seen")
            }),
        Case(
            title: "who left is gone, not failed",
            lesson: "leavers are dropped from a run; a failure would eat its budget",
            body: { stage in
                var stranger = try stage.fixture.resource(AdapterFixture.ana)
                stranger.id.name = "stranger@north.example"
                try await stage.expect(
                    stage.move(stranger, from: AdapterFixture.old, to: AdapterFixture.new), "gone"
                ) { $0 == .gone }
            }),
        Case(
            title: "an address that has another id now is a conflict",
            lesson: """
                the address was given to somebody else since the plan was made: compare the \
                deployment's own id before acting, and change nothing
                """,
            needs: [.ownIDs],
            body: { stage in
                var other = try stage.fixture.resource(AdapterFixture.ana)
                other.ownID = .present("99999999-0000-4000-8000-000000000999")
                try await stage.expect(
                    stage.move(other, from: AdapterFixture.old, to: AdapterFixture.new),
                    "a conflict"
                ) { $0.isConflict }
                try await stage.observe().expect(AdapterFixture.ana, on: AdapterFixture.old)
            }),
        Case(
            title: "a home elsewhere is a conflict that names the pool",
            lesson: """
                somebody moved it meanwhile: never force it, say where it is, so that a person can \
                decide
                """,
            body: { stage in
                let seen = try await stage.observe()
                let stale = try stage.moves(seen, [AdapterFixture.ana: AdapterFixture.new])
                _ = try await stage.perform(
                    try stage.moves(seen, [AdapterFixture.ana: AdapterFixture.third]))
                let outcome = try await stage.perform(stale, batch: 2)[0]
                try demand(
                    outcome.isConflict && outcome.message.contains(AdapterFixture.third),
                    "the move of \(stale[0].resource) to \(stale[0].to) came back as \(outcome)")
                try await stage.observe().expect(AdapterFixture.ana, on: AdapterFixture.third)
            }),
        Case(
            title: "who has no pool is a conflict",
            lesson: "there is nothing to move from",
            needs: [.homeless],
            body: { stage in
                let nobody = try stage.fixture.resource(AdapterFixture.homeless)
                try await stage.expect(
                    stage.move(nobody, from: AdapterFixture.old, to: AdapterFixture.new),
                    "a conflict"
                ) { $0.isConflict }
            }),
        Case(
            title: "a pool that does not exist is refused for good",
            lesson: "trying again changes nothing: permanent, with the name of the pool",
            body: { stage in
                let ana = try stage.fixture.resource(AdapterFixture.ana)
                let nowhere = "nowhere.north.example"
                let outcome = try await stage.perform([
                    stage.move(ana, from: AdapterFixture.old, to: nowhere)
                ])[0]
                try demand(
                    outcome.isPermanent && outcome.message.contains(nowhere), "\(outcome)")
                try await stage.observe().expect(AdapterFixture.ana, on: AdapterFixture.old)
            }),
        Case(
            title: "an ambiguous name is a conflict",
            lesson: "of two records with one address nobody may pick one",
            needs: [.duplicates],
            fixture: .twoPools.with { fixture in
                fixture.resources.append(
                    AdapterFixture.resource(AdapterFixture.twin, 70, on: AdapterFixture.old))
            },
            body: { stage in
                var ana = try stage.fixture.resource(AdapterFixture.ana)
                ana.ownID = .absent
                try await stage.expect(
                    stage.move(ana, from: AdapterFixture.old, to: AdapterFixture.new), "a conflict"
                ) { $0.isConflict }
            }),
        Case(
            title: "where user parts are exact, two names that differ by case are two people",
            lesson: "one moves and the other stays: the host says nothing about the user part",
            fixture: .twoPools.with { fixture in
                fixture.resources.append(
                    AdapterFixture.resource(AdapterFixture.twin, 70, on: AdapterFixture.old))
            },
            body: { stage in
                guard stage.folding == .host else { return }
                var twin = try stage.fixture.resource(AdapterFixture.twin)
                twin.ownID = .absent
                try await stage.expect(
                    stage.move(twin, from: AdapterFixture.old, to: AdapterFixture.new), "done"
                ) { $0 == .done }
                let seen = try await stage.observe()
                try seen.expect(AdapterFixture.twin, on: AdapterFixture.new)
                try seen.expect(AdapterFixture.ana, on: AdapterFixture.old)
            }),
        Case(
            title: "a full pool is refused for good, and by name",
            lesson: "users beyond the capacity are refused; those before them are moved",
            needs: [.capacity],
            fixture: .twoPools.with { $0.pools[1].capacity = 1 },
            body: { stage in
                let moves = try stage.moves(
                    await stage.observe(),
                    [
                        AdapterFixture.ana: AdapterFixture.new,
                        AdapterFixture.bruno: AdapterFixture.new,
                    ])
                let outcomes = try await stage.perform(moves)
                try demand(
                    outcomes[0] == .done && outcomes[1].isPermanent
                        && outcomes[1].message.contains(AdapterFixture.new), "\(outcomes)")
            }),
    ]
}
