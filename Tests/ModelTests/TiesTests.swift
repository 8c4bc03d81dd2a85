/// Who is bound to whom.

import Model
import TestSupport
import Testing

struct TiesTests {
    private func user(_ name: String) -> ResourceID {
        ResourceID(kind: .user, name: "\(name)@contoso.example")
    }

    @Test func `bonds hold both ways, through others, and whatever the case`() {
        let ties = Ties(
            [
                Relation(user("Ana"), .delegate, of: user("ceo")),
                Relation(user("bo"), .sharedLine, of: user("ANA")),
                Relation(user("cy"), .delegate, of: user("di")),
            ], comparedBy: .whole)
        let bound = ties.bound(to: [user("CEO")])
        #expect(
            bound.mapValues(\.neighbour) == [user("ana"): user("ceo"), user("bo"): user("ANA")])
        #expect(Set(bound.values.map(\.root)) == [user("ceo")])
        #expect(Set(ties.bound(to: [user("bo")]).keys) == [user("ana"), user("ceo")])
        #expect(ties.bound(to: [user("ed")]).isEmpty)
        #expect(ties.bound(to: [user("cy"), user("di")]).isEmpty)
    }

    @Test func `who is bound to himself is bound to nobody`() {
        #expect(
            Ties([Relation(user("ana"), .delegate, of: user("Ana"))], comparedBy: .whole).isEmpty)
    }

    @Test func `of several roots the first by name is told, and none of them is bound`() {
        let ties = Ties(
            [
                Relation(user("bo"), .delegate, of: user("zoe")),
                Relation(user("bo"), .delegate, of: user("ana")),
                Relation(user("cy"), .delegate, of: user("zoe")),
            ], comparedBy: .whole)
        let bound = ties.bound(to: [user("zoe"), user("ana")])
        #expect(Set(bound.keys) == [user("bo"), user("cy")])
        #expect(Set(bound.values.map(\.root)) == [user("ana")])
    }

    /// Whoever is reached from somebody reaches him, and no order of relations matters.
    @Test func `bonds are the same from either end`() {
        for seed in 0..<50 {
            var random = SeededGenerator(seed: UInt64(seed))
            let people = (0..<12).map { user("p\($0)") }
            var relations = (0..<9).map { _ in
                Relation(
                    people.randomElement(using: &random) ?? people[0], .delegate,
                    of: people.randomElement(using: &random) ?? people[1])
            }
            let ties = Ties(relations, comparedBy: .whole)
            relations.shuffle(using: &random)
            let shuffled = Ties(relations, comparedBy: .whole)
            for one in people {
                let reached = Set(ties.bound(to: [one]).keys)
                #expect(reached == Set(shuffled.bound(to: [one]).keys), "seed \(seed)")
                for other in reached {
                    #expect(ties.bound(to: [other])[one] != nil, "seed \(seed): \(one), \(other)")
                }
            }
        }
    }
}
