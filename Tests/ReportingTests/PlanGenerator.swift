/// Plans that nobody would write, from a seed: every field takes every kind of value.

import Model
import TestSupport

struct PlanGenerator {
    private var random: SeededGenerator
    private var builder = PlanBuilder()

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    mutating func plan() -> Plan {
        builder = PlanBuilder(revision: maybe { $0.text() })
        builder.plan.asOf = instant()
        builder.plan.observed = Plan.Observed(
            digest: text(), at: instant(), gaps: list { $0.gap() })
        builder.plan.columns.connections = ["madrid", "b\u{1B}cn"]
        builder.plan.pools += list { generator in
            PlanPool(
                name: generator.name(), fqdn: generator.name(), connection: "b\u{1B}cn",
                site: generator.maybe { $0.text() },
                product: generator.maybe { $0.pick(Product.allCases) })
        }
        summary()
        for index in 0..<Int.random(in: 1...4, using: &random) { stage(index) }
        for _ in 0..<Int.random(in: 0...20, using: &random) { step() }
        for _ in 0..<Int.random(in: 0...10, using: &random) { left() }
        builder.plan.undo = Plan.Undo(moves: int(), prices: prices(), impossible: int())
        builder.plan.refusals = list {
            Refusal(
                rail: $0.pick(Rail.allCases), message: $0.text(), hint: $0.text(),
                isLiftable: $0.random.oneIn(2))
        }
        builder.plan.findings = list { $0.finding() }
        return builder.plan
    }

    private mutating func summary() {
        builder.plan.summary.move = int()
        builder.plan.summary.back = int()
        builder.plan.summary.retire = int()
        builder.plan.summary.operator = int()
        builder.plan.summary.blocked = int()
        builder.plan.summary.held = int()
        builder.plan.summary.drifted = int()
        builder.plan.summary.unmanaged = int()
        builder.plan.summary.missing = int()
        builder.plan.summary.unchanged = int()
        builder.plan.summary.irreversible = int()
        builder.plan.summary.disabled = int()
    }

    private mutating func stage(_ index: Int) {
        builder.plan.stages.append(
            Stage(
                id: "\(index)/\(text())", rollout: maybe { $0.text() }, wave: maybe { $0.text() },
                needs: list { $0.text() }, gatesBefore: list { $0.gate() },
                gatesAfter: list { $0.gate() },
                soak: maybe {
                    .milliseconds($0.pick([0, 1, 1500, 60000, 5_400_000, 259_200_000]))
                },
                windows: list {
                    Rollout.Window(
                        days: $0.pick([[], [.sat, .sun], Rollout.Window.Day.allCases]),
                        from: Int.random(in: 0...1440, using: &$0.random),
                        to: Int.random(in: 0...1440, using: &$0.random), zone: $0.text())
                },
                budget: Policy.Share(percent: pick([0, 0.5, 1, 33.3, 1e-9, 100]), atLeast: int()),
                isAuthorised: random.oneIn(2),
                standing: Standing(
                    state: pick([.open, .done, .waiting]), waitsFor: maybe { $0.text() },
                    since: maybe { $0.instant() }, releasedBy: maybe { $0.text() },
                    earliest: maybe { $0.instant() }),
                beyond: maybe { $0.text() }, change: maybe { $0.text() }, blocked: int(),
                isPart: random.oneIn(2),
                routes: list {
                    WaveRoute(
                        from: $0.text(), fromProduct: $0.text(), to: $0.text(),
                        toProduct: $0.text())
                }))
    }

    private mutating func gate() -> Gate {
        Gate(
            name: text(), every: maybe { .seconds($0.pick([1, 600, 86_400])) },
            attempts: maybe { $0.pick([1, 3, 100]) },
            maxAge: maybe { .seconds($0.pick([60, 7200])) }, isTrial: random.oneIn(2),
            isAttested: random.oneIn(2))
    }

    private mutating func step() {
        let connection = Int32(Int.random(in: 0...1, using: &random))
        let step = Step(
            id: id(), stage: Int32(Int.random(in: builder.plan.stages.indices, using: &random)),
            action: pick([.move, .proveEmpty, .retire, .operator]), connection: connection,
            subject: subject(on: connection), from: maybe { $0.pool(on: connection) },
            to: maybe { $0.pool(on: connection) }, reversal: pick([.free, .priced, .never]),
            price: builder.plan.columns.priceList(prices()),
            back: builder.plan.columns.priceList(prices()),
            cause: pick([.pending, .drifted, .returned]), reason: maybe { $0.place() },
            placement: builder.plan.columns.text(text()), bySelection: random.oneIn(2),
            needs: list { $0.id() })
        builder.plan.steps.append(step)
    }

    private mutating func left() {
        let connection = Int32(Int.random(in: 0...1, using: &random))
        let isKnown = random.oneIn(2)
        let left = Left(
            connection: isKnown ? connection : nil, subject: subject(on: connection),
            wanted: maybe { $0.pool(on: connection) }, because: pick(Left.Because.allCases),
            rule: text(), detail: builder.plan.columns.text(text()),
            until: maybe { ManifestTime(text: $0.text(), instant: $0.instant()) },
            reason: maybe { $0.place() })
        builder.plan.left.append(left)
    }

    private mutating func subject(on connection: Int32) -> Step.Subject {
        if random.oneIn(8) { return .pool(pool(on: connection)) }
        return .resource(
            builder.row(
                ResourceID(kind: pick(Kind.allCases), name: name()),
                ownID: random.oneIn(3) ? "" : text()))
    }

    /// A pool of the connection whose name is its own.
    private mutating func pool(on connection: Int32) -> Int32 {
        let name = builder.plan.columns.connections[Int(connection)]
        let rows = builder.plan.pools.indices.filter { row in
            builder.plan.pools[row].connection == name
                && builder.plan.pools.firstIndex { $0.name == builder.plan.pools[row].name } == row
        }
        return rows.isEmpty ? 0 : Int32(pick(rows))
    }

    private mutating func place() -> Plan.Place {
        builder.plan.columns.place(SourceLocation(file: text(), line: int(), column: int()))
    }

    private mutating func gap() -> Plan.ConnectionGap {
        Plan.ConnectionGap(
            connection: text(),
            gap: Gap(
                pool: maybe { $0.text() }, kind: maybe { $0.pick(Kind.allCases) },
                fact: maybe { $0.text() }, reason: text()))
    }

    private mutating func finding() -> Finding {
        Finding(
            rule: name(), severity: pick(Severity.allCases), message: text(),
            pool: maybe { $0.text() }, resource: maybe { $0.text() }, count: int(),
            examples: list { $0.text() },
            location: maybe {
                SourceLocation(file: $0.text(), line: $0.int(), column: $0.int())
            }, hint: maybe { $0.text() })
    }

    private mutating func prices() -> [Price] {
        list {
            Price(
                $0.pick(Price.What.allCases), $0.random.oneIn(3) ? .unknown : .count($0.int()),
                detail: $0.text())
        }
    }

    private mutating func id() -> StepID { StepID(high: random.next(), low: random.next()) }

    private mutating func int() -> Int { pick([0, 1, 7, 4096, 1_000_000, Int(Int32.max)]) }

    private mutating func instant() -> Instant {
        Instant(
            millisecondsSince1970: pick([
                0, 1, 951_782_400_000, 1_795_384_800_123, 1_796_511_599_999, 4_102_444_800_000,
            ]))
    }

    private mutating func name() -> String { "n\(random.next() % 1000)\(text())" }

    private mutating func text() -> String {
        pick([
            "plain", "", "with \"quotes\" and \\ and /", "Ñuño d'Àvila", SamplePlans.hostileName,
            "\u{2028}\u{2029}\u{FEFF}\u{E0041}\u{0}", "日本語 🎉", "\t\r\n\u{8}\u{C}\u{7F}\u{85}",
            "e\u{301}", "\\u{1B}\\u001b",
        ])
    }

    private mutating func pick<Value>(_ values: [Value]) -> Value {
        values[Int.random(in: values.indices, using: &random)]
    }

    private mutating func maybe<Value>(_ value: (inout PlanGenerator) -> Value) -> Value? {
        random.oneIn(3) ? nil : value(&self)
    }

    private mutating func list<Value>(_ value: (inout PlanGenerator) -> Value) -> [Value] {
        (0..<Int.random(in: 0...3, using: &random)).map { _ in value(&self) }
    }
}
