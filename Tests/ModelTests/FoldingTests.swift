/// Which names are one name, by either folding, in every place that compares them.

import Model
import TestSupport
import Testing

struct FoldingTests {
    private func user(_ name: String) -> ResourceID { ResourceID(kind: .user, name: name) }

    @Test(arguments: [
        ("SIP:Alice@UC.Example", "alice@uc.example", "Alice@uc.example"),
        ("we@Ird@UC.Example", "we@ird@uc.example", "we@Ird@uc.example"),
        ("Sales Desk", "sales desk", "Sales Desk"),
        ("Ünï@UC.Example", "Ünï@uc.example", "Ünï@uc.example"),
        ("A@JOSÉ.Example", "a@josÉ.example", "A@josÉ.example"),
        ("@", "@", "@"), ("", "", ""), ("A@", "a@", "A@"), ("@B", "@b", "@b"),
    ])
    func `a user part keeps its case where only hosts have none`(
        name: String, whole: String, host: String
    ) {
        #expect(Folding.whole.folded(name) == whole)
        #expect(Folding.host.folded(name) == host)
    }

    /// Texts, bytes, tables and hashes tell the same names apart.
    @Test func `bytes and texts fold alike`() {
        var random = SeededGenerator(seed: 11)
        func name() -> String {
            String(
                (0..<Int.random(in: 0..<5, using: &random)).map { _ in
                    "aAbB@@.é".randomElement(using: &random) ?? "a"
                })
        }
        for folding in Folding.allCases {
            var table = ResourceTable(comparedBy: folding)
            var first: [String: Int] = [:]
            for row in 0..<2000 {
                let name = name()
                let folded = folding.folded(name)
                let bytes = Array(name.utf8).withUnsafeBytes {
                    folding.withFolded($0) { Array($0) }
                }
                #expect(bytes == Array(folded.utf8))
                let known = first[folded]
                #expect(
                    table.append(user(name))
                        == (known.map { .duplicate(row: row, of: $0) } ?? .new(row: row)))
                if known == nil { first[folded] = row }
                #expect(folding.folded(folded) == folded, "what is folded stays so")
            }
            for (name, row) in first { #expect(table.row(of: user(name)) == row) }
        }
    }

    private func homes(_ names: [String], comparedBy folding: Folding) -> Homes {
        var homes = Homes(comparedBy: folding)
        for name in names {
            homes.append(
                ObservedResource(
                    id: user(name), ownID: .absent, home: .present(.pool("a.example"))))
        }
        return homes
    }

    @Test func `the hash of a record hangs on what tells its name apart`() {
        let names = ["alice@uc.example", "Alice@uc.example", "Alice@UC.example"]
        let whole = homes(names, comparedBy: .whole)
        let host = homes(names, comparedBy: .host)
        let hashes = (0..<3).map { host.recordHash(at: $0, connection: "uc") }
        #expect(hashes[0] != hashes[1] && hashes[1] == hashes[2])
        for row in 0..<3 {
            #expect(whole.recordHash(at: row, connection: "uc") == hashes[0])
        }
    }

    @Test func `homes can be compared in another way, and back`() {
        let names = ["alice@uc.example", "Alice@uc.example", "Alice@UC.example"]
        let whole = homes(names, comparedBy: .whole)
        #expect(whole.duplicates == [1: 0, 2: 0])
        let host = whole.compared(by: .host)
        #expect(host.duplicates == [2: 1])
        #expect(host.table.row(of: user("Alice@UC.EXAMPLE")) == 1)
        #expect(host.table.row(of: user("ALICE@uc.example")) == nil)
        #expect(host.compared(by: .whole).duplicates == whole.duplicates)
    }

    @Test func `a memory is compared in another way with all that it holds`() throws {
        var memory = Memory(isAtHand: true, stops: Stops(comparedBy: .host))
        var homes = SettledHomes(comparedBy: .host)
        var bound = BoundIDs(comparedBy: .host)
        for name in ["Alice@uc.example", "alice@uc.example"] {
            homes.append(
                SettledHome(
                    resource: user(name), ownID: nil, pool: name, former: nil, placement: "",
                    bySelection: false, movedByUs: false))
            bound.append(BoundResource(resource: user(name), ownID: name))
            memory.stops.take(
                Instruction(
                    .hold([user(name)], owner: name, until: nil), reason: nil,
                    by: Actor(account: "jm", host: "ops"), at: World.now))
        }
        memory.homes["uc"] = homes
        memory.bound["uc"] = bound
        #expect(memory.homes["uc"]?.count == 2 && memory.stops.held.count == 2)
        let whole = memory.compared(by: .whole)
        #expect(whole.folding == .whole)
        #expect(whole.homes["uc"]?.row(of: user("ALICE@uc.example")) == 0)
        #expect(whole.bound["uc"]?.table.row(of: user("ALICE@uc.example")) == 0)
        #expect(Set(whole.stops.held.keys) == [user("alice@uc.example")])
    }

    @Test func `bonds, pseudonyms and drift keep apart whom case tells apart`() {
        let relation = Relation(user("bo@uc.example"), .delegate, of: user("Alice@UC.example"))
        let ties = Ties([relation], comparedBy: .host)
        #expect(ties.bound(to: [user("alice@uc.example")]).isEmpty)
        #expect(ties.bound(to: [user("Alice@uc.example")]).count == 1)
        #expect(
            !Ties(
                [Relation(user("A@uc.example"), .delegate, of: user("a@uc.example"))],
                comparedBy: .host
            ).isEmpty)

        let key = [UInt8](repeating: 7, count: 32)
        let exact = Pseudonyms(key: key, comparedBy: .host)
        let one = exact.pseudonym(of: "sip:Alice@UC.example")
        #expect(one == exact.pseudonym(of: "Alice@uc.example"))
        #expect(one != exact.pseudonym(of: "alice@uc.example"))
        #expect(exact.masking("user/Alice@UC.EXAMPLE moved") == "user/\(one) moved")
        #expect(
            exact.pseudonym(of: "alice@uc.example")
                == Pseudonyms(key: key, comparedBy: .whole).pseudonym(of: "ALICE@uc.example"))

        func drift(_ name: String) -> Drift {
            Drift(
                class: .moved, connection: "uc", resource: user(name), desired: "new",
                observed: "old", lastApplied: nil, detail: nil)
        }
        let looks = [[drift("Alice@uc.example")], [drift("alice@uc.example")]]
        #expect([Drift].confirmed(by: looks, comparedBy: .host).map(\.isConfirmed) == [false])
        #expect([Drift].confirmed(by: looks, comparedBy: .whole).map(\.isConfirmed) == [true])
    }

    /// The manifests that are planned over a snapshot say how its names compare.
    @Test func `a snapshot holds names as they were written`() throws {
        var memory = Memory(isAtHand: true, stops: Stops(comparedBy: .host))
        var homes = SettledHomes(comparedBy: .host)
        for name in ["Alice@uc.example", "alice@uc.example"] {
            homes.append(
                SettledHome(
                    resource: user(name), ownID: nil, pool: name, former: nil, placement: "",
                    bySelection: false, movedByUs: false))
            memory.stops.take(
                Instruction(
                    .hold([user(name)], owner: name, until: nil), reason: nil,
                    by: Actor(account: "jm", host: "ops"), at: World.now))
        }
        memory.homes["uc"] = homes
        memory.bound["uc"] = BoundIDs(comparedBy: .host)
        for name in ["Bo@uc.example", "bo@uc.example"] {
            memory.bound["uc"]?.append(BoundResource(resource: user(name), ownID: name))
        }
        let names = ["alice@uc.example", "Alice@uc.example"]
        let seen = ObservedConnection(
            name: "uc", pools: [], homes: self.homes(names, comparedBy: .host), gaps: [])
        let taken = Snapshot(
            observed: ObservedState(connections: [seen], at: World.now), memory: memory,
            capabilities: [:])
        let host = try Snapshot(taken.encoded(), comparedBy: .host)
        #expect(host.encoded() == taken.encoded())
        #expect(host.observed.connections[0].homes.duplicates.isEmpty)
        #expect(host.memory.stops == memory.stops)
        #expect(host.memory.homes["uc"]?.row(of: user("alice@uc.example")) == 1)
        let whole = try Snapshot(taken.encoded(), comparedBy: .whole)
        #expect(whole.observed.connections[0].homes.duplicates == [1: 0])
        #expect(whole.memory.stops.held.count == 1)
        #expect(whole.memory.bound["uc"]?.compared(by: .host).count == 2)
    }
}
