/// A small estate at the level of values, with defaults for everything a test is not about.

package import Model

/// Pools, residents and declarations of one connection, from which the inputs of planning are made.
package struct World: Sendable {
    /// Where a resident is seen.
    package enum Seen: Hashable, Sendable {
        case on(String)
        case inFlight(String, String)
        case homeless
        case unknown
        case nowhere
    }

    package struct Resident: Hashable, Sendable, CustomStringConvertible {
        package var id: ResourceID
        package var ownID: String?
        package var seen: Seen
        /// The name of a pool; nil is not declared.
        package var desired: String?
        /// The name of a pool; nil is not remembered.
        package var lastApplied: String?
        package var isHeld: Bool
        package var attributes: [String: String]

        package init(
            _ name: String, kind: Kind = .user, ownID: String? = nil, seen: Seen,
            desired: String? = nil, lastApplied: String? = nil, isHeld: Bool = false,
            attributes: [String: String] = [:]
        ) {
            id = ResourceID(kind: kind, name: name)
            self.ownID = ownID ?? "id-\(name)"
            self.seen = seen
            self.desired = desired
            self.lastApplied = lastApplied
            self.isHeld = isHeld
            self.attributes = attributes
        }

        package var description: String {
            "\(id) seen \(seen), desired \(desired ?? "-"), last \(lastApplied ?? "-")\(isHeld ? ", held" : "")"
        }
    }

    package var pools: [Pool]
    package var residents: [Resident]
    package var policy: Policy
    package var consent: PriceConsent
    package var capabilities: Capabilities
    package var rollouts: [Rollout] = []
    package var setAside: [StepID: Memory.SetAside] = [:]
    package var consents: [Consent] = []
    package var onDrift: Placement.OnDrift = .leave

    package init(
        pools: [Pool] = [World.pool("legacy", .ocs2007r2), World.pool("modern", .lync2013)],
        residents: [Resident], policy: Policy = World.roomyPolicy,
        capabilities: Capabilities = World.capabilities
    ) {
        self.pools = pools
        self.residents = residents
        self.policy = policy
        consent = PriceConsent(
            accepted: Set(Price.What.allCases), acceptedUnknown: Set(Price.What.allCases))
        self.capabilities = capabilities
    }

    package static let connection = "madrid"
    package static let now = Instant(millisecondsSince1970: 1_795_384_800_000)
    package static let place = SourceLocation(file: "estate.yaml", line: 1, column: 1)

    package static func fqdn(_ pool: String) -> String { "\(pool).contoso.example" }

    package static func pool(
        _ name: String, _ product: Product, state: Pool.State = .serving, capacity: Int? = nil
    ) -> Pool {
        Pool(
            name: name, connection: connection, site: "madrid", product: product,
            fqdn: fqdn(name), state: state, capacity: capacity, location: place)
    }

    /// Limits that never refuse, for tests that are not about rails.
    package static let roomyPolicy: Policy = {
        var limits = Policy.Limits()
        limits.movesPerRun = 1_000_000
        limits.movesPercent = 100
        limits.vanish = Policy.Share(percent: 100, atLeast: 1_000_000)
        return Policy(limits: limits, location: place)
    }()

    /// Moves users and apps both ways between OCS 2007 R2 and Lync 2013, for a price of meetings back.
    package static let capabilities: Capabilities = {
        func rule(_ kind: Kind, _ from: Product, _ to: Product) -> MoveRule {
            let back = MoveRule.Cost(.meetings, .one, detail: "meetings must be sent again")
            return MoveRule(
                kind: kind, from: [from], to: [to], means: .adapter,
                grain: kind == .responseGroups && from == .ocs2007r2 ? .wholePool : .each,
                after: kind == .responseGroups
                    ? [MoveRule.Precedence(kind: .user, scope: .allOnSource)] : [],
                costs: from == .lync2013 && kind == .user ? [back] : [],
                costsBack: from == .ocs2007r2 && kind == .user ? [back] : [],
                reversal: kind == .user ? .priced : .free, batch: 10, settles: .zero,
                repeatable: true, source: "a test")
        }
        return Capabilities(
            performs: true, comparesAndSwaps: true, checksFencing: true, claims: false,
            endsWithRunner: true,
            selectableBy: [Capabilities.Attribute(name: "Department", source: "a test")],
            moves: Kind.allCases.flatMap {
                [rule($0, .ocs2007r2, .lync2013), rule($0, .lync2013, .ocs2007r2)]
            })
    }()
}

extension World {
    package var desired: DesiredState {
        let placements = pools.map { pool in
            Placement(
                name: "on-\(pool.name)", pool: pool.name, baseline: false, selections: [],
                onDrift: onDrift, onRemoval: .leave, consent: consent, location: Self.place)
        }
        var entries = EntryList()
        var held = EntryList()
        for (index, resident) in residents.enumerated() {
            let place = SourceLocation(file: "estate.yaml", line: 10 + index, column: 5)
            if let pool = resident.desired,
                let owner = placements.firstIndex(where: { $0.pool == pool })
            {
                entries.append(resident.id, owner: owner, at: place)
            }
            if resident.isHeld { held.append(resident.id, owner: 0, at: place) }
        }
        let holds =
            held.count == 0
            ? []
            : [
                Hold(
                    name: "board", reason: "board week", owner: "jm", until: nil,
                    location: Self.place)
            ]
        return DesiredState(
            estate: Estate(
                name: "contoso", zone: "UTC",
                ledger: LedgerAddress(url: "sqlite:.rehome/ledger.db", id: "7f3c9a1e"),
                location: Self.place),
            connections: [
                Connection(
                    name: Self.connection, adapter: "embedded", settings: [:],
                    limits: Connection.Limits(concurrency: 2, batch: 3, rate: nil),
                    location: Self.place)
            ],
            pools: pools, placements: placements, rollouts: rollouts, policy: policy, holds: holds,
            entries: entries, except: EntryList(), held: held, drawn: EntryList(), diagnostics: [],
            digest: "desired", revision: nil)
    }

    package var observed: ObservedState {
        var homes = Homes()
        homes.declare(attributes: capabilities.selectableBy.map(\.name))
        let unread = Gap(fact: "home", reason: "the home could not be read")
        for resident in residents {
            let home: Fact<Home>
            switch resident.seen {
            case .on(let pool): home = .present(.pool(Self.fqdn(pool)))
            case .inFlight(let from, let to):
                home = .present(.inFlight(from: Self.fqdn(from), to: Self.fqdn(to)))
            case .homeless: home = .absent
            case .unknown: home = .unknown(unread)
            case .nowhere: continue
            }
            homes.append(
                ObservedResource(
                    id: resident.id, ownID: resident.ownID.map { .present($0) } ?? .absent,
                    home: home, attributes: resident.attributes.mapValues { .present($0) }))
        }
        return ObservedState(
            connections: [
                ObservedConnection(
                    name: Self.connection,
                    pools: pools.map { ObservedPool(fqdn: $0.fqdn, product: .present($0.product)) },
                    homes: homes, gaps: [])
            ], at: Self.now)
    }

    package var memory: Memory {
        var homes = SettledHomes(comparedBy: .whole)
        for resident in residents {
            guard let pool = resident.lastApplied else { continue }
            homes.append(
                SettledHome(
                    resource: resident.id, ownID: resident.ownID, pool: Self.fqdn(pool),
                    former: nil,
                    placement: "on-\(pool)", bySelection: false, movedByUs: true))
        }
        return Memory(
            isAtHand: true, ledgerID: "7f3c9a1e", homes: [Self.connection: homes],
            setAside: setAside, consents: consents)
    }
}
