/// The rail that asks for consent to what breaks.

import Model

extension Rails {
    /// Every price of a step that begins is accepted by name: on its placement, on its rollout, or once
    /// for this digest.
    ///
    /// A way back pays what is accepted for it alone, whatever the manifests accept.
    func price(_ steps: [Step], _ plan: Plan, isWayBack: Bool = false) -> [Refusal] {
        unpaid(steps, plan).sorted { $0.key < $1.key }.map { what, lists in
            let total = Price.total(
                lists.map { list, times in
                    (plan.columns.prices[Int(list)].filter { $0.what == what }, times)
                })
            let moves = lists.reduce(0) { $0 + $1.times }
            let isUnknown = total.contains { $0.amount == .unknown }
            var amounts = total.filter { $0.amount != .unknown }.map(\.amount.words)
            if isUnknown {
                amounts.append("nobody can say how many" + (amounts.isEmpty ? "" : " more"))
            }
            let amount = amounts.joined(separator: ", and ")
            let also = isUnknown ? ", acceptUnknown: [\(what.rawValue)]" : ""
            let flags =
                "--accept \(what.rawValue)"
                + (isUnknown ? " --accept-unknown \(what.rawValue)" : "")
            return Refusal(
                rail: .price,
                message:
                    "\(moves) move\(moves == 1 ? " costs" : "s cost") \(what.rawValue) (\(amount)) that nobody accepted: \(total.first?.detail ?? "")",
                hint:
                    isWayBack
                    ? "accept it by name: \(flags)"
                    : "accept it on the Placement (accept: [\(what.rawValue)]\(also)), or once for this plan: \(flags) --expect \(plan.digest.prefix(12))"
            )
        }
    }

    private typealias Unpaid = [Price.What: [(list: Int32, times: Int)]]

    /// Lists of prices with something in them that nobody accepted, and how many moves pay each.
    /// Consent is asked once for each placement and list, not for each of a million steps.
    private func unpaid(_ steps: [Step], _ plan: Plan) -> Unpaid {
        struct Bill: Hashable {
            var placement: Int32
            var list: Int32
        }
        var bills: [Bill: Int] = [:]
        for step in steps where step.price != 0 {
            bills[Bill(placement: step.placement, list: step.price), default: 0] += 1
        }
        let given = consent(for: plan.digest)
        var unpaid: Unpaid = [:]
        for (bill, times) in bills {
            let consent = consent(of: plan.columns.texts[Int(bill.placement)]).union(given)
            let refused = plan.columns.prices[Int(bill.list)].filter { !consent.covers($0) }
            for what in Set(refused.map(\.what)) {
                unpaid[what, default: []].append((bill.list, times))
            }
        }
        return unpaid
    }

    /// What a placement and its rollout accept.
    private func consent(of placement: String) -> PriceConsent {
        let own = desired.placements.first { $0.name == placement }?.consent ?? PriceConsent()
        return desired.rollouts.filter { $0.placements.contains(placement) }
            .reduce(own) { $0.union($1.consent) }
    }

    private func consent(for digest: String) -> PriceConsent {
        var consent = PriceConsent()
        for given in memory.consents where given.digest == digest {
            switch given.subject {
            case .price(let what): consent.accepted.insert(what)
            case .unknownPrice(let what): consent.acceptedUnknown.insert(what)
            case .override, .approval, .newLedger, .evacuation, .attestation: break
            }
        }
        return consent
    }
}
