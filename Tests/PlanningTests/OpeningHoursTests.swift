import Foundation
import Model
import Planning
import TestSupport
import Testing

/// When moves may begin, also where the calendar is against it.
@Suite struct OpeningHoursTests {
    typealias Day = Rollout.Window.Day

    private static func window(
        _ days: [Day], _ from: String, _ to: String, _ zone: String = "Europe/Madrid"
    ) -> Rollout.Window {
        func minutes(_ text: String) -> Int {
            let parts = text.split(separator: ":").compactMap { Int($0) }
            return parts[0] * 60 + parts[1]
        }
        return Rollout.Window(days: days, from: minutes(from), to: minutes(to), zone: zone)
    }

    /// `open until 2026-...Z`, `closed until ...`, `open`, `closed`.
    private static func answer(_ windows: [Rollout.Window], at time: String) throws -> String {
        let time = try #require(Instant(iso: time))
        return switch OpeningHours(windows).answer(at: time) {
        case .open(let until): "open" + (until.map { " until \($0)" } ?? "")
        case .closed(let until): "closed" + (until.map { " until \($0)" } ?? "")
        }
    }

    @Test func `without a window it is always open`() throws {
        #expect(try Self.answer([], at: "2026-11-22T10:00:00Z") == "open")
    }

    @Test func `a window over midnight belongs to the day on which it opens`() throws {
        let nights = [Self.window([.sat, .sun], "22:00", "06:00")]
        // 5 December 2026 is a Saturday.
        let expected = [
            "2026-12-04T23:00:00Z": "closed until 2026-12-05T21:00:00Z",
            "2026-12-05T20:59:59Z": "closed until 2026-12-05T21:00:00Z",
            "2026-12-05T21:00:00Z": "open until 2026-12-06T05:00:00Z",
            "2026-12-06T04:59:59.999Z": "open until 2026-12-06T05:00:00Z",
            "2026-12-06T05:00:00Z": "closed until 2026-12-06T21:00:00Z",
            "2026-12-07T00:00:00Z": "open until 2026-12-07T05:00:00Z",
            "2026-12-07T05:00:00Z": "closed until 2026-12-12T21:00:00Z",
            "2026-12-07T21:30:00Z": "closed until 2026-12-12T21:00:00Z",
        ]
        for (time, answer) in expected {
            #expect(try Self.answer(nights, at: time) == answer, "at \(time)")
        }
    }

    @Test func `no days are every day, and both ends alike are a whole day`() throws {
        let daily = [Self.window([], "09:00", "10:00", "UTC")]
        #expect(
            try Self.answer(daily, at: "2026-12-31T10:00:00Z")
                == "closed until 2027-01-01T09:00:00Z")
        let saturday = [Self.window([.sat], "08:00", "08:00", "UTC")]
        #expect(
            try Self.answer(saturday, at: "2026-12-06T07:00:00Z")
                == "open until 2026-12-06T08:00:00Z")
        #expect(
            try Self.answer([Self.window([], "08:00", "08:00")], at: "2026-12-06T07:00:00Z")
                == "open")
    }

    @Test func `windows that touch or overlap are one opening`() throws {
        let weekend = [
            Self.window([.sun], "00:00", "12:00", "UTC"),
            Self.window([.sat], "20:00", "00:00", "UTC"),
            Self.window([.sun], "11:00", "13:00", "UTC"),
            Self.window([.sun], "13:01", "14:00", "UTC"),
        ]
        #expect(
            try Self.answer(weekend, at: "2026-12-05T20:00:00Z")
                == "open until 2026-12-06T13:00:00Z")
        #expect(
            try Self.answer(weekend, at: "2026-12-06T13:00:00Z")
                == "closed until 2026-12-06T13:01:00Z")
    }

    @Test func `zones of one list follow each other round the world`() throws {
        let nights = [
            Self.window([.fri], "22:00", "06:00", "Pacific/Auckland"),
            Self.window([.fri], "22:00", "06:00", "Europe/Madrid"),
            Self.window([.fri], "22:00", "04:00", "America/New_York"),
        ]
        // Auckland 9:00-17:00 Z, Madrid 21:00-5:00 Z, New York 3:00-9:00 Z.
        #expect(
            try Self.answer(nights, at: "2026-12-04T17:00:00Z")
                == "closed until 2026-12-04T21:00:00Z")
        #expect(
            try Self.answer(nights, at: "2026-12-04T21:00:00Z")
                == "open until 2026-12-05T09:00:00Z")
    }

    @Test func `clocks that are put forward`() throws {
        // Madrid: 2026-03-29 02:00 is 03:00 (1:00 Z).
        let sunday = { (from: String, to: String) in [Self.window([.sun], from, to)] }
        let before = "2026-03-28T12:00:00Z"
        #expect(
            try Self.answer(sunday("02:30", "04:00"), at: before)
                == "closed until 2026-03-29T01:00:00Z")
        #expect(
            try Self.answer(sunday("01:00", "02:30"), at: "2026-03-29T00:30:00Z")
                == "open until 2026-03-29T01:00:00Z")
        // Nothing is left of it this time.
        #expect(
            try Self.answer(sunday("02:10", "02:50"), at: before)
                == "closed until 2026-04-05T00:10:00Z")
        #expect(
            try Self.answer([Self.window([.sat], "22:00", "22:00")], at: "2026-03-29T10:00:00Z")
                == "open until 2026-03-29T20:00:00Z")
    }

    @Test func `clocks that are put back`() throws {
        // Madrid: 2026-10-25 03:00 is 02:00 again (1:00 Z).
        let sunday = { (from: String, to: String) in [Self.window([.sun], from, to)] }
        #expect(
            try Self.answer(sunday("02:30", "04:00"), at: "2026-10-24T12:00:00Z")
                == "closed until 2026-10-25T00:30:00Z")
        #expect(
            try Self.answer(sunday("01:00", "02:30"), at: "2026-10-25T00:45:00Z")
                == "open until 2026-10-25T01:30:00Z")
        #expect(
            try Self.answer(sunday("02:10", "02:20"), at: "2026-10-25T00:10:00Z")
                == "open until 2026-10-25T01:20:00Z")
    }

    @Test func `clocks that are put forward at midnight`() throws {
        // Sao Paulo: 2018-11-04 00:00 is 01:00 (3:00 Z), 2018-02-18 00:00 is 23:00 again (2:00 Z).
        let zone = "America/Sao_Paulo"
        #expect(
            try Self.answer(
                [Self.window([.sun], "00:00", "00:00", zone)], at: "2018-11-04T00:00:00Z")
                == "closed until 2018-11-04T03:00:00Z")
        #expect(
            try Self.answer(
                [Self.window([.sat], "20:00", "00:30", zone)], at: "2018-11-04T00:00:00Z")
                == "open until 2018-11-04T03:00:00Z")
        #expect(
            try Self.answer(
                [Self.window([.sat], "23:30", "00:00", zone)], at: "2018-02-18T00:00:00Z")
                == "closed until 2018-02-18T01:30:00Z")
        #expect(
            try Self.answer(
                [Self.window([.sat], "23:30", "00:00", zone)], at: "2018-02-18T01:30:00Z")
                == "open until 2018-02-18T03:00:00Z")
        #expect(
            try Self.answer(
                [Self.window([.sat], "22:00", "23:30", zone)], at: "2018-02-18T01:00:00Z")
                == "open until 2018-02-18T02:30:00Z")
    }

    @Test func `clocks that are put forward and back by half an hour`() throws {
        // Lord Howe: 2026-10-04 02:00 is 02:30 (15:30 Z), 2026-04-05 02:00 is 01:30 again (15:00 Z).
        let zone = "Australia/Lord_Howe"
        #expect(
            try Self.answer(
                [Self.window([.sun], "02:10", "03:00", zone)], at: "2026-10-03T12:00:00Z")
                == "closed until 2026-10-03T15:30:00Z")
        #expect(
            try Self.answer(
                [Self.window([.sun], "01:45", "02:00", zone)], at: "2026-04-04T14:00:00Z")
                == "closed until 2026-04-04T14:45:00Z")
        #expect(
            try Self.answer(
                [Self.window([.sun], "01:30", "01:45", zone)], at: "2026-04-04T14:40:00Z")
                == "open until 2026-04-04T15:15:00Z")
    }

    @Test func `a day that a zone left out`() throws {
        // Apia: 2011-12-30, a Friday, is not there: Thursday ends at 10:00 Z, and Saturday begins.
        let zone = "Pacific/Apia"
        let before = "2011-12-29T12:00:00Z"
        #expect(
            try Self.answer([Self.window([.fri], "10:00", "12:00", zone)], at: before)
                == "closed until 2012-01-05T20:00:00Z")
        #expect(
            try Self.answer(
                [Self.window([.thu], "22:00", "06:00", zone)], at: "2011-12-30T09:00:00Z")
                == "open until 2011-12-30T10:00:00Z")
        #expect(
            try Self.answer([Self.window([.fri], "22:00", "06:00", zone)], at: before)
                == "closed until 2011-12-30T10:00:00Z")
        #expect(try Self.answer([Self.window([], "05:00", "05:00", zone)], at: before) == "open")
    }

    @Test func `leap days and the ends of years`() throws {
        let zone = "Europe/Madrid"
        // 29 February 2028 is a Tuesday; the 28th of 2100, without one, is a Sunday.
        #expect(
            try Self.answer(
                [Self.window([.tue], "22:00", "02:00", zone)], at: "2028-02-29T21:00:00Z")
                == "open until 2028-03-01T01:00:00Z")
        #expect(
            try Self.answer(
                [Self.window([.mon], "08:00", "09:00", zone)], at: "2100-02-28T12:00:00Z")
                == "closed until 2100-03-01T07:00:00Z")
        #expect(
            try Self.answer(
                [Self.window([.thu], "22:00", "06:00", zone)], at: "2026-12-31T22:00:00Z")
                == "open until 2027-01-01T05:00:00Z")
        #expect(
            try Self.answer(
                [Self.window([.wed], "23:00", "01:00", "UTC")], at: "1969-12-31T23:30:00Z")
                == "open until 1970-01-01T01:00:00Z")
    }

    @Test func `a zone that nobody knows never opens`() throws {
        let windows = [Self.window([], "00:00", "00:00", "Europe/Atlantis")]
        #expect(try Self.answer(windows, at: "2026-11-22T10:00:00Z") == "closed")
    }
}
