/// What is said of one resource, in the situations that a person asks about.

import Model

enum SampleWhys {
    static let all: [(name: String, why: Why)] = [
        ("step", step), ("held", held), ("there", there), ("unknown", unknown),
    ]

    private static func why(_ home: Fact<Home>, _ next: Why.Next) -> Why {
        Why(
            resource: .user("Ana.Torres@contoso.example"), connection: "madrid",
            at: SampleRuns.start, home: home,
            ownID: .present("6c4b2d1e-0000-4000-8000-000000000042"), lastApplied: nil,
            asked: Why.Asked(
                pool: "lync-mad", placement: "madrid", bySelection: true,
                reason: SourceLocation(file: "madrid.yaml", line: 12, column: 7)),
            next: next)
    }

    static var step: Why {
        why(
            .present(.pool("ocs-mad")),
            .step(
                Why.NextStep(
                    id: StepID(high: 1, low: 2), action: .move, from: "ocs-mad", to: "lync-mad",
                    stage: "madrid/early", isAuthorised: false,
                    standing: SampleRuns.waiting[0].standing, after: ["madrid/pilot"],
                    needs: [.user("boss@contoso.example")], reversal: .priced,
                    price: [.meetings(4)], back: [.meetings(4), .client], refusedBy: [])))
    }

    static var held: Why {
        var why = why(
            .present(.pool("ocs-mad")),
            .left(
                Why.Remainder(
                    because: .held, rule: "held", detail: "directors: board week (jm)",
                    until: ManifestTime(text: "2026-12-05", instant: SampleRuns.start),
                    since: SampleRuns.start)))
        why.formerly = .user("ana@contoso.example")
        why.lastApplied = Why.LastApplied(
            pool: "lync-mad", former: "ocs-mad", placement: "madrid",
            run: RunID("20261122-221319-1f3a"), at: SampleRuns.start, by: SampleRuns.actor)
        why.history = [
            Why.Event(
                run: RunID("20261122-221319-1f3a"), at: SampleRuns.start, to: "lync-mad",
                outcome: .done),
            Why.Event(
                run: RunID("20261121-221319-aaaa"), at: SampleRuns.start, to: "lync-mad",
                outcome: .failed(.init(.permanent, "the pool refuses the account"))),
        ]
        return why
    }

    static var there: Why {
        var why = why(.present(.pool("lync-mad")), .nothing)
        why.lastApplied = Why.LastApplied(
            pool: "lync-mad", former: nil, placement: "madrid", run: nil, at: nil, by: nil)
        return why
    }

    static var unknown: Why {
        var why = why(
            .unknown(Gap(pool: "ocs-mad.contoso.example", reason: "connection refused")),
            .left(
                Why.Remainder(
                    because: .unknown, rule: "home-unknown",
                    detail: "its home could not be read: connection refused", until: nil,
                    since: nil)))
        why.ownID = .unknown(Gap(reason: "connection refused"))
        why.asked = nil
        why.others = [Why.Other(name: "ANA.TORRES@contoso.example", home: .present(.pool("x")))]
        return why
    }

    static var hostile: Why {
        let name = SamplePlans.hostileName
        return Why(
            resource: .user(name), connection: name, at: SampleRuns.start,
            home: .present(.inFlight(from: name, to: name)), ownID: .present(name),
            formerly: .user(name),
            lastApplied: Why.LastApplied(
                pool: name, former: name, placement: name, run: RunID(name), at: nil,
                by: Actor(account: name, host: name, label: name)),
            asked: Why.Asked(
                pool: name, placement: name, bySelection: false,
                reason: SourceLocation(file: name, line: 1, column: 1)),
            next: .step(
                Why.NextStep(
                    id: StepID(high: 1, low: 2), action: .move, from: name, to: name, stage: name,
                    isAuthorised: true,
                    standing: Standing(state: .waiting, waitsFor: name, releasedBy: name),
                    after: [name], needs: [.user(name)], reversal: .never,
                    price: [Price(.meetings, .count(1), detail: name)], back: [], refusedBy: [])),
            others: [Why.Other(name: name, home: .present(.split([name, name])))],
            history: [
                Why.Event(
                    run: RunID(name), at: SampleRuns.start, to: name,
                    outcome: .failed(.init(.transient, name)))
            ])
    }
}
