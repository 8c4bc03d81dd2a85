/// Drift that several looks agree on.

import Model
import Testing

struct DriftTests {
    private static func drift(
        _ name: String, _ found: Drift.Class = .moved, on pool: String = "old"
    ) -> Drift {
        Drift(
            class: found, connection: "madrid", resource: ResourceID(kind: .user, name: name),
            desired: "new", observed: pool, lastApplied: "new", detail: nil)
    }

    @Test func `what every look shows alarms, what only the last one shows is told`() {
        let confirmed = [Drift].confirmed(
            by: [
                [Self.drift("ana@contoso.example"), Self.drift("bo@contoso.example")],
                [Self.drift("ana@contoso.example"), Self.drift("cy@contoso.example")],
            ], comparedBy: .whole)
        #expect(confirmed.map(\.resource.name) == ["ana@contoso.example", "cy@contoso.example"])
        #expect(confirmed.map(\.isConfirmed) == [true, false])
        #expect(confirmed.map { $0.alarms(failOn: [.moved]) } == [true, false])
    }

    @Test func `somebody seen in two places, or in two classes, is not confirmed`() {
        let places = [Drift].confirmed(
            by: [
                [Self.drift("ana@contoso.example", on: "old")],
                [Self.drift("ana@contoso.example", on: "far")],
            ], comparedBy: .whole)
        #expect(places.map(\.isConfirmed) == [false])
        let classes = [Drift].confirmed(
            by: [
                [Self.drift("ana@contoso.example", .inFlight)], [Self.drift("ana@contoso.example")],
            ], comparedBy: .whole)
        #expect(classes.map(\.isConfirmed) == [false])
    }

    @Test func `one look is enough where one was asked for`() {
        let only = [Drift].confirmed(by: [[Self.drift("ana@contoso.example")]], comparedBy: .whole)
        #expect(only.map(\.isConfirmed) == [true])
        #expect([Drift].confirmed(by: [], comparedBy: .whole).isEmpty)
    }
}
