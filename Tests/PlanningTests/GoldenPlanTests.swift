/// Golden plans: a folder for each thing that happens, named by a sentence, with what is asked for,
/// what was seen, and the plan that a person reads and that `apply` reads.

import AdapterEmbedded
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
        let desired = try load(path)
        let observed = try ObservedFixture(
            try Repository.text("\(path)/observed.yaml"),
            EmbeddedCatalog.capabilities(settles: .zero))
        let plan = Planner.plan(
            desired: desired, observed: observed.state, memory: observed.memory,
            capabilities: observed.capabilities, asOf: observed.asOf, part: observed.part)
        try expectTheSame(plan, desired, observed)
        expectGolden(
            PlanText.render(plan, width: 100, style: .plain, limit: 5), "\(path)/plan.txt")
        expectGolden(
            String(decoding: PlanJSON.encode(plan), as: UTF8.self), "\(path)/plan.json")
    }

    /// A plan over a snapshot is the plan, to the last byte.
    private func expectTheSame(
        _ plan: Plan, _ desired: DesiredState, _ observed: ObservedFixture
    ) throws {
        let taken = Snapshot(
            observed: observed.state, memory: observed.memory, capabilities: observed.capabilities)
        let snapshot = try Snapshot(taken.encoded())
        #expect(snapshot.encoded() == taken.encoded())
        let again = Planner.plan(
            desired: desired, observed: snapshot.observed, memory: snapshot.memory,
            capabilities: snapshot.capabilities, asOf: observed.asOf, part: observed.part)
        #expect(PlanJSON.encode(again) == PlanJSON.encode(plan))
    }

    private func load(_ path: String) throws -> DesiredState {
        var files: [String: String] = [:]
        for name in try Repository.names(in: path) where name != "observed.yaml" {
            guard !name.hasPrefix("plan.") else { continue }
            files[name] = try Repository.text("\(path)/\(name)")
        }
        let catalog = AdapterCatalog([
            "embedded": AdapterCatalog.Entry(
                attributes: EmbeddedCatalog.attributeNames, settings: EmbeddedCatalog.settings)
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
