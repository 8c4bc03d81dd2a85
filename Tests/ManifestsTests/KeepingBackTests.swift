/// The change of the manifests that keeps somebody where he was taken back to, in whatever style they are.

import Manifests
import Model
import Testing

struct KeepingBackTests {
    private static let head = """
        apiVersion: rehome.dev/v1
        kind: Connection
        metadata: {name: one}
        spec: {adapter: embedded, settings: {estate: .rehome/one.db}}
        ---
        apiVersion: rehome.dev/v1
        kind: Pool
        metadata: {name: old}
        spec: {connection: one, site: here, product: lync-2013, fqdn: old.contoso.example, state: serving}
        ---
        apiVersion: rehome.dev/v1
        kind: Pool
        metadata: {name: new}
        spec: {connection: one, site: here, product: sfb-2019, fqdn: new.contoso.example, state: serving}

        """

    private static let rollout = """
        ---
        apiVersion: rehome.dev/v1
        kind: Rollout
        metadata: {name: madrid}
        spec:
          placements: [all]

        """

    private static let waves = """
          waves:
            - {name: pilot, percent: 10}
            - {name: half, percent: 50}
            - {name: rest, percent: 100}

        """

    private static let placement = """
        ---
        # Everybody.
        apiVersion: rehome.dev/v1
        kind: Placement
        metadata: {name: all}

        """

    private static let users = "users: [{select: {pool: old}}]"

    private func keeping(
        _ files: [String: String], _ change: (inout KeepingBack) -> Void
    ) throws -> (after: DesiredState, edits: KeepingBack) {
        let source = MemoryFileSource(files)
        var edits = KeepingBack(try load(source).state(), source) { load($0) }
        change(&edits)
        return (try load(EditedSource(source, edits: edits.edits)).state(), edits)
    }

    @Test(arguments: ["", "  upTo: rest  # all of it\n", "  upTo: 'half'\n"])
    func `a rollout goes up to the wave before`(upTo: String) throws {
        let text =
            Self.head + Self.rollout + upTo + Self.waves + Self.placement
            + "spec: {pool: new, \(Self.users)}\n"
        let (after, edits) = try keeping(["estate.yaml": text]) {
            $0.lower("madrid", to: "pilot")
        }
        #expect(after.rollouts.first?.upTo == "pilot")
        #expect(edits.byHand.isEmpty && edits.edits.count == 1)
        let lines = edits.edits[0].after.split(separator: "\n").count
        #expect(lines == text.split(separator: "\n").count + (upTo.isEmpty ? 1 : 0))
        #expect(edits.edits[0].after.contains("# all of it") == upTo.contains("# all of it"))
    }

    @Test(arguments: [
        "spec: {pool: new, \(users)}\n", "spec:\n  pool: new\n  \(users)\n",
        "spec:\n  \(users)\n  except: []\n  pool: new\n",
        "spec:\n  pool: new\n  except: [ceo@contoso.example]\n  \(users)\n",
        "spec:\n  pool: new\n  except:\n    - ceo@contoso.example\n  \(users)\n",
    ])
    func `who was taken back is left out of his placement`(spec: String) throws {
        let people = ["ana@contoso.example", "o'brien@contoso.example", "a#b@contoso.example"]
            .map { ResourceID(kind: .user, name: $0) }
        let (after, edits) = try keeping([
            "site/estate.yaml": Self.head + Self.placement + spec
        ]) { edits in
            edits.leaveOut(["all": people])
            edits.leaveOut(["all": [ResourceID(kind: .responseGroups, name: "a, b")]])
        }
        #expect(edits.byHand.isEmpty)
        #expect(edits.edits.map(\.path) == ["site/estate.yaml", KeepingBack.fileName])
        let names = Set((0..<after.except.count).map { after.except[$0].description })
        #expect(names.isSuperset(of: people.map(\.description) + ["response-groups/a, b"]))
        #expect(after.except.count == 4 + (spec.contains("ceo") ? 1 : 0))
    }

    @Test func `what cannot be edited safely is said`() throws {
        let text =
            Self.head + Self.rollout.replacing("spec:", with: "spec: &all")
            + Self.waves.replacing("  waves:", with: "  \"waves\":") + Self.placement
            + "spec: {\"pool\": new, \(Self.users)}\n"
        let (after, edits) = try keeping(["estate.yaml": text]) { edits in
            edits.lower("madrid", to: "pilot")
            edits.leaveOut(["all": [ResourceID(kind: .user, name: "ana@contoso.example")]])
        }
        #expect(after.rollouts.first?.upTo == nil && after.except.count == 0)
        #expect(edits.byHand.count == 2)
    }
}
