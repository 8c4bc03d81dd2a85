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
}
