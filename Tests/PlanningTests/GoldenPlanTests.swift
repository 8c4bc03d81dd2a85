/// Golden plans: a folder for each thing that happens, named by a sentence, with what is asked for,
/// what was seen, and the plan that a person reads and that `apply` reads.

import AdapterEmbedded
import AdapterKamailio
import Foundation
import Manifests
import Model
import Planning
import Reporting
import TestSupport
import Testing

@Suite struct GoldenTests {
    static let folder = "Tests/PlanningTests/Goldens"
    static let cases: [String] = (try? Repository.names(in: folder)) ?? []

    @Test func `there are enough golden plans`() {
        #expect(Self.cases.count >= 15)
    }

    @Test(arguments: cases)
    func plan(of name: String) throws {
        let path = "\(Self.folder)/\(name)"
        let desired = try load(path, "desired.yaml")
        let observed = try ObservedFixture(
            try Repository.text("\(path)/observed.yaml"),
            desired.folding == .host
                ? KamailioCatalog.capabilities
                : EmbeddedCatalog.capabilities(settles: .zero),
            comparedBy: desired.folding)
        let plan = Planner.plan(
            desired: desired, observed: observed.state, memory: observed.memory,
            capabilities: observed.capabilities, asOf: observed.asOf, part: observed.part)
        try expectTheSame(plan, desired, observed)
        let reviewed = try review(plan, of: path, observed)
        expectGolden(
            PlanText.render(reviewed, width: 100, style: .plain, limit: 5), "\(path)/plan.txt")
        expectGolden(
            String(decoding: PlanJSON.encode(reviewed), as: UTF8.self), "\(path)/plan.json")
        try expectReadBack(reviewed)
        guard reviewed.review != nil else { return }
        expectGolden(
            PlanMarkdown.render(reviewed, source: .folder(".")), "\(path)/plan.md")
    }

    /// Both forms that `apply` takes are read back to the last byte.
    private func expectReadBack(_ plan: Plan) throws {
        for bytes in [PlanJSON.encode(plan), PlanJSON.encodeLines(plan)] {
            let read = try PlanJSON.decode(bytes, digestedBy: { $0.computedDigest() })
            #expect(PlanJSON.encode(read) == PlanJSON.encode(plan))
            #expect(PlanJSON.encodeLines(read) == PlanJSON.encodeLines(plan))
        }
    }

    /// The plan in the sections of a review, where the folder has what a change is based on:
    /// `base.yaml`, or an empty one for nothing at all.
    private func review(
        _ plan: Plan, of path: String, _ observed: ObservedFixture
    ) throws -> Plan {
        guard try Repository.names(in: path).contains("base.yaml") else { return plan }
        let commit = "4f2a9c1e" + String(repeating: "0", count: 32)
        guard try Repository.text("\(path)/base.yaml") != "" else {
            return Planner.review(plan, since: commit, .nothing, observed.memory)
        }
        let base = Planner.plan(
            desired: try load(path, "base.yaml"), observed: observed.state,
            memory: observed.memory, capabilities: observed.capabilities, asOf: observed.asOf,
            part: observed.part)
        return Planner.review(plan, since: commit, .plan(base), observed.memory)
    }

    /// A plan over a snapshot is the plan, to the last byte.
    private func expectTheSame(
        _ plan: Plan, _ desired: DesiredState, _ observed: ObservedFixture
    ) throws {
        let taken = Snapshot(
            observed: observed.state, memory: observed.memory, capabilities: observed.capabilities)
        // Also where it was read for a revision that compares names in another way.
        for folding in Folding.allCases {
            let snapshot = try Snapshot(taken.encoded(), comparedBy: folding)
            #expect(snapshot.encoded() == taken.encoded())
            let again = Planner.plan(
                desired: desired, observed: snapshot.observed, memory: snapshot.memory,
                capabilities: snapshot.capabilities, asOf: observed.asOf, part: observed.part)
            #expect(PlanJSON.encode(again) == PlanJSON.encode(plan))
        }
    }

    /// Everything in the folder that is manifests or lists, and of the two revisions one.
    func load(_ path: String, _ revision: String) throws -> DesiredState {
        let others = Set(["observed.yaml", "desired.yaml", "base.yaml"]).subtracting([revision])
        var files: [String: String] = [:]
        for name in try Repository.names(in: path) where !others.contains(name) {
            guard !name.hasPrefix("plan.") else { continue }
            files[name] = try Repository.text("\(path)/\(name)")
        }
        let catalog = AdapterCatalog([
            "embedded": AdapterCatalog.Entry(
                attributes: EmbeddedCatalog.attributeNames, settings: EmbeddedCatalog.settings,
                folding: .whole),
            "kamailio": AdapterCatalog.Entry(
                attributes: KamailioCatalog.attributes.map(\.name),
                settings: KamailioSettings.names, folding: KamailioCatalog.folding),
        ])
        switch ManifestLoader.load(from: MemoryFileSource(files), adapters: catalog) {
        case .valid(let desired): return desired
        case .invalid(let diagnostics):
            throw Invalid(words: diagnostics.map { "\($0)" }.joined(separator: "\n"))
        }
    }

    struct Invalid: Error {
        var words: String
    }
}
