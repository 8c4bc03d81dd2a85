/// How members of pools are, as every front sees them, and what follows.

import Adapters
import Model

/// The views of all fronts on pools, beside what the table of the dispatcher says.
struct PoolHealth: Sendable {
    let views: [FrontView]
    let sets: PoolSets

    /// Why no home may change while fronts keep homes in memory: one of them could not be told; nil where
    /// all answer.
    var muteFront: String? {
        for view in views {
            if case .failure(let error) = view.dispatcher {
                return
                    "front \(view.name) keeps homes in memory and cannot be told: \(error.message)"
            }
        }
        return nil
    }

    /// Why nobody may arrive on a pool now; nil where every front that answers has a member of it that
    /// takes requests. Without fronts in the settings nobody can say, and nothing hinders.
    func obstacleToEnter(_ fqdn: String) -> String? {
        obstacle(fqdn) { $0.takesRequests }
    }

    /// Why nobody may leave a pool now. One that somebody disabled on purpose is left like any other.
    func obstacleToLeave(_ fqdn: String) -> String? {
        obstacle(fqdn) { $0.takesRequests || $0 == .disabled }
    }

    private func obstacle(_ fqdn: String, _ isFine: (MemberState) -> Bool) -> String? {
        guard !views.isEmpty, let set = sets.set(of: fqdn).flatMap({ Int($0) }) else { return nil }
        let seen = views.compactMap { view in
            view.members(ofSet: set).map { (view.name, $0) }
        }
        guard !seen.isEmpty else { return "no front answers, so nobody can say how \(fqdn) is" }
        for (front, members) in seen where !members.contains(where: { isFine($0.state) }) {
            let states = members.map { "\($0.uri) is \($0.state.rawValue)" }.joined(separator: ", ")
            return
                "\(fqdn) takes no requests, as front \(front) sees it: \(states.isEmpty ? "it has no members there" : states)"
        }
        return nil
    }

    /// What a person should know, beside the members that the table has.
    func notices(_ table: [DispatcherRow]) -> [Notice] {
        missing
            + table.reduce(into: [Int: [DispatcherRow]]()) { $0[$1.set, default: []].append($1) }
            .sorted { $0.key < $1.key }.flatMap { notices(set: $0.key, $0.value) }
    }

    private var missing: [Notice] {
        views.compactMap { view in
            guard case .failure(let error) = view.dispatcher else { return nil }
            return Notice(
                .viewMissing, "front \(view.name) cannot be asked: \(error.message)",
                hint: "see whether it runs; what the other fronts see is judged without it")
        }
    }

    private func notices(set: Int, _ rows: [DispatcherRow]) -> [Notice] {
        let pool = sets.fqdn(ofSet: "\(set)")
        let seen = views.compactMap { view in
            view.members(ofSet: set).map { (name: view.name, members: $0) }
        }
        guard !seen.isEmpty else { return [] }
        let uris = Set(rows.map(\.uri)).sorted()
        var notices: [Notice] = []
        for uri in uris {
            let states = seen.map { view in
                (view.name, view.members.first { $0.uri == uri }?.state)
            }
            notices += notice(pool, uri, states).map { [$0] } ?? []
        }
        for view in seen {
            let strangers = Set(view.members.map(\.uri)).subtracting(uris).sorted()
            guard !strangers.isEmpty else { continue }
            notices.append(
                Notice(
                    .viewsDiffer, pool: pool,
                    "front \(view.name) sends requests for \(pool) to \(strangers.joined(separator: ", ")), which the table does not have",
                    hint: "kamcmd dispatcher.reload on that front"))
        }
        return notices
    }

    private func notice(
        _ pool: String, _ uri: String, _ states: [(front: String, state: MemberState?)]
    ) -> Notice? {
        let words = states.map { "front \($0.front): \($0.state?.rawValue ?? "not known")" }
            .joined(separator: ", ")
        let taking = states.count { $0.state?.takesRequests == true }
        if taking == states.count { return nil }
        guard taking == 0, states.allSatisfy({ $0.state != nil }) else {
            return Notice(
                .viewsDiffer, pool: pool, "fronts do not agree on \(uri) of \(pool): \(words)",
                hint: "look at that server and at kamcmd dispatcher.list on each front")
        }
        return Notice(
            .memberDown, pool: pool, "\(uri) of \(pool) takes no requests: \(words)",
            hint:
                "look at that server; rehome apply --evacuate moves people off a pool that will not come back"
        )
    }
}

/// A row of the dispatcher's table.
struct DispatcherRow: Hashable, Sendable {
    var set: Int
    var uri: String
    /// `dispatcher.flags`: 4 is disabled for good, 8 is pinged.
    var flags: Int

    var isClosed: Bool { flags & 4 != 0 }
}
