/// Rehearsals made by hand: one that ends, and one that breaks.

import Model

enum SampleRehearsals {
    private static func at(_ text: String) -> Instant {
        Instant(iso: text) ?? Instant(millisecondsSince1970: 0)
    }

    private static func span(_ from: String, _ to: String) -> Rehearsal.Span {
        Rehearsal.Span(from: at(from), to: at(to))
    }

    private static func nights(_ first: Int, _ last: Int) -> [Rehearsal.Span] {
        (first...last).map { day in
            let date = "2026-12-\(day < 10 ? "0" : "")\(day)"
            return span("\(date)T21:00:00Z", "\(date)T23:00:00Z")
        }
    }

    private static func gate(
        _ side: GateName.Side, _ name: String, _ times: Int
    ) -> Rehearsal.GateCount {
        Rehearsal.GateCount(gate: GateName(side, name), times: times)
    }

    private static let pilot: Rehearsal.Wave = {
        var wave = Rehearsal.Wave(name: "madrid/pilot", rollout: "madrid", members: 24)
        wave.moved = 24
        wave.began = at("2026-12-01T21:00:00Z")
        wave.settled = at("2026-12-01T21:00:05Z")
        wave.completed = at("2026-12-04T21:00:05Z")
        wave.soak = .seconds(72 * 3600)
        wave.moving = [span("2026-12-01T21:00:00Z", "2026-12-01T21:00:05Z")]
        wave.hasWindows = true
        wave.openings = nights(1, 1)
        wave.windowsUsed = 1
        wave.waits = [
            Rehearsal.Wait(
                cause: .window, words: "its window",
                span: span("2026-12-01T09:00:00Z", "2026-12-01T21:00:00Z")),
            Rehearsal.Wait(
                cause: .soak, words: "its soak",
                span: span("2026-12-01T21:00:05Z", "2026-12-04T21:00:05Z")),
        ]
        wave.gates = [
            gate(.after, "call-both-ways", 2), gate(.before, "services-running", 1),
        ]
        return wave
    }()

    private static let half: Rehearsal.Wave = {
        var wave = Rehearsal.Wave(name: "madrid/half", rollout: "madrid", members: 11_860)
        wave.moved = 11_843
        wave.failed = 17
        wave.began = at("2026-12-04T21:00:05Z")
        wave.settled = at("2026-12-07T22:41:00Z")
        wave.completed = at("2026-12-08T22:41:00Z")
        wave.soak = .seconds(24 * 3600)
        wave.moving = nights(4, 6) + [span("2026-12-07T21:00:00Z", "2026-12-07T22:41:00Z")]
        wave.hasWindows = true
        wave.openings = nights(4, 7)
        wave.windowsUsed = 4
        wave.waits =
            (4...6).map { day in
                Rehearsal.Wait(
                    cause: .window, words: "its window",
                    span: span("2026-12-0\(day)T23:00:00Z", "2026-12-0\(day + 1)T21:00:00Z"))
            } + [
                Rehearsal.Wait(
                    cause: .soak, words: "its soak",
                    span: span("2026-12-07T22:41:00Z", "2026-12-08T22:41:00Z"))
            ]
        wave.gates = [gate(.after, "call-both-ways", 2)]
        return wave
    }()

    private static let rest: Rehearsal.Wave = {
        var wave = Rehearsal.Wave(name: "madrid/rest", rollout: "madrid", members: 1392)
        wave.hasWindows = true
        wave.waits = [
            Rehearsal.Wait(
                cause: .freeze, words: "the freeze (year <end> & inventory)",
                span: span("2026-12-08T22:41:00Z", "2026-12-11T22:59:59Z"))
        ]
        wave.openings = nights(9, 11)
        return wave
    }()

    private static let open: Rehearsal.Wave = {
        var wave = Rehearsal.Wave(name: "open", rollout: nil, members: 1043)
        wave.moved = 1043
        wave.began = at("2026-12-01T09:00:00Z")
        wave.settled = at("2026-12-01T09:05:51Z")
        wave.moving = [span("2026-12-01T09:00:00Z", "2026-12-01T09:05:51Z")]
        return wave
    }()

    private static let deeds = [
        Rehearsal.Deed(
            at: at("2026-12-01T09:00:00Z"), wave: nil,
            words: "make the ledger that the Estate names",
            hint: "rehome apply --new-ledger --reason \"the first apply\""),
        Rehearsal.Deed(
            at: at("2026-12-04T21:00:05Z"), wave: "madrid/half",
            words: "let madrid go on beyond pilot",
            hint: "a commit that changes upTo of the Rollout"),
    ]

    /// Everybody moves in a week.
    static let whole = Rehearsal(
        estate: "contoso", zone: Zone(named: "Europe/Madrid") ?? .utc,
        from: at("2026-12-01T09:00:00Z"), to: at("2026-12-08T22:41:00Z"), isWhole: true, runs: 6,
        waves: [open, pilot, half], deeds: deeds, breaks: [], freezes: [],
        left: [Rehearsal.LeftCount(because: .held, count: 7)],
        assumptions: [
            "every gate passes when it is measured",
            "a step on madrid takes 0.6 s: the median of 38 batches, 1840 steps, in the ledger",
        ])

    /// A freeze holds up the last wave, which then has no room; names are hostile.
    static let broken: Rehearsal = {
        var rehearsal = whole
        rehearsal.estate = "contoso <b>no</b>\u{1B}[31m"
        rehearsal.waves.append(rest)
        rehearsal.isWhole = false
        rehearsal.to = at("2026-12-11T22:59:59Z")
        rehearsal.freezes = [
            Rehearsal.Freeze(
                reason: "year <end> & inventory",
                span: span("2026-12-07T23:00:00Z", "2026-12-11T22:59:59Z"))
        ]
        rehearsal.breaks = [
            Rehearsal.Break(
                .freeze, at: at("2026-12-08T22:41:00Z"), wave: "madrid/rest",
                words: "the freeze (year <end> & inventory) holds it up",
                hint: "begin earlier, or move the freeze (freezes of the Policy)", isEnd: false),
            Rehearsal.Break(
                .rail(.capacity), at: at("2026-12-11T22:59:59Z"), wave: "madrid/rest",
                words: "lync-mad has room for 12000 users, is home to 11867, and 1392 would arrive",
                hint: "place fewer, or raise its capacity", isEnd: true),
        ]
        return rehearsal
    }()

    /// Nothing is to be moved.
    static let nothing = Rehearsal(
        estate: nil, zone: .utc, from: at("2026-12-01T09:00:00Z"), to: at("2026-12-01T09:00:00Z"),
        isWhole: true, runs: 0, waves: [], deeds: [], breaks: [], freezes: [], left: [],
        assumptions: [])
}
