/// Values that name, count and order things.

import Model
import TestSupport
import Testing

struct ValueTests {
    private func step(
        _ name: String, from: String, to: String, comparedBy folding: Folding = .whole
    ) -> StepID {
        var name = name
        return name.withUTF8 {
            StepID(
                action: .move, connection: "madrid", subject: UnsafeRawBufferPointer($0),
                kind: .user,
                from: from, to: to, comparedBy: folding)
        }
    }

    @Test func `the same deed has the same id however it is written, and another deed another`() {
        let id = step("ana@contoso.example", from: "a.example", to: "b.example")
        #expect(step("ANA@contoso.example", from: "A.example", to: "b.EXAMPLE") == id)
        #expect(step("ana@contoso.example", from: "b.example", to: "a.example") != id)
        #expect(step("bo@contoso.example", from: "a.example", to: "b.example") != id)
        #expect(StepID(id.description) == id)
        #expect(StepID("7f3c") == nil)
    }

    @Test func `the id of a deed hangs on the case of a user part where that tells people apart`() {
        let id = step("ana@contoso.example", from: "a", to: "b")
        #expect(step("ana@Contoso.example", from: "A", to: "b", comparedBy: .host) == id)
        #expect(step("Ana@contoso.example", from: "a", to: "b", comparedBy: .host) != id)
    }

    @Test func `fields of a digest do not run together`() {
        var one = Digest()
        one.add("ab")
        one.add("c")
        var other = Digest()
        other.add("a")
        other.add("bc")
        #expect(one.hex() != other.hex())
    }

    @Test func `generations of one family have an order, and families have none`() {
        #expect(Product.ocs2007r2.direction(to: .lync2013) == .forward)
        #expect(Product.sfbSE.direction(to: .lync2010) == .back)
        #expect(Product.sfb2019.direction(to: .sfb2019) == .level)
        #expect(Product.kamailio.direction(to: .teams) == nil)
    }

    @Test func `unknown stands beside what is known in a sum, and is accepted on its own`() {
        let counted = Price(.meetings, .count(2), detail: "again")
        let unknown = Price(.meetings, .unknown, detail: "again")
        #expect(Price.total([([counted], 3)]) == [Price(.meetings, .count(6), detail: "again")])
        #expect(
            Price.total([([counted], 3), ([unknown], 1)])
                == [Price(.meetings, .count(6), detail: "again"), unknown])
        let counts = PriceConsent(accepted: [.meetings])
        #expect(counts.covers(counted))
        #expect(!counts.covers(unknown))
        #expect(PriceConsent(accepted: [.meetings], acceptedUnknown: [.meetings]).covers(unknown))
        #expect(PriceConsent().covers(Price(.clients, .count(0), detail: "")))
    }

    @Test func `a share allows the larger of its two measures`() {
        let share = Policy.Share(percent: 5, atLeast: 10)
        #expect(share.allowance(of: 40) == 10)
        #expect(share.allowance(of: 1000) == 50)
        #expect(share.allowance(of: 0) == 10)
    }

    @Test func `a hold holds until its last instant`() {
        let until = ManifestTime(text: "2026-12-05", instant: World.now)
        let hold = Hold(name: "h", reason: "r", owner: "o", until: until, location: World.place)
        #expect(hold.isActive(at: World.now))
        #expect(!hold.isActive(at: World.now + .milliseconds(1)))
    }

    @Test func `times are read and written in one form`() {
        #expect(Instant(iso: "2026-12-05T22:00:00Z")?.description == "2026-12-05T22:00:00Z")
        #expect(Instant(iso: "2026-12-05T23:00:00+01:00")?.description == "2026-12-05T22:00:00Z")
        #expect(Instant(iso: "tomorrow") == nil)
    }

    @Test(arguments: [
        "user/ana@contoso.example", "response-groups/madrid", "access-number/+34915550100",
    ])
    func `a resource is read as it is written`(text: String) {
        #expect(ResourceID(text)?.description == text)
    }

    @Test(arguments: ["ana", "user/", "printer/one", "/x", ""])
    func `what names no resource is none`(text: String) {
        #expect(ResourceID(text) == nil)
    }
}
