/// The schema that editors read is what the program prints.

import Foundation
import TestSupport
import Testing

@Suite struct SchemaTests {
    @Test func `the schema beside the reference is the one that the program prints`() throws {
        let result = try CommandLineTool.rehome().run(["schema"], in: Repository.root)
        result.expectExit(0)
        #expect(result.errors.isEmpty)
        #expect(result.output.hasSuffix("}\n"))
        expectGolden(
            result.output, "docs/reference/manifest.schema.json",
            again: "swift test --filter SchemaTests")
    }
}
