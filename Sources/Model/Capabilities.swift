/// What an adapter can do, as data: planning asks for nothing else.

package struct Capabilities: Hashable, Sendable {
    /// Whether it can change anything at all; a connection that only reads still gets a plan.
    package var performs: Bool
    /// Whether a move whose premise changed is refused by the deployment itself.
    package var comparesAndSwaps: Bool
    /// Whether work of a runner that lost its lease is refused by the deployment itself.
    package var checksFencing: Bool
    /// Whether a pool can carry its owner's name.
    package var claims: Bool
    /// Whether work cannot outlive the process that began it, so that nobody waits for its deadline.
    package var endsWithRunner: Bool
    /// Attributes to select by, in the spelling of their source, with that source for the reference.
    package var selectableBy: [Attribute]
    package var moves: [MoveRule]
    /// Whether it can say what changed since an earlier observation, so that not every look reads all.
    package var seesChanges = false
    /// Questions that it can measure an answer to.
    package var probes: Set<Probe.Question> = []
    /// Whether it can close a pool to new arrivals, open it again, and remove it.
    package var closesPools = false
    /// Whether it can move resources off a pool that does not answer any more.
    package var evacuates = false

    package init(
        performs: Bool, comparesAndSwaps: Bool, checksFencing: Bool, claims: Bool,
        endsWithRunner: Bool, selectableBy: [Attribute], moves: [MoveRule]
    ) {
        self.performs = performs
        self.comparesAndSwaps = comparesAndSwaps
        self.checksFencing = checksFencing
        self.claims = claims
        self.endsWithRunner = endsWithRunner
        self.selectableBy = selectableBy
        self.moves = moves
    }

    /// The rule for a move; nil means that this adapter knows no such move.
    package func rule(for kind: Kind, from: Product, to: Product) -> MoveRule? {
        moves.first { $0.kind == kind && $0.from.contains(from) && $0.to.contains(to) }
    }

    package struct Attribute: Hashable, Sendable {
        package var name: String
        package var source: String

        package init(name: String, source: String) {
            self.name = name
            self.source = source
        }
    }
}

/// How resources of one kind get from some products to others.
package struct MoveRule: Hashable, Sendable {
    package enum Means: String, Hashable, Sendable {
        case adapter
        /// No supported script does it: a person does, and rehome checks.
        case `operator`
        case impossible
    }

    package enum Grain: String, Hashable, Sendable {
        case each
        /// All resources of the kind on a pool move together (`docs/reference/field.md`, "Kinds": response groups).
        case wholePool
    }

    package enum After: String, Hashable, Sendable {
        /// Those that are related to it.
        case related
        /// All that this plan takes off the same source.
        case allOnSource
    }

    /// Whether what was done can be undone, and for what.
    package enum Reversal: String, Hashable, Sendable {
        case free
        case priced
        case never
    }

    package struct Precedence: Hashable, Sendable {
        package var kind: Kind
        package var scope: After

        package init(kind: Kind, scope: After) {
            self.kind = kind
            self.scope = scope
        }
    }

    /// What one resource pays: a count that is observed under `counted`, or one each.
    package struct Cost: Hashable, Sendable {
        package enum Measure: Hashable, Sendable {
            /// As many as the observed count of that name; unknown when it was not read.
            case observed
            case one
        }

        package var what: Price.What
        package var measure: Measure
        package var detail: String

        package init(_ what: Price.What, _ measure: Measure, detail: String) {
            self.what = what
            self.measure = measure
            self.detail = detail
        }
    }

    package var kind: Kind
    package var from: Set<Product>
    package var to: Set<Product>
    package var means: Means
    package var grain: Grain
    package var after: [Precedence]
    /// What the way there costs.
    package var costs: [Cost]
    /// What the way back costs; only where `reversal` is `priced`.
    package var costsBack: [Cost]
    package var reversal: Reversal
    /// Steps in a batch at most.
    package var batch: Int
    /// How long until a move that was accepted shows.
    package var settles: Duration
    /// Whether doing it twice does no harm.
    package var repeatable: Bool
    /// The cmdlet, command or page behind it, for the runbook and for errors.
    package var source: String

    package init(
        kind: Kind, from: Set<Product>, to: Set<Product>, means: Means, grain: Grain,
        after: [Precedence], costs: [Cost], costsBack: [Cost], reversal: Reversal, batch: Int,
        settles: Duration, repeatable: Bool, source: String
    ) {
        self.kind = kind
        self.from = from
        self.to = to
        self.means = means
        self.grain = grain
        self.after = after
        self.costs = costs
        self.costsBack = costsBack
        self.reversal = reversal
        self.batch = batch
        self.settles = settles
        self.repeatable = repeatable
        self.source = source
    }
}
