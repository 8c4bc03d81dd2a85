/// From documents to desired state: the order of names, the estate's zone, and the rules in between.

import Model

/// What was read, in the order of names, so that the order of files and documents does not matter.
struct Assembly {
    let reading: Reading
    let estate: Document<EstateSpec>?
    let policy: Document<PolicySpec>?
    let connections: [Document<ConnectionSpec>]
    let pools: [Document<PoolSpec>]
    let placements: [Document<PlacementSpec>]
    let rollouts: [Document<RolloutSpec>]
    let holds: [Document<HoldSpec>]
    private let poolIndex: [String: Int]
    private let placementIndex: [String: Int]
    private let connectionIndex: [String: Int]
    /// Of the first connection that a pool uses; that the others agree is a rule.
    let folding: Folding

    init(_ reading: Reading) {
        self.reading = reading
        connections = reading.connections.sorted { $0.name < $1.name }
        pools = reading.pools.sorted { $0.name < $1.name }
        placements = reading.placements.sorted { $0.name < $1.name }
        rollouts = reading.rollouts.sorted { $0.name < $1.name }
        holds = reading.holds.sorted { $0.name < $1.name }
        estate = Self.only(reading.estates, "Estate", reading.diagnostics)
        policy = Self.only(reading.policies, "Policy", reading.diagnostics)
        poolIndex = Self.index(pools)
        placementIndex = Self.index(placements)
        connectionIndex = Self.index(connections)
        folding =
            EstateFolding.all(of: connections, usedBy: pools, reading.adapters).first?.folding
            ?? .whole
    }

    /// Judges the documents together, and makes desired state of them when nothing is wrong.
    func loaded() -> Loaded {
        checkReferences()
        checkDeployments()
        checkFoldings()
        checkSelections()
        checkRollouts()
        checkFreezes()
        checkEntries()
        checkAdapters()
        let diagnostics = reading.diagnostics.sorted()
        if reading.diagnostics.hasErrors { return .invalid(diagnostics) }
        return .valid(desiredState(diagnostics))
    }

    /// Names are unique: a second document of a name is reported and left out.
    private static func index<Spec>(_ documents: [Document<Spec>]) -> [String: Int] {
        Dictionary(
            zip(documents.map(\.name), documents.indices), uniquingKeysWith: { first, _ in first })
    }

    func pool(named name: String) -> Document<PoolSpec>? { poolIndex[name].map { pools[$0] } }

    func placement(named name: String) -> Document<PlacementSpec>? {
        placementIndex[name].map { placements[$0] }
    }

    func index(ofConnection name: String) -> Int? { connectionIndex[name] }

    private static func only<Spec>(
        _ documents: [Document<Spec>], _ kind: String, _ diagnostics: DiagnosticCollector
    ) -> Document<Spec>? {
        let inOrder = documents.sorted { $0.location < $1.location }
        for other in inOrder.dropFirst() {
            diagnostics.report(
                .moreThanOne, "a second \(kind), \(quoted(other.name))", at: other.location,
                hint: "there is one for all manifests; the first is at \(inOrder[0].location)")
        }
        return inOrder.first
    }

    var zoneName: String { estate?.spec.zone ?? EstateSpec().zone }
    var zone: Zone { Zone(named: zoneName) ?? .utc }
}

// Values of the model
extension Assembly {
    private func desiredState(_ diagnostics: [Diagnostic]) -> DesiredState {
        let ledger = (estate?.spec ?? EstateSpec()).ledger
        return DesiredState(
            estate: Estate(
                name: estate?.name ?? "", zone: zoneName, ledger: ledger,
                location: estate?.location),
            connections: connections.map(Self.connection), folding: folding,
            pools: pools.map(Self.pool),
            placements: placements.map(Self.placement),
            rollouts: rollouts.map(rollout),
            policy: policyValue(),
            holds: holds.map(hold),
            entries: owned(reading.entries, by: placements.map(\.spec.number)),
            except: owned(reading.except, by: placements.map(\.spec.number)),
            held: owned(reading.held, by: holds.map(\.spec.number)),
            drawn: drawn(), relations: reading.relations, diagnostics: diagnostics,
            digest: digest(),
            revision: reading.source.revision)
    }

    /// Settings as their adapter sees them, once nothing simpler is wrong with any of them.
    private func checkAdapters() {
        guard !reading.diagnostics.hasErrors else { return }
        for connection in connections.map(Self.connection) {
            guard let entry = reading.adapters.entries[connection.adapter] else { continue }
            reading.diagnostics.report(entry.judge(connection))
        }
    }

    private static func connection(_ document: Document<ConnectionSpec>) -> Connection {
        Connection(
            name: document.name, adapter: document.spec.adapter, settings: document.spec.settings,
            limits: document.spec.limits, location: document.location)
    }

    private static func pool(_ document: Document<PoolSpec>) -> Pool {
        let spec = document.spec
        return Pool(
            name: document.name, connection: spec.connection.value, site: spec.site,
            product: spec.product.value, fqdn: spec.fqdn.value, state: spec.state,
            capacity: spec.capacity, location: document.location)
    }

    private static func placement(_ document: Document<PlacementSpec>) -> Placement {
        let spec = document.spec
        return Placement(
            name: document.name, pool: spec.pool.value, baseline: spec.baseline,
            selections: spec.selections, onDrift: spec.onDrift, onRemoval: spec.onRemoval,
            consent: spec.consent, location: document.location)
    }

    private func rollout(_ document: Document<RolloutSpec>) -> Rollout {
        let spec = document.spec
        return Rollout(
            name: document.name, renamedFrom: spec.renamedFrom,
            placements: spec.placements.map(\.value), upTo: spec.upTo?.value, waves: spec.waves,
            relations: spec.relations, gatesBefore: spec.gatesBefore, gatesAfter: spec.gatesAfter,
            budget: spec.budget, onBreach: spec.onBreach,
            windows: spec.windows.map {
                Rollout.Window(
                    days: $0.days, from: $0.from, to: $0.to, zone: $0.zone ?? zoneName)
            },
            consent: spec.consent, closureMax: spec.closureMax, location: document.location)
    }

    private func hold(_ document: Document<HoldSpec>) -> Hold {
        Hold(
            name: document.name, reason: document.spec.reason, owner: document.spec.owner,
            until: document.spec.until.map { meaning($0, .closing) }, location: document.location)
    }

    private func policyValue() -> Policy {
        guard let policy else { return Policy() }
        return Policy(
            limits: policy.spec.limits,
            freezes: policy.spec.freezes.map {
                Policy.Freeze(
                    from: meaning($0.from, .opening), to: meaning($0.to.value, .closing),
                    reason: $0.reason)
            },
            approvals: policy.spec.approvals, privacy: policy.spec.privacy,
            location: policy.location)
    }

    func meaning(_ time: CivilTime, _ edge: Zone.Edge) -> ManifestTime {
        ManifestTime(text: time.text, instant: time.instant(edge, in: zone))
    }

    /// Entries whose owners are places in a list of documents instead of numbers of reading.
    private func owned(_ entries: EntryList, by numbers: [Int]) -> EntryList {
        let indexes = Dictionary(
            zip(numbers, numbers.indices), uniquingKeysWith: { first, _ in first })
        var entries = entries
        entries.reassignOwners { indexes[$0] ?? 0 }
        return entries
    }

    private func drawn() -> EntryList {
        let numbers = rollouts.map(\.spec.number)
        let indexes = Dictionary(
            zip(numbers, numbers.indices), uniquingKeysWith: { first, _ in first })
        var drawn = reading.drawn
        drawn.reassignOwners { (indexes[$0 / 1000] ?? 0) * 1000 + $0 % 1000 }
        return drawn
    }

    private func digest() -> String {
        var digest = Digest()
        for (path, bytes) in reading.digests.sorted(by: { $0.key < $1.key }) {
            digest.add(path)
            digest.add(bytes)
        }
        return digest.hex()
    }
}
