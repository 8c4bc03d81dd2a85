/// What moves where in the embedded deployment, by what means and at what price: the field's rules, with
/// their sources.

package import Model

extension EmbeddedCatalog {
    /// How many steps a batch holds at most.
    private static let batch = 50

    /// What a connection offers whose moves take so long.
    package static func capabilities(settles: Duration = .zero) -> Capabilities {
        var moves = rules
        for index in moves.indices { moves[index].settles = settles }
        return Capabilities(
            performs: true, comparesAndSwaps: true, checksFencing: false, claims: false,
            endsWithRunner: true, selectableBy: attributes, moves: moves)
    }

    static func rule(for kind: Kind, from: Product, to: Product) -> MoveRule? {
        rules.first { $0.kind == kind && $0.from.contains(from) && $0.to.contains(to) }
    }

    /// One rule for each kind, source and group of targets that cost the same, there and back.
    private static let rules: [MoveRule] = Kind.allCases.flatMap { kind in
        Product.allCases.flatMap { from in rules(for: kind, from: from) }
    }

    private static func rules(for kind: Kind, from: Product) -> [MoveRule] {
        var found: [MoveRule] = []
        for to in Product.allCases where from.direction(to: to) != nil {
            var rule = rule(for: kind, between: from, and: to)
            if let index = found.firstIndex(where: { known in
                rule.to = known.to
                return known == rule
            }) {
                found[index].to.insert(to)
            } else {
                rule.to = [to]
                found.append(rule)
            }
        }
        return found
    }

    private static func rule(
        for kind: Kind, between from: Product, and to: Product
    ) -> MoveRule {
        let back = costs(of: kind, from: to, to: from)
        let means = means(for: kind, from: from, to: to)
        return MoveRule(
            kind: kind, from: [from], to: [to], means: means.0,
            grain: kind == .responseGroups ? .wholePool : .each,
            after: kind == .responseGroups
                ? [MoveRule.Precedence(kind: .user, scope: .allOnSource)] : [],
            costs: costs(of: kind, from: from, to: to), costsBack: back,
            reversal: back.isEmpty ? .free : .priced, batch: batch, settles: .zero,
            repeatable: kind != .responseGroups, source: means.1)
    }
}

// Sources: Microsoft's migration guides for Lync Server 2013 and Skype for Business Server 2019, and
// the reference pages of the cmdlets; `docs/reference/field.md` has their titles.
extension EmbeddedCatalog {
    /// What one resource pays. What has the measure `observed` is lost by the move itself.
    private static func costs(of kind: Kind, from: Product, to: Product) -> [MoveRule.Cost] {
        guard kind == .user, let direction = from.direction(to: to) else { return [] }
        switch direction {
        case .level: return []
        case .forward:
            guard from == .ocs2007r2, to != .lync2010 else { return [] }
            return [
                MoveRule.Cost(
                    .meetings, .observed,
                    detail:
                        "meetings scheduled on Office Communications Server must be opened and sent again"
                )
            ]
        case .back:
            var costs = [
                MoveRule.Cost(
                    .meetings, .observed,
                    detail: "meetings scheduled on the newer product stop working"),
                MoveRule.Cost(
                    .features, .one, detail: "the older product lacks features of the newer one"),
            ]
            if from == .teams {
                costs.append(
                    MoveRule.Cost(
                        .contacts, .observed, detail: "contacts do not come back from Teams"))
            } else {
                costs.append(
                    MoveRule.Cost(
                        .clients, .one, detail: "the client must be put back to the older version"))
            }
            return costs
        }
    }

    private static func means(
        for kind: Kind, from: Product, to: Product
    ) -> (MoveRule.Means, String) {
        let cloud = (from == .teams) != (to == .teams)
        let early: Set<Product> = [.ocs2007r2, .lync2010]
        if cloud, early.contains(from) || early.contains(to) {
            return (.impossible, "a hybrid deployment needs Lync Server 2013 or later")
        }
        switch kind {
        case .user:
            let legacy = from == .ocs2007r2 && to != .ocs2007r2 && !cloud
            return (.adapter, legacy ? "Move-CsLegacyUser" : "Move-CsUser")
        case .responseGroups where cloud:
            return (.operator, "response groups do not migrate: rebuild them as call queues")
        case .responseGroups:
            switch from.direction(to: to) {
            case .back: return (.adapter, "Move-CsApplicationEndpoint of their contacts")
            case .forward: return (.adapter, "Move-CsRgsConfiguration")
            case .level, nil:
                return (.adapter, "Export-CsRgsConfiguration, Import-CsRgsConfiguration")
            }
        case .accessNumber where cloud, .conferenceDirectory where cloud:
            return (.impossible, "Teams has its own dial-in conferencing")
        case .accessNumber: return (.adapter, "Move-CsApplicationEndpoint")
        case .conferenceDirectory: return (.adapter, "Move-CsConferenceDirectory")
        }
    }
}
