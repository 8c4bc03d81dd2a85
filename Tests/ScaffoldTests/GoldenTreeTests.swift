/// The whole of what `init` writes, as a person would read it: one golden file for each CI.

import Scaffold
import TestSupport
import Testing

struct GoldenTreeTests {
    static func scaffold(_ hosts: Set<Scaffold.Host>, schema: String? = nil) -> Scaffold {
        Scaffold(
            name: "contoso", zone: "Europe/Madrid",
            ledgerURL: hosts.isEmpty
                ? "sqlite:.rehome/ledger.db" : "sqlite:/var/lib/rehome/contoso.db",
            ledgerID: "7f3c9a1e", branch: "main", hosts: hosts, schema: schema)
    }

    @Test func `a repository without a CI is the one that was reviewed`() {
        let scaffold = Self.scaffold([])
        expectTree(scaffold.manifests + scaffold.surroundings, "plain")
    }

    @Test func `what all CIs have in common is what was reviewed`() {
        expectTree(Self.shared, "jobs")
    }

    /// What is the same elsewhere stands in the golden file of that.
    @Test(arguments: Scaffold.Host.allCases)
    func `a repository with a CI is the one that was reviewed`(host: Scaffold.Host) {
        let plain = Self.scaffold([])
        let known = plain.manifests + plain.surroundings + Self.shared
        let scaffold = Self.scaffold([host])
        expectTree(
            (scaffold.manifests + scaffold.surroundings).filter { file in
                !known.contains { $0.path == file.path && $0.text == file.text }
            }, host.rawValue)
    }

    /// The files that every CI adds, all of them the same.
    private static var shared: [Scaffold.File] {
        let plain = Set(scaffold([]).surroundings.map(\.path))
        let added = Scaffold.Host.allCases.map { host in
            scaffold([host]).surroundings.filter { !plain.contains($0.path) }
        }
        return added[0].filter { file in
            added.allSatisfy { $0.contains { $0.path == file.path && $0.text == file.text } }
        }
    }

    @Test func `several CIs share their scripts, and no path comes twice`() {
        let scaffold = Self.scaffold(Set(Scaffold.Host.allCases))
        let paths = (scaffold.manifests + scaffold.surroundings).map(\.path)
        #expect(paths.count == Set(paths).count)
        for path in ["ci/github.sh", "ci/gitlab.sh", "ci/apply.sh", ".azure-pipelines/rehome.yml"] {
            #expect(paths.contains(path))
        }
    }

    /// Every other YAML in the folder is read as a manifest.
    @Test func `what is YAML and no manifest lies where no manifest is looked for`() {
        for file in Self.scaffold(Set(Scaffold.Host.allCases)).surroundings
        where file.path.hasSuffix(".yml") || file.path.hasSuffix(".yaml") {
            #expect(file.path.hasPrefix("."), "\(file.path)")
        }
    }

    @Test func `no blank is left, and every line of a manifest finds the schema`() throws {
        let scaffold = Self.scaffold(Set(Scaffold.Host.allCases), schema: "{}\n")
        let files = scaffold.manifests + scaffold.surroundings
        for file in files {
            let blanks = file.text.matches(of: /@[A-Z]+@/).map { String($0.output) }
            #expect(blanks.isEmpty, "\(file.path) has \(blanks)")
        }
        for file in scaffold.manifests {
            #expect(
                file.text.hasPrefix(
                    "# yaml-language-server: $schema=\(Scaffold.schemaPath)\n"), "\(file.path)")
        }
        #expect(files.contains { $0.path == Scaffold.schemaPath && $0.text == "{}\n" })
    }

    @Test func `a value that looks like a blank stays what it is`() {
        var scaffold = Self.scaffold([])
        scaffold.name = "@ID@"
        #expect(scaffold.manifests[0].text.contains("{name: @ID@}"))
    }

    private func expectTree(
        _ files: [Scaffold.File], _ name: String,
        sourceLocation: Testing.SourceLocation = #_sourceLocation
    ) {
        let tree = files.map { file in
            "==> \(file.path)\(file.isExecutable ? " (executable)" : "") <==\n\(file.text)"
        }
        expectGolden(
            tree.joined(separator: "\n"), "Tests/ScaffoldTests/Goldens/\(name).txt",
            again: "swift test --filter ScaffoldTests", sourceLocation: sourceLocation)
    }
}
