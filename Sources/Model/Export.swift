/// What is there, as manifests to begin with.

package struct Export: Sendable {
    /// Why a resource is in no manifest.
    package enum Reason: String, Hashable, Sendable, CaseIterable {
        case ambiguous = "another record has the same name"
        case noPool = "it has no pool"
        case foreignPool = "its pool is not declared"
        case retiredPool = "its pool is declared as retired"
        case onItsWay = "a move of it is under way"
        case split = "it lies on several pools"
        case unread = "its home could not be read"
        case unnameable = "its name cannot stand in a manifest"
    }

    package struct Skipped: Hashable, Sendable {
        package var count = 0
        /// The first ten, in the order of their names.
        package var examples: [String] = []

        package init() {}
    }

    /// New files, relative to the folder of manifests.
    package var edits: [FileEdit]
    /// How many resources are declared, by kind.
    package var counts: [Kind: Int]
    package var skipped: [Reason: Skipped]
    /// What could not be read at all.
    package var gaps: [Gap]

    package init(
        edits: [FileEdit] = [], counts: [Kind: Int] = [:], skipped: [Reason: Skipped] = [:],
        gaps: [Gap] = []
    ) {
        self.edits = edits
        self.counts = counts
        self.skipped = skipped
        self.gaps = gaps
    }
}
