/// Exports into a store: `Get-CsUser | Export-Csv` as the field makes it, and the apps file beside it.

import Adapters
package import Foundation
package import Model

/// One file of a seed. Which kind it is, its header says: the apps file has a column `Kind`.
package struct Seed: Sendable {
    package var url: URL
    /// The path as people know it, for diagnostics.
    package var path: String
    /// Where the manifest names it.
    package var location: SourceLocation?

    package init(url: URL, path: String, location: SourceLocation?) {
        self.url = url
        self.path = path
        self.location = location
    }
}

/// Fills an empty store. Everything that is wrong with the files is said together.
package struct Seeding {
    /// A file that is wrong in every line would bury what matters.
    private static let diagnosticsMax = 20

    private let now: Instant
    /// How long a move is still under way that the export shows in flight.
    private let flight: Duration
    private var diagnostics: [Diagnostic] = []
    private var spelled: [String: String] = [:]
    /// By folded address; a file that lists nobody says that nobody has any.
    private var counts: [Price.What: [String: Int]] = [:]
    private var relations: [Relation]?

    package init(now: Instant, moveTakes: Duration) {
        self.now = now
        flight = moveTakes > .zero ? moveTakes : .seconds(60)
    }

    package mutating func run(
        _ seeds: [Seed], into store: inout some EstateStore
    ) throws {
        for pool in try store.pools() { spelled[Address.folded(pool.fqdn)] = pool.fqdn }
        for seed in seeds {
            let content: Data
            do {
                content = try ExportFile.content(of: seed.url)
            } catch {
                diagnostics.append(
                    Diagnostic(
                        .error, rule: "seed-unreadable", "\(seed.path) \(error.message)",
                        at: seed.location, hint: error.hint))
                continue
            }
            try content.withUnsafeBytes { bytes in
                try read(CSVReader(bytes), of: seed, into: &store)
            }
        }
        if !diagnostics.isEmpty { throw DeploymentError(diagnostics) }
        for (what, counts) in counts { try store.setCounts(what, counts) }
        if let relations { try store.add(relations) }
    }

    private mutating func read(
        _ reader: CSVReader, of seed: Seed, into store: inout some EstateStore
    ) throws {
        var reader = reader
        do {
            guard try reader.next() else {
                report("seed-header", "the file is empty", at: 0, of: reader, seed, Self.whatFiles)
                return
            }
            guard let header = header(reader, seed) else { return }
            if let what = header.subject.what { counts[what] = counts[what] ?? [:] }
            if header.subject == .relations { relations = relations ?? [] }
            while try reader.next() {
                if diagnostics.count >= Self.diagnosticsMax { return }
                guard reader.fields.count == header.width else {
                    report(
                        "seed-row",
                        "the record has \(reader.fields.count) fields, the header \(header.width)",
                        at: reader.start, of: reader, seed, "quote fields that hold the separator")
                    continue
                }
                switch line(header, reader, seed) {
                case nil: continue
                case .record(let record): try store.insert(try placed(record, in: &store))
                case .relation(let relation): relations?.append(relation)
                case .count(let what, let address, let more):
                    counts[what, default: [:]][address, default: 0] += more
                }
            }
        } catch let fault as CSVReader.Fault {
            report(
                "seed-row", fault.message, at: fault.offset, of: reader, seed,
                "a quote inside a quoted field is written twice")
        }
    }

    private static let whatFiles =
        "seeds are users (Get-CsUser | Export-Csv users.csv), apps (columns Kind,Name,Pool,...), "
        + "relations, clients, policies or meetings: docs/reference/embedded.md has their columns"

    private mutating func header(_ reader: CSVReader, _ seed: Seed) -> SeedHeader? {
        var names: [String] = []
        for field in reader.fields {
            guard let name = reader.text(field) else {
                report(
                    "seed-row", "the name of a column is no UTF-8 text", at: field.start,
                    of: reader, seed, "export it again with Export-Csv -Encoding UTF8")
                return nil
            }
            names.append(name)
        }
        switch SeedHeader.read(names) {
        case .success(let header): return header
        case .failure(let fault):
            report(
                "seed-header", fault.message, at: reader.fields[fault.column ?? 0].start,
                of: reader, seed, Self.whatFiles)
            return nil
        }
    }

    private mutating func line(
        _ header: SeedHeader, _ reader: CSVReader, _ seed: Seed
    ) -> SeedLine? {
        var texts: [String] = []
        texts.reserveCapacity(header.width)
        for (index, field) in reader.fields.enumerated() {
            guard header.isUsed[index] else {
                texts.append("")
                continue
            }
            guard let text = reader.text(field) else {
                report(
                    "seed-row", "\(header.names[index]) is no UTF-8 text", at: field.start,
                    of: reader, seed, "export it again with Export-Csv -Encoding UTF8")
                return nil
            }
            texts.append(text)
        }
        switch header.line(of: texts) {
        case .success(let line): return line
        case .failure(let fault):
            let column = fault.column.map { reader.fields[$0].start } ?? reader.start
            report("seed-row", fault.message, at: column, of: reader, seed, fault.hint)
            return nil
        }
    }

    /// The record with its pools as the store spells them, pools that nobody declared added.
    private mutating func placed(
        _ record: EstateRecord, in store: inout some EstateStore
    ) throws -> EstateRecord {
        var record = record
        if let pool = record.pool { record.pool = try spelling(of: pool, in: &store) }
        if let former = record.former {
            record.former = try spelling(of: former, in: &store)
            record.arrives = now + flight
        }
        return record
    }

    private mutating func spelling(
        of pool: String, in store: inout some EstateStore
    ) throws -> String {
        let key = Address.folded(pool)
        if let known = spelled[key] { return known }
        try store.put(EstatePool(fqdn: pool, product: nil))
        spelled[key] = pool
        return pool
    }

    private mutating func report(
        _ rule: String, _ message: String, at offset: Int, of reader: CSVReader, _ seed: Seed,
        _ hint: String
    ) {
        let place = reader.place(of: offset)
        diagnostics.append(
            Diagnostic(
                .error, rule: rule, message,
                at: SourceLocation(file: seed.path, line: place.line, column: place.column),
                hint: hint))
    }
}
