/// What people are told of their moves, as a table for mail merge.

package import Model

package enum NoticesCSV {
    /// RFC 4180, with a head.
    package static func render(_ notices: [WaveNotice], _ side: WaveNotice.Side) -> String {
        let head = ["address", "wave", "from", "to", "when", "what changes", "change number"]
        let rows = notices.map { notice in
            [
                notice.address, notice.wave.description, notice.from, notice.to,
                notice.at?.description ?? "", words(notice.prices, side), notice.change ?? "",
            ]
        }
        return ([head] + rows).map { $0.map(cell).joined(separator: ",") + "\r\n" }.joined()
    }

    /// One sentence for each price; of moves that an earlier version made none is known.
    private static func words(_ prices: [Price]?, _ side: WaveNotice.Side) -> String {
        guard let prices else { return side == .before ? "" : "The move is done." }
        let sentences = Price.total([(prices, 1)]).compactMap(words)
        guard !sentences.isEmpty else { return "Nothing is to be done." }
        return sentences.joined(separator: " ")
    }

    private static func words(_ price: Price) -> String? {
        switch price.amount {
        case .count(0): nil
        case .count(let count): "\(price.what.words(count)) \(price.what.consequence(count))."
        case .unknown: "An unknown number of \(price.what.plural) \(price.what.consequence(2))."
        }
    }

    /// A cell that begins like a formula gets an apostrophe before it, which spreadsheets hide: else the name
    /// of a stranger would be run.
    private static func cell(_ text: String) -> String {
        let shown = Escaped.text(text)
        let isFormula = shown.first.map { "=+-@".contains($0) } ?? false
        let safe = isFormula ? "'" + shown : shown
        let isPlain = !isFormula && !safe.contains { ",\"'".contains($0) }
        return isPlain ? safe : "\"" + safe.replacing("\"", with: "\"\"") + "\""
    }
}

extension Price.What {
    /// What becomes of so many of it.
    fileprivate func consequence(_ count: Int) -> String {
        switch self {
        case .meetings: "must be sent again"
        case .clients: "must be put back to the older version"
        case .contacts: count == 1 ? "stays behind" : "stay behind"
        case .pins: "must be set anew"
        case .policies: count == 1 ? "has no equivalent" : "have no equivalent"
        case .features: count == 1 ? "is not there any more" : "are not there any more"
        case .outage: "must be expected"
        }
    }
}
