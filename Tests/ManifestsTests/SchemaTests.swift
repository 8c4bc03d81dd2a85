/// The schema that editors read agrees with what loading says. That it has the same keys, required keys
/// and ranges needs no test: both are made from the cases of one enumeration for each mapping.

import Foundation
import Manifests
import Model
import TestSupport
import Testing

struct SchemaTests {
    /// What can be seen in one document without knowing others or any file.
    static let structural: Set<Rule> = [
        .unknownKey, .missingKey, .wrongType, .badValue, .outOfRange, .badName, .badRate,
        .unknownKind, .unknownApiVersion, .unknownResourceKind, .entryKind, .mergeKey,
        .selectionEmpty, .unknownSetting, .secretLiteral, .secretMalformed,
    ]

    @Test(.enabled(if: SchemaChecker.python != nil, SchemaChecker.hint))
    func `every example of the repository is one that the schema takes`() throws {
        let manifests = try Repository.names(in: "manifests/contoso").filter {
            $0.hasSuffix(".yaml")
        }
        let pages =
            ["README.md", "docs/tutorial.md"]
            + (try Repository.names(in: "docs/reference").filter { $0.hasSuffix(".md") })
            .map { "docs/reference/\($0)" }
        let said = try SchemaChecker.complaints(
            schema: "docs/reference/manifest.schema.json",
            files: manifests.map { "manifests/contoso/\($0)" } + pages)
        #expect(said.count >= 12 + 14, "only \(said.keys.sorted()) were looked at")
        for (place, words) in said where !words.isEmpty {
            Issue.record(
                "\(place): \(words)\nagain: swift test --filter ManifestsTests.SchemaTests")
        }
    }

    @Test(.enabled(if: SchemaChecker.python != nil, SchemaChecker.hint))
    func `the schema refuses faults of form and nothing that loads`() async throws {
        try await withTemporaryFolder { folder in
            let schema = folder.appending(path: "schema.json")
            try Data(ManifestSchema.encode(adapters: .known)).write(to: schema)
            let paths = FixtureTests.names.flatMap { name in manifests(of: name) }
            let said = try SchemaChecker.complaints(schema: schema.path, files: paths)
            for name in FixtureTests.names {
                let found = try FixtureTests.loaded(name).diagnostics
                for path in manifests(of: name) { try compare(path, found, with: said) }
            }
        }
    }

    private func compare(
        _ path: String, _ found: [Diagnostic], with said: [String: [String]]
    ) throws {
        let text = String(decoding: try Data(contentsOf: url(path)), as: UTF8.self)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let here = found.filter { diagnostic in
            diagnostic.severity == .error
                && diagnostic.location.map { path.hasSuffix("/\($0.file)") } == true
        }
        let isRead = said["\(path):0"] == nil
        for diagnostic in here where isRead {
            guard let place = diagnostic.location, let rule = Rule(rawValue: diagnostic.rule),
                Self.structural.contains(rule)
            else { continue }
            let number = 1 + lines.prefix(place.line).count { $0 == "---" }
            #expect(
                said["\(path):\(number)"]?.isEmpty == false,
                "the schema takes document \(number), but \(place): \(diagnostic.message)")
        }
        guard here.isEmpty else { return }
        for (document, words) in said where document.hasPrefix("\(path):") {
            #expect(words.isEmpty, "\(document) loads, but the schema says \(words)")
        }
    }

    /// Regular files only: one fixture has links that lead nowhere.
    private func manifests(of name: String) -> [String] {
        let path = "\(fixtures)/\(name)"
        let inside = (try? Repository.names(in: path)).map { $0.map { "\(path)/\($0)" } }
        return (inside ?? [path]).filter { path in
            let type = try? FileManager.default.attributesOfItem(atPath: url(path).path)[.type]
            return path.hasSuffix(".yaml") && type as? FileAttributeType == .typeRegular
        }
    }

    private func url(_ path: String) -> URL { Repository.root.appending(path: path) }
}
