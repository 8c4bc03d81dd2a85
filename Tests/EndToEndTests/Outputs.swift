/// What commands printed, judged by programs that read such forms and know nothing of this one.

import Foundation
import Model
import TestSupport
import Testing

struct Outputs {
    private var all: [(command: String, form: String, text: String)] = []

    mutating func add(_ result: CommandLineTool.Result, _ form: String) {
        all.append((result.command, form, result.output))
        all.append((result.command, "text", result.errors))
    }

    /// Nothing that a terminal would obey, and each form is what it says it is.
    func expectHarmless(in folder: URL) throws {
        for output in all {
            let obeyed = output.text.unicodeScalars.filter {
                Unseen.contains($0.value) && $0 != "\n"
            }
            #expect(obeyed.isEmpty, "`\(output.command)` prints \(obeyed)")
            switch output.form {
            case "json", "sarif": try expectJSON(output.text[...], output.command)
            case "jsonl":
                for line in output.text.split(separator: "\n") {
                    try expectJSON(line, output.command)
                }
            case "junit": try expectXML(output.text, output.command, in: folder)
            case "markdown": try expectMarkdown(output.text, output.command, in: folder)
            default: break
            }
        }
    }

    private func expectJSON(_ text: Substring, _ command: String) throws {
        #expect(throws: Never.self, "`\(command)`") {
            try JSONSerialization.jsonObject(with: Data(text.utf8), options: [.fragmentsAllowed])
        }
    }

    private func expectXML(_ text: String, _ command: String, in folder: URL) throws {
        let result = try Judge.xmllint.run(["--noout", "--nonet", "-"], in: folder, input: text)
        #expect(result?.code ?? 0 == 0, "`\(command)`: \(result?.errors ?? "")")
    }

    /// Elements that our own Markdown makes. A link or a picture would be somebody else's.
    private static let elements: Set<String> = [
        "h3", "p", "br", "strong", "code", "ul", "li", "table", "thead", "tbody", "tr", "th", "td",
        "details", "summary",
    ]

    private func expectMarkdown(_ text: String, _ command: String, in folder: URL) throws {
        guard
            let result = try Judge.cmark.run(
                ["--unsafe", "-e", "table", "-e", "autolink", "-e", "strikethrough"], in: folder,
                input: text)
        else { return }
        #expect(result.code == 0, "\(result.errors)")
        for tag in result.output.matches(of: /<\/?([A-Za-z][A-Za-z0-9]*)([^>]*)>/) {
            let name = String(tag.1).lowercased()
            #expect(
                Self.elements.contains(name) && (tag.2.isEmpty || tag.2 == " /"),
                "`\(command)` renders \(tag.0)")
        }
    }
}

/// Programs that read what we print; where one is not there, that is said.
enum Judge: String {
    case xmllint
    case cmark = "cmark-gfm"

    private var package: String { self == .xmllint ? "libxml2-utils" : "cmark-gfm" }

    func run(
        _ arguments: [String], in folder: URL, input: String
    ) throws -> CommandLineTool.Result? {
        let paths = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        guard
            let path = paths.map({ "\($0)/\(rawValue)" }).first(where: {
                FileManager.default.isExecutableFile(atPath: $0)
            })
        else {
            print("SKIPPED: no \(rawValue) to judge an output: apt-get install \(package)")
            return nil
        }
        return try CommandLineTool(path: path).run(arguments, in: folder, input: input)
    }
}
