/// Changes of single keys in a document that a person wrote, in block or flow style.

import Model

extension ManifestText {
    /// Gives a key of a document's spec a value: in its line where it is there, else in front of a key that
    /// every such document has.
    /// - Returns: Whether it was done; else nothing was changed.
    mutating func setValue(
        _ key: String, to value: String, before other: String, ofDocumentAt line: Int
    ) -> Bool {
        let document = document(at: line)
        if let found = place(of: key, in: document) {
            let text = lines[found.line]
            let start = text.index(text.startIndex, offsetBy: found.column + key.count + 1)
            let rest = text[start...]
            let end =
                rest.firstIndex { ",}#".contains($0) }.map { index in
                    rest[..<index].lastIndex { $0 != " " }.map(rest.index(after:)) ?? index
                } ?? rest.endIndex
            lines[found.line] = text[..<start] + " " + value + rest[end...]
            return true
        }
        return insert(key, value, before: other, in: document)
    }

    /// Adds an item to a list of a document's spec, and the list where there is none.
    mutating func addToList(
        _ key: String, _ item: String, before other: String, ofDocumentAt line: Int
    ) -> Bool {
        let document = document(at: line)
        guard let found = place(of: key, in: document) else {
            return insert(key, "[\(item)]", before: other, in: document)
        }
        let text = lines[found.line]
        let start = text.index(text.startIndex, offsetBy: found.column + key.count + 1)
        let rest = text[start...]
        if let bracket = rest.firstIndex(where: { $0 != " " }), rest[bracket] == "[" {
            let inside = rest.index(after: bracket)
            let isEmpty = rest[inside...].first { $0 != " " } == "]"
            lines[found.line] =
                text[..<inside] + item + (isEmpty ? "" : ", ") + rest[inside...]
            return true
        }
        guard found.line + 1 < document.upperBound else { return false }
        let next = lines[found.line + 1]
        guard next.drop(while: { $0 == " " }).hasPrefix("- ") else { return false }
        lines.insert(next.prefix { $0 == " " } + "- " + item, at: found.line + 1)
        return true
    }

    private mutating func insert(
        _ key: String, _ value: String, before other: String, in document: Range<Int>
    ) -> Bool {
        guard let found = place(of: other, in: document) else { return false }
        let text = lines[found.line]
        let start = text.index(text.startIndex, offsetBy: found.column)
        if text[..<start].allSatisfy({ $0 == " " }) {
            lines.insert(text[..<start] + "\(key): \(value)", at: found.line)
        } else {
            lines[found.line] = text[..<start] + "\(key): \(value), " + text[start...]
        }
        return true
    }

    /// The lines of the document in which a line stands.
    private func document(at line: Int) -> Range<Int> {
        let index = min(max(line - 1, 0), max(lines.count - 1, 0))
        let first = lines[...index].lastIndex { $0.hasPrefix("---") }.map { $0 + 1 } ?? 0
        let end = lines[(index + 1)...].firstIndex { $0.hasPrefix("---") } ?? lines.endIndex
        return first..<end
    }

    /// Where a key begins: at the beginning of a line, or after `{` or a comma. Of several the one that is
    /// indented least, so that keys of what lies inside are not taken for it.
    private func place(of key: String, in document: Range<Int>) -> (line: Int, column: Int)? {
        var best: (line: Int, column: Int)?
        for index in document {
            guard let column = Self.column(of: key, in: lines[index]) else { continue }
            if best.map({ column < $0.column }) ?? true { best = (index, column) }
        }
        return best
    }

    private static func column(of key: String, in line: String) -> Int? {
        let characters = Array(line)
        let wanted = Array(key + ":")
        guard characters.count >= wanted.count else { return nil }
        var before: Character?
        for start in 0...(characters.count - wanted.count) {
            if characters[start] == "#" { return nil }
            if before == nil || before == "{" || before == ",",
                Array(characters[start..<(start + wanted.count)]) == wanted
            {
                return start
            }
            if characters[start] != " " { before = characters[start] }
        }
        return nil
    }
}
