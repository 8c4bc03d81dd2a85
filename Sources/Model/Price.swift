/// What breaks when something moves, said before it is paid for.

/// One thing that a move costs: how many of what, in the words a person accepts it by.
package struct Price: Hashable, Sendable, Comparable {
    /// What breaks. The raw value is the word of manifests (`accept: [meetings]`) and of plans.
    package enum What: String, Hashable, Sendable, CaseIterable, Comparable {
        /// Meetings to be sent again (`docs/reference/field.md`, "Prices": conf:// and meet:// meetings do not survive).
        case meetings
        /// Clients that must be put back to the older version.
        case clients
        /// Contact lists that stay behind.
        case contacts
        /// Dial-in PINs that must be set anew.
        case pins
        /// Policies without an equivalent.
        case policies
        /// Features that the older product does not have.
        case features
        /// A moment without service.
        case outage

        package static func < (one: What, other: What) -> Bool { one.rawValue < other.rawValue }
    }

    /// How many; that nobody can say is an answer of its own and is accepted on its own.
    package enum Amount: Hashable, Sendable {
        case count(Int)
        case unknown
    }

    package var what: What
    package var amount: Amount
    /// One sentence for a person, from the capability that sets the price.
    package var detail: String

    package init(_ what: What, _ amount: Amount, detail: String) {
        self.what = what
        self.amount = amount
        self.detail = detail
    }

    package static func < (one: Price, other: Price) -> Bool {
        (one.what, one.detail, one.amount.order) < (other.what, other.detail, other.amount.order)
    }
}

extension Price.Amount {
    /// Unknown comes last.
    var order: Int {
        switch self {
        case .count(let count): count
        case .unknown: .max
        }
    }

    /// Unknown plus anything is unknown.
    package static func + (one: Price.Amount, other: Price.Amount) -> Price.Amount {
        guard case .count(let left) = one, case .count(let right) = other else { return .unknown }
        return .count(left + right)
    }
}

/// Consent to prices, by name: to their counts, and to amounts that nobody can say.
package struct PriceConsent: Hashable, Sendable {
    package var accepted: Set<Price.What>
    package var acceptedUnknown: Set<Price.What>

    package init(accepted: Set<Price.What> = [], acceptedUnknown: Set<Price.What> = []) {
        self.accepted = accepted
        self.acceptedUnknown = acceptedUnknown
    }

    /// Whether this price may be paid. A count of nothing costs nothing.
    package func covers(_ price: Price) -> Bool {
        switch price.amount {
        case .count(0): true
        case .count: accepted.contains(price.what)
        case .unknown: accepted.contains(price.what) && acceptedUnknown.contains(price.what)
        }
    }

    package func union(_ other: PriceConsent) -> PriceConsent {
        PriceConsent(
            accepted: accepted.union(other.accepted),
            acceptedUnknown: acceptedUnknown.union(other.acceptedUnknown))
    }
}

extension Price {
    /// Lists of prices, each paid so many times, added up by what is paid and why. What nobody
    /// can say stands beside what is known and does not swallow it.
    package static func total(_ lists: [(prices: [Price], times: Int)]) -> [Price] {
        struct Key: Hashable {
            var what: What
            var detail: String
            var isKnown: Bool
        }
        var sums: [Key: Amount] = [:]
        for (prices, times) in lists {
            for price in prices {
                let key = Key(
                    what: price.what, detail: price.detail, isKnown: price.amount != .unknown)
                let amount: Amount =
                    switch price.amount {
                    case .count(let count): .count(count * times)
                    case .unknown: .unknown
                    }
                sums[key] = sums[key].map { $0 + amount } ?? amount
            }
        }
        return sums.map { Price($0.key.what, $0.value, detail: $0.key.detail) }.sorted()
    }
}
