/// A small estate that a seed describes: pools, residents, what is asked for, and how deployments behave.

import AdapterEmbedded
import Adapters
import Execution
import Model
import TestSupport

struct SimulatedEstate {
    struct Resident {
        var id: ResourceID
        var connection: String
        var ownID: String?
        var pool: String
    }

    private(set) var connections: [Connection] = []
    private(set) var pools: [Pool] = []
    private(set) var residents: [Resident] = []
    private(set) var capabilities: [String: Capabilities] = [:]
    /// How long a move is on its way, by connection.
    private(set) var takes: [String: Duration] = [:]
    private(set) var leaseDuration: Duration?
    private(set) var limits: RunLimits
    private let onDrift: Placement.OnDrift
    private var rollouts = SimulatedRollouts()
    private var policy: Policy
    /// The addresses that people have now, by those that they came with.
    private var names: [ResourceID: ResourceID] = [:]
    /// Whether its revisions select people.
    private var selects = false
    /// Whether its revisions retire pools.
    private var retires = false

    private static let place = SourceLocation(file: "estate.yaml", line: 1, column: 1)

    init(using random: inout SeededGenerator) {
        var limits = Policy.Limits()
        limits.movesPerRun = 1_000_000
        limits.movesPercent = 100
        limits.vanish = Policy.Share(percent: 100, atLeast: 1_000_000)
        limits.stale = random.oneIn(2) ? limits.stale : Policy.Share(percent: 100, atLeast: 100)
        limits.movesPerHour = random.oneIn(6) ? Int.random(in: 8...20, using: &random) : nil
        policy = Policy(limits: limits, location: Self.place)
        self.limits = RunLimits(
            retry: RetryPolicy(
                attempts: Int.random(in: 2...5, using: &random), delayFirst: .seconds(1),
                delayMax: .seconds(30), postponements: Int.random(in: 3...12, using: &random)),
            batchDeadline: .seconds([20, 60, 300].randomElement(using: &random) ?? 20),
            stepDeadline: .seconds(1), lookDeadline: .seconds(15),
            grace: .seconds(2), lookSize: Int.random(in: 1...40, using: &random),
            stale: limits.stale, movesPerHour: limits.movesPerHour, begunLately: [])
        leaseDuration =
            random.oneIn(2) ? nil : .seconds(Int64.random(in: 30...300, using: &random))
        onDrift = random.oneIn(2) ? .leave : .correct
        addConnections(using: &random)
        addResidents(using: &random)
        rollouts = SimulatedRollouts(connections.map(\.name), using: &random)
    }

    private mutating func addConnections(using random: inout SeededGenerator) {
        let names = random.oneIn(3) ? ["barcelona", "madrid"] : ["madrid"]
        for name in names {
            let rate =
                random.oneIn(4)
                ? Connection.Rate(steps: Int.random(in: 3...20, using: &random), per: .seconds(60))
                : nil
            connections.append(
                Connection(
                    name: name, adapter: "embedded", settings: [:],
                    limits: Connection.Limits(
                        concurrency: Int.random(in: 1...4, using: &random),
                        batch: Int.random(in: 1...6, using: &random), rate: rate),
                    location: Self.place))
            let settles =
                random.oneIn(2)
                ? Duration.zero : .seconds(Int64.random(in: 1...90, using: &random))
            var able = EmbeddedCatalog.capabilities(settles: settles)
            // The others are never asked for, and looking through them takes most of the time.
            able.moves.removeAll { rule in
                !Self.kinds.contains(rule.kind) || Self.products.isDisjoint(with: rule.from)
                    || Self.products.isDisjoint(with: rule.to)
            }
            able.endsWithRunner = random.oneIn(2)
            able.comparesAndSwaps = !random.oneIn(3)
            capabilities[name] = able
            takes[name] = settles
            let products: [Product] = [.ocs2007r2, .lync2013, .lync2013, .lync2010]
            let count = names.count == 2 ? 2 : Int.random(in: 2...4, using: &random)
            for (index, product) in products.prefix(count).enumerated() {
                pools.append(
                    Pool(
                        name: "p\(index)-\(name)", connection: name, site: name, product: product,
                        fqdn: "p\(index).\(name).example", state: .serving, capacity: nil,
                        location: Self.place))
            }
        }
    }

    /// What an adapter moves by itself: a step for a person would wait for one for ever.
    private static let kinds: [Kind] = [
        .user, .responseGroups, .accessNumber, .conferenceDirectory,
    ]

    private static let products: Set<Product> = [.ocs2007r2, .lync2010, .lync2013]

    private mutating func addResidents(using random: inout SeededGenerator) {
        for number in 0..<Int.random(in: 3...30, using: &random) {
            let connection = connections[Int.random(in: 0..<connections.count, using: &random)].name
            let own = pools.filter { $0.connection == connection }
            // Most live on the first pool, as before a migration.
            let pool = random.oneIn(4) ? own.randomElement(using: &random) : own.first
            let kind: Kind =
                random.oneIn(4)
                ? Self.kinds.randomElement(using: &random) ?? .user : .user
            residents.append(
                Resident(
                    id: ResourceID(
                        kind: kind, name: "\(kind.name)-\(number)@\(connection).example"),
                    connection: connection,
                    ownID: random.oneIn(8) ? nil : "guid-\(number)",
                    pool: pool?.fqdn ?? ""))
        }
    }

    /// The deployment of a connection before anything happened.
    func deployment(of connection: String) -> MemoryEstate {
        var estate = MemoryEstate()
        for pool in pools where pool.connection == connection {
            estate.put(EstatePool(fqdn: pool.fqdn, product: pool.product))
        }
        for resident in residents where resident.connection == connection {
            estate.insert(
                EstateRecord(
                    id: resident.id, ownID: resident.ownID.map { .present($0) } ?? .absent,
                    pool: resident.pool))
        }
        return estate
    }

    /// Gives a third of all estates pools that come to their end, sooner than in the field.
    mutating func learnRetiring(using random: inout SeededGenerator) {
        retires = random.oneIn(3)
        policy.limits.retirementRest = .seconds(Int64.random(in: 60...1800, using: &random))
        policy.limits.retirementsPerRun = Int.random(in: 1...2, using: &random)
        policy.approvals.retire = Int.random(in: 0...2, using: &random)
    }

    mutating func learnNames(using random: inout SeededGenerator) {
        selects = random.oneIn(2)
        rollouts.renamesWaves = random.oneIn(2)
    }

    mutating func rename(_ id: ResourceID, to name: ResourceID) { names[id] = name }

    mutating func newcomer(on connection: String, _ pool: String) -> Resident {
        let number = residents.count
        let resident = Resident(
            id: ResourceID(kind: .user, name: "user-\(number)@\(connection).example"),
            connection: connection, ownID: "guid-\(number)", pool: pool)
        residents.append(resident)
        return resident
    }

    /// Of each connection some are retired, never all.
    private func declaredPools(
        _ gone: Set<String>, using random: inout SeededGenerator
    ) -> [Pool] {
        guard retires else { return pools }
        var declared = pools
        for connection in connections.map(\.name) {
            let own = declared.indices.filter { declared[$0].connection == connection }
            for index in own where gone.contains(declared[index].name) {
                declared[index].state = .retired
            }
            guard random.oneIn(2),
                let index = random.oneIn(2) ? own.first : own.randomElement(using: &random),
                own.contains(where: { $0 != index && declared[$0].state == .serving })
            else { continue }
            declared[index].state = .retired
        }
        return declared
    }

    /// One on each pool.
    private func placements(
        in pools: [Pool], using random: inout SeededGenerator
    ) -> [Placement] {
        pools.map { pool in
            Placement(
                name: "on-\(pool.name)", pool: pool.name, baseline: false,
                selections: selections(to: pool, in: pools, using: &random),
                onDrift: onDrift, onRemoval: .leave,
                consent: PriceConsent(
                    accepted: Set(Price.What.allCases), acceptedUnknown: Set(Price.What.allCases)),
                location: Self.place)
        }
    }

    /// Now and then the last serving pool takes whoever lives on the first one.
    private func selections(
        to pool: Pool, in pools: [Pool], using random: inout SeededGenerator
    ) -> [Selection] {
        guard selects else { return [] }
        let own = pools.filter { $0.connection == pool.connection }
        guard let first = own.first, first != pool,
            pool == own.last(where: { $0.state == .serving }), random.oneIn(2)
        else { return [] }
        return [
            Selection(
                subject: .users,
                conditions: [
                    Selection.Condition(key: "pool", anyOf: [first.name], location: Self.place)
                ], location: Self.place)
        ]
    }

    /// A revision of the manifests: most residents are asked for, most of them on one pool. `gone` names
    /// pools that are taken out.
    func revision(
        _ number: Int, gone: Set<String> = [], using random: inout SeededGenerator
    ) -> DesiredState {
        let pools = declaredPools(gone, using: &random)
        let (entries, heldList) = wishes(in: pools, using: &random)
        let way = rollouts.revision(residents, pools, using: &random)
        let hold = Hold(
            name: "board", reason: "board week", owner: "jm", until: nil, location: Self.place)
        return DesiredState(
            estate: Estate(
                name: "contoso", zone: "UTC", ledger: LedgerAddress(url: "memory", id: "sim"),
                location: Self.place),
            connections: connections, pools: pools,
            placements: placements(in: pools, using: &random),
            rollouts: way.rollouts,
            policy: policy, holds: heldList.count == 0 ? [] : [hold], entries: entries,
            except: EntryList(), held: heldList, drawn: way.drawn, diagnostics: [],
            digest: "revision-\(number)", revision: nil)
    }

    /// Who is asked for, and who is held.
    private func wishes(
        in pools: [Pool], using random: inout SeededGenerator
    ) -> (entries: EntryList, held: EntryList) {
        let isEnding = pools.contains { $0.state == .retired }
        var entries = EntryList()
        var heldList = EntryList()
        let favourites = Dictionary(
            uniqueKeysWithValues: connections.map { connection in
                (
                    connection.name,
                    pools.filter { $0.connection == connection.name && $0.state == .serving }
                        .randomElement(using: &random)
                )
            })
        for resident in residents {
            // Who is held keeps a pool from being empty.
            if random.oneIn(isEnding ? 60 : 12) {
                heldList.append(resident.id, owner: 0, at: Self.place)
            }
            guard !random.oneIn(isEnding ? 60 : 6) else { continue }
            let own = pools.filter {
                $0.connection == resident.connection && $0.state == .serving
            }
            // The apps of a kind move together, so they are asked for alike.
            let wanted =
                resident.id.kind.isApp || !random.oneIn(4)
                ? favourites[resident.connection] ?? nil : own.randomElement(using: &random)
            guard let wanted, let owner = pools.firstIndex(of: wanted) else { continue }
            // Manifests may call people by an address that they no longer have.
            let name = names[resident.id].map { random.oneIn(2) ? $0 : resident.id }
            entries.append(name ?? resident.id, owner: owner, at: Self.place)
        }
        return (entries, heldList)
    }
}
