/// Columns keep what they were given, and find it by its folded name.

import Model
import TestSupport
import Testing

struct ColumnTests {
    @Test func `a row is found by its folded name, and shown as it was written`() {
        var table = ResourceTable(comparedBy: .whole)
        #expect(
            table.append(ResourceID(kind: .user, name: "SIP:Ana@Contoso.example")) == .new(row: 0))
        #expect(table.row(of: ResourceID(kind: .user, name: "ana@contoso.EXAMPLE")) == 0)
        #expect(
            table.row(of: ResourceID(kind: .responseGroups, name: "ana@contoso.example")) == nil)
        #expect(table[0].description == "user/Ana@Contoso.example")
    }

    @Test func `only ASCII is folded`() {
        var table = ResourceTable(comparedBy: .whole)
        table.append(ResourceID(kind: .user, name: "josÉ@contoso.example"))
        #expect(table.row(of: ResourceID(kind: .user, name: "josé@contoso.example")) == nil)
    }

    @Test func `a second record of one name is kept, and names the first`() {
        var table = ResourceTable(comparedBy: .whole)
        table.append(ResourceID(kind: .user, name: "ana@contoso.example"))
        let second = table.append(ResourceID(kind: .user, name: "ANA@contoso.example"))
        #expect(second == .duplicate(row: 1, of: 0))
        #expect(table.count == 2)
        #expect(table.row(of: ResourceID(kind: .user, name: "ana@contoso.example")) == 0)
    }

    @Test func `ten thousand names are all found again`() {
        var table = ResourceTable(comparedBy: .whole)
        for number in 0..<10_000 {
            table.append(ResourceID(kind: .user, name: "user\(number)@contoso.example"))
        }
        for number in stride(from: 0, to: 10_000, by: 7) {
            let id = ResourceID(kind: .user, name: "USER\(number)@contoso.example")
            #expect(table.row(of: id) == number)
        }
        #expect(table.row(of: ResourceID(kind: .user, name: "user10000@contoso.example")) == nil)
    }

    @Test func `rows of another table are found as if they had been appended here`() {
        let names = (0..<3000).map { number in
            let name = "user\(number % 2000)@contoso.example"
            return number % 3 == 0 ? name.uppercased() : name
        }
        for folding in [Folding.whole, .host] {
            var page = ResourceTable(comparedBy: .whole)
            page.reserveCapacity(names.count)
            var plain = ResourceTable(comparedBy: folding)
            var expected: [ResourceTable.Appended] = []
            for name in names {
                let id = ResourceID(kind: .user, name: name)
                page.append(id)
                expected.append(plain.append(id))
            }
            var table = ResourceTable(comparedBy: folding)
            table.append(page[0])
            table.expect(page)
            let appended = (1..<page.count).map { table.append(from: page, at: $0) }
            #expect(appended == Array(expected.dropFirst()))
            #expect(
                (0..<page.count).allSatisfy {
                    table.row(matching: page, at: $0) == plain.row(of: page[$0])
                })
        }
    }

    @Test func `absent, present and unknown survive a column of codes`() {
        let gap = Gap(fact: "Department", reason: "not exported")
        var column = CodeColumn()
        for fact: Fact<String> in [.present("Sales"), .absent, .unknown(gap), .present("Sales")] {
            column.append(fact)
        }
        column.append("")
        #expect(column[0] == .present("Sales"))
        #expect(column[1] == .absent)
        #expect(column[2] == .unknown(gap))
        #expect(column.code(at: 0) == column.code(at: 3))
        #expect(column[4] == .absent)
        #expect(column.values == ["Sales"])
    }

    @Test func `pages put together are what one reading would have been`() {
        func resource(_ number: Int) -> ObservedResource {
            let gap = Gap(fact: "home", reason: "unread")
            let homes: [Fact<Home>] = [
                .present(.pool("a.example")),
                .present(.inFlight(from: "a.example", to: "b.example")),
                .present(.split(["a.example", "b.example"])), .absent, .unknown(gap),
            ]
            return ObservedResource(
                id: ResourceID(kind: .user, name: "u\(number)@example"),
                ownID: .present("id\(number)"),
                home: homes[number % homes.count],
                attributes: ["Department": number % 2 == 0 ? .present("D\(number % 3)") : .absent],
                counts: [.meetings: number % 3 == 0 ? .absent : .present(number)])
        }
        func homes(_ range: Range<Int>) -> Homes {
            var homes = Homes()
            homes.declare(attributes: ["Department"])
            for number in range { homes.append(resource(number)) }
            return homes
        }
        let whole = homes(0..<20)
        var pages = homes(0..<7)
        pages.append(contentsOf: homes(7..<20))
        for row in 0..<20 {
            #expect(pages.table[row] == whole.table[row])
            #expect(pages.home(at: row) == whole.home(at: row))
            #expect(pages.ownID(at: row) == whole.ownID(at: row))
            #expect(pages.attribute("department")?[row] == whole.attribute("Department")?[row])
            #expect(pages.count(of: .meetings, at: row) == whole.count(of: .meetings, at: row))
        }
    }
}
