/// What differs from run to run although nothing has changed: times, ids and digests. Both sides are
/// brought to one form before they are compared; everything else is compared as it stands.

import Foundation

enum Volatile {
    /// In this order: the longer forms first. Digests that depend on the reader's inventory alone are
    /// stable, but they change with any word of a manifest, and a page should not.
    nonisolated private static let forms: [(pattern: String, placeholder: String)] = [
        // 20261122-221319-1f3a
        (#"\b20\d{6}-\d{6}-[0-9a-f]{4,}\b"#, "RUN"),
        // 2026-11-22T22:13:19Z, 2026-11-22 22:13[:19] [Europe/Madrid]
        (#"\b20\d\d-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(\.\d+)?(Z|[+-]\d\d:?\d\d)?"#, "TIME"),
        // 1.8 s, 2 min 3 s, 1 h 20 min
        (#"\b\d+(\.\d+)? (ms|s|min|h)( \d+ (s|min))*\b|less than a second"#, "TOOK"),
        // How old something is: "TIME, now" on a fast machine, "TIME, 3 s ago" on a slow one.
        (#"\bTIME, (now\b|TOOK ago\b)"#, "TIME, AGE"),
        // 412/s, 24,000/min
        (#"\b[\d,.]+ ?/(s|min)\b"#, "RATE"),
        // How many commits a run made hangs on which outcomes came in together.
        (#"\bhead:? \d+:"#, "head N:"),
        // Digests and their beginnings.
        (#"\b(sha256:)?(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{8,64}\b"#, "DIGEST"),
    ]

    /// Two spaces or more are one: columns are as wide as their volatile contents.
    static func normalized(_ lines: [String]) throws -> [String] {
        let compiled = try forms.map {
            (try NSRegularExpression(pattern: $0.pattern), $0.placeholder)
        }
        return lines.map { line in
            let replaced = compiled.reduce(line) { text, form in
                form.0.stringByReplacingMatches(
                    in: text, range: NSRange(text.startIndex..., in: text),
                    withTemplate: form.1)
            }
            return replaced.split(separator: " ").joined(separator: " ")
        }
    }
}
