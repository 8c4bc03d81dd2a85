/// A ledger made by hand, entry by entry: two waves, of which one is halted, and one that was taken back.

import Model

enum SampleWaves {
    private static let start = Instant(millisecondsSince1970: 1_795_385_599_000)
    private static let run = RunID("20261122-221319-1f3a")
    static let plan = String(repeating: "7f3c9a1e", count: 8)
    static let pilot = WaveID("madrid", "pilot")
    static let rest = WaveID("madrid", "rest")

    private static let outcomes: [(name: String, outcome: StepOutcome?)] = [
        ("ana@contoso.example", .done),
        ("bob@contoso.example", .already),
        ("cat@contoso.example", .failed(.init(.permanent, "<b>no</b> licence | \u{1B}[31m"))),
        ("dan@contoso.example", .failed(.init(.permanent, "<b>no</b> licence | \u{1B}[31m"))),
        ("eva@contoso.example", .conflict("lives on ocs-bcn now")),
        ("leo@contoso.example", nil),
    ]

    private static func at(_ seconds: Int) -> Instant { start + .seconds(seconds) }

    private static func wave(_ wave: WaveID, _ deed: WaveEvent.Deed, _ seconds: Int) -> LedgerEntry
    {
        .wave(WaveEvent(wave, deed, at: at(seconds)))
    }

    private static func gate(
        _ side: GateName.Side, _ verdict: Evidence.Verdict, _ words: String = ""
    ) -> WaveEvent.Deed {
        .measured(
            GateMeasurement(
                gate: GateName(side, side == .before ? "services-running" : "message-both-ways"),
                verdict: verdict, words: words,
                checks: [Evidence.Check("lync-mad", verdict, words, took: .milliseconds(12))]))
    }

    private static func begin(_ wave: WaveID, members: Int, _ seconds: Int) -> LedgerEntry {
        let route = WaveRoute(
            from: "ocs-mad", fromProduct: "ocs-2007-r2", to: "lync-mad", toProduct: "lync-2013")
        return self.wave(
            wave,
            .started(
                WaveStart(
                    plan: plan, members: members, routes: [route], run: run, change: "CHG-17")),
            seconds)
    }

    private static func said(_ deed: Instruction.Deed, _ why: String, _ seconds: Int) -> LedgerEntry
    {
        .instructed(Instruction(deed, reason: why, by: SampleRuns.actor, at: at(seconds)))
    }

    /// Everybody has meetings, and of every second nobody can say how many.
    private static func prices(of steps: Int) -> StepPrices {
        let words = "meetings must be sent again"
        return StepPrices(
            lists: [
                [Price(.meetings, .count(3), detail: words)],
                [Price(.meetings, .unknown, detail: words)],
            ], places: (0..<Int32(steps)).map { 1 + $0 % 2 })
    }

    /// The entries of each link, in order.
    private static var links: [[LedgerEntry]] {
        let entries = outcomes.map { SampleRuns.entry($0.name, $0.outcome) }
        let settled: [LedgerEntry] = entries.enumerated().compactMap { index, entry in
            entry.outcome.map {
                .stepSettled(
                    run: run, step: entry.intent.move.step, outcome: $0, at: at(5 + index))
            }
        }
        let gateID = GateID(pilot, GateName(.after, "message-both-ways"))
        let consent = Consent(
            subject: .approval, digest: plan, reason: "as agreed", by: SampleRuns.actor, at: at(0))
        return [
            [wave(pilot, gate(.before, .passed), 0)],
            [
                .planRecorded(
                    RecordedPlan(
                        digest: plan, campaign: String(repeating: "d", count: 64), revision: nil,
                        at: at(0), steps: entries.map(\.intent.move.step).sorted(),
                        prices: prices(of: entries.count))),
                .consentGiven(consent),
            ],
            [.runBegan(SampleRuns.run(outcome: nil)), begin(pilot, members: 6, 0)],
            [.batchIntended(entries.map(\.intent))],
            settled,
            [wave(pilot, .breached("2 of its members failed, and its budget is 1"), 12)],
            [said(.resume(.rollout("madrid")), "licences were bought", 600)],
            [wave(pilot, .settled, 700)],
            [wave(pilot, gate(.after, .failed, "no answer from <lync-mad>"), 800)],
            [wave(pilot, gate(.after, .inconclusive, "nobody to ask"), 1400)],
            [said(.decide(gateID, isOpen: true, until: at(90_000)), "=seen by hand", 1500)],
            [wave(pilot, gate(.after, .passed), 2000)],
            [wave(pilot, .completed, 87_100)],
            [begin(rest, members: 40, 90_000)],
            [wave(rest, .takenBack, 91_000), .takenBack([entries[0].intent.move.step])],
        ]
    }

    static var chronicle: WaveChronicle {
        var chronicle = WaveChronicle(
            placements: ["madrid": ["madrid"]],
            pools: [
                ("ocs.madrid.contoso.example", "ocs-mad"),
                ("lync.madrid.contoso.example", "lync-mad"),
            ])
        for (index, entries) in links.enumerated() {
            for entry in entries {
                chronicle.take(entry, link: index + 1, at: at(index), by: SampleRuns.actor)
            }
        }
        return chronicle
    }

    static var reports: [WaveReport] {
        chronicle.chapters(of: nil, nil).map { $0.report(soak: .seconds(86_400)) }
    }
}
