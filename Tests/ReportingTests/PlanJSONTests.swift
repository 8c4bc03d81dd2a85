import Foundation
import Model
import TestSupport
import Testing

struct PlanJSONTests {
    /// Stands in for planning's digest, which is computed over the steps alike.
    private static func digest(_ plan: Plan) -> String {
        var digest = Digest()
        for step in plan.authorisedSteps { digest.add(step.id.bytes) }
        return digest.hex()
    }

    private static func sealed(_ plan: Plan) -> Plan {
        var plan = plan
        plan.digest = digest(plan)
        return plan
    }

    @Test(arguments: ["three-moves", "left-alone", "refused", "nothing-to-do", "hostile-names"])
    func `a plan's JSON is as its golden file says`(name: String) throws {
        let plan = try #require(SamplePlans.all.first { $0.name == name }).plan
        expectGolden(
            String(decoding: PlanJSON.encode(plan), as: UTF8.self),
            "Tests/ReportingTests/Goldens/plan-\(name).json",
            again: "swift test --skip-build --filter PlanJSONTests")
    }

    @Test(arguments: 0..<200)
    func `a plan that was written is read back field by field`(seed: Int) throws {
        var generator = PlanGenerator(seed: UInt64(seed))
        let plan = Self.sealed(generator.plan())
        let bytes = PlanJSON.encode(plan)
        #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(bytes)) }
        let read = try PlanJSON.decode(bytes, digestedBy: Self.digest)
        #expect(PlanFields(read) == PlanFields(plan))
        #expect(PlanJSON.encode(read) == bytes)
    }

    @Test(arguments: SamplePlans.all.map(\.name))
    func `a plan may be written in another order of members`(name: String) throws {
        let plan = Self.sealed(try #require(SamplePlans.all.first { $0.name == name }).plan)
        let tree = try JSONSerialization.jsonObject(with: Data(PlanJSON.encode(plan)))
        let sorted = try JSONSerialization.data(withJSONObject: tree, options: .sortedKeys)
        let read = try PlanJSON.decode(Array(sorted), digestedBy: Self.digest)
        #expect(PlanFields(read) == PlanFields(plan))
    }

    @Test(arguments: SamplePlans.all.map(\.name))
    func `a plan as a stream of lines is the same plan`(name: String) throws {
        let plan = Self.sealed(try #require(SamplePlans.all.first { $0.name == name }).plan)
        let bytes = PlanJSON.encodeLines(plan)
        let lines = bytes.split(separator: UInt8(ascii: "\n"))
        #expect(lines.count == 1 + plan.steps.count + plan.left.count)
        for line in lines.prefix(20) {
            #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(line)) }
        }
        let read = try PlanJSON.decode(bytes, digestedBy: Self.digest)
        #expect(PlanFields(read) == PlanFields(plan))
        #expect(PlanJSON.encodeLines(read) == bytes)
    }

    @Test func `a stream of lines that broke off is no smaller plan`() {
        let bytes = PlanJSON.encodeLines(Self.sealed(SamplePlans.leftAlone))
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: true)
        for count in 1..<lines.count {
            let cut = Array(lines.prefix(count).joined(separator: [UInt8(ascii: "\n")]))
            #expect(throws: PlanFileError.truncated) {
                try PlanJSON.decode(cut, digestedBy: Self.digest)
            }
        }
        for length in stride(from: 0, to: bytes.count - 2, by: 11) {
            #expect(throws: PlanFileError.self) {
                try PlanJSON.decode(Array(bytes.prefix(length)), digestedBy: Self.digest)
            }
        }
    }

    @Test func `a plan cut anywhere is told to end in the middle`() {
        let bytes = PlanJSON.encode(Self.sealed(SamplePlans.leftAlone))
        for length in stride(from: 0, to: bytes.count - 2, by: 7) {
            #expect(throws: PlanFileError.truncated) {
                try PlanJSON.decode(Array(bytes.prefix(length)), digestedBy: Self.digest)
            }
        }
    }

    @Test func `a plan whose steps were edited is refused by its digest`() throws {
        let plan = Self.sealed(SamplePlans.threeMoves)
        let first = try #require(plan.steps.first).id.description
        let text = String(decoding: PlanJSON.encode(plan), as: UTF8.self)
        let edited = text.replacing(first, with: String(repeating: "a", count: 32))
        let error = #expect(throws: PlanFileError.self) {
            try PlanJSON.decode(Array(edited.utf8), digestedBy: Self.digest)
        }
        guard case .edited(plan.digest, _) = error else {
            Issue.record("not told as edited: \(String(describing: error))")
            return
        }
        #expect(error?.message.contains(plan.digest.prefix(12)) == true)
    }

    @Test(arguments: [
        ("", PlanFileError.truncated),
        ("kind: Pool\n", .otherFormat(found: nil)),
        ("[]", .otherFormat(found: nil)),
        ("{}", .otherFormat(found: nil)),
        (#"{"format": "rehome.drift/1", "drift": []}"#, .otherFormat(found: "rehome.drift/1")),
        (#"{"format": "rehome.plan/2", "x": }"#, .otherFormat(found: "rehome.plan/2")),
        (
            "{\"format\": \"rehome.plan/1\",\n  \"digest\": 7}",
            .malformed(line: 2, column: 13, expected: "a text in quotes")
        ),
        (
            #"{"format": "rehome.plan/1"}"#,
            .malformed(line: 1, column: 1, expected: "an object with the member digest")
        ),
        (
            "{\"format\": \"rehome.plan/1\"} x",
            .malformed(line: 1, column: 29, expected: "the end of the file")
        ),
    ])
    func `a file that is no plan says which kind of wrong it is`(
        text: String, expected: PlanFileError
    ) {
        #expect(throws: expected) {
            try PlanJSON.decode(Array(text.utf8), digestedBy: Self.digest)
        }
        #expect(!expected.message.isEmpty && !expected.hint.isEmpty)
    }

    @Test func `a step on a pool that the plan does not list says where`() throws {
        let text = String(
            decoding: PlanJSON.encode(Self.sealed(SamplePlans.threeMoves)), as: UTF8.self)
        let edited = text.replacing("\"to\": \"lync-mad\"", with: "\"to\": \"elsewhere\"")
        let error = #expect(throws: PlanFileError.self) {
            try PlanJSON.decode(Array(edited.utf8), digestedBy: Self.digest)
        }
        guard case .malformed(_, _, "the name of a pool of this plan") = error else {
            Issue.record("told as \(String(describing: error))")
            return
        }
    }

    @Test func `nesting without end is refused and not followed`() {
        let bomb =
            "{\"format\": \"rehome.plan/1\", \"x\": " + String(repeating: "[", count: 100_000)
        #expect(throws: PlanFileError.self) {
            try PlanJSON.decode(Array(bomb.utf8), digestedBy: Self.digest)
        }
    }
}
