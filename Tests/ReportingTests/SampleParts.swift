/// A pool, a stage and a rail to be asked about.

import Model

enum SampleParts {
    static var pool: WhyPool { pool(named: "lync-mad") }

    static func pool(named name: String) -> WhyPool {
        WhyPool(
            pool: Pool(
                name: name, connection: name, site: name, product: .lync2013, fqdn: name,
                state: .draining, capacity: 5000,
                location: SourceLocation(file: "pools.yaml", line: 12, column: 1)),
            at: SampleRuns.start,
            seen: .present(
                ObservedPool(fqdn: name, product: .present(.lync2010), owner: .present(name))),
            residents: [WhyCount(kind: .user, count: 1200)],
            gaps: [Gap(pool: nil, kind: nil, fact: nil, reason: "\(name) timed out")],
            placements: [name],
            arriving: [WhyCount(kind: .user, count: 30, from: name, to: name)],
            leaving: [WhyCount(kind: .accessNumber, count: 1, from: name, to: nil)],
            left: [WhyCount(kind: .user, count: 7, rule: "held")],
            refusals: [
                Refusal(rail: .capacity, message: "\(name) has room for 5000", hint: "place fewer")
            ])
    }

    static func stage(named name: String) -> WhyStage {
        WhyStage(
            stage: Stage(
                id: name, rollout: name, wave: name, needs: [name], gatesBefore: [Gate(name: name)],
                gatesAfter: [Gate(name: name)], soak: .seconds(86400), windows: [],
                budget: Policy.Share(percent: 0.5, atLeast: 3), isAuthorised: false,
                standing: Standing(state: .waiting, waitsFor: name, releasedBy: name)),
            at: SampleRuns.start,
            steps: [WhyCount(kind: .user, count: 24, from: name, to: name)])
    }

    static var rail: WhyRail {
        WhyRail(
            rail: .movesPercent, at: SampleRuns.start, limit: "limits.moves.percent: 30",
            location: nil, digest: "7f3c9a1e",
            refusals: [
                Refusal(
                    rail: .movesPercent, message: "40 of 100 would move",
                    hint: "place fewer at a time")
            ])
    }
}
