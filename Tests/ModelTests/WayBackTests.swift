/// Moves there and back, read as one way for each person.

import Model
import Testing

@Suite struct WayBackTests {
    private func moved(
        _ name: String, _ ownID: String?, _ from: String, _ to: String, _ number: UInt64
    ) -> RecordedStep {
        let run = RunID("run")
        let move = Move(
            step: StepID(high: 0, low: number), resource: ResourceID(kind: .user, name: name),
            ownID: ownID, from: from, to: to)
        let now = Instant(millisecondsSince1970: 0)
        return RecordedStep(
            intent: IntendedStep(
                run: run, batch: 1, connection: "madrid", move: move, placement: "madrid",
                bySelection: false, attempt: 1, at: now, deadline: now, repeatable: true),
            outcome: .done, settledAt: now)
    }

    private func trails(_ steps: [RecordedStep]) -> [WayBack.Trail] {
        WayBack(stage: "back", undoing: steps, includingOthers: false, comparedBy: .whole).trails
    }

    @Test func `who was renamed on the way is one, and a round of his counts for nothing`() throws {
        let trails = trails([
            moved("ana@contoso.example", "a", "old", "new", 1),
            moved("anna@contoso.example", "a", "new", "old", 2),
            moved("anna@contoso.example", "a", "third", "new", 3),
        ])
        #expect(trails.count == 1)
        let trail = try #require(trails.first)
        #expect(trail.resource.name == "anna@contoso.example")
        #expect(trail.former == "third", "he was there before he went the last time")
        #expect(trail.steps == [StepID(high: 0, low: 3)])
    }

    @Test func `who has no id of his own is known by his name, whatever its case`() throws {
        let trails = trails([
            moved("Ana@contoso.example", nil, "old", "third", 1),
            moved("ana@contoso.example", nil, "third", "new", 2),
            moved("ben@contoso.example", nil, "old", "new", 3),
        ])
        #expect(trails.map(\.former) == ["old", "old"])
        #expect(trails.map(\.pool) == ["new", "new"])
    }

    @Test func `two who exchanged their addresses go back each to where he was`() throws {
        let trails = trails([
            moved("ana@contoso.example", "a", "old", "new", 1),
            moved("ben@contoso.example", "b", "third", "new", 2),
            moved("ben@contoso.example", "a", "new", "fourth", 3),
        ])
        #expect(trails.map(\.former) == ["old", "third"])
        #expect(trails.map(\.pool) == ["fourth", "new"])
    }
}
