/// The rules of the embedded deployment, over a value in memory.

import AdapterEmbedded
import Adapters
import Conformance
import Model
import Testing

@Suite struct EstateRulesTests {
    private static let old = AdapterFixture.old
    private static let new = AdapterFixture.new
    private static let start = Instant(millisecondsSince1970: 1_790_000_000_000)
    private static let ana = ResourceID(kind: .user, name: "ana@north.example")

    private func estate(
        from: Product = .ocs2007r2, to: Product = .lync2013, _ change: (inout EstateRecord) -> Void
    ) throws -> MemoryEstate {
        var estate = MemoryEstate()
        estate.put(EstatePool(fqdn: Self.old, product: from))
        estate.put(EstatePool(fqdn: Self.new, product: to))
        var record = EstateRecord(id: Self.ana, ownID: .present("a-1"), pool: Self.old)
        change(&record)
        try EstateRules.add(record, to: &estate)
        return estate
    }

    private func move(
        _ estate: inout MemoryEstate, _ id: ResourceID = ana, from: String = old, to: String = new,
        takes: Duration = .zero
    ) throws -> StepOutcome {
        let move = Move(
            step: StepID(high: 1, low: 2), resource: id, ownID: nil, from: from, to: to)
        let batch = Batch(run: RunID("r"), number: 1, moves: [move])
        return try EstateRules.perform(batch, in: &estate, at: Self.start, takes: takes)[0]
    }

    @Test func `a display name with a space at its end does not leave OCS`() throws {
        var estate = try estate { $0.attributes["DisplayName"] = "Ana Torres " }
        let outcome = try move(&estate)
        guard case .failed(let failure) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(failure.class == .permanent)
        #expect(failure.message.contains("space"))
        #expect(estate.records[0].pool == Self.old)
        #expect(estate.log.isEmpty)
    }

    @Test func `the same name moves between newer products`() throws {
        var estate = try estate(from: .lync2013, to: .sfb2019) {
            $0.attributes["DisplayName"] = "Ana Torres "
        }
        #expect(try move(&estate) == .done)
    }

    @Test func `going back to an older product loses what was counted, and the log says so`() throws
    {
        var estate = try estate(from: .sfb2019, to: .lync2013) {
            $0.counts = [.meetings: 7, .contacts: 3]
        }
        #expect(try move(&estate) == .done)
        #expect(estate.log.map(\.lost) == [[.meetings: 7]])
        #expect(estate.records[0].counts == [.meetings: 0, .contacts: 3])
    }

    @Test func `coming back from Teams loses the contacts too`() throws {
        var estate = try estate(from: .teams, to: .sfb2019) {
            $0.counts = [.meetings: 7, .contacts: 3]
        }
        #expect(try move(&estate) == .done)
        #expect(estate.log.map(\.lost) == [[.meetings: 7, .contacts: 3]])
    }

    @Test func `going forward within the newer products loses nothing`() throws {
        var estate = try estate(from: .lync2013, to: .sfb2019) { $0.counts = [.meetings: 7] }
        #expect(try move(&estate) == .done)
        #expect(estate.log.map(\.lost) == [[:]])
        #expect(estate.records[0].counts == [.meetings: 7])
    }

    @Test func `the log names step, run and batch of a move, and none of a move by hand`() throws {
        var estate = try estate { _ in }
        _ = try move(&estate)
        #expect(
            try EstateRules.moveByHand(Self.ana, to: Self.old, in: &estate, at: Self.start))
        #expect(estate.log.map(\.step) == [StepID(high: 1, low: 2), nil])
        #expect(estate.log.map(\.run) == [RunID("r"), nil])
        #expect(estate.log.map(\.batch) == [1, nil])
        #expect(estate.log.map(\.from) == [Self.old, Self.new])
        #expect(estate.log.map(\.to) == [Self.new, Self.old])
    }

    @Test func `who is on the way counts as living where he goes`() throws {
        var estate = try estate { _ in }
        #expect(
            try move(&estate, takes: .seconds(60)) == .underway(until: Self.start + .seconds(60)))
        #expect(estate.population(of: Self.new) == 1)
        #expect(estate.population(of: Self.old) == 0)
    }

    @Test func `nothing arrives on a pool with a stopped service`() throws {
        var estate = try estate { _ in }
        estate.put(EstatePool(fqdn: Self.new, product: .lync2013, stopped: ["front-end"]))
        let outcome = try move(&estate)
        #expect("\(outcome)".contains("front-end of \(Self.new) is stopped"))
        #expect(estate.log.isEmpty)
    }

    @Test func `nothing leaves a pool whose product nobody says`() throws {
        var estate = try estate { $0.pool = "foreign.example" }
        let outcome = try move(&estate, from: "foreign.example")
        #expect("\(outcome)".contains("nobody says which product foreign.example runs"))
        let page = try EstateRules.observe(
            .everything(attributes: []), after: nil, limit: 10, in: estate, at: Self.start)
        guard case .unknown = page.pools.last?.product else {
            Issue.record("\(page.pools)")
            return
        }
    }

    @Test func `response groups do not migrate to Teams`() throws {
        let sales = ResourceID(kind: .responseGroups, name: "sales")
        var estate = try estate(from: .sfb2019, to: .teams) { $0.id = sales }
        #expect("\(try move(&estate, sales))".contains("rebuild them as call queues"))
    }

    @Test func `every way within the family has a rule for every kind, and its price back`() throws
    {
        let capabilities = EmbeddedCatalog.capabilities()
        for kind in Kind.allCases {
            for from in Product.allCases {
                for to in Product.allCases where from.direction(to: to) != nil {
                    let rule = try #require(capabilities.rule(for: kind, from: from, to: to))
                    let back = try #require(capabilities.rule(for: kind, from: to, to: from))
                    #expect(rule.costsBack == back.costs)
                    #expect(rule.reversal != .never)
                }
            }
        }
        let there = try #require(capabilities.rule(for: .user, from: .ocs2007r2, to: .lync2013))
        #expect(there.costs.map(\.what) == [.meetings])
        #expect(there.costsBack.map(\.what) == [.meetings, .features, .clients])
    }

    @Test func `attributes that no source gave are gaps, those of other kinds are absent`() throws {
        var estate = try estate { $0.attributes = ["Department": "", "City": "Madrid"] }
        let sales = ResourceID(kind: .responseGroups, name: "sales")
        try EstateRules.add(
            EstateRecord(id: sales, ownID: .absent, pool: Self.old), to: &estate)
        let page = try EstateRules.observe(
            .everything(attributes: ["city", "Department", "Title"]), after: nil, limit: 10,
            in: estate, at: Self.start)
        #expect(page.gaps.map(\.fact) == ["Title", "relations"])
        #expect(page.homes.attribute("City")?[0] == .present("Madrid"))
        #expect(page.homes.attribute("department")?[0] == .absent)
        #expect(page.homes.attribute("TITLE")?[0] == .unknown(page.gaps[0]))
        #expect(page.homes.attribute("Title")?[1] == .absent)
    }
}
