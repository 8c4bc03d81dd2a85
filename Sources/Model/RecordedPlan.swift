/// What the ledger keeps of a plan: what it authorised and what that costs, once by digest.

package struct RecordedPlan: Hashable, Sendable {
    package var digest: String
    package var campaign: String
    package var revision: String?
    package var at: Instant
    /// Sorted.
    package var steps: [StepID]
    /// What its steps cost; nil where an earlier version recorded it, which kept no prices.
    package var prices: StepPrices?

    package init(
        digest: String, campaign: String, revision: String?, at: Instant, steps: [StepID],
        prices: StepPrices? = nil
    ) {
        self.digest = digest
        self.campaign = campaign
        self.revision = revision
        self.at = at
        self.steps = steps
        self.prices = prices
    }

    /// The steps that a plan authorises, and their prices as they were seen when it was made.
    package init(of plan: Plan, at now: Instant) {
        let sorted = plan.authorisedSteps.map { (id: $0.id, price: $0.price) }
            .sorted { $0.id < $1.id }
        self.init(
            digest: plan.digest, campaign: plan.desired.digest, revision: plan.desired.revision,
            at: now, steps: sorted.map(\.id),
            prices: StepPrices(sorted.map(\.price), of: plan.columns.prices))
    }

    package func contains(_ step: StepID) -> Bool { place(of: step) != nil }

    /// What a step was to cost when the plan was made; nil where that was not kept, or is no step of it.
    package func price(of step: StepID) -> [Price]? {
        guard let prices else { return nil }
        return place(of: step).map(prices.list(at:))
    }

    private func place(of step: StepID) -> Int? {
        var low = 0
        var high = steps.count
        while low < high {
            let middle = (low + high) / 2
            if steps[middle] < step { low = middle + 1 } else { high = middle }
        }
        return low < steps.count && steps[low] == step ? low : nil
    }
}

/// Prices of the steps of a plan: few lists, each shared by many steps.
package struct StepPrices: Hashable, Sendable {
    /// In the order in which steps first have them.
    package var lists: [[Price]]
    /// For each step, in their order, 0 or the number of its list, from 1; empty where none costs anything.
    package var places: [Int32]

    package init(lists: [[Price]], places: [Int32]) {
        self.lists = lists
        self.places = places
    }

    /// - Parameters:
    ///   - rows: For each step its row.
    ///   - columns: Lists of prices by row; row 0 is that of what is free.
    fileprivate init(_ rows: [Int32], of columns: [[Price]]) {
        var place: [Int32: Int32] = [0: 0]
        var lists: [[Price]] = []
        var places: [Int32] = []
        places.reserveCapacity(rows.count)
        for row in rows {
            if place[row] == nil {
                lists.append(columns[Int(row)])
                place[row] = Int32(lists.count)
            }
            places.append(place[row] ?? 0)
        }
        self.init(lists: lists, places: lists.isEmpty ? [] : places)
    }

    fileprivate func list(at index: Int) -> [Price] {
        guard index < places.count, places[index] > 0 else { return [] }
        return lists[Int(places[index]) - 1]
    }
}
