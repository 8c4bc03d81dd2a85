/// Runs, drift and answers made by hand, for texts that are golden.

import Model

enum SampleRuns {
    static let start = Instant(millisecondsSince1970: 1_795_385_599_000)
    static let actor = Actor(account: "jm", host: "ops1", label: "night shift")

    static func run(
        _ id: String = "20261122-221319-1f3a", outcome: Run.Outcome? = .succeeded,
        took: Duration = .seconds(4800), reason: String? = nil,
        counts: (inout Run.Counts) -> Void = { _ in }
    ) -> Run {
        var run = Run(
            id: RunID(id), plan: String(repeating: "7f3c9a1e", count: 8),
            campaign: String(repeating: "d", count: 64),
            revision: "3a4f5c6d7e8f90123456789012345678901234ab", by: actor, began: start,
            ended: outcome == nil ? nil : start + took, outcome: outcome, reason: reason)
        counts(&run.counts)
        return run
    }

    static func entry(
        _ name: String, _ outcome: StepOutcome?, attempt: Int = 1, batch: Int = 1
    ) -> RecordedStep {
        var bytes = name
        let step = bytes.withUTF8 {
            StepID(
                action: .move, connection: "madrid", subject: UnsafeRawBufferPointer($0),
                kind: .user, from: "ocs-mad", to: "lync-mad", comparedBy: .whole)
        }
        return RecordedStep(
            intent: IntendedStep(
                run: RunID("20261122-221319-1f3a"), batch: batch, connection: "madrid",
                move: Move(
                    step: step, resource: .user(name), ownID: "7f-\(name.utf8.count)",
                    from: "ocs.madrid.contoso.example", to: "lync.madrid.contoso.example"),
                placement: "madrid", bySelection: true, attempt: attempt, at: start,
                deadline: start + .seconds(600), repeatable: true), outcome: outcome,
            settledAt: outcome.map { _ in start + .seconds(5) })
    }

    static let waiting = [
        Stage(
            id: "madrid/pilot", rollout: "madrid", wave: "pilot", needs: [], gatesBefore: [],
            gatesAfter: [], soak: nil, windows: [],
            budget: Policy.Share(percent: 1, atLeast: 3), isAuthorised: false,
            standing: Standing(
                state: .waiting, waitsFor: "rollout-not-yet", since: start,
                releasedBy: "a version of rehome that carries out rollouts",
                earliest: start + .seconds(86400)))
    ]

    static var failed: RunRecord {
        let run = run(outcome: .failed, reason: "5 steps failed; 1 step in doubt") {
            $0.total = 5012
            $0.done = 4000
            $0.already = 3
            $0.failed = 5
            $0.conflict = 2
            $0.inDoubt = 1
            $0.gone = 1
        }
        let refused = StepOutcome.Failure(.permanent, "the pool refuses the account: no licence")
        let names = ["ana", "bob", "cat", "dan"].map { "\($0)@contoso.example" }
        var steps = [
            entry(names[0], .failed(StepOutcome.Failure(.transient, "the server is busy"))),
            entry(names[0], .done, attempt: 2, batch: 2),
        ]
        steps += names.map { entry("not.\($0)", .failed(refused)) }
        steps.append(
            entry(
                "zoe@contoso.example", .failed(.init(.transient, "no answer in 30 s")), attempt: 3)
        )
        steps.append(entry("eva@contoso.example", .conflict("it is on lync-bcn now")))
        steps.append(entry("ivo@contoso.example", .conflict("it is on lync-bcn now")))
        steps.append(entry("kim@contoso.example", nil))
        steps.append(entry("leo@contoso.example", .gone))
        return RunRecord(run: run, steps: steps)
    }

    static var succeeded: RunRecord {
        let run = run {
            $0.total = 2
            $0.done = 2
        }
        return RunRecord(
            run: run,
            steps: [entry("ana@contoso.example", .done), entry("bob@contoso.example", .done)])
    }

    static var waitingRun: RunRecord {
        let run = run(outcome: .waiting, took: .seconds(12), reason: "madrid/pilot waits") {
            $0.total = 2
            $0.done = 2
        }
        return RunRecord(run: run, steps: [])
    }

    static let drift: [Drift] = [
        drift(.moved, "ana@contoso.example", "lync-mad", "ocs-mad", "lync-mad", "moved by hand"),
        drift(.missing, "gone@contoso.example", "lync-mad", nil, "lync-mad", nil),
        drift(.pending, "bob@contoso.example", "lync-mad", "ocs-mad", nil, nil),
        drift(.pending, "cat@contoso.example", "lync-mad", "ocs-mad", nil, nil),
        drift(.pending, "dan@contoso.example", "lync-mad", "ocs-mad", nil, nil),
        drift(.held, "ceo@contoso.example", "lync-mad", "ocs-mad", nil, "directors: board week"),
        drift(.inFlight, "ivo@contoso.example", "lync-mad", "ocs-mad -> lync-mad", nil, nil),
    ]

    static func drift(
        _ found: Drift.Class, _ name: String, _ desired: String?, _ observed: String?,
        _ last: String?, _ detail: String?
    ) -> Drift {
        Drift(
            class: found, connection: "madrid", resource: .user(name), desired: desired,
            observed: observed, lastApplied: last, detail: detail)
    }
}
