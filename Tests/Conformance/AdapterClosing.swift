/// Cases about the end of a pool, and the way back from it.

import Adapters
import Model

extension AdapterSuite {
    static let closingCases: [Case] = [
        Case(
            title: "a closed pool takes nobody until it is opened again",
            lesson: """
                between the proof that a pool is empty and its end nobody may slip in: the deployment \
                itself refuses, whoever asks, and for good, so that nobody tries again
                """,
            body: { stage in
                guard stage.adapter.capabilities.closesPools else { return }
                try await stage.change(.close, "done") { $0 == .done }
                try await stage.change(.close, "already") { $0 == .already }
                try await stage.observe().demandClosed(true)
                let moves = try stage.moves(
                    await stage.observe(), [AdapterFixture.ana: AdapterFixture.third])
                let refused = try await stage.perform(moves)
                try demand(refused[0].isPermanent, "an arrival there came back as \(refused[0])")
                try await stage.observe().expect(AdapterFixture.ana, on: AdapterFixture.old)
                try await stage.change(.reopen, "done") { $0 == .done }
                try await stage.change(.reopen, "already") { $0 == .already }
                try await stage.observe().demandClosed(false)
                let taken = try await stage.perform(moves, batch: 2)
                try demand(taken[0] == .done, "an arrival came back as \(taken[0])")
                try await stage.change(.close, "a conflict") { $0.isConflict }
            }),
        Case(
            title: "who is on the way to a pool keeps it from being empty and from being closed",
            lesson: "he arrives without anybody's doing, on a pool that nobody looks at any more",
            needs: [.inFlight],
            fixture: .twoPools.with { $0.moveTakes = .seconds(60) },
            body: { stage in
                guard stage.adapter.capabilities.closesPools else { return }
                _ = try await stage.perform(
                    try stage.moves(
                        await stage.observe(), [AdapterFixture.ana: AdapterFixture.third]))
                try await stage.change(.close, "a conflict") { $0.isConflict }
                guard stage.adapter.capabilities.probes.contains(.empty) else { return }
                let evidence = try await stage.adapter.probe(
                    Probe(.empty, [AdapterFixture.third]),
                    deadline: stage.deployment.now() + .seconds(60))
                try demand(evidence.verdict != .passed, "\(evidence.checks)")
            }),
        Case(
            title: "a pool is removed once it is closed, and only once",
            lesson: """
                removing is safe to call again after a crash: what is gone already is said, and never \
                taken for an error or done to something else
                """,
            needs: [.removal],
            body: { stage in
                guard stage.adapter.capabilities.closesPools else { return }
                try await stage.change(.remove, "a conflict while it is open") { $0.isConflict }
                try await stage.change(.close, "done") { $0 == .done }
                try await stage.change(.remove, "done") { $0 == .done }
                try await stage.change(.remove, "already") { $0 == .already }
                try await stage.change(.reopen, "a conflict once it is gone") { $0.isConflict }
                let seen = try await stage.observe()
                try demand(
                    !seen.pools.contains {
                        Address.folded($0.fqdn) == Address.folded(AdapterFixture.third)
                    }, "the removed pool is still observed")
                let moves = try stage.moves(seen, [AdapterFixture.ana: AdapterFixture.third])
                let refused = try await stage.perform(moves)
                try demand(refused[0].isPermanent, "an arrival there came back as \(refused[0])")
            }),
    ]
}

extension AdapterStage {
    /// Changes the third pool, where nobody lives, and demands an outcome.
    fileprivate func change(
        _ action: PoolChange.Action, _ what: String, _ isExpected: (StepOutcome) -> Bool
    ) async throws {
        let outcome = try await adapter.change(
            PoolChange(action, pool: AdapterFixture.third, fence: nil),
            deadline: deployment.now() + .seconds(60))
        try demand(
            isExpected(outcome), "\(action.rawValue) came back as \(outcome), not as \(what)")
    }
}

extension Seen {
    /// Whoever plans has to see what was closed, and what somebody opened behind his back.
    fileprivate func demandClosed(_ closed: Bool) throws {
        let seen = pools.first {
            Address.folded($0.fqdn) == Address.folded(AdapterFixture.third)
        }
        try demand(seen?.closed == .present(closed), "it is observed as \(seen?.closed as Any)")
    }
}
