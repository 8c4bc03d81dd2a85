/// `relations: {file: PATH}` of a Rollout: who is bound to whom, as far as the deployment does not tell.

import Model

/// The columns, of which all must be there; case does not matter.
private let relationColumns = ["resource", "relation", "other"]

extension Decoder {
    /// Reads a table of relations. Its path, or nil where there is no such file.
    func decodeRelationFile(_ named: Located<String>) throws -> String? {
        guard let (path, bytes) = readFile(named) else { return nil }
        try bytes.withUnsafeBytes { bytes in
            var lines = ListLines(bytes)
            do {
                try decodeRelations(&lines, path)
            } catch let problem as ListLines.BadQuoting {
                report(problem, in: path)
            }
        }
        return path
    }

    private func decodeRelations(_ lines: inout ListLines, _ path: String) throws {
        guard lines.beginRecord() else { return }
        let place = SourceLocation(file: path, line: lines.line, column: 1)
        let names = try lines.header().map { $0.lowercased() }
        let columns = relationColumns.compactMap { names.firstIndex(of: $0) }
        guard columns.count == relationColumns.count else {
            return report(
                .listColumn, "a table of relations has the columns Resource, Relation and Other",
                at: place,
                hint:
                    "the columns are \(names.prefix(12).map { quoted($0) }.joined(separator: ", "))"
            )
        }
        while lines.beginRecord() {
            reading.entryCount += 1
            guard reading.entryCount <= reading.limits.entries else {
                throw tooManyEntries(
                    at: SourceLocation(file: path, line: lines.line, column: 1))
            }
            try decodeRelation(&lines, columns, path)
        }
    }

    private func decodeRelation(
        _ lines: inout ListLines, _ columns: [Int], _ path: String
    ) throws {
        let place = SourceLocation(file: path, line: lines.line, column: 1)
        let texts = try lines.header()
        func text(_ column: Int) -> String {
            columns[column] < texts.count ? texts[columns[column]] : ""
        }
        guard let bond = Relation.Bond(rawValue: Address.folded(text(1))) else {
            return report(
                .badValue, "no relation is called \(quoted(text(1)))", at: place,
                hint: suggestion(
                    for: text(1), in: Relation.Bond.allCases.map(\.rawValue)))
        }
        guard let one = relative(text(0), at: place), let other = relative(text(2), at: place)
        else { return }
        reading.relations.append(Relation(one, bond, of: other))
    }

    private func relative(_ text: String, at place: SourceLocation) -> ResourceID? {
        Array(text.utf8).withUnsafeBytes { bytes in
            guard let entry = EntryName(bytes[...], in: .any) else {
                let wrong = EntryName.whyNot(bytes[...], in: .any)
                report(wrong.rule, wrong.message, at: place, hint: wrong.hint)
                return nil
            }
            return ResourceID(
                kind: entry.kind, name: String(decoding: entry.name, as: UTF8.self))
        }
    }
}
