/// The file of call-outs: read by the rules of manifests, and lying outside of the repository.

import Foundation
import Manifests
import Model
import TestSupport
import Testing

struct CalloutFileTests {
    private static func callout(_ name: String, _ spec: String) -> String {
        """
        apiVersion: rehome.dev/v1
        kind: Callout
        metadata: {name: \(name)}
        spec: \(spec)
        ---

        """
    }

    private func load(_ text: String) -> CalloutFile.Loaded {
        CalloutFile.load(Array(text.utf8), of: "callouts.yaml")
    }

    private func wrong(_ text: String) -> String {
        guard case .invalid(let diagnostics) = load(text) else { return "nothing" }
        return rendered(diagnostics)
    }

    @Test func `a board and a program are defined`() throws {
        let text =
            Self.callout(
                "board", "{url: 'https://board.example/rehome', signature: {secret: env:KEY}}")
            + Self.callout("smoke", "{command: [/bin/smoke, --both, 'two words'], timeout: 2m}")
        guard case .valid(let callouts) = load(text) else {
            Issue.record("\(wrong(text))")
            return
        }
        #expect(
            callouts == [
                Callout(
                    name: "board",
                    way: .post(
                        url: "https://board.example/rehome", signature: .environment("KEY")),
                    timeout: .seconds(30)),
                Callout(
                    name: "smoke", way: .command(["/bin/smoke", "--both", "two words"]),
                    timeout: .seconds(120)),
            ])
    }

    @Test func `all that is wrong is said at once, with its place`() {
        let text =
            Self.callout("a", "{}") + Self.callout("b", "{url: 'https://b', command: [/b]}")
            + Self.callout("c", "{url: 'ftp://c'}")
            + Self.callout("d", "{url: 'https://ana:word@d'}")
            + Self.callout("e", "{url: 'https://e', signature: a secret}")
            + Self.callout("f", "{command: [f]}")
            + Self.callout("g", "{command: /bin/g}")
            + Self.callout("h", "{command: [/bin/h], signature: {secret: env:H}}")
            + Self.callout("i", "{command: [/bin/i], timeout: 11m}")
            + Self.callout("j", "{comand: [/bin/j], timeout: 1m}")
            + Self.callout("a", "{url: 'http://a'}")
            + "apiVersion: rehome.dev/v1\nkind: Hold\nmetadata: {name: k}\nspec: {}\n"
        expectGolden(
            wrong(text), "Tests/ManifestsTests/callouts.diagnostics.txt",
            again: "swift test --filter CalloutFileTests")
    }

    @Test func `a file is in the repository where any link on the way to it is`() async throws {
        try await withTemporaryFolder { outer in
            let files = FileManager.default
            let inside = outer.appending(path: "repository/manifests")
            let outside = outer.appending(path: "outside")
            for folder in [inside, outside, outer.appending(path: "repository/.git")] {
                try files.createDirectory(at: folder, withIntermediateDirectories: true)
            }
            try Data().write(to: outside.appending(path: "callouts.yaml"))
            try Data().write(to: outer.appending(path: "repository/callouts.yaml"))
            // Out of it and back, and through it to the outside.
            for (link, target) in [
                ("outside/link", "../repository/callouts.yaml"),
                ("outside/folder", "../repository"),
                ("repository/back", outside.path), ("outside/round", "round"),
                ("outside/far", "folder/back/callouts.yaml"),
            ] {
                try files.createSymbolicLink(
                    atPath: outer.appending(path: link).path, withDestinationPath: target)
            }
            let source = FolderSource(root: inside)
            let root = outer.resolvingSymlinksInPath().path
            for path in [
                "repository/callouts.yaml", "repository/absent",
                "outside/../repository/callouts.yaml",
                "outside/link", "outside/folder/callouts.yaml", "repository/back/callouts.yaml",
                "outside/far",
            ] {
                #expect(source.leadsThrough("\(root)/\(path)"), "\(path)")
            }
            for path in ["outside/callouts.yaml", "outside/absent", "outside/round", "repository2"]
            {
                #expect(!source.leadsThrough("\(root)/\(path)"), "\(path)")
            }
        }
    }
}
