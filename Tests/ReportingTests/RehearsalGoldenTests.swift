/// How a rollout would go, in every form.

import Foundation
import Model
import Reporting
import TestSupport
import Testing

struct RehearsalGoldenTests {
    private func expect(_ text: String, _ name: String) {
        expectGolden(
            text, "Tests/ReportingTests/Goldens/\(name)",
            again: "swift test --skip-build --filter RehearsalGoldenTests")
    }

    private static let samples = [
        ("rehearsal", SampleRehearsals.whole), ("rehearsal-breaks", SampleRehearsals.broken),
        ("rehearsal-nothing", SampleRehearsals.nothing),
    ]

    @Test(arguments: samples)
    func `rehearsals read as their goldens say`(_ name: String, _ rehearsal: Rehearsal) throws {
        expect(RehearsalText.render(rehearsal, width: 100, style: .plain), "\(name).txt")
        expect(RehearsalHTML.render(rehearsal), "\(name).html")
        let bytes = RehearsalJSON.encode(rehearsal)
        #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(bytes)) }
        expect(String(decoding: bytes, as: UTF8.self), "\(name).json")
    }

    @Test func `a page asks nothing of any other place, and obeys no name`() {
        let page = RehearsalHTML.render(SampleRehearsals.broken)
        for piece in ["https:", "src=", "href=", "<script", "<b>", "\u{1B}", "url(#http"] {
            #expect(!page.contains(piece), "the page contains \(piece)")
        }
        #expect(page.contains("&lt;b&gt;no&lt;/b&gt;"))
        #expect(page.contains("prefers-color-scheme: dark"))
        #expect(page.contains("@media print"))
    }

    @Test func `every wave is a row of the picture and of the table`() {
        let page = RehearsalHTML.render(SampleRehearsals.whole)
        for wave in SampleRehearsals.whole.waves {
            #expect(page.ranges(of: ">\(wave.name)<").count >= 2, "\(wave.name)")
        }
    }

    @Test func `a local time has a weekday, on both sides of a change of clocks`() throws {
        let zone = try #require(Zone(named: "Europe/Madrid"))
        let words = [
            ("2026-10-25T00:59:00Z", "Sun 2026-10-25 02:59"),
            ("2026-10-25T01:00:00Z", "Sun 2026-10-25 02:00"),
            ("2026-12-31T23:30:00Z", "Fri 2027-01-01 00:30"),
            ("1969-12-31T22:59:59Z", "Wed 1969-12-31 23:59"),
        ]
        for (time, local) in words {
            #expect(zone.words(try #require(Instant(iso: time))) == local)
        }
        #expect(Zone.utc.name == "UTC" && zone.name == "Europe/Madrid")
    }
}
