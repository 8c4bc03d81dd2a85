/// An inventory for tests: files by name, opened as a connection.

import AdapterInventory
import Adapters
import Conformance
import Foundation
import Model
import TestSupport

/// What a test says of an inventory; the files are named in the order of the list.
struct InventoryDeployment {
    var files: [(name: String, text: String)]
    var pools: [String] = []

    var connection: Connection {
        let place = SourceLocation(file: "estate.yaml", line: 3, column: 5)
        let items = files.map { Setting(.text($0.name), at: place) }
        return Connection(
            name: "north", adapter: "inventory",
            settings: ["files": Setting(.list(items), at: place)],
            limits: Connection.Limits(concurrency: 1, batch: 50, rate: nil), location: place)
    }

    func with<Result>(_ body: (any Adapter) async throws -> Result) async throws -> Result {
        let texts = Dictionary(uniqueKeysWithValues: files.map { ($0.name, $0.text) })
        let documents = pools.map { fqdn in
            Pool(
                name: fqdn, connection: "north", site: "north", product: .lync2013, fqdn: fqdn,
                state: .serving, capacity: nil,
                location: SourceLocation(file: "estate.yaml", line: 9, column: 1))
        }
        return try await InventoryAdapter.with(
            connection, pools: documents,
            read: { (path) throws(ExportFile.Unreadable) in
                guard let text = texts[path] else {
                    throw ExportFile.Unreadable(message: "is not there", hint: "write it")
                }
                return Data(text.utf8)
            }, body)
    }

    /// Everything that is seen, a line for each resource and each gap.
    func seen(_ attributes: [String] = []) async throws -> [String] {
        try await with { adapter in
            let page = try await adapter.observe(
                .everything(attributes: attributes), after: nil, limit: 1000)
            let rows = (0..<page.homes.count).map { row in
                var line = "\(page.homes.table[row]): \(Self.words(page.homes.home(at: row)))"
                for name in attributes {
                    if let fact = page.homes.attribute(name)?[row] {
                        line += ", \(name) \(Self.words(fact))"
                    }
                }
                return line
            }
            let gaps = page.gaps.filter { $0.kind == nil || $0.pool != nil || $0.fact != nil }
            return rows + gaps.map { "gap: \($0.reason)" }
        }
    }

    private static func words(_ home: Fact<Home>) -> String {
        switch home {
        case .present(.pool(let pool)): pool
        case .present(.inFlight(let from, let to)): "\(from) -> \(to)"
        case .present(.split(let pools)): pools.joined(separator: " + ")
        case .absent: "no pool"
        case .unknown(let gap): "unknown, \(gap.reason)"
        }
    }

    private static func words(_ fact: Fact<String>) -> String {
        switch fact {
        case .present(let text): text
        case .absent: "absent"
        case .unknown: "unknown"
        }
    }
}

extension AdapterFixture {
    /// The seeds as an inventory reads them, complete: every kind was looked for, and all relations.
    var exports: [(name: String, text: String)] {
        var files = seeds.map { file in
            (
                name: file.name,
                text: file.text.replacing("\"Department\"", with: "\"Department\",\"HomeServer\"")
            )
        }
        files[0].text = files[0].text.split(separator: "\r\n").enumerated().map { index, line in
            index > 1 ? "\(line),\r\n" : "\(line)\r\n"
        }.joined()
        for kind in Kind.allCases where kind.isApp { files[1].text += "\(kind.name),,,,,,,\n" }
        return files
    }
}
