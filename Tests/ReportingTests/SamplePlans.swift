/// The plans whose texts are golden: each shows one situation that a person meets.

import Model

enum SamplePlans {
    static let all: [(name: String, plan: Plan)] = [
        ("three-moves", threeMoves), ("five-thousand-moves", fiveThousandMoves),
        ("refused", refused), ("left-alone", leftAlone), ("nothing-to-do", nothingToDo),
        ("hostile-names", hostile),
    ]

    static var threeMoves: Plan {
        var builder = PlanBuilder(revision: "3a4f5c6d7e8f90123456789012345678901234ab")
        builder.stage("open")
        builder.move(
            .user("Ana.Torres@contoso.example"), from: "ocs-mad", to: "lync-mad",
            price: [.meetings(4)], back: [.meetings(4), .client], line: 12)
        builder.move(
            .user("bob@contoso.example"), from: "ocs-mad", to: "lync-mad", back: [.client],
            line: 13)
        builder.stage("open/apps", needs: ["open"])
        builder.move(
            ResourceID(kind: .responseGroups, name: "madrid"), from: "ocs-mad", to: "lync-mad",
            reversal: .free, line: 15)
        builder.plan.summary.unchanged = 120
        return builder.plan
    }

    static var fiveThousandMoves: Plan {
        var builder = PlanBuilder(revision: "3a4f5c6d7e8f90123456789012345678901234ab")
        addBarcelona(&builder)
        let waits = Standing(
            state: .waiting, waitsFor: "rollout-not-yet",
            since: Instant(millisecondsSince1970: 1_795_384_800_000),
            releasedBy: "a version of rehome that walks rollouts")
        var former: [String] = []
        var index = 0
        for (wave, count) in [("pilot", 48), ("early", 301), ("half", 1196), ("rest", 1450)] {
            let id = "madrid/\(wave)"
            builder.stage(
                id, rollout: "madrid", wave: wave, needs: former, isAuthorised: false,
                standing: former.isEmpty
                    ? waits : Standing(state: .waiting, waitsFor: former.first),
                soak: .seconds(86400))
            for _ in 0..<count {
                index += 1
                builder.move(
                    .user("person\(index)@contoso.example"), from: "ocs-mad", to: "lync-mad",
                    price: index % 3 == 0 ? [.meetings(index % 7)] : [], back: [.client])
            }
            former = [id]
        }
        builder.plan.summary.disabled = 137
        builder.plan.summary.unchanged = 12
        builder.plan.findings = [
            Finding(
                rule: "no-policy", severity: .note,
                message: "no Policy is declared: the default rails hold"),
            Finding(
                rule: "no-pool", severity: .warning, message: "users have an address and no pool",
                count: 12,
                examples: ["user/new1@contoso.example", "user/new2@contoso.example"],
                hint: "home them with the deployment's own tools, or take them out of the lists"),
        ]
        return builder.plan
    }

    private static func addBarcelona(_ builder: inout PlanBuilder) {
        builder.stage("open")
        for index in 1...1998 {
            let unknown = index % 500 == 0
            builder.move(
                .user("usuari\(index)@contoso.example"), from: "ocs-bcn", to: "lync-bcn",
                price: unknown ? [.unknownMeetings] : [.meetings(index % 4)], back: [.client])
        }
        builder.move(
            .user("nuria.pi@contoso.example"), from: "lync-bcn", to: "ocs-bcn",
            price: [.meetings(3), .client], reversal: .free, cause: .drifted, line: 31)
        builder.plan.summary.back = 1
        builder.stage(
            "open/apps", needs: ["open"], standing: Standing(state: .waiting, waitsFor: "open"))
        for index in 1...6 {
            builder.move(
                ResourceID(kind: .accessNumber, name: "+3493555010\(index)"), from: "ocs-bcn",
                to: "lync-bcn", reversal: .free)
        }
        builder.move(
            ResourceID(kind: .conferenceDirectory, name: "10042"), from: "ocs-bcn",
            to: "lync-bcn", reversal: .never)
        builder.plan.summary.irreversible = 1
    }

    static var refused: Plan {
        var plan = threeMoves
        plan.refusals = [
            Refusal(
                rail: .movesPercent,
                message: "3 of 5 resources would move (60 %), the limit is 30 %",
                hint: "raise limits.moves.percent, or once: "
                    + "--override moves-percent@\(plan.digest.prefix(12)) --reason ..."),
            Refusal(
                rail: .price, message: "4 meetings would have to be sent again, and nobody agreed",
                hint: "write accept: [meetings] on the Placement, or once: --accept meetings"),
        ]
        return plan
    }

    static var leftAlone: Plan {
        var builder = PlanBuilder()
        builder.stage("open")
        builder.move(.user("bob@contoso.example"), from: "ocs-mad", to: "lync-mad", reversal: .free)
        let until = ManifestTime(
            text: "2026-12-05", instant: Instant(millisecondsSince1970: 1_796_511_599_999))
        for name in ["ceo", "cfo", "coo", "cto"] {
            builder.leave(
                .user("\(name)@contoso.example"), wanted: "lync-mad", because: .held, rule: "held",
                "held by directors: board week (owner jm)", until: until, line: 4)
        }
        builder.leave(
            .user("eva@contoso.example"), wanted: "lync-mad", because: .conflict,
            rule: "somewhere-else",
            "asked for lync-mad, last applied ocs-mad, and is on lync-bcn", line: 21)
        builder.leave(
            .user("ivo@contoso.example"), wanted: "lync-mad", because: .conflict,
            rule: "somewhere-else", "asked for lync-mad, last applied ocs-mad, and is in flight",
            line: 22)
        builder.leave(
            .user("zoe@contoso.example"), wanted: "lync-bcn", because: .unknown, rule: "unread",
            "ocs-bcn could not be read")
        builder.plan.observed.gaps = [
            Plan.ConnectionGap(
                connection: "madrid",
                gap: Gap(pool: "ocs-bcn.contoso.example", reason: "connection refused"))
        ]
        builder.plan.summary.held = 4
        builder.plan.summary.blocked = 3
        builder.plan.summary.unchanged = 32
        return builder.plan
    }

    static var nothingToDo: Plan {
        var builder = PlanBuilder(digest: "e")
        builder.plan.summary.unchanged = 5012
        return builder.plan
    }

    /// Names that would colour, move the cursor, turn the direction of text, or end a line.
    static let hostileName =
        "\u{1B}[31mroot\u{7}\r\n\u{202E}elpmaxe\u{2066}\u{200F}\u{9B}2J@x.example"

    static var hostile: Plan {
        var builder = PlanBuilder(revision: "\u{1B}]0;owned\u{7}")
        builder.plan.pools[1].name = "lync\u{1B}[2Jmad"
        builder.stage("open\u{1B}[1m")
        builder.move(
            .user(hostileName), from: "ocs-mad", to: "lync\u{1B}[2Jmad", price: [.meetings(1)],
            file: "people\u{202E}lmay.\u{1B}[0m")
        builder.leave(
            .user(hostileName), wanted: "lync\u{1B}[2Jmad", because: .unable,
            rule: "un\u{1B}able", "because \(hostileName)")
        builder.plan.refusals = [
            Refusal(rail: .capacity, message: hostileName, hint: hostileName)
        ]
        builder.plan.findings = [
            Finding(
                rule: hostileName, severity: .warning, message: hostileName, count: 2,
                examples: [hostileName],
                location: SourceLocation(file: hostileName, line: 1, column: 1),
                hint: hostileName)
        ]
        builder.plan.observed.gaps = [
            Plan.ConnectionGap(
                connection: hostileName, gap: Gap(pool: hostileName, reason: hostileName))
        ]
        return builder.plan
    }
}
