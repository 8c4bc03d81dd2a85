/// A deployment that is a copy of what was seen of another one: it can what that one can.

import Adapters
import Execution
import Model

/// Moves people in the columns of an observation. What it does not know of the deployment (its own rules,
/// its troubles) it cannot refuse for.
actor RehearsedDeployment: Adapter {
    nonisolated let capabilities: Capabilities
    private var seen: ObservedConnection
    private let clock: VirtualTime
    private let step: StepTime
    /// The share of steps that fail for good, of a million.
    private let failing: UInt64
    private let products: [String: Product]
    /// Moves that were accepted and do not show yet, the earliest first.
    private var arriving: [(row: Int, to: String, at: Instant)] = []

    /// - Parameters:
    ///   - seen: What it is a copy of, with every attribute that anybody asks about.
    ///   - capabilities: Of the adapter that looked.
    ///   - step: How long a step takes.
    ///   - failures: The percentage of steps that fail for good.
    ///   - clock: Of the rehearsal.
    init(
        of seen: ObservedConnection, able capabilities: Capabilities, step: StepTime,
        failures: Double, by clock: VirtualTime
    ) {
        self.seen = seen
        self.capabilities = capabilities
        self.step = step
        self.clock = clock
        failing = UInt64(max(0, min(100, failures)) * 10_000)
        products = Dictionary(
            seen.pools.compactMap { pool in
                guard case .present(let product) = pool.product else { return nil }
                return (Address.folded(pool.fqdn), product)
            }, uniquingKeysWith: { first, _ in first })
    }

    /// How long so many steps take that are begun together.
    nonisolated func time(for steps: Int) -> Duration { step.each * steps }

    func observe(
        _ scope: Scope, after cursor: Cursor?, limit: Int
    ) throws(AdapterError) -> Page {
        arrive()
        switch scope {
        case .everything:
            var page = Page(
                pools: seen.pools, homes: seen.homes, relations: seen.relations, gaps: seen.gaps,
                next: nil)
            page.notices = seen.notices
            return page
        case .changes: throw .seesNoChanges
        case .resources(let ids):
            var homes = Homes(comparedBy: seen.homes.table.folding)
            for id in ids {
                guard let row = seen.homes.table.row(of: id) else { continue }
                homes.append(
                    ObservedResource(
                        id: id, ownID: seen.homes.ownID(at: row), home: seen.homes.home(at: row)))
            }
            return Page(pools: seen.pools, homes: homes, gaps: [], next: nil)
        }
    }

    /// Every gate passes: whether it will is what nobody can rehearse.
    func probe(_ probe: Probe, deadline: Instant) throws(AdapterError) -> Evidence {
        Evidence(probe, probe.pools.map { Evidence.Check($0, .passed, "it is rehearsed") })
    }

    func perform(
        _ batch: Batch, deadline: Instant
    ) throws(AdapterError) -> [StepOutcome] {
        arrive()
        let answers = clock.now() + time(for: batch.moves.count)
        return batch.moves.map { perform($0, answeringAt: answers) }
    }

    private func perform(_ move: Move, answeringAt answers: Instant) -> StepOutcome {
        guard let row = seen.homes.table.row(of: move.resource) else { return .gone }
        // Drawn by the step alone, so that the same ones fail in every rehearsal.
        if move.step.low % 1_000_000 < failing {
            return .failed(StepOutcome.Failure(.permanent, "the rehearsal lets it fail"))
        }
        let settles = settling(of: move)
        guard settles > .zero else {
            seen.homes.rehome(at: row, to: move.to)
            return .done
        }
        seen.homes.setTarget(move.to, at: row)
        arriving.append((row, move.to, answers + settles))
        return .underway(until: answers + settles)
    }

    private func settling(of move: Move) -> Duration {
        guard let from = products[Address.folded(move.from)],
            let to = products[Address.folded(move.to)]
        else { return .zero }
        return capabilities.rule(for: move.resource.kind, from: from, to: to)?.settles ?? .zero
    }

    private func arrive() {
        let now = clock.now()
        guard arriving.contains(where: { $0.at <= now }) else { return }
        for move in arriving where move.at <= now {
            seen.homes.rehome(at: move.row, to: move.to)
        }
        arriving.removeAll { $0.at <= now }
    }

    /// What a person does by hand, because no adapter can.
    func move(_ resource: ResourceID, to pool: String) {
        guard let row = seen.homes.table.row(of: resource) else { return }
        seen.homes.rehome(at: row, to: pool)
    }

    func claim(_ claim: PoolClaim) throws(AdapterError) -> String? {
        let place = seen.pools.firstIndex {
            Address.folded($0.fqdn) == Address.folded(claim.pool)
        }
        guard let place else { return nil }
        let owner: String? =
            if case .present(let owner) = seen.pools[place].owner { owner } else { nil }
        guard owner == claim.from else { return owner }
        seen.pools[place].owner = claim.to.map { .present($0) } ?? .absent
        return claim.to
    }

    /// The end of pools is not rehearsed.
    func change(
        _ change: PoolChange, deadline: Instant
    ) throws(AdapterError) -> StepOutcome {
        throw .closesNothing
    }
}
