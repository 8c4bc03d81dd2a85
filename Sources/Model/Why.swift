/// All that is to be said of one resource: where it is, why there, what is asked, and what is next.

/// The answer of `rehome why`. Pools are named as in a plan: by `metadata.name`, or by FQDN where they
/// are not declared.
package struct Why: Hashable, Sendable {
    package var resource: ResourceID
    package var connection: String
    /// When the deployment was looked at.
    package var at: Instant
    /// Where it is, as it was seen.
    package var home: Fact<Home>
    package var ownID: Fact<String>
    /// Under which other name rehome settled it, where its address has changed since.
    package var formerly: ResourceID?
    /// What rehome settled last; nil where it never did, or no ledger is at hand.
    package var lastApplied: LastApplied?
    /// What the manifests ask; nil where nobody asks for anything.
    package var asked: Asked?
    package var next: Next
    /// Records of the deployment that fold to the same name.
    package var others: [Other]
    /// What runs did about it, the latest first.
    package var history: [Event]

    package init(
        resource: ResourceID, connection: String, at: Instant, home: Fact<Home>,
        ownID: Fact<String>, formerly: ResourceID? = nil, lastApplied: LastApplied?, asked: Asked?,
        next: Next,
        others: [Other] = [], history: [Event] = []
    ) {
        self.resource = resource
        self.connection = connection
        self.at = at
        self.home = home
        self.ownID = ownID
        self.formerly = formerly
        self.lastApplied = lastApplied
        self.asked = asked
        self.next = next
        self.others = others
        self.history = history
    }
}

extension Why {
    package struct LastApplied: Hashable, Sendable {
        package var pool: String
        /// Where it was before rehome moved it; nil for who was already there.
        package var former: String?
        package var placement: String
        /// The run that settled it, when and by whom; nil where it was only found in place.
        package var run: RunID?
        package var at: Instant?
        package var by: Actor?

        package init(
            pool: String, former: String?, placement: String, run: RunID?, at: Instant?, by: Actor?
        ) {
            self.pool = pool
            self.former = former
            self.placement = placement
            self.run = run
            self.at = at
            self.by = by
        }
    }

    package struct Asked: Hashable, Sendable {
        package var pool: String
        package var placement: String
        package var bySelection: Bool
        /// The line that asks for it.
        package var reason: SourceLocation?

        package init(
            pool: String, placement: String, bySelection: Bool, reason: SourceLocation?
        ) {
            self.pool = pool
            self.placement = placement
            self.bySelection = bySelection
            self.reason = reason
        }
    }

    package enum Next: Hashable, Sendable {
        /// It is where it is asked for, or nothing is asked.
        case nothing
        case step(NextStep)
        case left(Remainder)
    }

    /// The step that a plan made now has for it.
    package struct NextStep: Hashable, Sendable {
        package var id: StepID
        package var action: Step.Action
        package var from: String?
        package var to: String?
        package var stage: String
        /// Whether an apply now may begin it.
        package var isAuthorised: Bool
        package var standing: Standing
        /// Stages that must be done before.
        package var after: [String]
        /// Resources whose steps must be done before.
        package var needs: [ResourceID]
        package var reversal: MoveRule.Reversal
        package var price: [Price]
        package var back: [Price]
        /// Rails that refuse the plan that holds it.
        package var refusedBy: [Rail]

        package init(
            id: StepID, action: Step.Action, from: String?, to: String?, stage: String,
            isAuthorised: Bool, standing: Standing, after: [String], needs: [ResourceID],
            reversal: MoveRule.Reversal, price: [Price], back: [Price], refusedBy: [Rail]
        ) {
            self.id = id
            self.action = action
            self.from = from
            self.to = to
            self.stage = stage
            self.isAuthorised = isAuthorised
            self.standing = standing
            self.after = after
            self.needs = needs
            self.reversal = reversal
            self.price = price
            self.back = back
            self.refusedBy = refusedBy
        }
    }

    /// Why a plan made now has no step for it, although something is asked.
    package struct Remainder: Hashable, Sendable {
        package var because: Left.Because
        package var rule: String
        package var detail: String
        package var until: ManifestTime?
        package var since: Instant?

        package init(
            because: Left.Because, rule: String, detail: String, until: ManifestTime?,
            since: Instant?
        ) {
            self.because = because
            self.rule = rule
            self.detail = detail
            self.until = until
            self.since = since
        }
    }

    package struct Other: Hashable, Sendable {
        /// As the deployment writes it.
        package var name: String
        package var home: Fact<Home>

        package init(name: String, home: Fact<Home>) {
            self.name = name
            self.home = home
        }
    }

    package struct Event: Hashable, Sendable {
        package var run: RunID
        package var at: Instant
        package var to: String
        /// Nil where nobody has seen how it ended.
        package var outcome: StepOutcome?

        package init(run: RunID, at: Instant, to: String, outcome: StepOutcome?) {
            self.run = run
            self.at = at
            self.to = to
            self.outcome = outcome
        }
    }
}
