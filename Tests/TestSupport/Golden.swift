/// Golden files: what a person sees is written down, reviewed as a file, and compared byte by byte.

package import Foundation
package import Testing

/// Compares text with a golden file beside the tests.
///
/// `RECORD=1` rewrites the file, and the test still fails and says so: a recording run can never pass
/// for a green one. The review is `git diff`.
package func expectGolden(
    _ actual: String, _ path: String, again: String? = nil,
    sourceLocation: Testing.SourceLocation = #_sourceLocation
) {
    let url = Repository.root.appending(path: path)
    let expected = (try? Data(contentsOf: url)).map { String(decoding: $0, as: UTF8.self) }
    if expected == actual { return }
    if ProcessInfo.processInfo.environment["RECORD"] == "1" {
        do {
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(actual.utf8).write(to: url)
            Issue.record(
                "recorded \(path): look at it with git diff", sourceLocation: sourceLocation)
        } catch {
            Issue.record("cannot record \(path): \(error)", sourceLocation: sourceLocation)
        }
        return
    }
    let difference = firstDifference(expected ?? "", actual)
    Issue.record(
        """
        \(path) differs\(expected == nil ? " (it does not exist)" : ""):
        \(difference)
        again: \(again ?? "swift test --filter GoldenTests"); to rewrite it: RECORD=1 before the same
        """, sourceLocation: sourceLocation)
}

/// The first line in which two texts differ, from both.
private func firstDifference(_ expected: String, _ actual: String) -> String {
    let old = expected.split(separator: "\n", omittingEmptySubsequences: false)
    let new = actual.split(separator: "\n", omittingEmptySubsequences: false)
    for number in 0..<max(old.count, new.count) {
        let left = number < old.count ? String(old[number]) : "(end)"
        let right = number < new.count ? String(new[number]) : "(end)"
        if left != right {
            return "  line \(number + 1)\n  - \(left)\n  + \(right)"
        }
    }
    return "  only in the ends of lines"
}

/// The clone that the tests were built from.
package enum Repository {
    package static let root: URL = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    package static func text(_ path: String) throws -> String {
        String(decoding: try Data(contentsOf: root.appending(path: path)), as: UTF8.self)
    }

    /// Names in a folder, sorted.
    package static func names(in path: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: root.appending(path: path).path)
            .filter { !$0.hasPrefix(".") }.sorted()
    }
}
