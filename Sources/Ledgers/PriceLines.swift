/// What the steps of a plan cost, to the canonical line and back.

package import Model

extension StepPrices {
    /// The canonical text, as it stands in a commit; ledgers with tables keep it so.
    package var line: String {
        var writer = LineWriter()
        writer.object { $0.prices(self) }
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    /// Reads a line back.
    ///
    /// - Parameter line: What `line` gave.
    /// - Throws: `.damaged` where it is none.
    package init(line: String) throws(LedgerError) {
        do {
            self = try Members(try LineReader.value(of: Array(line.utf8))).prices()
        } catch {
            throw .damaged(error.message)
        }
    }
}

extension LineWriter {
    mutating func prices(_ prices: StepPrices) {
        list("lists") { writer in
            for list in prices.lists {
                writer.list { writer in
                    for price in list { writer.object { $0.price(price) } }
                }
            }
        }
        list("places") { writer in
            for place in prices.places { writer.number(nil, Int(place)) }
        }
    }

    /// An amount that nobody could say is null.
    private mutating func price(_ price: Price) {
        text("what", price.what.rawValue)
        switch price.amount {
        case .count(let count): number("count", count)
        case .unknown: text("count", nil)
        }
        text("detail", price.detail)
    }
}

extension Members {
    /// Nil where there are none: they were written by a version that kept no prices.
    func stepPrices(_ key: String) throws(UnreadableLine) -> StepPrices? {
        guard members.contains(where: { $0.key == key }) else { return nil }
        return try Members(try value(key)).prices()
    }

    fileprivate func prices() throws(UnreadableLine) -> StepPrices {
        var lists: [[Price]] = []
        for value in try list("lists") {
            guard case .list(let values) = value else { throw Self.wrong("lists") }
            var list: [Price] = []
            for value in values { list.append(try Members(value).price()) }
            lists.append(list)
        }
        var places: [Int32] = []
        for value in try list("places") {
            guard case .number(let place) = value, place >= 0, place <= lists.count else {
                throw Self.wrong("places")
            }
            places.append(Int32(place))
        }
        return StepPrices(lists: lists, places: places)
    }

    private func price() throws(UnreadableLine) -> Price {
        guard let what = Price.What(rawValue: try text("what")) else { throw Self.wrong("what") }
        let amount: Price.Amount
        switch try value("count") {
        case .null: amount = .unknown
        case .number(let count): amount = .count(count)
        default: throw Self.wrong("count")
        }
        return Price(what, amount, detail: try text("detail"))
    }
}
