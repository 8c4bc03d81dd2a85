/// What strangers may not do to whoever reads their manifests.

import Foundation
import Manifests
import Model
import TestSupport
import Testing

struct LimitTests {
    @Test func `one rule broken ten thousand times is shown a thousand times and counted`() {
        let users = (0..<10_000).map { "user\($0)" }.joined(separator: ", ")
        let diagnostics = load(pools + placement("madrid", "users: [\(users)]")).diagnostics
        #expect(diagnostics.count == 1001)
        #expect(diagnostics.first?.message == "9000 more of this rule are not shown")
    }

    @Test func `aliases of aliases do not blow up`() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1..<12 {
            let aliases = [String](repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(aliases)]\n"
        }
        #expect(load(text).diagnostics.contains { $0.rule == "alias-limit" })
    }

    @Test func `an anchor on a list too large to keep harms only who repeats it`() throws {
        let users = (0..<70_000).map { "u\($0)@x.example" }.joined(separator: ", ")
        let text = pools + placement("madrid", "users: &all [\(users)]")
        #expect(try load(text).state().entries.count == 70_000)
        let twice = pools + placement("madrid", "users: &all [\(users)], except: *all")
        #expect(load(twice).diagnostics.map(\.rule) == ["alias-limit"])
    }

    @Test func `nesting without end is refused`() {
        let depth = 100_000
        let text = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        #expect(load(text).diagnostics.map(\.rule) == ["wrong-type", "nesting-limit"])
    }

    @Test func `after a file that cannot be read nobody is told that names are missing`() {
        let files = [
            "a.yaml": "kind: \"Pool\n", "b.yaml": placement("madrid", "users: [ana@x.example]"),
        ]
        #expect(load(MemoryFileSource(files)).diagnostics.map(\.rule) == ["yaml-syntax"])
    }

    @Test(arguments: [
        "", "---", "--- \n...\n", "# nothing\n", "~", "\u{FEFF}", "%YAML 1.1\n---\n", "\n\n\n",
    ])
    func `a file of nothing is no manifest`(text: String) {
        #expect(load(text).diagnostics.map(\.rule) == ["no-manifests"])
    }

    @Test(arguments: 0..<300 as Range<UInt64>)
    func `bytes at random are judged, never believed`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let example = try Repository.text("\(fixtures)/the-example-of-the-reference/contoso.yaml")
        var bytes = Array(example.utf8)
        for _ in 0..<Int.random(in: 1..<6, using: &random) {
            let index = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<3, using: &random) {
            case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes.remove(at: index)
            default:
                bytes.insert(
                    contentsOf: "{[&*-:\n \t'\"".utf8.shuffled(using: &random).prefix(2), at: index)
            }
        }
        var source = MemoryFileSource([:])
        source.files["contoso.yaml"] = bytes
        // Files are missing, so the result is never valid; and it is the same twice.
        let once = load(source).diagnostics
        #expect(!once.isEmpty)
        #expect(once == load(source).diagnostics)
        #expect(once == once.sorted())
    }
}

extension LimitTests {
    @Test func `a list that is named again and again is read only so often`() {
        var limits = Limits.standard
        limits.readings = 5
        let users = [String](repeating: "{file: a.txt}", count: 10).joined(separator: ", ")
        let source = MemoryFileSource([
            "estate.yaml": pools + placement("madrid", "users: [\(users)]"),
            "a.txt": "ana@x.example",
        ])
        let rules = load(source, limits: limits).diagnostics.map(\.rule)
        #expect(rules.filter { $0 == "file-limit" }.count == 6)
    }

    @Test func `a thousand pools in a chain and back are judged`() {
        var text = """
            apiVersion: rehome.dev/v1
            kind: Connection
            metadata: {name: m}
            spec: {adapter: embedded}
            ---

            """
        for index in 0..<1000 {
            text += """
                apiVersion: rehome.dev/v1
                kind: Pool
                metadata: {name: p\(index)}
                spec: {connection: m, site: s, product: lync-2013, fqdn: p\(index).example}
                ---
                \(placement("x\(index)", "users: [{select: {pool: p\((index + 1) % 1000)}}]", pool: "p\(index)"))
                """
        }
        #expect(load(text).diagnostics.map(\.rule) == ["selection-cycle"])
    }

    @Test func `text of a stranger does not act on a terminal`() {
        let escape = "\\e]0;gone\\a\\e[2J"
        let diagnostics = load(
            pools + placement("madrid", "\"\(escape)\": 1, users: [\"\(escape)\"]")
                + placement("other", "users: [{file: \"\(escape)\"}], apps: [\"\(escape)/x\"]")
        ).diagnostics
        #expect(diagnostics.count == 4)
        for text in diagnostics.flatMap({ [$0.message, $0.hint ?? ""] }) {
            #expect(!text.unicodeScalars.contains { $0.value < 0x20 }, "\(text.debugDescription)")
        }
    }
}
