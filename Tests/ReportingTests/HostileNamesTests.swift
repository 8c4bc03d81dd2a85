import Foundation
import Model
import Reporting
import Testing

/// Whatever stands in names and messages, a terminal is never told to do anything by it.
struct HostileNamesTests {
    private static let name = SamplePlans.hostileName
    private static let actor = Actor(account: name, host: name, label: name)

    private static var run: Run {
        var run = SampleRuns.run(outcome: .failed, reason: name) { $0.failed = 1 }
        run.id = RunID(name)
        run.plan = name
        run.revision = name
        run.by = actor
        return run
    }

    private static var record: RunRecord {
        RunRecord(
            run: run,
            steps: [
                SampleRuns.entry(name, .failed(.init(.permanent, name))),
                SampleRuns.entry(name + "1", .conflict(name)),
            ])
    }

    private static var stage: Stage {
        var stage = SampleRuns.waiting[0]
        stage.id = name
        stage.standing.waitsFor = name
        stage.standing.releasedBy = name
        return stage
    }

    private static var drift: [Drift] {
        Drift.Class.allCases.map { SampleRuns.drift($0, name, name, name, name, name) }
    }

    private static let diagnostic = Diagnostic(
        .error, rule: name, name, at: SourceLocation(file: name, line: 1, column: 1), hint: name)

    private static func texts(_ style: Style) -> [(String, String)] {
        let audit = AuditFinding(head: name, broken: name, anchor: name, anchorFound: false)
        return [
            (
                "plan",
                PlanText.render(
                    SamplePlans.hostile, width: 80, style: style, limit: 3,
                    source: .file(name, folder: name))
            ),
            ("diagnostics", DiagnosticsText.render([diagnostic], style: style)),
            (
                "validation",
                ValidationText.render([diagnostic], desired: nil, folder: name, style: style)
            ),
            (
                "drift",
                DriftText.render(
                    drift, failOn: [], folder: name, width: 80, style: style, limit: 3)
            ),
            (
                "history",
                HistoryText.render([run], folder: name, width: 80, style: style, limit: 3)
            ),
            (
                "run",
                RunText.render(
                    record, waiting: [stage], auditHead: name, folder: name, width: 80,
                    style: style, limit: 3)
            ),
            (
                "why",
                WhyText.render(SampleWhys.hostile, folder: name, width: 80, style: style, limit: 3)
                    + WhyPartText.render(
                        SampleParts.pool(named: name), width: 80, style: style)
                    + WhyPartText.render(
                        SampleParts.stage(named: name), width: 80, style: style)
            ),
            ("audit", AuditText.render(audit, style: style)),
        ]
    }

    /// Forms that never have colours.
    private static var forms: [(String, String)] {
        [
            (
                "plan as a comment",
                PlanMarkdown.render(SamplePlans.hostile, source: .folder(name))
            ),
            ("drift as a comment", DriftMarkdown.render(drift, failOn: Set(Drift.Class.allCases))),
            ("validation as tests", JUnit.diagnostics([diagnostic])),
            ("drift as tests", JUnit.drift(drift, failOn: [])),
            (
                "validation as SARIF",
                String(decoding: SARIF.encode([diagnostic], folder: name), as: UTF8.self)
            ),
        ]
    }

    private static var documents: [(String, [UInt8])] {
        let audit = AuditFinding(head: name, broken: name, anchor: name, anchorFound: false)
        return [
            ("plan", PlanJSON.encode(SamplePlans.hostile)),
            ("validation", ValidationJSON.encode([diagnostic], desired: nil)),
            ("drift", DriftJSON.encode(drift, failOn: [], at: SampleRuns.start)),
            ("history", HistoryJSON.encode([run])),
            ("run", RunJSON.encode(record, waiting: [stage], auditHead: name)),
            ("why", WhyJSON.encode(SampleWhys.hostile)),
            ("why pool", WhyPartJSON.encode(SampleParts.pool(named: name))),
            ("why stage", WhyPartJSON.encode(SampleParts.stage(named: name))),
            ("audit", AuditJSON.encode(audit)),
        ]
    }

    private static func obeyed(_ text: String) -> [String] {
        text.unicodeScalars.filter { Unseen.contains($0.value) && $0 != "\n" }.map {
            String($0.value, radix: 16)
        }
    }

    @Test func `no text holds what a terminal would obey`() {
        for (what, text) in Self.forms {
            #expect(Self.obeyed(text) == [], "\(what)")
        }
        for (what, text) in Self.texts(.plain) {
            #expect(Self.obeyed(text) == [], "\(what)")
            #expect(text.contains("\\u{1B}[31mroot\\u{7}"), "\(what) shows the name")
        }
    }

    @Test func `no JSON holds what a terminal would obey, and all of it keeps the name`() throws {
        for (what, bytes) in Self.documents {
            #expect(Self.obeyed(String(decoding: bytes, as: UTF8.self)) == [], "\(what)")
            let tree = try JSONSerialization.jsonObject(with: Data(bytes))
            #expect(Self.holdsName(tree), "\(what) keeps the name")
            let format = (tree as? [String: Any])?["format"] as? String
            #expect(format?.hasPrefix("rehome.") == true && format?.hasSuffix("/1") == true)
        }
    }

    private static func holdsName(_ tree: Any) -> Bool {
        switch tree {
        case let text as String:
            text.unicodeScalars.elementsEqual(name.unicodeScalars)
                || text.unicodeScalars.elementsEqual("user/\(name)".unicodeScalars)
        case let list as [Any]: list.contains(where: holdsName)
        case let object as [String: Any]: object.values.contains(where: holdsName)
        default: false
        }
    }

    @Test func `colours say nothing that the words do not say`() {
        for ((what, coloured), (_, plain)) in zip(Self.texts(.ansi), Self.texts(.plain)) {
            let bare = coloured.replacing(/\u{1B}\[[0-9]+m/, with: "")
            #expect(bare == plain, "\(what)")
            #expect(coloured != plain, "\(what) is coloured")
        }
    }
}
