/// What dates and times mean in the estate's zone.

import Foundation
import Manifests
import Model
import TestSupport
import Testing

struct TimeTests {
    private func desired(_ spec: String, zone: String = "Europe/Madrid") throws -> DesiredState {
        try load(
            """
            apiVersion: rehome.dev/v1
            kind: Policy
            metadata: {name: default}
            spec: \(spec)
            ---
            apiVersion: rehome.dev/v1
            kind: Estate
            metadata: {name: contoso}
            spec: {zone: \(zone)}
            """
        ).state()
    }

    private func freeze(_ from: String, _ to: String, zone: String = "Europe/Madrid") throws
        -> String
    {
        let spec = "{freezes: [{from: \(from), to: \(to), reason: test}]}"
        let freeze = try #require(try desired(spec, zone: zone).policy.freezes.first)
        return "\(freeze.from.instant) \(freeze.to.instant)"
    }

    @Test func `dates are inclusive`() throws {
        #expect(
            try freeze("2026-12-20", "2027-01-07") == "2026-12-19T23:00:00Z 2027-01-07T22:59:59Z")
        #expect(
            try freeze("2026-12-20", "2026-12-20", zone: "UTC")
                == "2026-12-20T00:00:00Z 2026-12-20T23:59:59Z")
    }

    @Test func `a date ends a millisecond before the next`() throws {
        let spec = "{freezes: [{from: 2026-12-20, to: 2026-12-20, reason: test}]}"
        let to = try #require(try desired(spec, zone: "UTC").policy.freezes.first).to
        #expect(to.instant.millisecondsSince1970 % 1000 == 999)
        #expect(to.text == "2026-12-20")
    }

    @Test func `a time with a zone needs no estate`() throws {
        #expect(
            try freeze("2026-12-20T08:30Z", "2026-12-20T08:30:59-03:30")
                == "2026-12-20T08:30:00Z 2026-12-20T12:00:59Z")
    }

    @Test func `summer and winter have their own offsets`() throws {
        #expect(
            try freeze("2026-07-01T12:00", "2026-12-01T12:00")
                == "2026-07-01T10:00:00Z 2026-12-01T11:00:00Z")
    }

    @Test func `a local time that does not exist means the next one that does`() throws {
        // On 29 March 2026 clocks in Madrid go from 02:00 to 03:00.
        #expect(
            try freeze("2026-03-29T02:30", "2026-03-29T02:30")
                == "2026-03-29T01:00:00Z 2026-03-29T01:00:00Z")
    }

    @Test func `a local time that exists twice opens at the first and closes at the second`() throws
    {
        // On 25 October 2026 clocks in Madrid go from 03:00 back to 02:00.
        #expect(
            try freeze("2026-10-25T02:30", "2026-10-25T02:30")
                == "2026-10-25T00:30:00Z 2026-10-25T01:30:00Z")
    }

    @Test func `a day may begin in a gap`() throws {
        // On 6 September 2026 clocks in Santiago go from 24:00 of the day before to 01:00.
        #expect(
            try freeze("2026-09-06", "2026-09-06", zone: "America/Santiago")
                == "2026-09-06T04:00:00Z 2026-09-07T02:59:59Z")
    }

    @Test(arguments: [
        "2026-2-03", "2026-02-29", "2100-02-29", "26-02-03", "2026-13-01", "2026-00-10",
        "2026-12-05 22:00", "2026-12-05T24:00", "2026-12-05T2200", "2026-12-05T22:00+1",
        "2026-12-05T22:00:60", "2026-12-05T22:00:00.5", "1969-12-31", "2026-12-05T22:00Z ", "",
    ])
    func `a date is never guessed`(text: String) {
        let loaded = load(
            """
            apiVersion: rehome.dev/v1
            kind: Hold
            metadata: {name: directors}
            spec: {resources: [], reason: r, owner: o, until: "\(text)"}
            """)
        #expect(loaded.diagnostics.map(\.rule) == ["bad-time"])
    }

    @Test func `a leap day exists where it does`() throws {
        #expect(
            try freeze("2028-02-29", "2028-02-29", zone: "UTC")
                == "2028-02-29T00:00:00Z 2028-02-29T23:59:59Z")
    }
}
