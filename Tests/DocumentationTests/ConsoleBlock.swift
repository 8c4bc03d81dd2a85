/// A page as a list of console blocks and what stands between them, so that a block can be run,
/// compared, and written anew.

/// ```` ```console ```` with lines that begin with `$ ` and what they print.
struct ConsoleBlock {
    struct Command {
        /// Without the `$ `; a line that ends with a backslash goes on in the next.
        var line: String
        var output: [String]
        /// The line of the page on which the command stands.
        var number: Int
    }

    var commands: [Command]
    /// Lines of the page between the fences, from 0.
    var lines: Range<Int>
}

struct Page {
    let lines: [String]
    let blocks: [ConsoleBlock]

    init(_ text: String) {
        lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        var found: [ConsoleBlock] = []
        var start: Int?
        var inOther = false
        for (index, line) in lines.enumerated() where line.hasPrefix("```") {
            if let begin = start {
                found.append(Self.block(of: lines, in: begin..<index))
                start = nil
            } else if inOther {
                inOther = false
            } else if line == "```console" {
                start = index + 1
            } else {
                inOther = true
            }
        }
        blocks = found
    }

    private static func block(of lines: [String], in range: Range<Int>) -> ConsoleBlock {
        var commands: [ConsoleBlock.Command] = []
        var goesOn = false
        for number in range {
            let line = lines[number]
            if goesOn, let last = commands.indices.last {
                commands[last].line += "\n" + line
                goesOn = line.hasSuffix("\\")
            } else if line.hasPrefix("$ ") {
                commands.append(
                    .init(line: String(line.dropFirst(2)), output: [], number: number + 1))
                goesOn = line.hasSuffix("\\")
            } else if let last = commands.indices.last {
                commands[last].output.append(line)
            }
        }
        return ConsoleBlock(commands: commands, lines: range)
    }

    /// The page with what the commands really print.
    func rewritten(with outputs: [[[String]]]) -> String {
        var result = lines
        for (block, printed) in zip(blocks, outputs).reversed() {
            let body = zip(block.commands, printed).flatMap { command, output in
                "$ \(command.line)".split(separator: "\n").map(String.init) + output
            }
            result.replaceSubrange(block.lines, with: body)
        }
        return result.joined(separator: "\n")
    }
}
