/// Small, and kept small: a file has one idea, a function fits a screen. What is longer than it should
/// be stands in a list that may only shrink.

import TestSupport
import Testing

private let fileLimit = 300
private let functionLimit = 40
private let functionStop = 70

/// Functions above the limit, with their present length. Take a line away when its function has become
/// short; never add to one.
private let longFunctions: [String: Int] = [:]

struct LengthTests {
    @Test func `a file has at most 300 lines`() throws {
        for file in try SourceFile.all(in: ["Sources", "Tests"]) {
            let lines = file.code.count - 1
            if lines > fileLimit {
                Issue.record("\(file.path) has \(lines) lines: split it by idea")
            }
        }
    }

    @Test func `a function has at most 40 lines`() throws {
        var found: [String: Int] = [:]
        for file in try SourceFile.all(in: ["Sources", "Tests"]) {
            for function in functions(in: file) where function.lines > functionLimit {
                found["\(file.path) \(function.name)", default: 0] += function.lines
                check(function, in: file)
            }
        }
        for (name, lines) in longFunctions where found[name] != lines {
            Issue.record(
                "\(name) is listed with \(lines) lines and has \(found[name].map(String.init) ?? "fewer than the limit"): lower its number in longFunctions, or take it away"
            )
        }
    }

    private func check(_ function: Function, in file: SourceFile) {
        let place = "\(file.path):\(function.line): \(function.name) has \(function.lines) lines"
        let listed = longFunctions["\(file.path) \(function.name)"]
        if function.lines > functionStop {
            Issue.record("\(place), and \(functionStop) is the end: split it")
        } else if listed == nil {
            Issue.record("\(place): split it by what it does, or name the parts")
        }
    }

    @Test func `a planted long function is measured`() {
        let body = String(repeating: "        work()\n", count: 41)
        let file = SourceFile(
            path: "Sources/Model/Plan.swift",
            text:
                "struct Plan {\n    func long(\n        one: Int\n    ) {\n\(body)    }\n    func short() { work() }\n}\n"
        )
        #expect(functions(in: file).map(\.lines) == [45])
        #expect(functions(in: file).map(\.name) == ["long"])
    }
}

private struct Function {
    var name: String
    var line: Int
    var lines: Int
}

/// Functions, initializers and computed properties that span lines. The layout of swift-format is taken
/// for granted: the brace that closes stands under the first letter of what it closes.
private func functions(in file: SourceFile) -> [Function] {
    file.code.indices.compactMap { start in
        let line = file.code[start]
        guard let name = declaredFunction(line) else { return nil }
        let close = String(line.prefix { $0 == " " }) + "}"
        // One line, or a requirement without a body: nothing to measure.
        guard !line.hasSuffix("}"),
            let end = file.code[(start + 1)...].firstIndex(where: {
                $0 == close || startsAnother($0, like: line)
            }), file.code[end] == close
        else { return nil }
        return Function(name: name, line: start + 1, lines: end - start + 1)
    }
}

/// A declaration at the same depth before any closing brace: the first had no body.
private func startsAnother(_ line: Substring, like first: Substring) -> Bool {
    declaredFunction(line) != nil
        && line.prefix { $0 == " " }.count <= first.prefix { $0 == " " }.count
}

private func declaredFunction(_ line: Substring) -> String? {
    let words = line.split(separator: " ")
    guard
        let keyword = words.firstIndex(where: {
            $0 == "func" || $0.hasPrefix("init(") || $0.hasPrefix("init?(") || $0 == "var"
        })
    else { return nil }
    let modifiers = words[..<keyword].allSatisfy {
        $0.first?.isLowercase == true || $0.hasPrefix("@")
    }
    guard modifiers else { return nil }
    if words[keyword] == "var" {
        guard line.hasSuffix("{"), !line.contains("=") else { return nil }
    }
    if words[keyword].hasPrefix("init") { return "init" }
    guard keyword + 1 < words.count else { return nil }
    // A sentence in backticks is a name with spaces.
    if words[keyword + 1].hasPrefix("`") {
        return line.split(separator: "`").dropFirst().first.map(String.init)
    }
    return String(words[keyword + 1].prefix { $0.isLetter || $0.isNumber || $0 == "_" })
}
