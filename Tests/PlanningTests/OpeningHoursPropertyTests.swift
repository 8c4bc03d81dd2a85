/// The same answers, found by walking through every minute of three weeks: slow, and with little to get
/// wrong.

import Foundation
import Model
import Planning
import TestSupport
import Testing

/// Whether windows are open, in each minute of some days from an instant on.
struct MinuteByMinute {
    let start: Instant
    private var isOpen: [Bool]

    init(_ windows: [Rollout.Window], from start: Instant, days: Int) throws {
        self.start = start
        isOpen = [Bool](repeating: false, count: days * 1440)
        for window in windows {
            let zone = try #require(TimeZone(identifier: window.zone))
            // What a clock on the wall shows, in minutes since 1970.
            let clock = isOpen.indices.map { minute in
                let seconds = start.millisecondsSince1970 / 1000 + Int64(minute) * 60
                let date = Date(timeIntervalSince1970: Double(seconds))
                return Int(seconds / 60) + zone.secondsFromGMT(for: date) / 60
            }
            let first = Dictionary(zip(clock, clock.indices), uniquingKeysWith: { one, _ in one })
            let last = Dictionary(
                zip(clock, clock.indices), uniquingKeysWith: { _, other in other })
            for day in clock[0] / 1440 - 2...clock[clock.count - 1] / 1440 {
                let name = Rollout.Window.Day.allCases[(day + 3) % 7]
                guard window.days.isEmpty || window.days.contains(name) else { continue }
                let opens = day * 1440 + window.from
                let closes = day * 1440 + window.to + (window.to > window.from ? 0 : 1440)
                guard let from = first[opens] ?? clock.firstIndex(where: { $0 > opens })
                else { continue }
                let to = last[closes] ?? clock.firstIndex { $0 > closes } ?? clock.count
                for minute in from..<max(from, to) { isOpen[minute] = true }
            }
        }
    }

    /// Open or closed in a minute, and the next minute in which that is over; nil beyond the days.
    func answer(at minute: Int) -> (isOpen: Bool, until: Instant?) {
        let now = isOpen[minute]
        let over = isOpen[minute...].firstIndex(of: !now)
        return (now, over.map { start + .seconds($0 * 60) })
    }
}

@Suite struct OpeningHoursPropertyTests {
    /// Days around which clocks are changed, and one on which nothing happens.
    private static let times = [
        "2026-03-29T01:00:00Z", "2026-10-25T01:00:00Z", "2018-11-04T03:00:00Z",
        "2018-02-18T02:00:00Z", "2026-10-03T15:30:00Z", "2026-04-04T15:00:00Z",
        "2011-12-30T10:00:00Z", "2026-03-08T07:00:00Z", "2026-11-01T06:00:00Z",
        "2028-02-29T00:00:00Z", "2026-12-31T23:00:00Z",
    ]
    private static let zones = [
        "Europe/Madrid", "America/Sao_Paulo", "Australia/Lord_Howe", "Pacific/Apia",
        "America/New_York", "Asia/Kathmandu", "UTC",
    ]

    /// Windows near the hours at which clocks are changed, on some of the days.
    private static func windows(_ random: inout SeededGenerator) -> [Rollout.Window] {
        (0..<Int.random(in: 1...4, using: &random)).map { _ in
            func time(_ random: inout SeededGenerator) -> Int {
                let hours = random.oneIn(2) ? 0...3 : 0...23
                return Int.random(in: hours, using: &random) * 60
                    + [0, 0, 10, 15, 30, 59].randomElement(using: &random, or: 0)
            }
            let from = time(&random)
            let days = Rollout.Window.Day.allCases.filter { _ in random.oneIn(3) }
            return Rollout.Window(
                days: days, from: from, to: random.oneIn(5) ? from : time(&random),
                zone: zones.randomElement(using: &random, or: "UTC"))
        }
    }

    private static func failure(
        _ hours: OpeningHours, _ reference: MinuteByMinute, minute: Int
    ) -> String? {
        let time = reference.start + .seconds(minute * 60)
        let expected = reference.answer(at: minute)
        let answer = hours.answer(at: time)
        let (isOpen, until) =
            switch answer {
            case .open(let until): (true, until)
            case .closed(let until): (false, until)
            }
        // What lies beyond the days of the reference, it cannot say.
        guard isOpen == expected.isOpen, expected.until == nil || until == expected.until
        else { return "at \(time): \(answer), and by the minute \(expected)" }
        return nil
    }

    @Test(arguments: 0..<8)
    func `opening hours are what a walk through all minutes finds`(part: Int) throws {
        for seed in UInt64(part * 6)..<UInt64(part * 6 + 6) {
            var random = SeededGenerator(seed: seed)
            let windows = Self.windows(&random)
            let middle = try #require(
                Instant(iso: Self.times.randomElement(using: &random, or: Self.times[0])))
            let reference = try MinuteByMinute(
                windows, from: middle + .seconds(-6 * 86_400), days: 20)
            let hours = OpeningHours(windows)
            for _ in 0..<40 {
                let minute = Int.random(in: 4 * 1440..<8 * 1440, using: &random)
                let failure = Self.failure(hours, reference, minute: minute)
                #expect(failure == nil, "seed \(seed), \(windows)")
            }
        }
    }

    @Test func `a walk through all minutes of other windows finds something else`() throws {
        let night = Rollout.Window(days: [], from: 1320, to: 360, zone: "Europe/Madrid")
        var later = night
        later.to += 1
        let start = try #require(Instant(iso: Self.times[0]))
        let reference = try MinuteByMinute([later], from: start, days: 2)
        #expect(Self.failure(OpeningHours([later]), reference, minute: 1400) == nil)
        #expect(Self.failure(OpeningHours([night]), reference, minute: 1400) != nil)
    }
}

extension Array {
    fileprivate func randomElement(
        using random: inout SeededGenerator, or other: Element
    ) -> Element {
        randomElement(using: &random) ?? other
    }
}
