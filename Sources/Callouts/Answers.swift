/// What answers mean: a status and a body, or how a program ended and what it printed.

import Foundation
import Model

/// The object that an answer is made of.
private struct Verdict: Decodable {
    var verdict: String
    var words: String?
}

extension CalloutAnswer {
    /// How much of an answer is read.
    static let bytesMax = 64 << 10
    /// How many characters of what it says are kept.
    private static let wordsMax = 300

    /// `{"verdict": "passed", "words": "..."}`; nil where it is anything else.
    fileprivate init?(object bytes: [UInt8]) {
        guard let said = try? JSONDecoder().decode(Verdict.self, from: Data(bytes)),
            let verdict = Evidence.Verdict(rawValue: said.verdict)
        else { return nil }
        self.init(verdict, saying: Self.line(said.words ?? ""))
    }

    /// With words of ours where it has none, but to a yes.
    private init(_ verdict: Evidence.Verdict, saying words: String) {
        let usual =
            switch verdict {
            case .passed: ""
            case .failed: "it says no"
            case .inconclusive: "it cannot say"
            }
        self.init(verdict, words.isEmpty ? usual : words)
    }

    init(_ reply: Posting.Reply, within timeout: Duration) {
        switch reply {
        case .status(200, let body) where body.count > Self.bytesMax:
            self.init(.inconclusive, "its answer is longer than \(Self.bytesMax) bytes")
        case .status(200, let body):
            self =
                CalloutAnswer(object: body)
                ?? CalloutAnswer(
                    .inconclusive,
                    "its answer cannot be read: wanted {\"verdict\": \"passed|failed|inconclusive\", \"words\": \"...\"}"
                )
        case .status(let status, _) where (300..<400).contains(status):
            self.init(
                .inconclusive, "it answers \(status) and points elsewhere, which is not followed")
        case .status(let status, _): self.init(.inconclusive, "it answers \(status)")
        case .silent: self.init(.inconclusive, Self.noAnswer(within: timeout))
        case .unreachable(let words): self.init(.inconclusive, words)
        }
    }

    init(_ end: ProgramRun.End, within timeout: Duration) {
        switch end {
        case .exit(0, let output, _) where Self.isObject(output):
            self =
                CalloutAnswer(object: output)
                ?? CalloutAnswer(.inconclusive, "it ended with 0, and its answer cannot be read")
        case .exit(0, let output, _): self.init(.passed, Self.firstLine(of: output))
        case .exit(1, let output, let errors):
            let object = Self.isObject(output) ? CalloutAnswer(object: output)?.words : nil
            let words = object ?? Self.firstLine(of: output)
            self.init(.failed, saying: words.isEmpty ? Self.firstLine(of: errors) : words)
        case .exit(let code, _, let errors):
            let words = Self.firstLine(of: errors)
            self.init(
                .inconclusive, "it ended with \(code)" + (words.isEmpty ? "" : ": \(words)"))
        case .signal(let signal): self.init(.inconclusive, "signal \(signal) ended it")
        case .overran: self.init(.inconclusive, Self.noAnswer(within: timeout))
        case .unstarted(let words): self.init(.inconclusive, "it cannot be started: \(words)")
        }
    }

    private static func noAnswer(within timeout: Duration) -> String {
        "no answer within \(timeout.components.seconds)s"
    }

    private static func isObject(_ output: [UInt8]) -> Bool {
        output.first { !" \t\r\n".utf8.contains($0) } == UInt8(ascii: "{")
    }

    private static func firstLine(of output: [UInt8]) -> String {
        let text = String(decoding: output, as: UTF8.self)
        let lines = text.split(whereSeparator: \.isNewline)
        return lines.lazy.map { line(String($0)) }.first { !$0.isEmpty } ?? ""
    }

    /// On one line, without what is more than a person reads.
    private static func line(_ text: String) -> String {
        let words = text.split(whereSeparator: \.isNewline).joined(separator: " ")
            .trimmingCharacters(in: .whitespaces)
        return words.count > wordsMax ? words.prefix(wordsMax) + "..." : words
    }
}
