import Foundation
import FoundationXML
import Model
import Reporting
import TestSupport
import Testing

struct ReportGoldenTests {
    private func expect(_ text: String, _ name: String) {
        expectGolden(
            text, "Tests/ReportingTests/Goldens/\(name)",
            again: "swift test --skip-build --filter ReportGoldenTests")
    }

    private func expect(_ bytes: [UInt8], _ name: String) {
        #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(bytes)) }
        expect(String(decoding: bytes, as: UTF8.self), name)
    }

    private let diagnostics = [
        Diagnostic(
            .error, rule: "unknown-key", "the key polo is not known",
            at: SourceLocation(file: "madrid.yaml", line: 7, column: 3),
            hint: "did you mean pool?"),
        Diagnostic(
            .warning, rule: "selection-chain", "people of ocs-mad go on to lync-bcn",
            at: SourceLocation(file: "madrid.yaml", line: 2, column: 1)),
        Diagnostic(.error, rule: "no-manifests", "there are no manifests in this folder", at: nil),
    ]

    @Test func `diagnostics stand as editors link them`() {
        expect(DiagnosticsText.render(diagnostics, style: .plain), "diagnostics.txt")
    }

    @Test func `what validate says of invalid manifests`() {
        expect(
            ValidationText.render(
                diagnostics, desired: nil, folder: "manifests/contoso", style: .plain),
            "validation-invalid.txt")
        expect(ValidationJSON.encode(diagnostics, desired: nil), "validation-invalid.json")
    }

    @Test func `what validate says of valid manifests`() {
        var desired = DesiredState(
            estate: Estate(
                name: "contoso", zone: "UTC", ledger: LedgerAddress(url: "sqlite:x", id: nil),
                location: nil), connections: [], pools: [], placements: [], rollouts: [],
            policy: Policy(), holds: [], entries: EntryList(), except: EntryList(),
            held: EntryList(), drawn: EntryList(), diagnostics: [], digest: "d", revision: nil)
        let place = SourceLocation(file: "people.yaml", line: 1, column: 1)
        for name in ["ana@contoso.example", "bob@contoso.example"] {
            desired.entries.append(.user(name), owner: 0, at: place)
        }
        expect(
            ValidationText.render([], desired: desired, folder: "manifests", style: .plain),
            "validation-valid.txt")
        expect(ValidationJSON.encode([], desired: desired), "validation-valid.json")
    }

    @Test func `diagnostics stand beside the lines of a change`() throws {
        let bytes = SARIF.encode(diagnostics, folder: "manifests/contoso")
        expect(bytes, "diagnostics.sarif.json")
        let log = try #require(
            try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
        let run = try #require((log["runs"] as? [[String: Any]])?.first)
        let results = try #require(run["results"] as? [[String: Any]])
        #expect(results.count == diagnostics.count)
        for result in results {
            #expect(["error", "warning", "note"].contains(result["level"] as? String))
        }
    }

    @Test func `diagnostics and drift are test results`() throws {
        let both = [
            ("diagnostics.junit.xml", JUnit.diagnostics(diagnostics), 3),
            ("drift.junit.xml", JUnit.drift(SampleRuns.drift, failOn: []), SampleRuns.drift.count),
            ("no-drift.junit.xml", JUnit.drift([], failOn: []), 1),
        ]
        for (name, text, count) in both {
            expect(text, name)
            #expect(try Self.cases(in: text) == count)
        }
        expect(DriftMarkdown.render(SampleRuns.drift, failOn: [.held]), "drift.md")
        expect(DriftMarkdown.render([], failOn: []), "no-drift.md")
    }

    /// Test cases, as a parser of XML counts them.
    private static func cases(in text: String) throws -> Int {
        let counter = CaseCounter()
        let parser = XMLParser(data: Data(text.utf8))
        parser.delegate = counter
        try #require(parser.parse(), "\(String(describing: parser.parserError))")
        return counter.count
    }

    @Test func `drift shows what alarms first and in full`() {
        expect(
            DriftText.render(
                SampleRuns.drift, failOn: [], folder: "manifests/contoso", width: 100,
                style: .plain, limit: 2), "drift.txt")
        expect(
            DriftText.render([], failOn: [], folder: ".", width: 100, style: .plain, limit: 2),
            "drift-none.txt")
        expect(
            DriftJSON.encode(SampleRuns.drift, failOn: [.held], at: SampleRuns.start), "drift.json")
    }

    @Test func `history lists runs, the latest first`() {
        let runs = [
            SampleRuns.run("20261120-010203-aaaa", outcome: .interrupted, took: .seconds(62)) {
                $0.total = 5012
                $0.done = 17
            },
            SampleRuns.failed.run, SampleRuns.run("20261122-235959-bbbb", outcome: nil),
        ]
        expect(
            HistoryText.render(runs, folder: "my estate", width: 100, style: .plain, limit: 10),
            "history.txt")
        expect(
            HistoryText.render([], folder: ".", width: 100, style: .plain, limit: 10),
            "history-none.txt")
        expect(HistoryJSON.encode(runs), "history.json")
    }

    @Test func `a run ends with what became of it and what to do next`() {
        for (name, record) in [
            ("failed", SampleRuns.failed), ("succeeded", SampleRuns.succeeded),
            ("waiting", SampleRuns.waitingRun),
        ] {
            let waiting = name == "waiting" ? SampleRuns.waiting : []
            expect(
                RunText.render(
                    record, waiting: waiting, auditHead: "12:9f86d081884c7d65", folder: "estate",
                    width: 100, style: .plain, limit: 3), "run-\(name).txt")
            expect(
                RunJSON.encode(record, waiting: waiting, auditHead: "12:9f86d081884c7d65"),
                "run-\(name).json")
        }
    }

    @Test func `the audit chain is whole, broken, or another one`() {
        let findings = [
            AuditFinding(head: "12:9f86", broken: nil, anchor: nil, anchorFound: nil),
            AuditFinding(head: "12:9f86", broken: nil, anchor: "7:aaaa", anchorFound: true),
            AuditFinding(head: "12:9f86", broken: nil, anchor: "7:aaaa", anchorFound: false),
            AuditFinding(
                head: "12:9f86", broken: "link 8 does not follow link 7", anchor: nil,
                anchorFound: nil),
        ]
        expect(
            findings.map { AuditText.render($0, style: .plain) }.joined(separator: "\n"),
            "audit.txt")
        expect(AuditJSON.encode(findings[3]), "audit.json")
    }

    @Test func `a pool, a stage and a rail are asked about on one screen`() {
        let pool = SampleParts.pool
        expect(WhyPartText.render(pool, width: 100, style: .plain), "why-pool.txt")
        expect(WhyPartJSON.encode(pool), "why-pool.json")
        let stage = SampleParts.stage(named: "madrid/pilot")
        expect(WhyPartText.render(stage, width: 100, style: .plain), "why-stage.txt")
        expect(WhyPartJSON.encode(stage), "why-stage.json")
        let rail = SampleParts.rail
        expect(
            WhyPartText.render(rail, folder: "manifests/contoso", width: 100, style: .plain),
            "why-rail.txt")
        expect(WhyPartJSON.encode(rail), "why-rail.json")
    }

    @Test(arguments: SampleWhys.all.map(\.name))
    func `why answers on one screen`(name: String) throws {
        let why = try #require(SampleWhys.all.first { $0.name == name }).why
        let text = WhyText.render(
            why, folder: "manifests/contoso", width: 100, style: .plain, limit: 5)
        expect(text, "why-\(name).txt")
        expect(WhyJSON.encode(why), "why-\(name).json")
        #expect(text.split(separator: "\n").count <= 24)
    }
}
