import Model
import Reporting
import TestSupport
import Testing

struct PlanTextTests {
    static let goldens = "Tests/ReportingTests/Goldens"

    @Test(arguments: SamplePlans.all.map(\.name))
    func `a plan reads as its golden file says`(name: String) throws {
        let plan = try #require(SamplePlans.all.first { $0.name == name }).plan
        let text = PlanText.render(
            plan, width: 100, style: .plain, limit: 3, source: .folder("manifests/contoso"))
        expectGolden(
            text, "\(Self.goldens)/plan-\(name).txt",
            again: "swift test --skip-build --filter PlanTextTests")
    }

    @Test func `five thousand moves fit in a screen and a half`() {
        let text = PlanText.render(
            SamplePlans.fiveThousandMoves, width: 100, style: .plain, limit: 3)
        #expect(text.split(separator: "\n", omittingEmptySubsequences: false).count <= 36)
    }
}
