/// Rules about the pools of one deployment.

import Model

/// Generations of which no deployment may hold one of each group.
struct Exclusion {
    var groups: [[Product]]
    var source: String

    static let all = [
        Exclusion(
            groups: [[.ocs2007r2], [.lync2010], [.lync2013]],
            source: "Supported server migration paths and coexistence scenarios in Lync Server 2013"
        ),
        Exclusion(
            groups: [[.lync2010], [.lync2013], [.sfb2015]],
            source: "Plan to upgrade to Skype for Business Server 2015"),
        // That page has ways to it from Lync Server 2010 and 2013, and for older ones a new environment.
        Exclusion(
            groups: [[.ocs2007r2], [.sfb2015, .sfb2019, .sfbSE]],
            source: "Plan to upgrade to Skype for Business Server 2015"),
        Exclusion(
            groups: [[.lync2010], [.sfb2019, .sfbSE]],
            source: "Migration to Skype for Business Server 2019"),
    ]
}

extension Assembly {
    func checkDeployments() {
        let ofConnection = Dictionary(grouping: pools) { $0.spec.connection.value }
        for (_, pools) in ofConnection.sorted(by: { $0.key < $1.key }) {
            checkNames(of: pools)
            for exclusion in Exclusion.all { check(exclusion, in: pools) }
        }
    }

    private func checkNames(of pools: [Document<PoolSpec>]) {
        var seen: [String: SourceLocation] = [:]
        for pool in pools.sorted(by: { $0.spec.fqdn.location < $1.spec.fqdn.location }) {
            let name = pool.spec.fqdn
            let folded = Address.folded(name.value)
            if let first = seen[folded] {
                report(
                    .duplicateFQDN, "a second pool with the name \(quoted(name.value))",
                    at: name.location, hint: "the first one is at \(first)")
            } else {
                seen[folded] = name.location
            }
        }
    }

    private func check(_ exclusion: Exclusion, in pools: [Document<PoolSpec>]) {
        let living = pools.filter { $0.spec.state != .retired }
        var found: [Document<PoolSpec>] = []
        for group in exclusion.groups {
            let ofGroup = living.filter { group.contains($0.spec.product.value) }
            guard
                let first = ofGroup.min(by: { $0.spec.product.location < $1.spec.product.location })
            else { return }
            found.append(first)
        }
        let names = found.map { "\($0.name) (\($0.spec.product.value.rawValue))" }
        report(
            .coexistence, "generations that cannot coexist: \(names.joined(separator: ", "))",
            at: found.last?.spec.product.location,
            hint: "retire one generation before the next one comes; see \(exclusion.source)")
    }
}
