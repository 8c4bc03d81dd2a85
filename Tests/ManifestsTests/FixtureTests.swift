/// Every fault in a file or a folder of its own, beside what a person is told about it.

import Foundation
import Manifests
import Model
import TestSupport
import Testing

struct FixtureTests {
    static let names: [String] = {
        let names = (try? Repository.names(in: fixtures)) ?? []
        return names.filter { !$0.hasSuffix(".txt") && $0 != "large" }
    }()

    /// A file is a folder of one manifest; a fault that takes a limit is loaded with lower ones.
    static func source(_ name: String) -> FolderSource {
        let url = Repository.root.appending(path: "\(fixtures)/\(name)")
        return FolderSource(root: url)
    }

    static func loaded(_ name: String) throws -> Loaded {
        var limits = Limits.standard
        limits.nesting = 12
        limits.keptEvents = 60
        limits.aliasEvents = 60
        limits.scalarBytes = 400
        limits.entries = 200
        limits.listBytes = 4000
        guard name.hasSuffix(".yaml") else { return load(source(name), limits: limits) }
        var source = MemoryFileSource([:])
        let url = Repository.root.appending(path: "\(fixtures)/\(name)")
        source.files[name] = Array(try Data(contentsOf: url))
        return load(source, limits: limits)
    }

    @Test(arguments: names)
    func `every fault is told as its golden says`(name: String) throws {
        let stem = name.hasSuffix(".yaml") ? String(name.dropLast(5)) : name
        expectGolden(
            rendered(try Self.loaded(name).diagnostics), "\(fixtures)/\(stem).diagnostics.txt",
            again: "swift test --filter FixtureTests")
    }

    @Test func `every rule has a fixture that breaks it and an entry in the reference`() throws {
        var broken: Set<String> = []
        for name in Self.names {
            broken.formUnion(try Self.loaded(name).diagnostics.map(\.rule))
        }
        let reference = try Repository.text("docs/reference/diagnostics.md")
        for rule in Rule.allCases {
            #expect(broken.contains(rule.rawValue), "no fixture breaks \(rule.rawValue)")
            #expect(
                reference.contains("### `\(rule.rawValue)`"), "no entry for \(rule.rawValue)")
        }
        #expect(broken.isSubset(of: Rule.allCases.map(\.rawValue)))
    }

    @Test func `a message is one sentence in lower case and a hint says what to do`() throws {
        for name in Self.names {
            for diagnostic in try Self.loaded(name).diagnostics {
                #expect(!diagnostic.message.hasSuffix("."), "\(diagnostic.message)")
                #expect(
                    diagnostic.message.first?.isUppercase != true
                        || diagnostic.message.hasPrefix("a "),
                    "\(diagnostic.message)")
                #expect(!diagnostic.message.contains("failed to"))
                #expect(!diagnostic.message.contains { $0.isNewline })
            }
        }
    }
}
