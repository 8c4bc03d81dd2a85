/// What one person is told about a move, before it or after.

/// A row for mail merge.
package struct WaveNotice: Hashable, Sendable {
    package enum Side: String, Hashable, Sendable, CaseIterable {
        case before
        case after
    }

    package var address: String
    package var wave: WaveID
    /// The names of pools.
    package var from: String
    package var to: String
    /// The earliest known beginning, or when it was done; nil where nobody can say.
    package var at: Instant?
    /// What it costs this person; nil where that is not known any more.
    package var prices: [Price]?
    /// The number of a change request.
    package var change: String?

    package init(
        address: String, wave: WaveID, from: String, to: String, at: Instant?, prices: [Price]?,
        change: String?
    ) {
        self.address = address
        self.wave = wave
        self.from = from
        self.to = to
        self.at = at
        self.prices = prices
        self.change = change
    }
}
