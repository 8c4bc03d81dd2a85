/// What changed since homes were read, taken into them.

import Model
import Testing

struct HomesChangesTests {
    private func resident(_ name: String, _ pool: String, _ site: String? = nil) -> ObservedResource
    {
        ObservedResource(
            id: ResourceID(kind: .user, name: name), ownID: .absent, home: .present(.pool(pool)),
            attributes: ["Site": site.map { .present($0) } ?? .absent],
            counts: [.outage: .present(2)])
    }

    private func homes(_ residents: [ObservedResource]) -> Homes {
        var homes = Homes(comparedBy: .host)
        homes.declare(attributes: ["Site"])
        for resident in residents { homes.append(resident) }
        return homes
    }

    @Test func `who is known has the new home, who is new is added, all others stay`() {
        var seen = homes([
            resident("ana@uc.test", "legacy", "mad"), resident("Ana@uc.test", "legacy"),
            resident("bo@uc.test", "legacy"),
        ])
        seen.take(
            changes: homes([
                resident("ana@UC.test", "modern", "bcn"), resident("cy@uc.test", "third"),
            ]))
        #expect(
            (0..<seen.count).map { seen.table[$0].name } == [
                "ana@uc.test", "Ana@uc.test", "bo@uc.test", "cy@uc.test",
            ])
        #expect(
            (0..<seen.count).map { seen.home(at: $0) } == [
                .present(.pool("modern")), .present(.pool("legacy")), .present(.pool("legacy")),
                .present(.pool("third")),
            ])
        #expect(seen.attribute("site")?[0] == .present("bcn"))
        #expect(seen.count(of: .outage, at: 0) == .present(2))
        // What a price rests on is not among changes.
        guard case .unknown = seen.count(of: .outage, at: 3) else {
            Issue.record("\(seen.count(of: .outage, at: 3))")
            return
        }
    }

    @Test func `a move that was in flight has arrived`() {
        var before = resident("ana@uc.test", "legacy")
        before.home = .present(.inFlight(from: "legacy", to: "modern"))
        var seen = homes([before])
        seen.take(changes: homes([resident("ana@uc.test", "modern")]))
        #expect(seen.home(at: 0) == .present(.pool("modern")))
    }
}
