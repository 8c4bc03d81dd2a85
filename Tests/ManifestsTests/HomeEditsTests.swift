/// What rehome writes into manifests reads back as what was meant, whatever people and pools are called.

import Manifests
import Model
import Testing

struct HomeEditsTests {
    private static let names = [
        "o'brien@contoso.example", "a#b@contoso.example", "müller@contoso.example",
        "&anchor@contoso.example", "*alias@contoso.example", "!tag@contoso.example",
        "a%20b@contoso.example", "-dash@contoso.example", "true", "no", "12", "1e3", "~", "null",
        "a b", "back\\slash", "\"quoted\"", "[a]", "a,b", "a: b", "{a: b}", "a #b", "0x1F", "'",
    ]

    private static let manifests = """
        apiVersion: rehome.dev/v1
        kind: Connection
        metadata: {name: one}
        spec: {adapter: embedded, settings: {estate: .rehome/one.db}}
        ---
        apiVersion: rehome.dev/v1
        kind: Pool
        metadata: {name: old}
        spec: {connection: one, site: here, product: lync-2013, fqdn: old.contoso.example}
        """

    @Test func `hostile names read back as they were`() throws {
        let source = MemoryFileSource(["estate.yaml": Self.manifests])
        let resources = Self.names.map { name in
            ResourceID(kind: name.contains("@") ? .user : .responseGroups, name: name)
        }
        var edits = HomeEdits(try load(source).state(), source)
        edits.add(resources, to: "old")
        let after = try load(EditedSource(source, edits: edits.edits)).state()
        let written = Set((0..<after.entries.count).map { after.entries[$0].folded(by: .whole) })
        // What is no address or no name at all cannot be in a manifest, nor come from a load.
        #expect(written == Set(resources.map { $0.folded(by: .whole) }))
    }
}
