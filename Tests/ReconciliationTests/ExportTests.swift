/// An export says where everybody is, in manifests that ask nobody to move.

import Manifests
import Model
import Planning
import Reconciliation
import TestSupport
import Testing

struct ExportTests {
    private static let catalog = AdapterCatalog([
        "embedded": AdapterCatalog.Entry(
            attributes: ["Department"], settings: ["estate"], folding: .whole)
    ])

    /// Names that people and apps have, and names that somebody might have given them.
    private static let names = [
        "ana", "o'brien", "müller", "#hash", "true", "-dash", "a%20b", "&and", "*star", "12", "~",
        "a,b", "a b", "\"quoted\"", "back\\slash", "[list]", "{map}", "a: b", "\u{202E}turned", " ",
    ]

    private static func world(seed: UInt64) -> World {
        var random = SeededGenerator(seed: seed)
        let pools = [
            World.pool("legacy", .ocs2007r2), World.pool("mo.dern", .lync2013),
            World.pool("mo-dern", .lync2013),
        ]
        let residents = (0..<Int.random(in: 0...90, using: &random)).map { number in
            let name = names.randomElement(using: &random) ?? "ana"
            let isUser = random.oneIn(2)
            let pool = pools.randomElement(using: &random)?.name ?? "legacy"
            let seen: World.Seen =
                switch Int.random(in: 0..<9, using: &random) {
                case 0: .homeless
                case 1: .unknown
                case 2: .inFlight(pool, "legacy")
                default: .on(pool)
                }
            return World.Resident(
                isUser ? "\(name)\(number / 3)@contoso.example" : "\(name)\(number / 3)",
                kind: isUser ? .user : random.oneIn(3) ? .conferenceDirectory : .responseGroups,
                seen: seen)
        }
        return World(pools: pools, residents: residents)
    }

    private static func manifests(_ world: World) -> String {
        let head = """
            apiVersion: rehome.dev/v1
            kind: Connection
            metadata: {name: \(World.connection)}
            spec: {adapter: embedded, settings: {estate: .rehome/one.db}}

            """
        return head
            + world.pools.map { pool in
                """
                ---
                apiVersion: rehome.dev/v1
                kind: Pool
                metadata: {name: \(pool.name)}
                spec: {connection: \(pool.connection), site: \(pool.site), product: \(pool.product.rawValue), fqdn: \(pool.fqdn)}

                """
            }.joined()
    }

    @Test func `export then plan is empty, and nobody is left out without a word`() throws {
        for seed in 0..<150 {
            let world = Self.world(seed: UInt64(seed))
            let source = MemoryFileSource(["estate.yaml": Self.manifests(world)])
            let again = "again: swift test --filter ExportTests, seed \(seed)"
            let export = Export(
                of: world.observed, on: try Self.load(source, again), into: "today")
            let desired = try Self.load(EditedSource(source, edits: export.edits), again)
            let plan = Planner.plan(
                desired: desired, observed: world.observed, memory: Memory(isAtHand: true),
                capabilities: [World.connection: world.capabilities], asOf: World.now,
                part: .wholeEstate)
            #expect(plan.steps.isEmpty && plan.refusals.isEmpty, "\(again)")
            #expect(plan.left.isEmpty, "\(again)")
            let declared = export.counts.values.reduce(0, +)
            #expect(plan.summary.unchanged == declared, "\(again)")
            #expect(desired.entries.count == declared, "\(again)")
            let skipped = export.skipped.values.reduce(0) { $0 + $1.count }
            #expect(declared + skipped == world.observed.connections[0].homes.count, "\(again)")
        }
    }

    private static func load(_ source: any FileSource, _ again: String) throws -> DesiredState {
        switch ManifestLoader.load(from: source, adapters: catalog) {
        case .valid(let desired): return desired
        case .invalid(let diagnostics):
            Issue.record("\(diagnostics)\n\(again)")
            throw Refused()
        }
    }

    private struct Refused: Error {}
}
