/// What each command says of itself.

import Foundation
import TestSupport
import Testing

@Suite struct HelpTests {
    static let commands = [
        [], ["init"], ["validate"], ["plan"], ["apply"], ["approve"], ["rollback"], ["drift"],
        ["accept"], ["export"],
        ["observe"], ["probe"], ["attest"],
        ["hold"],
        ["pause"], ["resume"], ["cancel"], ["retry"], ["status"], ["why"], ["history"], ["report"],
        ["schema"],
        ["adapter"],
        ["adapter", "embedded"], ["adapter", "embedded", "advance"],
        ["adapter", "embedded", "move"],
        ["adapter", "kamailio"], ["adapter", "kamailio", "sql"],
        ["adapter", "kamailio", "check"], ["adapter", "kamailio", "sweep"],
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

    @Test func `the completion script is one that the shell can read`() async throws {
        try await withTemporaryFolder { folder in
            let rehome = try Program(in: folder)
            for shell in ["bash", "zsh", "fish"] {
                let script = try rehome("--generate-completion-script", shell, expecting: 0)
                for command in ["apply", "status", "hold"] { script.expectOutput(command) }
                guard shell == "bash" else { continue }
                let file = folder.appending(path: "completion.bash")
                try Data(script.output.utf8).write(to: file)
                try rehome(
                    "--generate-completion-script", shell, expecting: 0,
                    under: ["/bin/bash", "-c", "bash -n completion.bash && exec \"$@\"", "bash"])
            }
        }
    }
}
