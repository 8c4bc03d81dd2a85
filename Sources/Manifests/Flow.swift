/// Rules about where selections by pool lead: a cycle never settles, a chain moves people twice.

import Model

/// "Who lives on `from` shall live on `to`", as some selection says.
struct Flow {
    var from: String
    var to: String
    var location: SourceLocation
}

extension Assembly {
    func checkFlows() {
        let poolsOfSite = Dictionary(grouping: pools, by: \.spec.site)
            .mapValues { $0.map(\.name) }
        for kind in Kind.allCases {
            let flows = flows(of: kind, poolsOfSite)
            guard !flows.isEmpty else { continue }
            let cyclic = reportCycles(in: flows)
            reportChains(in: flows, except: cyclic)
        }
    }

    /// The flows of one kind of resource between different pools, in the order of their places.
    private func flows(of kind: Kind, _ poolsOfSite: [String: [String]]) -> [Flow] {
        var flows: [Flow] = []
        for placement in placements {
            for selection in placement.spec.selections
            where (selection.subject == .apps) == kind.isApp && chooses(kind, selection) {
                for source in sources(of: selection, poolsOfSite)
                where source.from != placement.spec.pool.value {
                    flows.append(
                        Flow(
                            from: source.from, to: placement.spec.pool.value,
                            location: source.location))
                }
            }
        }
        return flows.sorted { ($0.location, $0.from) < ($1.location, $1.from) }
    }

    private func chooses(_ kind: Kind, _ selection: Selection) -> Bool {
        selection.conditions.allSatisfy { $0.key != "kind" || $0.anyOf.contains(kind.name) }
    }

    /// The pools that a selection takes people from, when it says so by pool or by site.
    private func sources(
        of selection: Selection, _ poolsOfSite: [String: [String]]
    ) -> [(from: String, location: SourceLocation)] {
        var chosen: [(from: String, location: SourceLocation)]?
        for condition in selection.conditions {
            let names: Set<String>
            switch condition.key {
            case "pool": names = Set(condition.anyOf)
            case "site":
                names = Set(condition.anyOf.flatMap { poolsOfSite[$0] ?? [] })
            default: continue
            }
            chosen =
                chosen.map { $0.filter { names.contains($0.from) } }
                ?? names.sorted().map { ($0, condition.location) }
        }
        return chosen ?? []
    }

    /// Reports every cycle once, at its last line, naming the others; the pools in cycles.
    private func reportCycles(in flows: [Flow]) -> Set<String> {
        let rest = Self.withoutEnds(
            Self.withoutEnds(flows, from: \.from, to: \.to), from: \.to, to: \.from)
        let outgoing = Dictionary(grouping: rest, by: \.from)
        var cyclic: Set<String> = []
        var searches = 0
        for flow in rest where !(cyclic.contains(flow.from) && cyclic.contains(flow.to)) {
            searches += 1
            guard searches <= Self.mostSearches else { break }
            guard let way = shortestWay(from: flow.to, to: flow.from, outgoing) else { continue }
            let cycle = ([flow] + way).sorted { $0.location < $1.location }
            cyclic.formUnion(cycle.flatMap { [$0.from, $0.to] })
            guard let last = cycle.last else { continue }
            let others = cycle.dropLast().map { "\($0.from) -> \($0.to) at \($0.location)" }
            report(
                .selectionCycle,
                "selections that never settle: \(last.from) -> \(last.to) here, "
                    + others.joined(separator: ", "),
                at: last.location, hint: "take one of them away, or name the people instead")
        }
        return cyclic
    }

    /// Ways back that are looked for; who has more circles than that mends some and looks again.
    private static let mostSearches = 1000

    /// Leaves out flows from pools that nothing leads to, again and again; what is left goes round, or
    /// comes from what does.
    private static func withoutEnds(
        _ flows: [Flow], from: KeyPath<Flow, String>, to: KeyPath<Flow, String>
    ) -> [Flow] {
        let leaving = Dictionary(grouping: flows) { $0[keyPath: from] }
        var arriving = flows.reduce(into: [String: Int]()) { $0[$1[keyPath: to], default: 0] += 1 }
        var ends = leaving.keys.filter { arriving[$0] == nil }
        var gone: Set<String> = []
        while let end = ends.popLast() {
            gone.insert(end)
            for flow in leaving[end] ?? [] {
                let pool = flow[keyPath: to]
                arriving[pool, default: 1] -= 1
                if arriving[pool] == 0 { ends.append(pool) }
            }
        }
        return flows.filter { !gone.contains($0[keyPath: from]) }
    }

    private func shortestWay(
        from start: String, to end: String, _ outgoing: [String: [Flow]]
    ) -> [Flow]? {
        var cameBy: [String: Flow] = [:]
        var front = [start]
        while !front.isEmpty, cameBy[end] == nil {
            var next: [String] = []
            for pool in front {
                for flow in outgoing[pool] ?? [] where flow.to != start && cameBy[flow.to] == nil {
                    cameBy[flow.to] = flow
                    next.append(flow.to)
                }
            }
            front = next
        }
        var way: [Flow] = []
        var pool = end
        while pool != start {
            guard let flow = cameBy[pool] else { return nil }
            way.append(flow)
            pool = flow.from
        }
        return way
    }

    private func reportChains(in flows: [Flow], except cyclic: Set<String>) {
        let arriving = Dictionary(
            flows.map { ($0.to, $0) }, uniquingKeysWith: { first, _ in first })
        for flow in flows where !cyclic.contains(flow.from) {
            guard let earlier = arriving[flow.from] else { continue }
            report(
                .selectionChain,
                "who comes to \(flow.from) by \(earlier.location) goes on to \(flow.to)",
                at: flow.location,
                hint: "if they shall stay on \(flow.from), choose by more than the pool here; "
                    + "if not, send them to \(flow.to) at once")
        }
    }
}
