/// Sums a plan's steps up by stage and by where they lead, in one pass that makes no text.

import Model

/// Steps of one stage that do the same thing between the same two pools.
struct StepGroup {
    struct Key: Hashable {
        var stage: Int32
        var action: Step.Action
        var from: Int32?
        var to: Int32?
    }

    let key: Key
    var count = 0
    var kinds: [Kind: Int] = [:]
    var putBack = 0
    var takenBack = 0
    /// How many steps name each row of `Plan.columns.prices`.
    var prices: [Int32: Int] = [:]
    /// The first few, in the order of the plan.
    var first: [Step] = []
}

/// All groups of a plan, in the order of their first steps.
struct PlanGroups {
    private(set) var all: [StepGroup] = []
    /// The first few steps that can never be undone.
    private(set) var irreversible: [Step] = []

    init(_ plan: Plan, examples: Int) { self.init(plan.steps, of: plan, examples: examples) }

    init(_ steps: some Sequence<Step>, of plan: Plan, examples: Int) {
        var rows: [StepGroup.Key: Int] = [:]
        for step in steps {
            let key = StepGroup.Key(
                stage: step.stage, action: step.action, from: step.from, to: step.to)
            let row: Int
            if let last = all.indices.last, all[last].key == key {
                row = last
            } else if let known = rows[key] {
                row = known
            } else {
                row = all.count
                rows[key] = row
                all.append(StepGroup(key: key))
            }
            all[row].add(step, plan, examples: examples)
            if step.reversal == .never, irreversible.count < examples {
                irreversible.append(step)
            }
        }
    }

    func groups(in stage: Int) -> [StepGroup] { all.filter { $0.key.stage == Int32(stage) } }
}

extension StepGroup {
    mutating func add(_ step: Step, _ plan: Plan, examples: Int) {
        count += 1
        if case .resource(let row) = step.subject { kinds[plan.columns.kind(row), default: 0] += 1 }
        switch step.cause {
        case .pending, .takenBack: break
        case .drifted: putBack += 1
        case .returned: takenBack += 1
        }
        prices[step.price, default: 0] += 1
        if first.count < examples { first.append(step) }
    }

    /// `ocs-mad -> lync-mad`, or what else is done with a pool.
    func deed(_ plan: Plan) -> String {
        let from = plan.poolName(key.from).map(Escaped.text)
        let to = plan.poolName(key.to).map(Escaped.text)
        let way = "\(from ?? "(no pool)") -> \(to ?? "(no pool)")"
        return switch key.action {
        case .move: leadsBack(plan) ? "\(way) (back)" : way
        case .proveEmpty: "prove empty"
        case .retire: "retire"
        case .reopen: "open again"
        case .operator: from == nil && to == nil ? "by a person" : "by a person: \(way)"
        }
    }

    /// `48 users, 2 access numbers, 3 of them put back`
    var counts: String {
        let pools = count - kinds.values.reduce(0, +)
        var words = [Words.counts(kinds), pools > 0 ? Words.count(pools, "pool") : ""]
            .filter { !$0.isEmpty }
        let causes = [(putBack, "put back"), (takenBack, "no longer declared")]
        for (number, cause) in causes where number > 0 {
            words.append(number == count ? cause : "\(Words.number(number)) of them \(cause)")
        }
        return Words.list(words)
    }

    /// Whether it leads to an older product.
    func leadsBack(_ plan: Plan) -> Bool {
        guard let from = key.from.flatMap({ plan.pools[Int($0)].product }),
            let to = key.to.flatMap({ plan.pools[Int($0)].product })
        else { return false }
        return from.direction(to: to) == .back
    }
}

/// What many steps cost together. What nobody can say is counted, never taken for nothing.
struct PriceSum {
    struct Row {
        var what: Price.What
        var detail: String
        var known = 0
        /// For how many steps the amount is unknown.
        var unknown = 0
    }

    private(set) var rows: [Row] = []

    var isNothing: Bool { rows.isEmpty }

    init(_ groups: [StepGroup], of plan: Plan) {
        var times: [Int32: Int] = [:]
        for group in groups {
            times.merge(group.prices, uniquingKeysWith: +)
        }
        for (list, count) in times.sorted(by: { $0.key < $1.key }) {
            for price in plan.columns.prices[Int(list)] { add(price, times: count) }
        }
        sort()
    }

    init(_ prices: [Price]) {
        for price in prices { add(price, times: 1) }
        sort()
    }

    /// A sum that was made before: an unknown amount in it is unknown for nobody knows how many.
    init(total prices: [Price]) {
        self.init(prices)
        for row in rows.indices where rows[row].unknown > 0 { rows[row].unknown = .max }
    }

    private mutating func add(_ price: Price, times: Int) {
        if case .count(0) = price.amount { return }
        let row: Int
        if let known = rows.firstIndex(where: {
            $0.what == price.what && $0.detail == price.detail
        }) {
            row = known
        } else {
            row = rows.count
            rows.append(Row(what: price.what, detail: price.detail))
        }
        switch price.amount {
        case .count(let count): rows[row].known += count * times
        case .unknown: rows[row].unknown += times
        }
    }

    private mutating func sort() { rows.sort { ($0.what, $0.detail) < ($1.what, $1.detail) } }

    /// `812 meetings (unknown for 3), 1,904 clients`; nothing where nothing breaks.
    var words: String {
        var sums: [(what: Price.What, known: Int, unknown: Int)] = []
        for row in rows {
            if let last = sums.indices.last, sums[last].what == row.what {
                sums[last].known += row.known
                let (unknown, overflow) = sums[last].unknown.addingReportingOverflow(row.unknown)
                sums[last].unknown = overflow ? .max : unknown
            } else {
                sums.append((row.what, row.known, row.unknown))
            }
        }
        return Words.list(sums.map { Self.words($0.what, known: $0.known, unknown: $0.unknown) })
    }

    static func words(_ what: Price.What, known: Int, unknown: Int) -> String {
        if unknown == 0 { return what.words(known) }
        if known == 0 { return "an unknown number of \(what.plural)" }
        if unknown == .max { return "\(what.words(known)) and an unknown number more" }
        return "\(what.words(known)) (unknown for \(Words.number(unknown)))"
    }
}
