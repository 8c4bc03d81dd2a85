/// How an estate stands, as a person and as a program read it, with everything in it that can be.

import Foundation
import Model
import Reporting
import TestSupport
import Testing

struct StatusGoldenTests {
    private static let at = Instant(millisecondsSince1970: 1_800_000_000_000)
    private static let by = Actor(account: "ana", host: "ops1")

    private static func pool(_ name: String, _ product: Product, _ state: Pool.State) -> Pool {
        Pool(
            name: name, connection: "madrid", site: "madrid", product: product,
            fqdn: "\(name).example", state: state, capacity: nil,
            location: SourceLocation(file: "pools.yaml", line: 1, column: 1))
    }

    private static func stage(_ id: String, _ standing: Standing) -> Stage {
        Stage(
            id: id, rollout: nil, wave: nil, needs: [], gatesBefore: [], gatesAfter: [], soak: nil,
            windows: [], budget: Policy.Share(percent: 1, atLeast: 3), isAuthorised: true,
            standing: standing)
    }

    private static let troubled: EstateStatus = {
        var stops = Stops(comparedBy: .whole)
        let hold = Instruction.Deed.hold(
            [ResourceID(kind: .user, name: "ceo@contoso.example")], owner: "jm", until: nil)
        stops.take(Instruction(hold, reason: "board week", by: by, at: at))
        stops.take(
            Instruction(
                .pause(.rollout("north; rm"), until: at + .seconds(3600)),
                reason: "half of them cannot \u{1B}[31mcall", by: by, at: at))
        var summary = Plan.Summary()
        summary.move = 2877
        summary.blocked = 1
        summary.unchanged = 2093
        var run = Run(
            id: RunID("20270115-080000-1f3a"), plan: "f79a", campaign: "c", revision: nil, by: by,
            began: at, ended: at + .seconds(60), outcome: .halted,
            reason: "the budget is used up")
        run.counts.done = 12
        run.counts.total = 40
        return EstateStatus(
            name: "contoso", at: at,
            pools: [
                .init(
                    pool: pool("ocs-mad", .ocs2007r2, .draining),
                    residents: [.user: 2880, .responseGroups: 4], arriving: 0, leaving: 2877),
                .init(
                    pool: pool("lync-mad", .lync2013, .serving), residents: [:], arriving: 2877,
                    leaving: 0),
            ],
            stages: [
                .init(stage: stage("open", Standing(state: .open)), steps: 40),
                .init(
                    stage: stage(
                        "madrid/pilot",
                        Standing(state: .waiting, waitsFor: "open", earliest: at + .seconds(7200))),
                    steps: 2837),
            ],
            gaps: [
                Plan.ConnectionGap(connection: "madrid", gap: Gap(reason: "no answer\u{202E}"))
            ],
            refusals: [Refusal(rail: .capacity, message: "lync-mad is full", hint: "make room")],
            summary: summary, drift: [.moved: 2, .pending: 2877], lastRun: run, inDoubt: 3,
            setAside: 1, stops: stops)
    }()

    private static let quiet = EstateStatus(
        name: nil, at: at, pools: [], stages: [], gaps: [], refusals: [], summary: .init(),
        drift: [:], lastRun: nil, inDoubt: 0, setAside: 0, stops: Stops(comparedBy: .whole))

    @Test(arguments: [("troubled", Self.troubled), ("quiet", Self.quiet)])
    func `how the estate stands`(_ name: String, _ status: EstateStatus) {
        let folder = "Tests/ReportingTests/Goldens"
        expectGolden(
            StatusText.render(status, folder: "manifests/contoso", width: 100, style: .plain),
            "\(folder)/status-\(name).txt")
        let bytes = StatusJSON.encode(status)
        #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(bytes)) }
        expectGolden(String(decoding: bytes, as: UTF8.self), "\(folder)/status-\(name).json")
    }
}
