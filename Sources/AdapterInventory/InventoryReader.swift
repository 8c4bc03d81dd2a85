/// Files into an inventory: what each of them is, its own first bytes say.

import Adapters
import Foundation
import Model

/// Takes one export after the other; everything that is wrong with them is said together.
struct InventoryReader {
    /// A file that is wrong in every line would bury what matters.
    private static let diagnosticsMax = 20

    private var inventory = Inventory()
    private var directory = Directory()
    private var diagnostics: [Diagnostic] = []

    /// `declared` are the FQDNs of the pools that the manifests declare for the connection.
    init(declared: [String]) {
        for fqdn in declared { inventory.pool(fqdn) }
    }

    mutating func take(
        _ file: InventorySettings.File, from read: (String) throws(ExportFile.Unreadable) -> Data
    ) {
        do {
            let content = try ExportFile.text(of: try read(file.path))
            content.withUnsafeBytes { take($0, path: file.path) }
        } catch {
            diagnostics.append(
                Diagnostic(
                    .error, rule: "inventory-unreadable", "\(file.path) \(error.message)",
                    at: file.location, hint: error.hint))
        }
    }

    private mutating func take(_ bytes: UnsafeRawBufferPointer, path: String) {
        let blank: Set<UInt8> = [0x20, 0x09, 0x0A, 0x0D, 0xEF, 0xBB, 0xBF]
        let start = bytes.firstIndex { !blank.contains($0) } ?? bytes.endIndex
        let head = bytes[start...].prefix(16)
        if head.isEmpty {
            return report("the file is empty", path, 1, Self.whatFiles)
        }
        if head.first == UInt8(ascii: "{") { return takeLines(bytes, path: path) }
        let isLDIF = ["dn:", "version:", "#"].contains { head.starts(with: Array($0.utf8)) }
        let isTyped = head.starts(with: Array("#TYPE".utf8))
        isLDIF && !isTyped ? takeDirectory(bytes, path: path) : takeTable(bytes, path: path)
    }

    /// All that was read, or everything that is wrong with it.
    mutating func finish() throws(DeploymentError) -> Inventory {
        if !diagnostics.isEmpty { throw DeploymentError(diagnostics) }
        directory.resolve(into: &inventory)
        return inventory
    }

    static let whatFiles =
        "files are CSV or JSON Lines with the columns of docs/reference/inventory.md, or LDIF"

    private var isFull: Bool { diagnostics.count >= Self.diagnosticsMax }

    private mutating func report(
        _ message: String, _ path: String, _ line: Int, column: Int = 1, _ hint: String
    ) {
        diagnostics.append(
            Diagnostic(
                .error, rule: "inventory-file", message,
                at: SourceLocation(file: path, line: line, column: column), hint: hint))
    }
}

// The forms of a file.
extension InventoryReader {
    private mutating func takeTable(_ bytes: UnsafeRawBufferPointer, path: String) {
        var reader = CSVReader(bytes)
        var lines = LineCount(bytes)
        do {
            guard try reader.next() else { return }
            let names = reader.fields.map { reader.text($0) ?? "" }
            guard let columns = columns(names, path, lines.line(of: reader.start)) else { return }
            if names.contains(where: { Address.folded($0) == "kind" }) == false {
                noteKinds(InventoryRow(columns: columns, texts: [], place: ""))
            }
            while try reader.next(), !isFull {
                let line = lines.line(of: reader.start)
                guard reader.fields.count == names.count else {
                    report(
                        "the record has \(reader.fields.count) fields, the header \(names.count)",
                        path, line, "quote fields that hold the separator")
                    continue
                }
                let texts = reader.fields.map { reader.text($0) }
                if let column = texts.firstIndex(of: nil) {
                    report(
                        "\(names[column]) is no UTF-8 text", path, line,
                        "export it again with Export-Csv -Encoding UTF8")
                    continue
                }
                take(
                    InventoryRow(
                        columns: columns, texts: texts.map { $0 ?? "" }, place: "\(path):\(line)"),
                    path, line)
            }
        } catch {
            let place = reader.place(of: error.offset)
            report(
                error.message, path, place.line, column: place.column,
                "a quote inside a quoted field is written twice")
        }
    }

    private mutating func columns(
        _ names: [String], _ path: String, _ line: Int
    ) -> [String: Int]? {
        var columns: [String: Int] = [:]
        for (index, name) in names.enumerated() {
            if columns.updateValue(index, forKey: Address.folded(name.trimmed)) != nil {
                report("the column \(name) stands twice", path, line, Self.whatFiles)
                return nil
            }
        }
        guard InventoryRow(columns: columns, texts: [], place: "").subject != nil else {
            report(
                "nobody knows what a file with these columns lists: \(names.joined(separator: ", "))",
                path, line, Self.whatFiles)
            return nil
        }
        return columns
    }

    /// A file of users that lists none says that there are none, and so for the others.
    private mutating func noteKinds(_ row: InventoryRow) {
        switch row.subject {
        case .user: inventory.note(.user)
        case .relation: inventory.relations = inventory.relations ?? []
        case .client: inventory.counts[.clients] = inventory.counts[.clients] ?? [:]
        case .policy: inventory.counts[.policies] = inventory.counts[.policies] ?? [:]
        case .meetings: inventory.counts[.meetings] = inventory.counts[.meetings] ?? [:]
        case .app, nil: break
        }
    }

    private mutating func takeLines(_ bytes: UnsafeRawBufferPointer, path: String) {
        for (index, line) in bytes.split(
            separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false
        ).enumerated() where !isFull {
            var text = Array(line)
            if index == 0, text.starts(with: [0xEF, 0xBB, 0xBF]) { text.removeFirst(3) }
            guard text.contains(where: { $0 > 0x20 }) else { continue }
            guard String(validating: text, as: UTF8.self) != nil,
                let row = try? InventoryRow(json: text, place: "\(path):\(index + 1)")
            else {
                report(
                    "the line is no JSON object of texts and numbers", path, index + 1,
                    "write one object a line, as in ConvertTo-Json -Compress")
                continue
            }
            guard row.subject != nil else {
                report(
                    "nobody knows what an object with these members is: "
                        + row.columns.keys.sorted().joined(separator: ", "), path, index + 1,
                    Self.whatFiles)
                continue
            }
            noteKinds(row)
            take(row, path, index + 1)
        }
    }

    private mutating func take(_ row: InventoryRow, _ path: String, _ line: Int) {
        do {
            try row.add(to: &inventory, &directory)
        } catch {
            report(error.message, path, line, error.hint)
        }
    }

    private mutating func takeDirectory(_ bytes: UnsafeRawBufferPointer, path: String) {
        var reader = LDIFReader(bytes)
        do {
            while let entry = try reader.next() {
                directory.take(entry, place: "\(path):\(entry.line)")
            }
        } catch {
            report(
                error.message, path, error.line,
                "export it again with ldifde -f or ldapsearch -LLL, without changes")
        }
    }
}

/// Line numbers of offsets that only grow.
private struct LineCount {
    private let bytes: UnsafeRawBufferPointer
    private var position = 0
    private var current = 1

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    mutating func line(of offset: Int) -> Int {
        while position < offset {
            if bytes[position] == UInt8(ascii: "\n") { current += 1 }
            position += 1
        }
        return current
    }
}
