/// Lines of text with indentation, wrapping and aligned columns, as all texts of this target are made.

import Model

/// A page that is written from top to bottom.
///
/// What goes in is already escaped where it came from outside. No line but a sentence is ever wrapped:
/// names and places stay whole, so that they can be found and copied.
struct TextPage {
    let width: Int
    let style: Style
    private(set) var text = ""

    init(width: Int, style: Style) {
        self.width = max(40, width)
        self.style = style
    }

    mutating func line(_ words: String, _ tone: Tone = .plain, indent: Int = 0) {
        text += String(repeating: " ", count: indent) + style.paint(words, tone) + "\n"
    }

    /// An empty line, but never two, and none at the top.
    mutating func gap() {
        guard !text.isEmpty, !text.hasSuffix("\n\n") else { return }
        text += "\n"
    }

    /// A sentence, broken at spaces; its later lines stand under `hanging`.
    mutating func sentence(
        _ words: String, _ tone: Tone = .plain, indent: Int = 0, hanging: Int? = nil
    ) {
        for line in wrapped(words, indent: indent, hanging: hanging ?? indent) {
            self.line(line.words, tone, indent: line.indent)
        }
    }

    /// A name, and in a column of their own the words that belong to it.
    mutating func field(_ name: String, _ words: String, _ tone: Tone, margin: Int) {
        var name = name
        for line in wrapped(words, indent: margin, hanging: margin) {
            let padding = String(repeating: " ", count: max(1, margin - name.displayWidth))
            raw(style.paint(name, .faint) + padding + style.paint(line.words, tone))
            name = ""
        }
    }

    private func wrapped(
        _ words: String, indent: Int, hanging: Int
    ) -> [(words: String, indent: Int)] {
        var lines: [(String, Int)] = []
        var line = ""
        var margin = indent
        for word in words.split(separator: " ", omittingEmptySubsequences: false) {
            if !line.isEmpty, margin + line.displayWidth + 1 + word.displayWidth > width {
                lines.append((line, margin))
                margin = hanging
                line = String(word)
            } else {
                line += line.isEmpty ? String(word) : " \(word)"
            }
        }
        return lines + [(line, margin)]
    }

    /// Rows with aligned columns, two spaces apart; empty cells at the end leave no spaces behind.
    mutating func rows(_ rows: [[Cell]], indent: Int = 0) {
        for line in aligned(rows, indent: indent) { raw(line) }
    }

    /// A line that is already painted and indented.
    mutating func raw(_ line: String) { text += line + "\n" }

    /// The lines of `rows`, for whoever writes something between them.
    func aligned(_ rows: [[Cell]], indent: Int) -> [String] {
        var widths: [Int] = []
        for row in rows {
            for (column, cell) in row.enumerated() {
                let cellWidth = cell.text.displayWidth
                if column == widths.count { widths.append(cellWidth) }
                widths[column] = max(widths[column], cellWidth)
            }
        }
        return rows.map { row in
            var line = String(repeating: " ", count: indent)
            let last = row.lastIndex { !$0.text.isEmpty } ?? -1
            for (column, cell) in row.enumerated() where column <= last && widths[column] > 0 {
                let padding = widths[column] - cell.text.displayWidth
                let spaces = String(repeating: " ", count: max(0, padding))
                line += cell.isRight ? spaces : ""
                line += style.paint(cell.text, cell.tone)
                if column < last { line += (cell.isRight ? "" : spaces) + "  " }
            }
            return line
        }
    }

    /// As many of the words as fit on a line, and how many more there are.
    mutating func examples(_ words: [String], of count: Int, _ tone: Tone = .plain, indent: Int) {
        var fitting = words
        while fitting.count > 1,
            indent + Words.examples(fitting, of: count).displayWidth > width
        {
            fitting.removeLast()
        }
        line(Words.examples(fitting, of: count), tone, indent: indent)
    }

    struct Cell {
        var text: String
        var tone: Tone
        var isRight: Bool

        init(_ text: String, _ tone: Tone = .plain, right: Bool = false) {
            self.text = text
            self.tone = tone
            isRight = right
        }
    }
}

extension StringProtocol {
    /// How many columns of a terminal the text takes: two for what East Asian scripts write wide.
    var displayWidth: Int {
        if utf8.allSatisfy({ $0 < 0x80 }) { return utf8.count }
        return reduce(0) { $0 + ($1.isWide ? 2 : 1) }
    }
}

extension Character {
    fileprivate var isWide: Bool {
        guard let scalar = unicodeScalars.first else { return false }
        return switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
            0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF,
            0x20000...0x3FFFD:
            true
        default: false
        }
    }
}
