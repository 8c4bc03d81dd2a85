/// Rules about apps that need each other: what is needed moves in the same wave or in an earlier one.

import Model

/// A kind that must not leave in an earlier wave than another one.
struct WavePrecedence {
    var kind: Kind
    var needs: Kind
    var source: String

    static let all = [
        WavePrecedence(
            kind: .unassignedNumber, needs: .announcement,
            source: "Set-CsUnassignedNumber takes an announcement of the pool that it names"),
        WavePrecedence(
            kind: .applicationEndpoint, needs: .trustedApplication,
            source: "Move-CsApplicationEndpoint wants the application on the pool that it names"),
    ]
}

/// Apps that manifests name and that are bound for one pool in one rollout, with their waves. Those that
/// a selection finds besides, only a plan can judge.
private struct NamedApps {
    struct App {
        var id: ResourceID
        var wave: Int
        var location: SourceLocation
    }

    struct Destination: Hashable {
        var rollout: Int
        var pool: String
        var kind: Kind
    }

    private(set) var apps: [Destination: [App]] = [:]

    init(_ assembly: Assembly, _ rolloutOf: [Int?], kinds: Set<Kind>) {
        let listed = Self.listed(assembly, kinds)
        var declared = Array(
            repeating: ResourceTable(comparedBy: assembly.folding),
            count: assembly.rollouts.count)
        let entries = assembly.reading.entries
        let pools = Dictionary(
            assembly.placements.map { ($0.spec.number, $0.spec.pool.value) },
            uniquingKeysWith: { first, _ in first })
        for row in 0..<entries.count where kinds.contains(entries.kind(at: row)) {
            guard let rollout = rolloutOf[entries.owner(at: row)],
                let pool = pools[entries.owner(at: row)]
            else { continue }
            let id = entries[row]
            _ = declared[rollout].append(id)
            let waves = assembly.rollouts[rollout].spec.waves
            let last = waves.firstIndex { $0.takesAllApps } ?? waves.count - 1
            let key = id.folded(by: assembly.folding)
            let app =
                listed[rollout][key]
                ?? App(id: id, wave: last, location: entries.location(at: row))
            add(app, rollout, pool)
        }
        for (rollout, apps) in listed.enumerated() {
            guard let pool = Self.onlyPool(assembly, rolloutOf, selectingFor: rollout)
            else { continue }
            for app in apps.values where declared[rollout].row(of: app.id) == nil {
                add(app, rollout, pool)
            }
        }
    }

    private mutating func add(_ app: App, _ rollout: Int, _ pool: String) {
        apps[Destination(rollout: rollout, pool: pool, kind: app.id.kind), default: []].append(app)
    }

    /// What waves list, in the earliest wave that does, by rollout and folded name.
    private static func listed(_ assembly: Assembly, _ kinds: Set<Kind>) -> [[ResourceID: App]] {
        let drawn = assembly.reading.drawn
        let indexOf = Dictionary(
            assembly.rollouts.enumerated().map { ($1.spec.number, $0) },
            uniquingKeysWith: { first, _ in first })
        var listed: [[ResourceID: App]] = assembly.rollouts.map { _ in [:] }
        for row in 0..<drawn.count where kinds.contains(drawn.kind(at: row)) {
            let (number, wave) = drawn.owner(at: row).quotientAndRemainder(dividingBy: 1000)
            guard let rollout = indexOf[number] else { continue }
            let key = drawn[row].folded(by: assembly.folding)
            if let known = listed[rollout][key], known.wave <= wave { continue }
            listed[rollout][key] = App(
                id: drawn[row], wave: wave, location: drawn.location(at: row))
        }
        return listed
    }

    /// The one pool to which selections of apps lead in a rollout; nil where there are several.
    private static func onlyPool(
        _ assembly: Assembly, _ rolloutOf: [Int?], selectingFor rollout: Int
    ) -> String? {
        let pools = assembly.placements.filter {
            rolloutOf[$0.spec.number] == rollout
                && $0.spec.selections.contains { $0.subject == .apps }
        }.map(\.spec.pool.value)
        return Set(pools).count == 1 ? pools.first : nil
    }
}

extension Assembly {
    func checkWavePrecedences() {
        guard !rollouts.isEmpty, !reading.isPartial else { return }
        let kinds = Set(WavePrecedence.all.flatMap { [$0.kind, $0.needs] })
        let named = NamedApps(self, rolloutOfPlacement(), kinds: kinds)
        for rule in WavePrecedence.all {
            for (destination, apps) in named.apps where destination.kind == rule.kind {
                var other = destination
                other.kind = rule.needs
                // The last one that is needed; of those, the first by its place.
                let needed = (named.apps[other] ?? []).min {
                    $0.wave != $1.wave ? $0.wave > $1.wave : $0.location < $1.location
                }
                guard let needed else { continue }
                let waves = rollouts[destination.rollout].spec.waves
                for app in apps where app.wave < needed.wave {
                    report(
                        .waveBeforeNeed,
                        "\(app.id) moves in the wave \(quoted(waves[app.wave].name)), and "
                            + "\(needed.id) only in \(quoted(waves[needed.wave].name))",
                        at: app.location,
                        hint: "list \(needed.id) in \(quoted(waves[app.wave].name)) or before: "
                            + rule.source)
                }
            }
        }
    }
}
