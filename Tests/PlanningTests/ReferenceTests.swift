import Model
import Planning
import TestSupport
import Testing

/// Every word that a plan prints in brackets is explained.
@Suite struct ReferenceTests {
    @Test func `every rule of planning and every rail stands in the reference`() throws {
        let reference = try Repository.text("docs/reference/diagnostics.md")
        let notices = Notice.Rule.allCases.map(\.rawValue)
        for rule in PlanRule.allCases.map(\.rawValue) + Rail.allCases.map(\.rawValue) + notices {
            #expect(
                reference.contains("`\(rule)`"), "docs/reference/diagnostics.md lacks \(rule)")
        }
    }
    /// A rule that no golden shows is one whose words nobody has read.
    @Test func `every rule and every rail is shown by a golden plan`() throws {
        let folders = try ["Goldens", "GoldensBack"].flatMap { folder in
            let path = "Tests/PlanningTests/\(folder)"
            return try Repository.names(in: path).map { "\(path)/\($0)" }
        }
        let pages = try folders.map { try Repository.text("\($0)/plan.txt") }
        // One blank between columns, whatever their widths.
        let plans = pages.joined().replacing(#/(\S) +/#) { "\($0.output.1) " }
        for rule in PlanRule.allCases.map(\.rawValue) where !plans.contains("[\(rule)]") {
            Issue.record("no golden plan shows the rule \(rule)")
        }
        for rail in Rail.allCases.map(\.rawValue) where !plans.contains("  \(rail): ") {
            Issue.record("no golden plan shows the rail \(rail)")
        }
        for row in Set(Product.allCases.flatMap(ProofRow.rows(of:)).map(\.name)) {
            let isShown = ["no", "unknown"].contains { plans.contains("\n  \($0) \(row) ") }
            if !isShown { Issue.record("no golden plan shows a pool that \(row) keeps") }
        }
        // No product takes a PIN away (docs/reference/field.md): the word is for adapters to come.
        let prices = Price.What.allCases.filter { $0 != .pins }
        for price in prices.map(\.rawValue) where !plans.contains("          \(price)") {
            Issue.record("no golden plan shows the price \(price)")
        }
    }
}
