/// Text as Markdown of a pull request: what strangers wrote is shown, and never obeyed.

enum Markdown {
    /// A name as a code span, in which nothing has a meaning but the backticks around it. A bar is
    /// escaped because tables look for one even there.
    static func code(_ text: String) -> String {
        let shown = Escaped.text(text).replacing("|", with: "\\|")
        var longest = 0
        var run = 0
        for character in shown.utf8 {
            run = character == UInt8(ascii: "`") ? run + 1 : 0
            longest = max(longest, run)
        }
        let fence = String(repeating: "`", count: longest + 1)
        let padding = shown.hasPrefix("`") || shown.hasSuffix("`") || shown.isEmpty ? " " : ""
        return fence + padding + shown + padding + fence
    }

    /// A sentence in which names of strangers stand between our own words. A word with an address is
    /// shown as code: nobody is called by it, and it becomes no link.
    static func prose(_ text: String) -> String {
        Escaped.text(text).split(separator: " ", omittingEmptySubsequences: false).map { word in
            guard word.contains("@") else { return escaped(word) }
            let end = word.lastIndex { !".,:;)".contains($0) }.map { word.index(after: $0) }
            return code(String(word[..<(end ?? word.endIndex)]))
                + escaped(word[(end ?? word.endIndex)...])
        }.joined(separator: " ")
    }

    private static func escaped(_ text: Substring) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "&": result += "&amp;"
            case "\\", "`", "*", "_", "[", "]", "#", "|", "~", "!", "$": result += "\\\(scalar)"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}

/// Markdown that must not grow beyond a number of characters: whoever adds says what is left out.
struct MarkdownSheet {
    private(set) var text = ""
    private var left: Int

    init(charactersMax: Int) { left = charactersMax }

    /// Adds a line, or nothing where it does not fit.
    @discardableResult
    mutating func line(_ line: String = "") -> Bool {
        let count = line.unicodeScalars.count + 1
        guard count <= left else { return false }
        left -= count
        text += line + "\n"
        return true
    }

    /// Adds rows while at least `reserve` characters stay free, and says how many are missing.
    mutating func rows(_ rows: some Sequence<String>, of count: Int, most: Int, reserve: Int) {
        var added = 0
        for row in rows where added < most {
            guard row.unicodeScalars.count + reserve <= left, line(row) else { break }
            added += 1
        }
        if added < count {
            line()
            line("and \(Words.number(count - added)) more, in the plan as JSON")
        }
    }
}
