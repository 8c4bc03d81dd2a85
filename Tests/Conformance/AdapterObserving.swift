/// Cases about what an adapter says it can do, and about seeing.

import Adapters
import Model

extension AdapterSuite {
    static let capabilityCases: [Case] = [
        Case(
            title: "its capabilities do not contradict themselves",
            lesson: """
                planning believes them: a rule without products never applies, a price back that is \
                not marked as priced is never shown, a batch of nothing never ends
                """,
            body: { stage in
                let capabilities = stage.adapter.capabilities
                try demand(
                    !capabilities.performs || capabilities.moves.contains { $0.means == .adapter },
                    "performs, and no rule that says what")
                for rule in capabilities.moves {
                    let name = "the rule for \(rule.kind.name) by \(rule.source)"
                    try demand(!rule.from.isEmpty && !rule.to.isEmpty, "\(name) has no products")
                    try demand(rule.batch > 0, "\(name) has batches of \(rule.batch)")
                    try demand(
                        rule.costsBack.isEmpty == (rule.reversal != .priced),
                        "\(name) is \(rule.reversal.rawValue) back at \(rule.costsBack.count) prices"
                    )
                    try demand(!rule.source.isEmpty, "\(name) has no source")
                }
                let names = capabilities.selectableBy.map { Address.folded($0.name) }
                try demand(
                    Set(names).count == names.count, "an attribute that is declared twice")
            })
    ]

    static let observingCases: [Case] = [
        Case(
            title: "an adapter that does not perform refuses a batch as a whole, for good",
            lesson: """
                say performs: false, and throw permanent: rail read-only refuses before it comes to \
                that, and a plan is made and reviewed all the same
                """,
            body: { stage in
                guard !stage.adapter.capabilities.performs else { return }
                let before = try await stage.observe()
                let ana = try stage.fixture.resource(AdapterFixture.ana)
                let move = stage.move(ana, from: AdapterFixture.old, to: AdapterFixture.new)
                do throws(AdapterError) {
                    _ = try await stage.adapter.perform(
                        Batch(run: RunID("20260101-000000-0001"), number: 1, moves: [move]),
                        deadline: stage.deployment.now() + .seconds(60))
                    throw AdapterError.transient("it answered")
                } catch {
                    guard case .permanent = error else {
                        throw BrokenPromise("\(error), where it says that it does not perform")
                    }
                }
                try demand(try await stage.observe().sorted == before.sorted, "something moved")
            }),
        Case(
            title: "everything is seen once, with its name, id and home",
            lesson: """
                two rows for one person are two homes, a person without a row is a pool that looks \
                emptier than it is; names are kept as written, without the sip: scheme
                """,
            body: { stage in
                let seen = try await stage.observe()
                try demand(
                    seen.sorted == Seen(resources: stage.fixture.resources).sorted,
                    "\(seen.sorted), expected \(Seen(resources: stage.fixture.resources).sorted)")
                let kinds = Set(stage.fixture.resources.map(\.id.kind))
                let gaps = seen.gaps.filter {
                    $0.kind.map(kinds.contains) ?? ($0.fact != "relations")
                }
                try demand(gaps.isEmpty, "gaps where everything can be read: \(gaps)")
            }),
        Case(
            title:
                "who is bound to whom is told on the first page, or a gap says that nobody knows",
            lesson: """
                people who work together move together, and a hold on one holds the other: none at all \
                is an answer, and so is a gap about the fact relations, but not silence
                """,
            body: { stage in
                let page = try await stage.adapter.observe(
                    .everything(attributes: []), after: nil, limit: 1)
                if page.gaps.contains(where: { $0.fact == "relations" }) { return }
                try demand(
                    Ties(page.relations, comparedBy: stage.folding)
                        == Ties(stage.fixture.relations, comparedBy: stage.folding),
                    "\(page.relations), expected \(stage.fixture.relations)")
            }),
        Case(
            title: "all pools are on the first page, with their products",
            lesson: "the product of a pool decides what a move costs and whether there is one",
            needs: [.products],
            body: { stage in
                let seen = try await stage.observe()
                let pools = seen.pools.map { "\($0.fqdn) \($0.product)" }.sorted()
                let expected = stage.fixture.pools
                    .map { "\($0.fqdn) \(Fact.present($0.product))" }.sorted()
                try demand(pools == expected, "\(pools), expected \(expected)")
            }),
        Case(
            title: "pages of one record show the same as one large page",
            lesson: """
                page by a key that does not move (a row number, a DN), never by a count of rows: \
                people come and go between two pages
                """,
            body: { stage in
                let whole = try await stage.observe(limit: 1000)
                let pieces = try await stage.observe(limit: 1)
                try demand(
                    whole.sorted == pieces.sorted, "\(pieces.sorted), in one page \(whole.sorted)")
                try demand(
                    pieces.pages >= stage.fixture.resources.count,
                    "\(pieces.pages) pages for \(stage.fixture.resources.count) records of one a page"
                )
            }),
        Case(
            title: "an observation shows one moment, however long its pages take",
            lesson: """
                who moves while the pages are read is seen at one home: read in one snapshot, or read \
                again what changed
                """,
            needs: [.moves],
            body: { stage in
                try await oneMoment(stage)
            }),
        Case(
            title: "looking for some shows what looking at everything shows",
            lesson: "right before each batch only its own resources are looked at",
            body: { stage in
                let ids = stage.fixture.resources.map(\.id)
                let everything = try await stage.observe()
                for limit in [1, 1000] {
                    let some = try await stage.observe(.resources(ids), limit: limit)
                    try demand(
                        some.sorted == everything.sorted,
                        "\(some.sorted), everything \(everything.sorted)")
                }
            }),
        Case(
            title: "names are found as its deployments compare them",
            lesson: """
                the scheme is dropped and the ASCII case of hosts is folded; that of user parts is where \
                the catalog says that whole names are; nothing else is
                """,
            body: { stage in
                let host = ResourceID(kind: .user, name: "SIP:Ana.Torres@NORTH.EXAMPLE")
                let found = try await stage.observe(.resources([host]))
                try found.expect(AdapterFixture.ana, on: AdapterFixture.old)
                let shouted = ResourceID(kind: .user, name: "SIP:ANA.TORRES@NORTH.EXAMPLE")
                let seen = try await stage.observe(.resources([shouted]))
                switch stage.folding {
                case .whole: try seen.expect(AdapterFixture.ana, on: AdapterFixture.old)
                case .host: try demand(seen.resources.isEmpty, "\(seen.sorted), who is not ana")
                }
            }),
        Case(
            title: "what is not there is not in the answer, and no gap excuses it",
            lesson: "only then may rehome call it absent; an error or a gap would leave it unknown",
            body: { stage in
                let stranger = ResourceID(kind: .user, name: "stranger@north.example")
                let seen = try await stage.observe(.resources([stranger, AdapterFixture.ana]))
                try demand(seen.resources.count == 1, "\(seen.sorted)")
                try demand(seen.gaps.isEmpty, "gaps \(seen.gaps)")
            }),
        Case(
            title: "attributes are those that were asked for, an empty one is absent",
            lesson: "an attribute that was not read is unknown, one that is empty is absent",
            needs: [.attributes],
            body: { stage in
                let seen = try await stage.observe(.everything(attributes: ["department"]))
                let key = "department"
                let some = try seen.one(AdapterFixture.ana).attributes
                try demand(some == [key: .present("Sales")], "\(some)")
                let none = try seen.one(AdapterFixture.bruno).attributes
                try demand(none == [key: .absent], "\(none)")
            }),
        Case(
            title: "two records that fold to one address are both shown",
            lesson: "which of them is meant is for a person to say; hiding one decides it",
            needs: [.duplicates],
            fixture: .twoPools.with { fixture in
                let twin = ResourceID(kind: .user, name: "ANA.torres@north.example")
                fixture.resources.append(
                    AdapterFixture.resource(twin, 70, on: AdapterFixture.new))
            },
            body: { stage in
                for scope in [Scope.everything(attributes: []), .resources([AdapterFixture.ana])] {
                    let found = try await stage.observe(scope).all(AdapterFixture.ana)
                    try demand(found.count == 2, "\(found.count) of 2 records")
                }
            }),
        Case(
            title: "what cannot be read is said, in every scope",
            lesson: """
                a server that does not answer holds people all the same: say the gap, or its pool \
                looks empty
                """,
            needs: [.gaps],
            fixture: .twoPools.with { fixture in
                fixture.hidden = [Gap(pool: AdapterFixture.old, reason: "the suite hides it")]
            },
            body: { stage in
                for scope in [Scope.everything(attributes: []), .resources([AdapterFixture.ana])] {
                    let seen = try await stage.observe(scope)
                    try demand(seen.all(AdapterFixture.ana).isEmpty, "somebody out of sight")
                    try demand(
                        seen.gaps.contains { $0.covers(pool: AdapterFixture.old, kind: .user) },
                        "gaps \(seen.gaps), none for \(AdapterFixture.old)")
                }
            }),
    ]

    private static func oneMoment(_ stage: AdapterStage) async throws {
        var cursor: Cursor?
        var homes: [Fact<Home>] = []
        var isFirst = true
        repeat {
            let page = try await stage.adapter.observe(
                .everything(attributes: []), after: cursor, limit: 1)
            for row in 0..<page.homes.count { homes.append(page.homes.home(at: row)) }
            cursor = page.next
            if isFirst {
                isFirst = false
                let seen = try await stage.observe()
                let wanted = Dictionary(
                    uniqueKeysWithValues: [AdapterFixture.ana, AdapterFixture.accented].map {
                        ($0, AdapterFixture.new)
                    })
                _ = try await stage.perform(try stage.moves(seen, wanted))
            }
        } while cursor != nil
        let moved = homes.filter { $0 == .present(.pool(AdapterFixture.new)) }.count
        try demand(
            homes.count == stage.fixture.resources.count && (moved == 0 || moved == 2),
            "\(homes.count) records, \(moved) of 2 moves that were made after the first page")
    }
}
