/// What moves where in the field's own deployments, by what means and at what price: one table for every
/// adapter that speaks to them, with its sources.

package import Model

/// The rules of Office Communications Server and its successors, as `docs/reference/resources.md` shows
/// them.
package enum FieldRules {
    /// How many steps a batch holds at most.
    private static let batch = 50

    /// One rule for each kind, source and group of targets that cost the same, there and back.
    package static let all: [MoveRule] = Kind.allCases.flatMap { kind in
        Product.allCases.flatMap { from in rules(for: kind, from: from) }
    }

    /// The rule for a move; nil across families of products.
    package static func rule(for kind: Kind, from: Product, to: Product) -> MoveRule? {
        all.first { $0.kind == kind && $0.from.contains(from) && $0.to.contains(to) }
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
        let way = Way(of: kind, from: from, to: to)
        let isSet = kind == .responseGroups || kind == .persistentChat
        return MoveRule(
            kind: kind, from: [from], to: [to], means: way.means,
            grain: isSet ? .wholePool : .each,
            after: kind.comesAfter.map { MoveRule.Precedence(kind: $0, scope: .allOnSource) },
            costs: costs(of: kind, from: from, to: to), costsBack: back,
            reversal: back.isEmpty ? .free : .priced, batch: batch, settles: .zero,
            repeatable: kind != .responseGroups, source: way.source)
    }
}

extension Kind {
    /// Kinds that leave a pool before this one does. Apps come after the users of their wave anyway.
    fileprivate var comesAfter: [Kind] {
        switch self {
        case .responseGroups, .umContact, .persistentChat, .voiceRoute: [.user]
        case .unassignedNumber: [.announcement]
        case .applicationEndpoint: [.trustedApplication]
        default: []
        }
    }
}

// Sources: Microsoft's migration guides for Lync Server 2013 and Skype for Business Server 2019, and
// the reference pages of the cmdlets; `docs/reference/field.md` has their titles.
extension FieldRules {
    /// What one resource pays. What has the measure `observed` is lost by the move itself.
    private static func costs(of kind: Kind, from: Product, to: Product) -> [MoveRule.Cost] {
        guard from.direction(to: to) != nil, from != .kamailio else { return [] }
        switch kind {
        case .user: return userCosts(from: from, to: to)
        case .umContact:
            return [outage("voice mail is out until ExchUCUtil.ps1 has run on Exchange")]
        case .trustedApplication:
            return [outage("its endpoints answer nobody until they have moved too")]
        case .persistentChat:
            return [outage("chat stands still while its data is exported and imported")]
        default: return []
        }
    }

    private static func outage(_ detail: String) -> MoveRule.Cost {
        MoveRule.Cost(.outage, .one, detail: detail)
    }

    private static func userCosts(from: Product, to: Product) -> [MoveRule.Cost] {
        switch from.direction(to: to) {
        case .level, nil: return []
        case .forward:
            if to == .teams {
                return [
                    MoveRule.Cost(
                        .policies, .observed,
                        detail: "policies do not carry over to Teams: assign them anew there")
                ]
            }
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
                        .clients, .observed,
                        detail: "the client must be put back to the older version"))
            }
            return costs
        }
    }
}
