/// What would be done: data, never closures. It can be printed, hashed, saved, compared and reversed.

/// The plan of one estate: stages, steps in them, what gets no step, what refuses it, and what the way
/// back would be.
///
/// A plan may hold a million steps, so steps and what is left are small values that point into the
/// plan's own columns; `resource(of:)`, `poolName(_:)` and `place(_:)` turn them into words.
package struct Plan: Sendable {
    package static let format = "rehome.plan/1"
    /// The same as a stream of JSON Lines.
    package static let linesFormat = "rehome.plan-lines/1"

    /// SHA-256 over the steps that this plan authorises and what they rest on, in hexadecimal.
    package var digest: String
    /// The time by which holds were judged. Printed, never hashed.
    package var asOf: Instant
    package var desired: Desired
    package var observed: Observed
    package var summary: Summary
    package var pools: [PlanPool]
    package var stages: [Stage]
    /// By stage, then kind and folded name.
    package var steps: [Step]
    package var left: [Left]
    package var undo: Undo
    /// What a person does for the steps whose action is `operator`.
    package var operatorTasks: [OperatorTask] = []
    /// Rails that refuse what this plan would begin now. Empty means that it may be applied.
    package var refusals: [Refusal]
    package var findings: [Finding]
    /// How it stands to the plan of another revision; nil where it was compared with none.
    package var review: Review?
    /// The columns that steps and what is left point into.
    package var columns: Columns

    package init(
        digest: String, asOf: Instant, desired: Desired, observed: Observed, summary: Summary,
        pools: [PlanPool], stages: [Stage], steps: [Step], left: [Left], undo: Undo,
        refusals: [Refusal], findings: [Finding], columns: Columns
    ) {
        self.digest = digest
        self.asOf = asOf
        self.desired = desired
        self.observed = observed
        self.summary = summary
        self.pools = pools
        self.stages = stages
        self.steps = steps
        self.left = left
        self.undo = undo
        self.refusals = refusals
        self.findings = findings
        self.columns = columns
    }

    package struct Desired: Hashable, Sendable {
        package var digest: String
        package var revision: String?

        package init(digest: String, revision: String?) {
            self.digest = digest
            self.revision = revision
        }
    }

    package struct Observed: Hashable, Sendable {
        package var digest: String
        package var at: Instant
        package var gaps: [ConnectionGap]
        package var isComplete: Bool { gaps.isEmpty }

        package init(digest: String, at: Instant, gaps: [ConnectionGap]) {
            self.digest = digest
            self.at = at
            self.gaps = gaps
        }
    }

    package struct ConnectionGap: Hashable, Sendable {
        package var connection: String
        package var gap: Gap

        package init(connection: String, gap: Gap) {
            self.connection = connection
            self.gap = gap
        }
    }

    /// Counts of resources (and, for `retire` and `operator`, of steps).
    package struct Summary: Hashable, Sendable {
        package var move = 0
        /// Of `move`, those to an older product.
        package var back = 0
        package var retire = 0
        package var `operator` = 0
        package var blocked = 0
        package var held = 0
        package var drifted = 0
        package var unmanaged = 0
        package var missing = 0
        package var unchanged = 0
        package var irreversible = 0
        /// Of `move`, accounts that are disabled: they move like others and are counted apart.
        package var disabled = 0

        package init() {}
    }

    /// The way back of everything in this plan, summed up; its steps are computed on demand.
    package struct Undo: Hashable, Sendable {
        package var moves: Int
        package var prices: [Price]
        package var impossible: Int

        package init(moves: Int = 0, prices: [Price] = [], impossible: Int = 0) {
            self.moves = moves
            self.prices = prices
            self.impossible = impossible
        }
    }
}

/// A pool that a step or a remainder names: declared, or only observed.
package struct PlanPool: Hashable, Sendable {
    /// `metadata.name`; the FQDN for a pool that is not declared.
    package var name: String
    package var fqdn: String
    package var connection: String
    package var site: String?
    package var product: Product?

    package init(name: String, fqdn: String, connection: String, site: String?, product: Product?) {
        self.name = name
        self.fqdn = fqdn
        self.connection = connection
        self.site = site
        self.product = product
    }
}

/// Names, places and prices, once each or in one column each.
extension Plan {
    package struct Columns: Sendable {
        package var connections: [String] = []
        private var kinds: [Kind] = []
        private var names = ByteColumn()
        private var ownIDs = ByteColumn()
        package var files: [String] = []
        /// Lists of prices, of which steps name one; the first is the empty list.
        package var prices: [[Price]] = [[]]
        /// Sentences, of which what is left names one.
        package var texts: [String] = []
        private var fileIndex: [String: Int32] = [:]
        private var priceIndex: [[Price]: Int32] = [[]: 0]
        private var textIndex: [String: Int32] = [:]

        package init() {}

        package mutating func subject(
            kind: Kind, name: UnsafeRawBufferPointer, ownID: UnsafeRawBufferPointer
        ) -> Int32 {
            kinds.append(kind)
            names.append(name)
            ownIDs.append(ownID)
            return Int32(kinds.count - 1)
        }

        package func resource(_ subject: Int32) -> ResourceID {
            ResourceID(
                kind: kinds[Int(subject)], name: Address.withoutScheme(names[Int(subject)]))
        }

        package func kind(_ subject: Int32) -> Kind { kinds[Int(subject)] }

        package func ownID(_ subject: Int32) -> String? {
            let id = ownIDs[Int(subject)]
            return id.isEmpty ? nil : id
        }

        package func withName<Result>(
            _ subject: Int32, _ body: (UnsafeRawBufferPointer) throws -> Result
        ) rethrows -> Result {
            try names.withBytes(at: Int(subject), body)
        }

        package func withOwnID<Result>(
            _ subject: Int32, _ body: (UnsafeRawBufferPointer) throws -> Result
        ) rethrows -> Result {
            try ownIDs.withBytes(at: Int(subject), body)
        }

        package mutating func place(_ location: SourceLocation) -> Place {
            let file = Self.index(of: location.file, in: &files, &fileIndex)
            return Place(
                file: file, line: Int32(clamping: location.line),
                column: Int32(clamping: location.column))
        }

        package mutating func priceList(_ list: [Price]) -> Int32 {
            Self.index(of: list, in: &prices, &priceIndex)
        }

        package mutating func text(_ text: String) -> Int32 {
            Self.index(of: text, in: &texts, &textIndex)
        }

        private static func index<Value: Hashable>(
            of value: Value, in list: inout [Value], _ known: inout [Value: Int32]
        ) -> Int32 {
            if let index = known[value] { return index }
            list.append(value)
            let index = Int32(list.count - 1)
            known[value] = index
            return index
        }
    }

    /// A place in a manifest, as a row of `columns.files` with line and column.
    package struct Place: Hashable, Sendable {
        package var file: Int32
        package var line: Int32
        package var column: Int32
    }

    package func place(_ place: Place?) -> SourceLocation? {
        guard let place else { return nil }
        return SourceLocation(
            file: columns.files[Int(place.file)], line: Int(place.line), column: Int(place.column))
    }

    package func poolName(_ pool: Int32?) -> String? { pool.map { pools[Int($0)].name } }

    /// `user/ana@contoso.example`, or the name of a pool.
    package func words(of subject: Step.Subject) -> String {
        switch subject {
        case .resource(let row): columns.resource(row).description
        case .pool(let pool): pools[Int(pool)].name
        }
    }

    package func prices(of step: Step) -> [Price] { columns.prices[Int(step.price)] }
    package func pricesBack(of step: Step) -> [Price] { columns.prices[Int(step.back)] }

    /// Steps in stages that this plan authorises.
    package var authorisedSteps: [Step] { steps.filter { stages[Int($0.stage)].isAuthorised } }
}
