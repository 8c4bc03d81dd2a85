/// What the embedded deployment answers to the questions of gates: read off its store, and nothing touched.

import Adapters
package import Model

extension EstateRules {
    /// Measures what a gate asks, as the store has it at a moment. What `hiding` covers cannot be said,
    /// and is inconclusive.
    package static func probe(
        _ probe: Probe, in store: some EstateStore, at now: Instant, hiding: [Gap] = []
    ) throws -> Evidence {
        let inquiry = Inquiry(store: store, now: now, hiding: hiding)
        return Evidence(probe, try inquiry.checks(probe))
    }
}

private struct Inquiry<Store: EstateStore> {
    let store: Store
    let now: Instant
    let hiding: [Gap]

    func checks(_ probe: Probe) throws -> [Evidence.Check] {
        var pools: [EstatePool] = []
        for fqdn in probe.pools {
            guard let pool = try store.pool(fqdn) else {
                return [Evidence.Check(fqdn, .inconclusive, "no pool of this deployment")]
            }
            // A pool that was taken out is still asked who lives there: somebody may have come back.
            guard pool.state != .removed || probe.question == .empty else {
                return [Evidence.Check(pool.fqdn, .failed, "it was removed from the deployment")]
            }
            pools.append(pool)
        }
        switch probe.question {
        case .servicesRunning: return services(of: pools[0])
        case .administrable: return [try administration(of: pools[0])]
        case .replicationCurrent: return [replication(of: pools[0])]
        case .messageBothWays: return ways(pools, "a message arrived")
        case .presenceBothWays: return ways(pools, "presence was seen")
        case .callBothWays: return ways(pools, "a call was set up and ended")
        case .appsAnswering: return try apps(of: pools[0])
        case .empty: return try emptiness(of: pools[0])
        }
    }

    /// Every pool has a front-end; other services are known only while they are stopped.
    private func services(of pool: EstatePool) -> [Evidence.Check] {
        let stopped = Set(pool.stopped)
        return stopped.union(["front-end"]).sorted().map { service in
            let isStopped = stopped.contains(service)
            return Evidence.Check(
                service, isStopped ? .failed : .passed, isStopped ? "stopped" : "running")
        }
    }

    /// The row of the pool is read anew and counted, as a directory would be asked.
    private func administration(of pool: EstatePool) throws -> Evidence.Check {
        let gap = hiding.first { gap in
            gap.kind == nil && (gap.pool.map { EstateRules.same($0, pool.fqdn) } ?? true)
        }
        if let gap { return Evidence.Check(pool.fqdn, .inconclusive, gap.reason) }
        let users = try store.population(of: pool.fqdn)
        return Evidence.Check(pool.fqdn, .passed, "its row was read: \(counted(users, "user"))")
    }

    private func replication(of pool: EstatePool) -> Evidence.Check {
        copying(to: pool).map { Evidence.Check(pool.fqdn, .failed, $0) }
            ?? Evidence.Check(pool.fqdn, .passed, "everybody was copied to it")
    }

    /// One check for each direction; who speaks must be reachable, too.
    private func ways(_ pools: [EstatePool], _ success: String) -> [Evidence.Check] {
        let obstacle = pools.compactMap(obstacle).first
        return [(pools[0], pools[1]), (pools[1], pools[0])].map { from, to in
            Evidence.Check(
                "\(from.fqdn) to \(to.fqdn)", obstacle == nil ? .passed : .failed,
                obstacle ?? success)
        }
    }

    private func obstacle(_ pool: EstatePool) -> String? {
        stop(of: pool) ?? copying(to: pool)
    }

    private func stop(of pool: EstatePool) -> String? {
        pool.stopped.first.map { "service \($0) of \(pool.fqdn) is stopped" }
    }

    private func copying(to pool: EstatePool) -> String? {
        guard let ready = pool.ready, ready > now else { return nil }
        return "people are still copied to \(pool.fqdn), until \(ready)"
    }

    private func apps(of pool: EstatePool) throws -> [Evidence.Check] {
        var checks: [Evidence.Check] = []
        for kind in Kind.allCases where kind.isApp {
            guard let gap = gap(on: pool, kind) else { continue }
            checks.append(Evidence.Check(kind.name, .inconclusive, gap.reason))
        }
        for record in try store.apps(of: pool.fqdn) where gap(on: pool, record.id.kind) == nil {
            let subject = record.id.description
            switch record.home(at: now) {
            case .present(.inFlight(_, let to)):
                checks.append(Evidence.Check(subject, .inconclusive, "it is on its way to \(to)"))
            case .present(.pool(let home)) where EstateRules.same(home, pool.fqdn):
                let stop = stop(of: pool)
                checks.append(
                    Evidence.Check(
                        subject, stop == nil ? .passed : .failed, stop ?? "it answers"))
            default: continue
            }
        }
        return checks.isEmpty
            ? [Evidence.Check(pool.fqdn, .passed, "it has no applications")] : checks
    }

    /// Every kind has its line, so that none is left out without a word.
    private func emptiness(of pool: EstatePool) throws -> [Evidence.Check] {
        let residents = try store.residents(of: pool.fqdn, at: now)
        return Kind.allCases.map { kind in
            if let gap = gap(on: pool, kind) {
                return Evidence.Check(kind.name, .inconclusive, gap.reason)
            }
            let found = residents[kind] ?? EstateResidents()
            return Evidence.Check(
                kind.name, found.count == 0 ? .passed : .failed, words(for: found))
        }
    }

    private func words(for residents: EstateResidents) -> String {
        guard residents.count == 0 else {
            return [
                (residents.living, "living here"), (residents.arriving, "on the way here"),
                (residents.leaving, "on the way off"),
            ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
        }
        guard residents.superseded > 0 else { return "none" }
        return "none; the rows of \(counted(residents.superseded, "set")) that moved stay here"
    }

    private func gap(on pool: EstatePool, _ kind: Kind) -> Gap? {
        hiding.first { gap in
            (gap.kind ?? kind) == kind
                && (gap.pool.map { EstateRules.same($0, pool.fqdn) } ?? true)
        }
    }
}

/// `1 user`, `2 users`
func counted(_ count: Int, _ one: String) -> String { "\(count) \(one)\(count == 1 ? "" : "s")" }
