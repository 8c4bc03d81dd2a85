/// Golden ways back: what was moved, what was seen since, and the plan that leads back.

import AdapterEmbedded
import Foundation
import Model
import Planning
import Reporting
import TestSupport
import Testing

@Suite struct GoldenWayBackTests {
    static let folder = "Tests/PlanningTests/GoldensBack"
    static let cases: [String] = (try? Repository.names(in: folder)) ?? []

    @Test func `there are enough golden ways back`() {
        #expect(Self.cases.count >= 6)
    }

    @Test(arguments: cases)
    func plan(of name: String) throws {
        let path = "\(Self.folder)/\(name)"
        let scene = try Scene(path)
        let made = scene.plan()
        expectGolden(
            PlanText.render(
                made.plan, width: 100, style: .plain, limit: 5,
                source: .command("rehome rollback ...")) + "\n" + scene.words(of: made),
            "\(path)/plan.txt")
        let bytes = PlanJSON.encode(made.plan)
        let read = try PlanJSON.decode(bytes, digestedBy: { $0.computedDigest() })
        #expect(PlanJSON.encode(read) == bytes)
    }

    /// The way back is the plan of the manifests as they were before, for everybody they declared.
    @Test func `reverting the manifests leads to the same steps`() throws {
        let path = "\(Self.folder)/a-wave-goes-back-at-its-price"
        let scene = try Scene(path)
        let back = Set(scene.plan().plan.steps.map(\.id))
        var before = scene.desired
        for index in before.placements.indices { before.placements[index].pool = "ocs-mad" }
        before.rollouts = []
        let reverted = Planner.plan(
            desired: before, observed: scene.observed.state, memory: scene.observed.memory,
            capabilities: scene.observed.capabilities, asOf: scene.observed.asOf,
            part: .wholeEstate)
        #expect(Set(reverted.steps.map(\.id)) == back)
        #expect(!back.isEmpty)
    }

    /// Once all is back, the same way back has nothing to do, and still says who stays blocked.
    @Test func `a way back that was gone leads nowhere`() throws {
        var scene = try Scene("\(Self.folder)/a-wave-goes-back-at-its-price")
        let first = scene.plan()
        var homes = Homes(comparedBy: .whole)
        for trail in scene.back.trails {
            homes.append(
                ObservedResource(
                    id: trail.resource, ownID: .absent, home: .present(.pool(trail.former)),
                    attributes: [:], counts: [:]))
        }
        scene.observed.state.connections[0].homes = homes
        let again = scene.plan()
        #expect(again.plan.steps.isEmpty && again.plan.left.isEmpty)
        #expect(again.takenBack == first.takenBack)
    }
}

/// One golden way back, read from its folder.
private struct Scene {
    var desired: DesiredState
    var observed: ObservedFixture
    var back: WayBack

    init(_ path: String) throws {
        desired = try GoldenTests().load(path, "desired.yaml")
        let text = try Repository.text("\(path)/observed.yaml")
        let root = try YAMLNode.load(text)
        var able = EmbeddedCatalog.capabilities(settles: .zero)
        let oneWay = Set(
            root["oneWay"]?.items.compactMap(\.text).compactMap { Kind(name: $0) } ?? [])
        for index in able.moves.indices where oneWay.contains(able.moves[index].kind) {
            able.moves[index].reversal = .never
        }
        observed = try ObservedFixture(text, able, comparedBy: desired.folding)
        let folding = desired.folding
        let moves = root["moves"]?.items ?? []
        back = WayBack(
            stage: root["stage"]?.text ?? "back/madrid/pilot",
            undoing: try moves.map { try Self.move($0, folding) }, includingOthers: false,
            comparedBy: folding)
        back.unmoved = try (root["unmoved"]?.items ?? []).map { node in
            let move = try Self.move(node, folding).intent
            return WayBack.Unmoved(
                step: move.move.step, resource: move.move.resource, placement: move.placement)
        }
        let accepted = root["accept"]?.items.compactMap(\.text) ?? []
        let made = plan()
        for what in accepted.compactMap({ Price.What(rawValue: $0) }) {
            for subject: Consent.Subject in [.price(what), .unknownPrice(what)] {
                observed.memory.consents.append(
                    Consent(
                        subject: subject, digest: made.plan.digest, reason: "",
                        by: Actor(account: "ana", host: "ops1"), at: observed.asOf))
            }
        }
    }

    func plan() -> WayBackPlan {
        Planner.planBack(
            back, desired: desired, observed: observed.state, memory: observed.memory,
            capabilities: observed.capabilities, asOf: observed.asOf, part: observed.part)
    }

    /// Who stays blocked, by name.
    func words(of made: WayBackPlan) -> String {
        let blocked = Set(made.takenBack)
        let names =
            back.trails.filter { $0.steps.contains(where: blocked.contains) }
            .map { "\($0.resource)" }
            + back.unmoved.filter { blocked.contains($0.step) }
            .map { "\($0.resource) (never moved)" }
        return "Stays blocked: " + names.sorted().joined(separator: ", ") + "\n"
    }

    private static func move(_ node: YAMLNode, _ folding: Folding) throws -> RecordedStep {
        var resource: ResourceID?
        for (key, value) in node.entries {
            if let kind = Kind(name: key), let name = value.text {
                resource = ResourceID(kind: kind, name: name)
            }
        }
        let id = try #require(resource)
        let from = node["from"]?.text ?? "ocs.contoso.example"
        let to = node["to"]?.text ?? "lync.contoso.example"
        var name = id.name
        let step = name.withUTF8 {
            StepID(
                action: .move, connection: "madrid", subject: UnsafeRawBufferPointer($0),
                kind: id.kind, from: from, to: to, comparedBy: folding)
        }
        return RecordedStep(
            intent: IntendedStep(
                run: RunID("r1"), batch: 1, connection: "madrid",
                move: Move(step: step, resource: id, ownID: nil, from: from, to: to),
                placement: "madrid", bySelection: false, attempt: 1, at: World.now,
                deadline: World.now, repeatable: true),
            outcome: node["outcome"]?.text == "already" ? .already : .done, settledAt: World.now)
    }
}
