/// The servers that send requests to pools: what each of them sees, and how they are told.

import Adapters
import Foundation
import Model

/// What one front knows at a moment.
struct FrontView: Sendable {
    /// `host:port` of its RPC.
    var name: String
    var dispatcher: Result<DispatcherList, RPCError>
    /// Its rows of the dialplan; nil where applications are not asked for, or it did not answer.
    var dialplan: [DialplanDump.Entry]?

    /// The members of a set as this front sees them; nil where it could not be asked.
    func members(ofSet set: Int) -> [DispatcherList.Member]? {
        guard case .success(let list) = dispatcher else { return nil }
        return list.sets.first { $0.id == set }?.members ?? []
    }
}

struct Fronts: Sendable {
    let endpoints: [RPCEndpoint]
    let client: RPCClient
    private let dialplan: Int?
    private let cache: String?

    /// How long an answer of RPC is waited for. It comes from memory.
    static let patience = Duration.seconds(5)

    init(_ settings: KamailioSettings, _ client: RPCClient) {
        endpoints = settings.fronts
        dialplan = settings.dialplan
        cache = settings.cache
        self.client = client
    }

    /// All fronts at once, in the order of the settings.
    func views() async -> [FrontView] {
        await each { endpoint in
            FrontView(
                name: endpoint.name, dispatcher: await dispatcher(of: endpoint),
                dialplan: await entries(of: endpoint))
        }
    }

    /// As `views`, without applications: how members are.
    func health() async -> [FrontView] {
        await each { FrontView(name: $0.name, dispatcher: await dispatcher(of: $0), dialplan: nil) }
    }

    private func dispatcher(of endpoint: RPCEndpoint) async -> Result<DispatcherList, RPCError> {
        do {
            return .success(
                try await client.call("dispatcher.list", at: endpoint, within: Self.patience))
        } catch {
            return .failure(error)
        }
    }

    private func entries(of endpoint: RPCEndpoint) async -> [DialplanDump.Entry]? {
        guard let dialplan else { return nil }
        do {
            let dump: DialplanDump = try await client.call(
                "dialplan.dump", [.number(dialplan)], at: endpoint, within: Self.patience)
            return dump.entries
        } catch {
            return nil
        }
    }

    /// Asks every front at the same time; answers stand in the order of the settings.
    private func each<Answer: Sendable>(
        _ ask: @escaping @Sendable (RPCEndpoint) async -> Answer
    ) async -> [Answer] {
        await withTaskGroup(of: (Int, Answer).self) { group in
            for (index, endpoint) in endpoints.enumerated() {
                group.addTask { (index, await ask(endpoint)) }
            }
            var answers: [(Int, Answer)] = []
            for await answer in group { answers.append(answer) }
            return answers.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }
}

// Telling them
extension Fronts {
    /// How long to wait before a front is asked again that reloads right now.
    private static let reloadPause = Duration.milliseconds(500)

    /// Has every front read a table anew. Kamailio does so once in `reload_delta` seconds (5 by default)
    /// and refuses meanwhile: then it is asked again until the time is over.
    ///
    /// - Parameters:
    ///   - method: `dispatcher.reload` or `dialplan.reload`.
    ///   - time: How long all of it may take.
    /// - Returns: Whether all did.
    func reload(_ method: String, within time: Duration) async -> Bool {
        let clock = ContinuousClock()
        let end = clock.now + time
        let heard = await each { endpoint in
            while true {
                do throws(RPCError) {
                    let _: Anything = try await client.call(
                        method, at: endpoint, within: Self.patience)
                    return true
                } catch {
                    guard error.isReloading, clock.now + Self.reloadPause < end else {
                        return false
                    }
                }
                guard (try? await Task.sleep(for: Self.reloadPause)) != nil else { return false }
            }
        }
        return heard.allSatisfy { $0 }
    }

    /// Tells one front where some users live. Those that it forgot it looks up again when it needs them.
    func tell(_ homes: [CachedRow], to endpoint: RPCEndpoint) async throws(RPCError) {
        guard let cache else { return }
        for home in homes {
            guard let set = Int(home.set) else { continue }
            let _: Anything = try await client.call(
                "htable.seti", [.text(cache), .text(home.key), .number(set)], at: endpoint,
                within: Self.patience)
        }
    }

    /// Tells all fronts at once; why one did not hear it stands in its place, in the order of the settings.
    func tellAll(_ homes: [CachedRow]) async -> [RPCError?] {
        await each { endpoint -> RPCError? in
            do throws(RPCError) {
                try await tell(homes, to: endpoint)
                return nil
            } catch {
                return error
            }
        }
    }

    /// Has a front read all homes anew.
    func reloadHomes(at endpoint: RPCEndpoint) async throws(RPCError) {
        guard let cache else { return }
        let _: Anything = try await client.call(
            "htable.reload", [.text(cache)], at: endpoint, within: .seconds(60))
    }

    /// How many of these homes a front has otherwise; nil where it could not be asked. What it does not
    /// have it asks the database for.
    func countBehind(_ homes: [CachedRow], at endpoint: RPCEndpoint) async -> Int? {
        guard let cache else { return 0 }
        var behind = 0
        for home in homes {
            do {
                let cached: CachedHome = try await client.call(
                    "htable.get", [.text(cache), .text(home.key)], at: endpoint,
                    within: Self.patience)
                if cached.set != home.set { behind += 1 }
            } catch {
                if case .refused = error { continue }
                return nil
            }
        }
        return behind
    }
}

/// A home as fronts keep it in memory.
struct CachedRow: Hashable, Sendable {
    /// `user@domain`, as the row has it.
    var key: String
    /// The dispatcher set.
    var set: String
}
