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
        for kind in Kind.allCases {
            let flows = flows(of: kind)
            guard !flows.isEmpty else { continue }
            let cyclic = reportCycles(in: flows)
            reportChains(in: flows, except: cyclic)
        }
    }

    /// The flows of one kind of resource between different pools, in the order of their places.
    private func flows(of kind: Kind) -> [Flow] {
        var flows: [Flow] = []
        for placement in placements {
            for selection in placement.spec.selections
            where (selection.subject == .apps) == kind.isApp && chooses(kind, selection) {
                for source in sources(of: selection) where source.from != placement.spec.pool.value
                {
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
    private func sources(of selection: Selection) -> [(from: String, location: SourceLocation)] {
        var chosen: [(from: String, location: SourceLocation)]?
        for condition in selection.conditions {
            let names: Set<String>
            switch condition.key {
            case "pool": names = Set(condition.anyOf)
            case "site":
                names = Set(pools.filter { condition.anyOf.contains($0.spec.site) }.map(\.name))
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
        var rest = flows
        while true {
            let sources = Set(rest.map(\.from))
            let targets = Set(rest.map(\.to))
            let next = rest.filter { targets.contains($0.from) && sources.contains($0.to) }
            if next.count == rest.count { break }
            rest = next
        }
        let outgoing = Dictionary(grouping: rest, by: \.from)
        var cyclic: Set<String> = []
        for flow in rest where !(cyclic.contains(flow.from) && cyclic.contains(flow.to)) {
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
