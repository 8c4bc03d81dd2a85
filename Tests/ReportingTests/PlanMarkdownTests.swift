import Model
import Reporting
import TestSupport
import Testing

/// A comment on a pull request: readable at any size, and never obeyed.
struct PlanMarkdownTests {
    private func expectGolden(_ plan: Plan, _ name: String) -> String {
        let text = PlanMarkdown.render(plan, source: .folder("manifests/contoso"))
        TestSupport.expectGolden(
            text, "Tests/ReportingTests/Goldens/\(name).md",
            again: "swift test --skip-build --filter PlanMarkdownTests")
        return text
    }

    @Test(arguments: SamplePlans.all.map(\.name))
    func `a plan reads as its golden comment says`(name: String) throws {
        let plan = try #require(SamplePlans.all.first { $0.name == name }).plan
        #expect(expectGolden(plan, "plan-\(name)").unicodeScalars.count < 60_000)
    }

    /// Every fifth goes back to an older product, and is to be shown by name.
    @Test(arguments: [5, 500, 500_000])
    func `a comment fits at any size, with what is risky in it`(count: Int) {
        var builder = PlanBuilder()
        builder.stage("open")
        for index in 1...count {
            let isBack = index % 5 == 0
            builder.move(
                .user("person\(index)@contoso.example"), from: isBack ? "lync-mad" : "ocs-mad",
                to: isBack ? "ocs-mad" : "lync-mad", price: isBack ? [.client] : [.meetings(2)],
                line: index % 1000)
        }
        builder.plan.undo.prices = [Price(.clients, .count(count), detail: "put back")]
        let text = expectGolden(builder.plan, "plan-\(count)-moves")
        #expect(text.unicodeScalars.count < 60_000)
        #expect(text.contains("`user/person5@contoso.example`"))
        #expect(text.contains(builder.plan.digest))
        if count > 500 { #expect(text.contains("more, in the plan as JSON")) }
    }

    /// Hostile names stand in code spans that they cannot leave, on lines that they cannot break.
    @Test(arguments: [
        "`backticks`", "``", "a|b", "<img src=x onerror=alert(1)>", "[link](http://evil.example)",
        "@everyone", "line\nbreak", "\u{1B}[31mred", "\u{202E}gnol", "**bold**", "| - | - |",
        String(repeating: "x", count: 320),
    ])
    func `a name is shown and never obeyed`(name: String) throws {
        var builder = PlanBuilder()
        builder.stage("open")
        builder.move(
            ResourceID(kind: .responseGroups, name: name), from: "ocs-mad", to: "lync-mad",
            reversal: .never)
        builder.leave(
            .user("\(name)@contoso.example"), wanted: "lync-mad", because: .blocked, rule: "x",
            "because of \(name)@contoso.example and \(name)")
        let text = PlanMarkdown.render(builder.plan, source: .folder("."))
        let rows = text.split(separator: "\n").filter { $0.contains("cannot be undone") }
        try #require(rows.count == 1)
        // Five bars of its own for four cells, outside code spans and not escaped.
        #expect(rows[0].replacing("\\|", with: "").count { $0 == "|" } == 5, "\(rows[0])")
        for bad in ["<img", "](http", "\u{1B}", "\u{202E}"] {
            let outside = text.replacing(/(`+)(.*?)\1/, with: "").replacing(/\\./, with: "")
            #expect(!outside.contains(bad), "\(text)")
        }
        #expect(!text.contains("\u{1B}") && !text.contains("\u{202E}"))
    }
}
