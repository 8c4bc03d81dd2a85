/// How waves went, in every form, from a ledger made by hand.

import Foundation
import Model
import Reporting
import TestSupport
import Testing

struct WaveReportTests {
    private func expect(_ text: String, _ name: String) {
        expectGolden(
            text, "Tests/ReportingTests/Goldens/\(name)",
            again: "swift test --skip-build --filter WaveReportTests")
    }

    @Test func `waves read as their goldens say`() throws {
        let reports = SampleWaves.reports
        expect(WaveReportText.render(reports, width: 100, style: .plain), "waves.txt")
        expect(WaveReportMarkdown.render(reports), "waves.md")
        expect(WaveReportHTML.render(reports), "waves.html")
        let bytes = WaveReportJSON.encode(reports)
        #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(bytes)) }
        expect(String(decoding: bytes, as: UTF8.self), "waves.json")
    }

    @Test func `a page asks nothing of any other place, and obeys no name`() {
        let page = WaveReportHTML.render(SampleWaves.reports)
        for piece in ["http:", "https:", "src=", "href=", "<script", "<b>", "\u{1B}", "url("] {
            #expect(!page.contains(piece), "the page contains \(piece)")
        }
        #expect(page.contains("&lt;b&gt;no&lt;/b&gt;"))
        #expect(page.contains("prefers-color-scheme: dark"))
    }

    @Test func `no wave is said in words`() {
        #expect(WaveReportText.render([], width: 80, style: .plain).contains("No wave has begun"))
        #expect(WaveReportMarkdown.render([]).contains("No wave has begun"))
        #expect(WaveReportHTML.render([]).contains("No wave has begun"))
    }

    @Test func `a pack holds events, plans, approvals, evidence and outcomes of its wave`() throws {
        let pack = AuditPack(
            of: SampleWaves.pilot, in: SampleWaves.chronicle, ledger: "led-1",
            head: "15:\(SampleWaves.plan)", broken: nil)
        let bytes = AuditPackJSON.encode(pack)
        #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(bytes)) }
        expect(String(decoding: bytes, as: UTF8.self), "audit-pack.json")
        let other = AuditPack(
            of: SampleWaves.rest, in: SampleWaves.chronicle, ledger: "led-1", head: "15:aa",
            broken: nil)
        #expect(other.chapters.map(\.attempts.count) == [0])
    }

    @Test func `letters are a table that no spreadsheet runs`() {
        let time = Instant(millisecondsSince1970: 1_795_385_599_000)
        func notice(_ address: String, _ prices: [Price]?, at: Instant? = time) -> WaveNotice {
            WaveNotice(
                address: address, wave: SampleWaves.pilot, from: "ocs-mad", to: "lync-mad",
                at: at, prices: prices, change: "CHG-17")
        }
        let meetings = Price(.meetings, .count(3), detail: "conf://")
        let clients = Price(.clients, .unknown, detail: "older")
        let table = NoticesCSV.render(
            [
                notice("ana@contoso.example", [meetings, clients]),
                notice("=cmd|' /C calc'!A0@contoso.example", []),
                notice("+34955550100@contoso.example", [Price(.outage, .count(0), detail: "")]),
                notice("-a,\"b\"@contoso.example", nil, at: nil), notice("@x", [meetings]),
            ], .before)
        expect(table, "letters.csv")
        expect(NoticesCSV.render([notice("ana@contoso.example", nil)], .after), "letters-after.csv")
        for line in table.split(separator: "\r\n") {
            #expect(!line.hasPrefix("=") && !line.hasPrefix("\"=") && !line.hasPrefix("+"))
        }
    }

    /// What a ledger says of a step belongs to the wave that was under way, whose plan has it.
    @Test func `steps of another placement or another way are of another wave`() throws {
        var chronicle = WaveChronicle(
            placements: ["madrid": ["other"]], pools: [("a.example", "a"), ("b.example", "b")])
        let entry = SampleRuns.entry("ana@contoso.example", .done)
        let steps: [LedgerEntry] = [
            .planRecorded(
                RecordedPlan(
                    digest: "p", campaign: "c", revision: nil, at: SampleRuns.start,
                    steps: [entry.intent.move.step])),
            .wave(
                WaveEvent(
                    SampleWaves.pilot,
                    .started(
                        WaveStart(plan: "p", members: 1, routes: [], run: nil, change: nil)),
                    at: SampleRuns.start)),
            .batchIntended([entry.intent]),
        ]
        for step in steps {
            chronicle.take(step, link: 1, at: SampleRuns.start, by: SampleRuns.actor)
        }
        #expect(chronicle.chapters.map(\.attempts.count) == [0])
        #expect(chronicle.chapters(of: "madrid", "rest").isEmpty)
    }

    @Test func `a wave that is called otherwise now is told under its new name`() throws {
        var chronicle = SampleWaves.chronicle
        let new = WaveID("madrid", "first")
        let renamed = WaveEvent(new, .renamed(from: SampleWaves.pilot), at: SampleRuns.start)
        chronicle.take(.wave(renamed), link: 16, at: SampleRuns.start, by: SampleRuns.actor)
        let chapter = try #require(chronicle.chapters(of: "madrid", "first").first)
        #expect(chapter.attempts.count == 6 && chapter.report(soak: nil).state == .complete)
        #expect(chronicle.chapters(of: "madrid", "pilot").isEmpty)
        #expect(chronicle.chapters.count == 2)
    }
}
