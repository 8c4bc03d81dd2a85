/// What each command says of itself.

import TestSupport
import Testing

@Suite struct HelpTests {
    static let commands = [
        [], ["validate"], ["plan"], ["apply"], ["drift"], ["accept"], ["export"], ["observe"],
        ["hold"],
        ["pause"], ["resume"], ["cancel"], ["retry"], ["why"], ["history"],
        ["adapter"],
        ["adapter", "embedded"], ["adapter", "embedded", "advance"],
        ["adapter", "embedded", "move"],
    ]

    @Test(arguments: commands)
    func `a command explains itself with an example`(_ command: [String]) throws {
        let result = try CommandLineTool.rehome().run(
            command + ["--help"], in: Repository.root, environment: ["COLUMNS": "100"])
        #expect(result.code == 0)
        let name = (["rehome"] + command).joined(separator: "-")
        expectGolden(
            result.output, "Tests/EndToEndTests/Goldens/\(name).txt",
            again: "swift test --filter HelpTests")
        if command.first != "adapter" || command.count > 2 {
            #expect(result.output.contains("example:"), "\(name) shows no example")
        }
    }
}
