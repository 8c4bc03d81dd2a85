/// Which accounts and servers a question about people who reach each other is asked with.

import Adapters
import Model
import SIP

extension KamailioAdapter {
    /// How long each answer of SIP is waited for: longer than a proxy waits for a server that is away.
    private static let patience = Duration.seconds(8)

    /// Messages, calls and applications.
    func conversations(
        _ probe: Probe, within time: Duration
    ) async throws(AdapterError) -> [Evidence.Check] {
        do {
            var sides: [SIPProbing.Side] = []
            for pool in probe.pools {
                switch try await side(of: pool) {
                case .success(let side): sides.append(side)
                case .failure(let gap): return [gap.check]
                }
            }
            let known = sides
            return try await probing(within: time) { sip, seed in
                switch probe.question {
                case .messageBothWays:
                    await sip.messages(known[0], known[1], token: "rehome-\(seed)")
                case .callBothWays: await sip.calls(known[0], known[1])
                default: try await applications(of: known[0], sip)
                }
            }
        } catch {
            throw AdapterError(error, began: false)
        }
    }

    /// A check for each member of a pool: whether it answers OPTIONS. None without settings for probes.
    func answers(of fqdn: String) async -> [Evidence.Check] {
        guard database.settings.probing != nil else { return [] }
        do {
            let members = try await database.state(of: fqdn).members
            return try await probing(within: Self.patience) { sip, _ in
                var checks: [Evidence.Check] = []
                for uri in members { checks.append(await sip.life(of: uri)) }
                return checks
            }
        } catch {
            return [Evidence.Check(fqdn, .inconclusive, "\(error)")]
        }
    }

    /// Runs a body with an agent of its own, which is closed whatever happens.
    private func probing(
        within time: Duration,
        _ body: @Sendable (SIPProbing, UInt64) async throws -> [Evidence.Check]
    ) async throws -> [Evidence.Check] {
        guard let settings = database.settings.probing else { throw AdapterError.probesNothing }
        let seed = randomSeed()
        do {
            return try await SIPAgent.with(
                local: SIPEndpoint(host: settings.local, port: 0), .udp, seed: seed
            ) { agent in
                try await body(
                    SIPProbing(
                        agent: agent, front: settings.front,
                        patience: min(Self.patience, time)), seed)
            }
        } catch let error as SIPError {
            return [Evidence.Check("the agent at \(settings.local)", .inconclusive, "\(error)")]
        }
    }

    private struct Missing: Error {
        var check: Evidence.Check
    }

    /// The account of a pool and its servers; a check that says what is missing.
    private func side(of fqdn: String) async throws -> Result<SIPProbing.Side, Missing> {
        func missing(_ words: String) -> Result<SIPProbing.Side, Missing> {
            .failure(Missing(check: Evidence.Check(fqdn, .inconclusive, words)))
        }
        guard let address = database.settings.pools[Address.folded(fqdn)]?.probe else {
            return missing("the settings name no account for probes (pools, probe)")
        }
        let id = ResourceID(kind: .user, name: address)
        let homes = try await database.page(.resources([id]), after: nil, limit: 1, []).homes
        guard homes.count > 0 else { return missing("its account for probes has no home") }
        if case .present(.pool(let home)) = homes.home(at: 0),
            Address.folded(home) != Address.folded(fqdn)
        {
            return missing("its account for probes lives on \(home)")
        }
        let members = try await database.state(of: fqdn).members.map {
            try SIPAddress(parsing: $0).endpoint.description
        }
        let name = SIPName(address)
        let account = SIPAccount(
            try SIPAddress(user: name.user, host: name.host), password: probePassword)
        return .success(
            SIPProbing.Side(pool: Address.folded(fqdn), account: account, members: members))
    }

    /// A check for each application of a pool.
    private func applications(
        of side: SIPProbing.Side, _ sip: SIPProbing
    ) async throws -> [Evidence.Check] {
        let apps = try await database.state(of: side.pool).apps
        guard !apps.isEmpty else {
            return [Evidence.Check(side.pool, .passed, "it has no applications")]
        }
        var checks: [Evidence.Check] = []
        for app in apps {
            // An expression stands for many addresses: one of them must be told.
            let sample =
                database.settings.samples[app.expression]
                ?? (app.operation == 0 ? app.expression : nil)
            guard let sample else {
                checks.append(
                    Evidence.Check(
                        "application \(app.expression)", .inconclusive,
                        "the settings give no address that it fits (apps, samples)"))
                continue
            }
            let address = try SIPAddress(user: sample, host: side.account.address.host)
            checks.append(await sip.application(app.expression, at: address, as: side))
        }
        return checks
    }
}
