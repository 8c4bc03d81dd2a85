/// Plans made by hand, so that what a test sets is what it is about.

import Model

struct PlanBuilder {
    var plan: Plan

    init(digest: Character = "7", revision: String? = nil) {
        let start = Instant(millisecondsSince1970: 1_795_384_800_000)
        plan = Plan(
            digest: String(repeating: "\(digest)f3c9a1e", count: 8), asOf: start,
            desired: Plan.Desired(
                digest: String(repeating: "d", count: 64), revision: revision),
            observed: Plan.Observed(
                digest: String(repeating: "0", count: 64), at: start, gaps: []),
            summary: Plan.Summary(), pools: [], stages: [], steps: [], left: [], undo: Plan.Undo(),
            refusals: [], findings: [], columns: Plan.Columns())
        plan.columns.connections = ["madrid"]
        for (name, product) in [
            ("ocs-mad", Product.ocs2007r2), ("lync-mad", .lync2013), ("ocs-bcn", .ocs2007r2),
            ("lync-bcn", .lync2013),
        ] {
            plan.pools.append(
                PlanPool(
                    name: name, fqdn: "\(name).contoso.example", connection: "madrid",
                    site: String(name.suffix(3)), product: product))
        }
    }

    func pool(_ name: String) -> Int32? {
        plan.pools.firstIndex { $0.name == name }.map(Int32.init)
    }

    mutating func stage(
        _ id: String, rollout: String? = nil, wave: String? = nil, needs: [String] = [],
        isAuthorised: Bool = true, standing: Standing = Standing(state: .open),
        soak: Duration? = nil, gates: [String] = []
    ) {
        plan.stages.append(
            Stage(
                id: id, rollout: rollout, wave: wave, needs: needs,
                gatesBefore: gates.map { Gate(name: $0) },
                gatesAfter: [], soak: soak, windows: [],
                budget: Policy.Share(percent: 1, atLeast: 3), isAuthorised: isAuthorised,
                standing: standing))
    }

    mutating func row(_ id: ResourceID, ownID: String = "") -> Int32 {
        var name = id.name
        var ownID = ownID
        return name.withUTF8 { name in
            ownID.withUTF8 { ownID in
                plan.columns.subject(
                    kind: id.kind, name: UnsafeRawBufferPointer(name),
                    ownID: UnsafeRawBufferPointer(ownID))
            }
        }
    }

    /// Adds a move in the last stage.
    mutating func move(
        _ id: ResourceID, from: String, to: String, price: [Price] = [], back: [Price] = [],
        reversal: MoveRule.Reversal = .priced, cause: Step.Cause = .pending, ownID: String = "",
        line: Int = 4, file: String = "people.yaml", needs: [StepID] = []
    ) {
        var name = id.name
        let step = name.withUTF8 {
            StepID(
                action: .move, connection: "madrid", subject: UnsafeRawBufferPointer($0),
                kind: id.kind, from: from, to: to, comparedBy: .whole)
        }
        let row = row(id, ownID: ownID)
        plan.steps.append(
            Step(
                id: step, stage: Int32(plan.stages.count - 1), action: .move, connection: 0,
                subject: .resource(row), from: pool(from), to: pool(to), reversal: reversal,
                price: plan.columns.priceList(price), back: plan.columns.priceList(back),
                cause: cause,
                reason: plan.columns.place(SourceLocation(file: file, line: line, column: 7)),
                placement: plan.columns.text("madrid"), bySelection: false, needs: needs))
        plan.summary.move += 1
        if reversal == .never {
            plan.undo.impossible += 1
        } else {
            plan.undo.moves += 1
            plan.undo.prices += back
        }
    }

    mutating func leave(
        _ id: ResourceID, wanted: String?, because: Left.Because, rule: String, _ detail: String,
        until: ManifestTime? = nil, line: Int = 9
    ) {
        let row = row(id)
        plan.left.append(
            Left(
                connection: 0, subject: .resource(row), wanted: wanted.flatMap(pool),
                because: because, rule: rule, detail: plan.columns.text(detail), until: until,
                reason: plan.columns.place(
                    SourceLocation(file: "holds.yaml", line: line, column: 3))))
    }
}

extension ResourceID {
    static func user(_ name: String) -> ResourceID { ResourceID(kind: .user, name: name) }
}

extension Price {
    static func meetings(_ count: Int) -> Price {
        Price(.meetings, .count(count), detail: "to be sent again by who organizes them")
    }

    static let client = Price(
        .clients, .count(1), detail: "to be put back to the version of the older product")
    static let unknownMeetings = Price(
        .meetings, .unknown, detail: "to be sent again by who organizes them")
}
