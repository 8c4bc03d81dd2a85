/// Rules about names that documents use of one another.

import Model

extension Assembly {
    func report(
        _ rule: Rule, _ message: @autoclosure () -> String, at location: SourceLocation?,
        hint: @autoclosure () -> String? = nil
    ) {
        reading.diagnostics.report(rule, message(), at: location, hint: hint())
    }

    func adapter(ofConnection name: String) -> AdapterCatalog.Entry? {
        index(ofConnection: name)
            .flatMap { reading.adapters.entries[connections[$0].spec.adapter] }
    }

    func checkReferences() {
        for pool in pools { checkDeclared(.connection, pool.spec.connection) }
        for placement in placements {
            checkDeclared(.pool, placement.spec.pool)
            guard let pool = pool(named: placement.spec.pool.value), pool.spec.state == .retired
            else { continue }
            report(
                .retiredTarget, "the pool \(quoted(pool.name)) is retired and takes nobody",
                at: placement.spec.pool.location,
                hint: placement.spec.baseline
                    ? "take this baseline away in the same commit: everybody in it lives elsewhere"
                    : "place them on a pool that is serving")
        }
        for rollout in rollouts {
            for placement in rollout.spec.placements { checkDeclared(.placement, placement) }
            guard let upTo = rollout.spec.upTo else { continue }
            let waves = rollout.spec.waves.map(\.name)
            guard upTo.value != Rollout.nowhere, !waves.contains(upTo.value) else { continue }
            report(
                .unknownReference, "unknown wave \(quoted(upTo.value))", at: upTo.location,
                hint: suggestion(for: upTo.value, in: waves))
        }
    }

    /// Silent while some file was not read to its end: the name may stand in what was not read.
    func checkDeclared(_ kind: ManifestKind, _ name: Located<String>) {
        let declared = reading.names[kind] ?? [:]
        guard declared[name.value] == nil, !reading.isPartial else { return }
        let word = kind.rawValue.lowercased()
        report(
            .unknownReference, "unknown \(word) \(quoted(name.value))", at: name.location,
            hint: suggestion(for: name.value, in: declared.keys)
                ?? "declare it with a document of kind: \(kind.rawValue)")
    }

    func checkFreezes() {
        for freeze in policy?.spec.freezes ?? [] {
            let from = freeze.from.instant(.opening, in: zone)
            guard freeze.to.value.instant(.closing, in: zone) < from else { continue }
            report(
                .badTime, "the freeze ends before it begins", at: freeze.to.location,
                hint: "it begins at \(freeze.from.text)")
        }
    }
}
