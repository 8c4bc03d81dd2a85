/// Changes of files as a patch that `git apply` takes.

package enum PatchText {
    /// Lines of context around each change, as Git writes them.
    private static let context = 3

    /// One file of a patch; empty where nothing differs. Paths are written as they are given, with the
    /// `a/` and `b/` that Git expects; one that needs quotes gets them.
    ///
    /// - Parameters:
    ///   - path: Relative to where the patch is applied.
    ///   - before: Nil for a file that is new.
    ///   - after: The whole text.
    /// - Returns: The lines of this file, each ended by a line feed.
    package static func file(_ path: String, before: String?, after: String) -> String {
        let old = lines(before ?? "")
        let new = lines(after)
        guard old != new || before == nil else { return "" }
        var text = "diff --git \(quoted("a/" + path)) \(quoted("b/" + path))\n"
        if before == nil { text += "new file mode 100644\n" }
        text += "--- \(before == nil ? "/dev/null" : quoted("a/" + path))\n"
        text += "+++ \(quoted("b/" + path))\n"
        for hunk in hunks(script(old, new)) { text += hunk }
        return text
    }

    /// With their line feeds, so that a last line without one differs from one with it.
    private static func lines(_ text: String) -> [Substring] {
        var lines: [Substring] = []
        var rest = text[...]
        while !rest.isEmpty {
            let end =
                rest.unicodeScalars.firstIndex(of: "\n")
                .map { rest.unicodeScalars.index(after: $0) } ?? rest.endIndex
            lines.append(rest[..<end])
            rest = rest[end...]
        }
        return lines
    }

    private enum Mark: String {
        case same = " "
        case gone = "-"
        case added = "+"
    }

    private typealias Line = (mark: Mark, text: Substring)

    /// All lines of both files in one order, each marked.
    private static func script(_ old: [Substring], _ new: [Substring]) -> [Line] {
        let difference = new.difference(from: old)
        var gone: Set<Int> = []
        var added: Set<Int> = []
        for change in difference {
            switch change {
            case .remove(let offset, _, _): gone.insert(offset)
            case .insert(let offset, _, _): added.insert(offset)
            }
        }
        var script: [Line] = []
        var (from, to) = (0, 0)
        while from < old.count || to < new.count {
            if from < old.count, gone.contains(from) {
                script.append((.gone, old[from]))
                from += 1
            } else if to < new.count, added.contains(to) {
                script.append((.added, new[to]))
                to += 1
            } else {
                script.append((.same, old[from]))
                from += 1
                to += 1
            }
        }
        return script
    }

    private static func hunks(_ script: [Line]) -> [String] {
        let changed = script.indices.filter { script[$0].mark != .same }
        var ranges: [Range<Int>] = []
        for index in changed {
            let low = max(0, index - context)
            let high = min(script.count, index + context + 1)
            if let last = ranges.last, low <= last.upperBound {
                ranges[ranges.count - 1] = last.lowerBound..<high
            } else {
                ranges.append(low..<high)
            }
        }
        return ranges.map { hunk(script, $0) }
    }

    private static func hunk(_ script: [Line], _ range: Range<Int>) -> String {
        let before = script[..<range.lowerBound]
        let oldStart = before.count { $0.mark != .added }
        let newStart = before.count { $0.mark != .gone }
        let oldCount = script[range].count { $0.mark != .added }
        let newCount = script[range].count { $0.mark != .gone }
        func span(_ start: Int, _ count: Int) -> String {
            "\(count == 0 ? start : start + 1),\(count)"
        }
        var text = "@@ -\(span(oldStart, oldCount)) +\(span(newStart, newCount)) @@\n"
        for line in script[range] {
            text += line.mark.rawValue + line.text
            if line.text.unicodeScalars.last != "\n" { text += "\n\\ No newline at end of file\n" }
        }
        return text
    }

    /// Git's own quoting, for names with control characters, quotes or backslashes.
    private static func quoted(_ path: String) -> String {
        let isPlain = path.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x5C }
        if isPlain { return path }
        var text = "\""
        for byte in path.utf8 {
            switch byte {
            case 0x22, 0x5C: text += "\\" + String(UnicodeScalar(byte))
            case 0x20..<0x7F: text += String(UnicodeScalar(byte))
            default:
                let octal = String(byte, radix: 8)
                text += "\\" + String(repeating: "0", count: 3 - octal.count) + octal
            }
        }
        return text + "\""
    }
}
