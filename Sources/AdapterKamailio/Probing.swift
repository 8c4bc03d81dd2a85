/// Answers to questions of gates: each a list of checks that say what was looked at and what was seen.

import Adapters
import Model
import Postgres

extension KamailioAdapter {
    func checks(
        _ probe: Probe, within time: Duration
    ) async throws(AdapterError) -> [Evidence.Check] {
        switch probe.question {
        case .servicesRunning: return await services(of: probe.pools[0])
        case .administrable: return await administration(of: probe.pools[0])
        case .replicationCurrent: return try await replication(of: probe.pools[0])
        case .empty:
            do {
                return try await database.emptiness(of: probe.pools[0])
            } catch {
                throw AdapterError(error, began: false)
            }
        case .messageBothWays, .callBothWays, .appsAnswering:
            return try await conversations(probe, within: time)
        case .presenceBothWays:
            throw .probesNothing
        }
    }

    /// A check for each member of the pool and each front that sends requests to it.
    private func services(of fqdn: String) async -> [Evidence.Check] {
        guard let set = database.sets.set(of: fqdn).flatMap({ Int($0) }) else {
            return [Evidence.Check(fqdn, .inconclusive, "no setting names this pool")]
        }
        let seen = await fronts.views().flatMap { view -> [Evidence.Check] in
            let subject = "front \(view.name)"
            switch view.dispatcher {
            case .failure(let error): return [Evidence.Check(subject, .inconclusive, error.message)]
            case .success:
                let members = view.members(ofSet: set) ?? []
                guard !members.isEmpty else {
                    return [Evidence.Check(subject, .failed, "it knows no member of \(fqdn)")]
                }
                return members.map { member in
                    Evidence.Check(
                        "\(subject), \(member.uri)",
                        member.state.takesRequests ? .passed : .failed, member.state.rawValue)
                }
            }
        }
        return seen + (await answers(of: fqdn))
    }

    /// Each member answers a question that only a running Kamailio can, and its registrations can be
    /// written: a row is put there and taken back.
    private func administration(of fqdn: String) async -> [Evidence.Check] {
        guard let pool = database.settings.pools[Address.folded(fqdn)] else {
            return [Evidence.Check(fqdn, .inconclusive, "no setting names this pool")]
        }
        var checks: [Evidence.Check] = []
        for member in pool.members {
            let clock = ContinuousClock()
            let began = clock.now
            let subject = "RPC of \(member.name)"
            do {
                let answer: Uptime = try await fronts.client.call(
                    "core.uptime", at: member, within: Fronts.patience)
                checks.append(
                    Evidence.Check(
                        subject, .passed, "up for \(answer.uptime) s", took: clock.now - began))
            } catch {
                checks.append(Evidence.Check(subject, .failed, error.message))
            }
        }
        if pool.locations.info != nil {
            checks.append(await database.writability(of: Address.folded(fqdn)))
        }
        if checks.isEmpty {
            checks.append(
                Evidence.Check(
                    fqdn, .inconclusive, "the settings say neither its rpc nor its locations"))
        }
        return checks
    }

    /// Whether every front acts on what the database says about the pool.
    private func replication(
        of fqdn: String
    ) async throws(AdapterError) -> [Evidence.Check] {
        do {
            let views = await fronts.views()
            let state = try await database.state(of: fqdn)
            let behind = try await homesBehind()
            return views.map { view in
                let subject = "front \(view.name)"
                if case .failure(let error) = view.dispatcher {
                    return Evidence.Check(subject, .inconclusive, error.message)
                }
                let known = (view.members(ofSet: state.set) ?? []).map(\.uri).sorted()
                guard known == state.members else {
                    return Evidence.Check(
                        subject, .failed,
                        "it sends requests to \(known.joined(separator: ", ")), and the table has \(state.members.joined(separator: ", "))"
                    )
                }
                let late = state.apps.filter { $0.home(database.sets, [view]) != .pool(fqdn) }
                guard late.isEmpty else {
                    return Evidence.Check(
                        subject, .failed,
                        "it has \(late.count) of \(state.apps.count) applications elsewhere")
                }
                if let count = behind[view.name] {
                    return Evidence.Check(
                        subject, .failed, "it keeps \(count) of the last changed homes otherwise")
                }
                return Evidence.Check(
                    subject, .passed,
                    "\(counted(known.count, "member")) and \(counted(state.apps.count, "application")) as the database has them"
                )
            }
        } catch {
            throw AdapterError(error, began: false)
        }
    }
}

/// `core.uptime`
private struct Uptime: Decodable, Sendable {
    /// In seconds.
    var uptime: Int
}

/// What the database says about a pool, beside who lives there.
struct PoolState: Sendable {
    var set: Int
    /// Sorted.
    var members: [String]
    var apps: [AppRow]
}

extension HomeDatabase {
    func state(of fqdn: String) throws -> PoolState {
        guard let text = sets.set(of: fqdn), let set = Int(text) else {
            throw AdapterError.permanent("no setting names the pool \(fqdn)")
        }
        let connection = try connection()
        let members = try members(on: connection).filter { $0.set == set }.map(\.uri).sorted()
        var apps: [AppRow] = []
        if let dialplan = settings.dialplan {
            apps = try AppRow.read(dialplan, on: connection, locked: false).filter {
                $0.set == text
            }
        }
        return PoolState(set: set, members: members, apps: apps)
    }

    /// Whether registrations of a pool can be written: a row that is taken back before anybody sees it.
    func writability(of pool: String) -> Evidence.Check {
        let subject = "registrations of \(pool)"
        do {
            let connection = try registrations.connection(to: pool)
            try connection.run("BEGIN")
            try connection.run(
                "INSERT INTO location (username, domain, ruid) VALUES ('rehome-canary', 'invalid', 'rehome-canary')"
            )
            try connection.run("ROLLBACK")
            return Evidence.Check(subject, .passed, "a row was written and taken back")
        } catch {
            registrations.forgetConnections()
            return Evidence.Check(subject, .failed, error.message)
        }
    }
}
