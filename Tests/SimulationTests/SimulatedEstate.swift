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
    private let policy: Policy

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

    /// One on each pool.
    private func placements() -> [Placement] {
        pools.map { pool in
            Placement(
                name: "on-\(pool.name)", pool: pool.name, baseline: false, selections: [],
                onDrift: onDrift, onRemoval: .leave,
                consent: PriceConsent(
                    accepted: Set(Price.What.allCases), acceptedUnknown: Set(Price.What.allCases)),
                location: Self.place)
        }
    }

    /// A revision of the manifests: most residents are asked for, most of them on one pool.
    func revision(_ number: Int, using random: inout SeededGenerator) -> DesiredState {
        var entries = EntryList()
        var heldList = EntryList()
        let favourites = Dictionary(
            uniqueKeysWithValues: connections.map { connection in
                (
                    connection.name,
                    pools.filter { $0.connection == connection.name }.randomElement(using: &random)
                )
            })
        for resident in residents {
            if random.oneIn(12) { heldList.append(resident.id, owner: 0, at: Self.place) }
            guard !random.oneIn(6) else { continue }
            let own = pools.filter { $0.connection == resident.connection }
            // The apps of a kind move together, so they are asked for alike.
            let wanted =
                resident.id.kind.isApp || !random.oneIn(4)
                ? favourites[resident.connection] ?? nil : own.randomElement(using: &random)
            guard let wanted, let owner = pools.firstIndex(of: wanted) else { continue }
            entries.append(resident.id, owner: owner, at: Self.place)
        }
        let way = rollouts.revision(residents, pools, using: &random)
        let hold = Hold(
            name: "board", reason: "board week", owner: "jm", until: nil, location: Self.place)
        return DesiredState(
            estate: Estate(
                name: "contoso", zone: "UTC", ledger: LedgerAddress(url: "memory", id: "sim"),
                location: Self.place),
            connections: connections, pools: pools, placements: placements(),
            rollouts: way.rollouts,
            policy: policy, holds: heldList.count == 0 ? [] : [hold], entries: entries,
            except: EntryList(), held: heldList, drawn: way.drawn, diagnostics: [],
            digest: "revision-\(number)", revision: nil)
    }
}
