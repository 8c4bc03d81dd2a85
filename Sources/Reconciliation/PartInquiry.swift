/// Why a pool, a stage or a rail is as it is: read off a plan made now.

package import Model

extension Reconciler {
    /// What is to be said of a declared pool; nil where none has this name.
    package func why(pool name: String, _ desired: DesiredState) async throws -> WhyPool? {
        guard let pool = desired.pool(named: name) else { return nil }
        let survey = try await look(desired, .wholeEstate)
        let plan = survey.plan
        let connection = survey.observed.connection(named: pool.connection)
        let entering = plan.steps.filter { plan.poolName($0.to) == name }
        let leaving = plan.steps.filter { plan.poolName($0.from) == name }
        return WhyPool(
            pool: pool, at: survey.observed.at, seen: seen(pool, connection),
            residents: connection.map { residents(of: pool, $0).counts } ?? [],
            gaps: (connection?.gaps ?? []).filter { gap in
                Kind.allCases.contains { gap.covers(pool: pool.fqdn, kind: $0) }
            }.sorted(),
            placements: desired.placements.filter { $0.pool == name }.map(\.name),
            arriving: plan.counts(of: entering), leaving: plan.counts(of: leaving),
            left: plan.countsOfLeft(for: name),
            refusals: (entering + leaving).contains { plan.stages[Int($0.stage)].isAuthorised }
                ? plan.refusals : [])
    }

    /// What is to be said of a stage; nil where a plan made now has none of this id.
    package func why(stage id: String, _ desired: DesiredState) async throws -> WhyStage? {
        let survey = try await look(desired, .wholeEstate)
        let plan = survey.plan
        guard let index = plan.stages.firstIndex(where: { $0.id == id }) else { return nil }
        return WhyStage(
            stage: plan.stages[index], at: survey.observed.at,
            steps: plan.counts(of: plan.steps.filter { Int($0.stage) == index }))
    }

    /// What is to be said of a rail.
    package func why(rail: Rail, _ desired: DesiredState) async throws -> WhyRail {
        let survey = try await look(desired, .wholeEstate)
        return WhyRail(
            rail: rail, at: survey.observed.at, limit: rail.limit(in: desired.policy),
            location: desired.policy.location, digest: survey.plan.digest,
            refusals: survey.plan.refusals.filter { $0.rail == rail })
    }

    private func seen(_ pool: Pool, _ connection: ObservedConnection?) -> Fact<ObservedPool> {
        guard let connection else { return .unknown(Gap(reason: "no adapter was asked")) }
        let folded = Address.folded(pool.fqdn)
        if let seen = connection.pools.first(where: { Address.folded($0.fqdn) == folded }) {
            return .present(seen)
        }
        return connection.gaps.first { $0.pool == nil }.map { .unknown($0) } ?? .absent
    }
}

extension Plan {
    fileprivate func counts(of steps: [Step]) -> [WhyCount] {
        struct Way: Hashable {
            var kind: Kind
            var from: Int32?
            var to: Int32?
        }
        var counts: [Way: Int] = [:]
        for step in steps {
            guard case .resource(let row) = step.subject else { continue }
            counts[Way(kind: columns.kind(row), from: step.from, to: step.to), default: 0] += 1
        }
        return counts.map { way, count in
            WhyCount(kind: way.kind, count: count, from: poolName(way.from), to: poolName(way.to))
        }.sorted(by: WhyCount.isBefore)
    }

    fileprivate func countsOfLeft(for pool: String) -> [WhyCount] {
        var counts: [Kind: [String: Int]] = [:]
        for entry in left where poolName(entry.wanted) == pool {
            guard case .resource(let row) = entry.subject else { continue }
            counts[columns.kind(row), default: [:]][entry.rule, default: 0] += 1
        }
        return counts.flatMap { kind, rules in
            rules.map { WhyCount(kind: kind, count: $1, rule: $0) }
        }.sorted(by: WhyCount.isBefore)
    }
}

extension [Kind: Int] {
    fileprivate var counts: [WhyCount] {
        map { WhyCount(kind: $0, count: $1) }.sorted { $0.kind < $1.kind }
    }
}

extension WhyCount {
    fileprivate static func isBefore(_ one: WhyCount, _ other: WhyCount) -> Bool {
        (one.kind.rawValue, one.from ?? "", one.to ?? "", one.rule ?? "")
            < (other.kind.rawValue, other.from ?? "", other.to ?? "", other.rule ?? "")
    }
}

extension Rail {
    /// The limit that a policy sets for it, as the policy would write it.
    fileprivate func limit(in policy: Policy) -> String? {
        let limits = policy.limits
        return switch self {
        case .movesPerRun: "limits.moves.perRun: \(limits.movesPerRun)"
        case .movesPercent: "limits.moves.percent: \(limits.movesPercent.formatted)"
        case .desiredShrunken:
            "limits.vanish: {percent: \(limits.vanish.percent.formatted), atLeast: \(limits.vanish.atLeast)}"
        case .desiredEmpty, .capacity, .arrivalOnClosedPool, .productFit, .price,
            .observationIncomplete, .readOnly, .freeze:
            nil
        }
    }
}

extension Double {
    /// Without a fraction that says nothing.
    fileprivate var formatted: String { self == rounded() ? String(Int(self)) : String(self) }
}
