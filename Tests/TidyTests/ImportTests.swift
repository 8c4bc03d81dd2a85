/// Stages meet only in `Model`: who may import whom, checked against Package.swift and every file.

import Foundation
import TestSupport
import Testing

/// The table of `docs/style.md`: targets of ours, then packages of others. Foundation and the
/// platform's own modules belong to everybody.
private let table: [String: (ours: Set<String>, outside: Set<String>)] = [
    "Model": ([], ["Crypto"]),
    "Manifests": (["Model"], ["CLibYAML"]),
    "Planning": (["Model"], []),
    "Reporting": (["Model"], []),
    "Scaffold": ([], []),
    "Adapters": (["Model"], []),
    "Ledgers": (["Model"], []),
    "Execution": (["Model", "Adapters", "Ledgers", "Planning"], []),
    "AdapterEmbedded": (["Model", "Adapters"], ["GRDB", "GRDBSQLite"]),
    "AdapterInventory": (["Model", "Adapters"], []),
    "Postgres": ([], ["CLibPQ"]),
    "AdapterKamailio": (["Model", "Adapters", "Postgres", "SIP"], []),
    "SIP": ([], ["Crypto"]),
    "Git": (["Manifests"], ["Subprocess"]),
    "LedgerSQLite": (["Model", "Ledgers"], ["GRDB", "GRDBSQLite"]),
    "Signing": (["Model"], []),
    "Callouts": (["Model"], ["Crypto"]),
    "Reconciliation": (
        ["Model", "Manifests", "Planning", "Execution", "Adapters", "Ledgers"], []
    ),
    "rehome": (
        [
            "Model", "Manifests", "Planning", "Reporting", "Adapters", "Ledgers", "Execution",
            "AdapterEmbedded", "AdapterInventory", "AdapterKamailio", "Callouts", "Git",
            "LedgerSQLite", "Reconciliation", "Scaffold", "Signing",
        ], ["ArgumentParser"]
    ),
]

private let everybodys: Set<String> = [
    "Foundation", "Dispatch", "Synchronization", "Glibc", "Musl", "Darwin",
]

/// What the toolchain has too, and not for everybody: it makes every start slower.
private let dear: [String: Set<String>] = [
    "AdapterKamailio": ["FoundationNetworking"], "Callouts": ["FoundationNetworking"],
]

/// How Package.swift calls the packages of others.
private let products = [
    "arguments": "ArgumentParser", "crypto": "Crypto", "grdb": "GRDB", "sqlite": "GRDBSQLite",
    "subprocess": "Subprocess",
]

struct ImportTests {
    @Test func `every folder of Sources has a line in the table of imports`() throws {
        let folders = Set(try Repository.names(in: "Sources")).subtracting(["CLibYAML", "CLibPQ"])
        #expect(
            folders == Set(table.keys),
            "the table in docs/style.md and in this file says who imports whom: add the new target")
    }

    @Test(arguments: table.keys.sorted())
    func `Package.swift gives a target what the table says`(target: String) throws {
        let package = try Repository.text("Package.swift")
        let given = try #require(dependencies(of: target, in: package))
        let line = try #require(table[target])
        #expect(
            given == line.ours.union(line.outside),
            "a stage meets others only in Model: change the design in a decision page first")
    }

    @Test(arguments: table.keys.sorted())
    func `a file imports what the table gives its target`(target: String) throws {
        let line = try #require(table[target])
        let allowed = line.ours.union(line.outside).union(everybodys).union(dear[target] ?? [])
        for file in try SourceFile.all(in: ["Sources/\(target)"]) {
            for (number, module) in imports(of: file) where !allowed.contains(module) {
                Issue.record("\(file.path):\(number): \(target) may not import \(module)")
            }
        }
    }

    @Test func `docs-style.md shows the same table`() throws {
        let style = try Repository.text("docs/style.md")
        for (target, line) in table {
            let shown = try #require(
                style.split(separator: "\n").first { $0.hasPrefix("| \(target) |") },
                "docs/style.md has no line for \(target)")
            let cells = shown.split(separator: "|").map {
                $0.split(whereSeparator: { " ,`".contains($0) }).map(String.init)
            }
            #expect(Set(cells[1]).subtracting(["–"]) == line.ours, "\(target) in docs/style.md")
            #expect(Set(cells[2]).subtracting(["–"]) == line.outside, "\(target) in docs/style.md")
        }
    }

    @Test func `a planted import is found`() {
        let file = SourceFile(
            path: "Sources/Planning/Planner.swift",
            text: "// import GRDB\npackage import Model\nimport struct Adapters.Batch\n")
        #expect(imports(of: file).map(\.1) == ["Model", "Adapters"])
        #expect(
            dependencies(of: "A", in: #"source("A", ["B", grdb]), source("AB", [])"#)
                == ["B", "GRDB"])
    }
}

/// Module names with their lines, `Adapters` for `import struct Adapters.Batch`.
private func imports(of file: SourceFile) -> [(Int, String)] {
    file.code.enumerated().compactMap { index, line in
        let words = line.split(separator: " ")
        guard let keyword = words.firstIndex(of: "import"), keyword <= 2, let last = words.last
        else { return nil }
        return (index + 1, String(last.split(separator: ".")[0]))
    }
}

/// What Package.swift lists between the brackets after a target's name.
private func dependencies(of target: String, in package: String) -> Set<String>? {
    let names = package.ranges(of: "\"\(target)\"")
    guard
        let name = names.first(where: { range in
            let before = package[..<range.lowerBound].filter { !$0.isWhitespace }.suffix(40)
            return before.hasSuffix("source(") || before.hasSuffix("executableTarget(name:")
        }),
        let end = package[name.upperBound...].firstIndex(of: "]")
    else { return nil }
    let rest = package[name.upperBound..<end]
    // A target without dependencies is closed before any bracket opens.
    guard let open = rest.firstIndex(of: "["), !rest[..<open].contains(")") else { return [] }
    let words = rest[rest.index(after: open)...].split(whereSeparator: { " ,\n".contains($0) })
    return Set(
        words.map { word in
            word.hasPrefix("\"")
                ? String(word.dropFirst().dropLast()) : products[String(word)] ?? String(word)
        })
}
