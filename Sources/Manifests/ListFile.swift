/// Lists of people beside a manifest: one address a line, or CSV with a header, as exports make them.

import Model

/// The columns of a list in which entries stand; case does not matter.
private let addressColumns = ["SipAddress", "address"]
private let resourceColumns = addressColumns + ["resource"]

/// A list file that is being read, and its handle in the entries.
private struct ListFile {
    var path: String
    var handle: UInt32

    func location(line: Int, column: Int) -> SourceLocation {
        SourceLocation(file: path, line: line, column: column)
    }
}

extension Decoder {
    /// Reads a list file into a list of entries. What is wrong with the file itself is reported where
    /// it is named, what is wrong in it is reported there.
    func decodeListFile(
        _ named: Located<String>, _ use: EntryUse, _ list: inout EntryList
    ) throws {
        guard let (path, bytes) = readFile(named) else { return }
        try bytes.withUnsafeBytes { bytes in
            var lines = ListLines(bytes)
            guard !lines.isUTF16 else {
                return report(
                    .listEncoding, "the file is UTF-16",
                    at: SourceLocation(file: path, line: 1, column: 1),
                    hint: "save it as UTF-8 (Export-Csv -Encoding UTF8)")
            }
            do {
                try decodeLines(&lines, path, use, &list)
            } catch let problem as ListLines.BadQuoting {
                report(problem, in: path)
            }
        }
    }

    func report(_ problem: ListLines.BadQuoting, in path: String) {
        report(
            .listQuoting, problem.message,
            at: SourceLocation(file: path, line: problem.line, column: problem.column),
            hint: "a value with a quote or a comma stands in quotes, and a quote in it is doubled")
    }

    /// The path and the bytes of a file that a manifest names.
    func readFile(_ named: Located<String>) -> (path: String, bytes: [UInt8])? {
        let path = ManifestPath.resolve(named.value, from: file)
        do {
            return (path, try reading.read(path, limit: reading.limits.listBytes))
        } catch {
            let rule: Rule =
                switch error {
                case .absent: .fileMissing
                case .outsideRepository: .fileOutside
                case .tooLarge, .tooMany, .beyondTotal: .fileLimit
                case .unreadable, .notAFile: .unreadableFile
                }
            report(
                rule, "the file \(quoted(named.value)) \(error.words)", at: named.location,
                hint: fileHint(rule, path))
            return nil
        }
    }

    private func fileHint(_ rule: Rule, _ path: String) -> String {
        switch rule {
        case .fileMissing: "paths are relative to the manifest: looked for \(quoted(path))"
        case .fileOutside: "list files lie beside the manifests, in the same repository"
        case .fileLimit: "divide it, or choose people by select: where so many are meant"
        default: "name a file of text that everybody may read"
        }
    }

    private func decodeLines(
        _ lines: inout ListLines, _ path: String, _ use: EntryUse, _ list: inout EntryList
    ) throws {
        guard lines.beginRecord() else { return }
        let columns = use.subject == .users ? addressColumns : resourceColumns
        var wanted: Int?
        if lines.isHeader(whereNamesHave: use.subject == .users ? "@" : "@/") {
            let place = SourceLocation(file: path, line: lines.line, column: 1)
            let names = try lines.header()
            wanted = names.firstIndex { name in
                columns.contains { $0.lowercased() == name.lowercased() }
            }
            guard wanted != nil else {
                return reportNoColumn(names, columns, at: place)
            }
            guard lines.beginRecord() else { return }
        }
        let file = ListFile(path: path, handle: list.file(path))
        repeat {
            try decodeRecord(&lines, wanted, file, use, &list)
        } while lines.beginRecord()
    }

    private func decodeRecord(
        _ lines: inout ListLines, _ wanted: Int?, _ file: ListFile,
        _ use: EntryUse, _ list: inout EntryList
    ) throws {
        let line = lines.line
        var found: ListLines.Field?
        var count = 0
        var isLast = false
        while !isLast {
            let field = try lines.field(&isLast)
            if count == wanted ?? 0 { found = field }
            count += 1
        }
        guard let found, wanted != nil || count == 1 else {
            return report(
                .badAddress,
                wanted == nil ? "more than an address in a line" : "no address in the line",
                at: file.location(line: line, column: 1),
                hint: wanted == nil
                    ? "a table begins with the names of its columns, one of them SipAddress"
                    : "the line has fewer values than the first line has names")
        }
        let column = lines.column(of: found)
        try lines.withBytes(of: found) { bytes in
            guard let entry = EntryName(bytes, in: use.subject) else {
                let wrong = EntryName.whyNot(bytes, in: use.subject)
                return report(
                    wrong.rule, wrong.message,
                    at: file.location(line: found.line, column: column), hint: wrong.hint)
            }
            reading.entryCount += 1
            guard reading.entryCount <= reading.limits.entries else {
                throw tooManyEntries(at: file.location(line: found.line, column: 1))
            }
            list.append(
                kind: entry.kind, name: UnsafeRawBufferPointer(rebasing: entry.name),
                owner: use.owner, origin: .file, file: file.handle, line: found.line,
                column: column)
        }
    }

    private func reportNoColumn(_ names: [String], _ columns: [String], at place: SourceLocation) {
        let hasSemicolons = names.count == 1 && names.contains { $0.contains(";") }
        report(
            .listColumn,
            "no column of the list is named \(columns.joined(separator: " or "))", at: place,
            hint: hasSemicolons
                ? "the columns are separated by semicolons: export with a comma (-Delimiter ',')"
                : "the columns are \(names.prefix(12).map { quoted($0) }.joined(separator: ", "))")
    }
}
