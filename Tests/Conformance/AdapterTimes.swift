/// Cases about moves that take time.

import Adapters
import Model

extension AdapterSuite {
    private static let slow = AdapterFixture.twoPools.with { $0.moveTakes = .seconds(600) }

    static let timeCases: [Case] = [
        Case(
            title: "a move that was accepted is under way, then there",
            lesson: """
                answer underway with the time at which to look again, show it in flight until then, \
                and at its new home after
                """,
            needs: [.inFlight], fixture: slow,
            body: { stage in
                let moves = try stage.moves(
                    await stage.observe(), [AdapterFixture.ana: AdapterFixture.new])
                let outcome = try await stage.perform(moves)[0]
                guard case .underway(let until) = outcome, until > stage.deployment.now() else {
                    throw BrokenPromise("\(outcome), not underway until a time to come")
                }
                let flying = Fact.present(
                    Home.inFlight(from: AdapterFixture.old, to: AdapterFixture.new))
                for scope in [Scope.everything(attributes: []), .resources([AdapterFixture.ana])] {
                    let home = try await stage.observe(scope).one(AdapterFixture.ana).home
                    try demand(home == flying, "\(home), not in flight")
                }
                try await stage.deployment.letPass(.seconds(601))
                try await stage.observe().expect(AdapterFixture.ana, on: AdapterFixture.new)
                let again = try await stage.perform(moves, batch: 2)
                try demand(again == [.already], "\(again), asked again when it had arrived")
            }),
        Case(
            title: "what is under way is not begun again",
            lesson: "the same move is still underway; the log of the deployment shows one move",
            needs: [.inFlight], fixture: slow,
            body: { stage in
                let moves = try stage.moves(
                    await stage.observe(), [AdapterFixture.ana: AdapterFixture.new])
                let first = try await stage.perform(moves)
                try await stage.deployment.letPass(.seconds(60))
                let second = try await stage.perform(moves, batch: 2)
                try demand(
                    second == first, "\(second), at first \(first): it was begun a second time")
            }),
        Case(
            title: "what is on its way elsewhere is a conflict",
            lesson: "two moves of one person must never overlap",
            needs: [.inFlight], fixture: slow,
            body: { stage in
                let seen = try await stage.observe()
                _ = try await stage.perform(
                    try stage.moves(seen, [AdapterFixture.ana: AdapterFixture.third]))
                let rival = try stage.moves(seen, [AdapterFixture.ana: AdapterFixture.new])
                let outcome = try await stage.perform(rival, batch: 2)[0]
                try demand(
                    outcome.isConflict && outcome.message.contains(AdapterFixture.third),
                    "\(outcome)")
            }),
    ]
}
