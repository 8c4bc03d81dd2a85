/// Scripted faults: their grammar, and what they decide.

import AdapterEmbedded
import Model
import Testing

@Suite struct FaultScheduleTests {
    private static let ana = ResourceID(kind: .user, name: "ana@north.example")

    @Test(arguments: [
        ("transient on batch 2", FaultSchedule.Fault.strike(.transient, .batch(2))),
        ("transient 10%", .strike(.transient, .percent(10))),
        ("permanent on 0.5%", .strike(.permanent, .percent(0.5))),
        ("permanent for user/ana@north.example", .refuse(.permanent, ana, untilBatch: nil)),
        (
            "transient for user/ana@north.example until batch 4",
            .refuse(.transient, ana, untilBatch: 4)
        ),
        ("unknown before batch 4", .strike(.unknown(.before), .batch(4))),
        ("unknown after 5%", .strike(.unknown(.after), .percent(5))),
        ("kill before batch 3", .strike(.kill(.before), .batch(3))),
        ("kill within batch 3", .strike(.kill(.within), .batch(3))),
        ("kill after batch 3", .strike(.kill(.after), .batch(3))),
        ("slow 50ms per move", .slow(.milliseconds(50), .eachMove)),
        ("slow 2s per batch", .slow(.seconds(2), .eachBatch)),
        ("hide pool ocs.north.example", .hide(gap(pool: "ocs.north.example"))),
        ("hide access-number", .hide(gap(kind: .accessNumber))),
        ("hide user on pool ocs.north.example", .hide(gap(pool: "ocs.north.example", kind: .user))),
        ("stop pool lync.north.example", .stop(pool: "lync.north.example")),
        ("probe administrable inconclusive", .probe(.init(.administrable, .inconclusive))),
        (
            "probe message-both-ways fails from 24h to 48h",
            .probe(.init(.messageBothWays, .failed, from: hours(24), to: hours(48)))
        ),
        (
            "probe empty fails on pool ocs.north.example to 2h",
            .probe(.init(.empty, .failed, pool: "ocs.north.example", to: hours(2)))
        ),
    ])
    func `a line of the grammar means one fault`(line: String, fault: FaultSchedule.Fault) {
        #expect(FaultSchedule.Fault(line) == fault)
    }

    private static func hours(_ count: Int64) -> Duration { .seconds(count * 3600) }

    private static func gap(pool: String? = nil, kind: Kind? = nil) -> Gap {
        Gap(pool: pool, kind: kind, reason: "a scripted fault hides it")
    }

    @Test(arguments: [
        "", "sometimes", "transient", "transient on batch", "transient on batch 0", "kill batch 3",
        "unknown within batch 3", "slow 50ms", "slow fast per move", "slow 50 per move",
        "transient 101%", "hide", "hide everything", "permanent for ana@north.example",
        "permanent for user/ana until 4", "kill before batch 3 again", "stop lync.north.example",
        "probe", "probe empty", "probe everything fails", "probe empty passes",
        "probe empty fails on ocs.north.example", "probe empty fails from soon",
        "probe empty fails to 2h from 1h", "probe empty fails from 2h to 2h",
        "probe empty fails from 1h to", "probe empty fails again",
    ])
    func `anything else is no fault`(line: String) {
        #expect(FaultSchedule.Fault(line) == nil)
    }

    @Test(arguments: [
        ("sometimes", "like: transient on batch 2"),
        ("probe everything fails", "probes are administrable, apps-answering, call-both-ways"),
        ("probe empty passes", "write: probe empty fails, or: inconclusive"),
        ("probe empty fails on ocs.north.example", "like: probe message-both-ways fails on pool"),
        ("probe empty fails from soon", "after 'from' stands a time like 50ms"),
        ("probe empty fails from 2h to 2h", "it ends after it begins: from 24h to 48h"),
    ])
    func `a line that is no fault is told what may stand there`(line: String, hint: String) {
        #expect(FaultSchedule.Fault.hint(for: line).hasPrefix(hint))
    }

    @Test func `a fault strikes its batch and no other`() {
        let schedule = FaultSchedule([
            .strike(.kill(.before), .batch(3)), .strike(.transient, .batch(3)),
            .strike(.unknown(.after), .batch(4)), .slow(.milliseconds(5), .eachMove),
        ])
        #expect(schedule.fate(ofBatch: 2).before == nil)
        #expect(schedule.fate(ofBatch: 3).before == .kill(.before))
        #expect(schedule.fate(ofBatch: 3).after == nil)
        #expect(schedule.fate(ofBatch: 4).after == .unknown(.after))
        #expect(schedule.fate(ofBatch: 4).slowMove == .milliseconds(5))
    }

    @Test func `a share of batches is the same share every time, and about as large`() {
        let schedule = FaultSchedule([.strike(.transient, .percent(10))])
        let struck = (1...10_000).filter { schedule.fate(ofBatch: $0).before != nil }
        #expect((900...1100).contains(struck.count))
        #expect(struck == (1...10_000).filter { schedule.fate(ofBatch: $0).before != nil })
        let never = FaultSchedule([.strike(.transient, .percent(0))])
        #expect((1...1000).allSatisfy { never.fate(ofBatch: $0).before == nil })
        let always = FaultSchedule([.strike(.transient, .percent(100))])
        #expect((1...1000).allSatisfy { always.fate(ofBatch: $0).before != nil })
    }

    @Test func `one person is refused until a batch, in any spelling`() {
        let schedule = FaultSchedule([.refuse(.transient, Self.ana, untilBatch: 4)])
        let shouted = ResourceID(kind: .user, name: "SIP:ANA@north.example")
        #expect(schedule.refusal(of: shouted, inBatch: 3) != nil)
        #expect(schedule.refusal(of: shouted, inBatch: 4) == nil)
        let other = ResourceID(kind: .user, name: "bruno@north.example")
        #expect(schedule.refusal(of: other, inBatch: 1) == nil)
    }
}
