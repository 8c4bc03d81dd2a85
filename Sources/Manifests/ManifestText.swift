/// A manifest as a person wrote it, edited where it stands: comments and layout stay as they are.

import Model

/// The lines of one file of manifests. An edit that cannot be made safely is not made.
struct ManifestText {
    /// Without their line feeds; a carriage return stays at its line's end.
    var lines: [String]

    init(_ text: String) {
        lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    var text: String { lines.joined(separator: "\n") }

    /// Takes one entry out of its list, in whatever style the list is written.
    ///
    /// Entries are taken out from the end of a file to its beginning, so that places stay true.
    ///
    /// - Parameters:
    ///   - place: Where the entry stands, line and column from 1, columns in code points.
    ///   - fits: Whether the text that stands there is the entry that is meant.
    /// - Returns: Whether it was taken out; else nothing was changed.
    mutating func removeEntry(at place: SourceLocation, where fits: (String) -> Bool) -> Bool {
        let index = place.line - 1
        guard lines.indices.contains(index) else { return false }
        let line = Array(lines[index].unicodeScalars)
        guard let scalar = Scalar(in: line, at: place.column - 1), fits(scalar.text) else {
            return false
        }
        let before = line[..<scalar.range.lowerBound]
        let after = line[scalar.range.upperBound...]
        if before.allSatisfy({ $0.isBlank || $0 == "-" }), before.count(where: { $0 == "-" }) == 1,
            after.firstIndex(where: { !$0.isBlank }).map({ after[$0] == "#" }) ?? true
        {
            lines.remove(at: index)
            closeEmptyList(above: index, indent: before.prefix { $0 == " " }.count)
            return true
        }
        return cutFromFlow(scalar.range, ofLine: index)
    }

    /// Adds a line after another one, indented like it, as an item of the same list.
    /// - Returns: Whether that line is an item of a list in block style.
    mutating func addItem(_ item: String, afterLine number: Int) -> Bool {
        guard lines.indices.contains(number - 1) else { return false }
        let line = lines[number - 1]
        let indent = line.prefix { $0 == " " }
        guard line.dropFirst(indent.count).hasPrefix("- ") else { return false }
        lines.insert("\(indent)- \(item)", at: number)
        return true
    }
}

extension ManifestText {
    /// Cuts an entry and one comma beside it out of a flow list, so that what stays is a list. The list
    /// may go on over several lines; the comma may be at the end of an earlier one.
    private mutating func cutFromFlow(_ range: Range<Int>, ofLine index: Int) -> Bool {
        let line = Array(lines[index].unicodeScalars)
        guard let before = lastMark(before: range.lowerBound, ofLine: index),
            before.mark == "[" || before.mark == ","
        else { return false }
        guard let after = firstMark(after: range.upperBound, ofLine: index) else { return false }
        if after.mark == ",", after.line == index {
            let end = line[(after.column + 1)...].firstIndex { !$0.isBlank } ?? line.endIndex
            lines[index] = Self.text(line[..<range.lowerBound] + line[end...])
            return true
        }
        guard after.mark == "]" else { return false }
        lines[index] = Self.text(line[..<range.lowerBound] + line[range.upperBound...])
        if before.mark == "," {
            var other = Array(lines[before.line].unicodeScalars)
            let end = before.line == index ? range.lowerBound : before.column + 1
            other.removeSubrange(before.column..<end)
            lines[before.line] = Self.text(other[...])
        }
        return true
    }

    /// The first character after a place that is neither blank nor the end of a line; a comment is one.
    private func firstMark(
        after column: Int, ofLine index: Int
    ) -> (mark: Unicode.Scalar, line: Int, column: Int)? {
        for number in index..<lines.count {
            let line = Array(lines[number].unicodeScalars)
            let part = line[(number == index ? column : 0)...]
            if let first = part.firstIndex(where: { !$0.isBlank }) {
                return (line[first], number, first)
            }
        }
        return nil
    }

    /// The last character before a place that is neither blank nor the end of a line. A line with a
    /// comment in between is left to a person.
    private func lastMark(
        before column: Int, ofLine index: Int
    ) -> (mark: Unicode.Scalar, line: Int, column: Int)? {
        var part = Array(lines[index].unicodeScalars)[..<column]
        var number = index
        while true {
            if let last = part.lastIndex(where: { !$0.isBlank }) {
                let isSafe = number == index || !part.contains("#")
                return isSafe ? (part[last], number, last) : nil
            }
            guard number > 0 else { return nil }
            number -= 1
            part = Array(lines[number].unicodeScalars)[...]
        }
    }

    /// A block list whose last item went is an empty list, not nothing.
    private mutating func closeEmptyList(above index: Int, indent: Int) {
        func isItem(_ line: String) -> Bool {
            line.prefix { $0 == " " }.count == indent && line.dropFirst(indent).hasPrefix("-")
                && !line.hasPrefix("---")
        }
        let isIdle = { (line: String) in
            line.drop { $0 == " " || $0 == "\r" }.isEmpty
                || line.drop { $0 == " " }.hasPrefix("#")
        }
        let following = lines[index...].first { !isIdle($0) }
        guard following.map({ !isItem($0) }) ?? true,
            let above = lines[..<index].lastIndex(where: { !isIdle($0) })
        else { return }
        let code = lines[above].split(separator: " #", omittingEmptySubsequences: false)
        guard let key = code.first, !isItem(lines[above]),
            let colon = key.lastIndex(where: { $0 != " " && $0 != "\r" }), key[colon] == ":"
        else { return }
        let rest = lines[above][key.index(after: colon)...]
        lines[above] = key[...colon] + " []" + rest
    }

    private static func text(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars)
        return String(text)
    }
}

/// A YAML scalar on one line: where it stands, and what it says. Anchors, tags and scalars of several
/// lines are none: they are left to a person.
private struct Scalar {
    var range: Range<Int>
    var text: String

    init?(in line: [Unicode.Scalar], at start: Int) {
        guard line.indices.contains(start) else { return nil }
        switch line[start] {
        case "'", "\"":
            guard let end = Self.closingQuote(in: line, from: start) else { return nil }
            let inside = String(String.UnicodeScalarView(line[(start + 1)..<end]))
            guard line[start] == "'" || !inside.contains("\\") else { return nil }
            text =
                line[start] == "'" ? inside.split(separator: "''").joined(separator: "'") : inside
            range = start..<(end + 1)
        case "&", "*", "!", "|", ">", "[", "]", "{", "}", "#": return nil
        default:
            let end = Self.endOfPlain(in: line, from: start)
            guard end > start else { return nil }
            text = String(String.UnicodeScalarView(line[start..<end]))
            range = start..<end
        }
    }

    private static func closingQuote(in line: [Unicode.Scalar], from start: Int) -> Int? {
        var index = start + 1
        while index < line.count {
            if line[index] == line[start] {
                let isDoubled =
                    line[start] == "'" && index + 1 < line.count && line[index + 1] == "'"
                if !isDoubled { return index }
                index += 1
            }
            index += 1
        }
        return nil
    }

    /// A plain entry has no comma or bracket in it: what would be one in a block list is quoted, or
    /// does not fit the entry that is meant.
    private static func endOfPlain(in line: [Unicode.Scalar], from start: Int) -> Int {
        var end = start
        for index in start..<line.count {
            if line[index] == "," || line[index] == "]" { break }
            if line[index] == "#", index > start, line[index - 1].isBlank { break }
            if !line[index].isBlank { end = index + 1 }
        }
        return end
    }
}

extension Unicode.Scalar {
    fileprivate var isBlank: Bool { self == " " || self == "\t" || self == "\r" }
}
