/// Cases about moving: there, back, twice, and without an answer.

import Adapters
import Model

extension AdapterSuite {
    static let performingCases: [Case] = [
        Case(
            title: "every kind moves there and back by the means that its rule gives",
            lesson: """
                a kind without a rule never gets a step, and one whose rule says operator is refused, \
                because a person does it; names are data, whatever stands in them
                """,
            fixture: .everyKind,
            body: { stage in
                for (from, to) in [
                    (AdapterFixture.old, AdapterFixture.new),
                    (AdapterFixture.new, AdapterFixture.old),
                ] {
                    for resource in stage.fixture.resources {
                        try await there(resource, from: from, to: to, stage)
                    }
                }
            }),
        Case(
            title: "moving everything leaves nothing to move",
            lesson: """
                observe, move what is not where it should be, observe again: what a second look still \
                wants moved was not moved, or is not shown where it is
                """,
            body: { stage in
                try await settle(stage, on: AdapterFixture.new)
            }),
        Case(
            title: "there and back again ends where it began",
            lesson: "a migration can be taken back until a pool is retired; ids survive it",
            body: { stage in
                let before = try await stage.observe()
                try await settle(stage, on: AdapterFixture.new)
                try await settle(stage, on: AdapterFixture.old)
                let after = try await stage.observe()
                try demand(
                    after.sorted == before.sorted, "\(after.sorted), before \(before.sorted)")
            }),
        Case(
            title: "the second time, all of it was done already",
            lesson: "a run that died asks again: what is true must come back as already, and stay",
            body: { stage in
                let moves = try stage.moves(
                    await stage.observe(), [AdapterFixture.ana: AdapterFixture.new])
                let first = try await stage.perform(moves)
                try demand(first == [.done], "\(first), the first time")
                let second = try await stage.perform(moves, batch: 2)
                try demand(second == [.already], "\(second), the second time")
                try await stage.observe().expect(AdapterFixture.ana, on: AdapterFixture.new)
            }),
        Case(
            title: "a lost answer is found out by looking",
            lesson: """
                when the line breaks after the work was done, observing shows the truth, and asking \
                again does no harm
                """,
            body: { stage in
                let id = AdapterFixture.bruno
                let moves = try stage.moves(await stage.observe(), [id: AdapterFixture.new])
                do {
                    _ = try await LosingAnswers(stage.adapter).perform(
                        Batch(run: RunID("lost"), number: 1, moves: moves),
                        deadline: stage.deployment.now() + .seconds(3600))
                    throw BrokenPromise("an answer where none was to come")
                } catch AdapterError.outcomeUnknown {}
                try await stage.observe(.resources([id])).expect(id, on: AdapterFixture.new)
                let again = try await stage.perform(moves, batch: 2)
                try demand(again == [.already], "\(again), asked again")
            }),
        Case(
            title: "each move has its own outcome, in the order of the batch",
            lesson: "one stubborn person must not decide over the others in the batch",
            body: { stage in
                let fixture = stage.fixture
                let ana = try fixture.resource(AdapterFixture.ana)
                let bruno = try fixture.resource(AdapterFixture.bruno)
                var stranger = ana
                stranger.id.name = "stranger@north.example"
                let outcomes = try await stage.perform([
                    stage.move(stranger, from: AdapterFixture.old, to: AdapterFixture.new),
                    stage.move(ana, from: AdapterFixture.old, to: AdapterFixture.new),
                    stage.move(bruno, from: AdapterFixture.third, to: AdapterFixture.new),
                ])
                try demand(
                    outcomes.prefix(2) == [.gone, .done] && outcomes[2].isConflict, "\(outcomes)")
            }),
        Case(
            title: "an empty batch does nothing and says so",
            lesson: "holds and leavers may leave nothing of a batch",
            body: { stage in
                _ = try await stage.perform([])
            }),
        Case(
            title: "names are data",
            lesson: """
                an address with quotes, a statement and spaces in it moves like any other: values \
                reach the deployment as bound parameters, never pasted into a text
                """,
            body: { stage in
                let moves = try stage.moves(
                    await stage.observe(), [AdapterFixture.odd: AdapterFixture.new])
                let outcomes = try await stage.perform(moves)
                try demand(outcomes == [.done], "\(outcomes)")
                let seen = try await stage.observe()
                try seen.expect(AdapterFixture.odd, on: AdapterFixture.new)
                try seen.expect(AdapterFixture.bruno, on: AdapterFixture.old)
            }),
        Case(
            title: "a name in another case is the same name, as far as case means nothing",
            lesson: "manifests, exports and directories write one address in three ways",
            body: { stage in
                var ana = try stage.fixture.resource(AdapterFixture.ana)
                ana.id.name = "SIP:ANA.TORRES@NORTH.EXAMPLE"
                if stage.folding == .host {
                    ana.ownID = .absent
                    try await stage.expect(
                        stage.move(ana, from: AdapterFixture.old, to: AdapterFixture.new), "gone"
                    ) { $0 == .gone }
                    ana = try stage.fixture.resource(AdapterFixture.ana)
                    ana.id.name = "SIP:Ana.Torres@NORTH.EXAMPLE"
                }
                try await stage.expect(
                    stage.move(ana, from: AdapterFixture.old, to: AdapterFixture.new), "done"
                ) { $0 == .done }
                try await stage.observe().expect(AdapterFixture.ana, on: AdapterFixture.new)
            }),
    ]

    private static func there(
        _ resource: ObservedResource, from: String, to: String, _ stage: AdapterStage
    ) async throws {
        let isForward = from == AdapterFixture.old
        let rule = stage.adapter.capabilities.rule(
            for: resource.id.kind, from: isForward ? .lync2013 : .sfb2015,
            to: isForward ? .sfb2015 : .lync2013)
        // What this adapter knows no rule for is out of its reach, and planning says so.
        guard let rule else { return }
        let move = stage.move(resource, from: from, to: to)
        guard rule.means == .adapter else {
            guard isForward else { return }
            return try await stage.expect(move, "a permanent failure") { $0.isPermanent }
        }
        try await stage.expect(move, "done") { $0 == .done }
        try await stage.observe().expect(resource.id, on: to)
    }

    /// Moves everything that lives on the old or the new pool to one of them, by kinds in the order
    /// that the rules ask for, and demands that nothing is left to do.
    private static func settle(_ stage: AdapterStage, on pool: String) async throws {
        let wanted = Dictionary(
            uniqueKeysWithValues: stage.fixture.resources.filter { $0.home != .absent }
                .map { ($0.id, pool) })
        for kind in Kind.allCases {
            let part = wanted.filter { $0.key.kind == kind }
            let moves = try stage.moves(await stage.observe(), part)
            let outcomes = try await stage.perform(moves)
            try demand(
                outcomes.allSatisfy { $0 == .done }, "\(outcomes) for \(moves.map(\.resource))")
        }
        let left = try stage.moves(await stage.observe(), wanted)
        try demand(left.isEmpty, "still to be moved: \(left.map(\.resource))")
    }
}

/// Does the work and loses the answer.
private struct LosingAnswers: Sendable {
    let adapter: any Adapter

    init(_ adapter: any Adapter) { self.adapter = adapter }

    func perform(
        _ batch: Batch, deadline: Instant
    ) async throws(AdapterError) -> [StepOutcome] {
        _ = try await adapter.perform(batch, deadline: deadline)
        throw .outcomeUnknown("the suite lost the answer")
    }
}

extension StepOutcome {
    var isConflict: Bool {
        if case .conflict = self { true } else { false }
    }

    var isPermanent: Bool {
        if case .failed(let failure) = self { failure.class == .permanent } else { false }
    }

    /// What a person is told.
    var message: String {
        switch self {
        case .conflict(let message): message
        case .failed(let failure): failure.message
        case .done, .already, .gone, .underway: ""
        }
    }
}
