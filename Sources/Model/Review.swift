/// How a plan stands to the one of the revision on which a change is based: what a reviewer agrees to.

package struct Review: Hashable, Sendable {
    /// Whose doing a step is.
    package enum Section: String, Hashable, Sendable, CaseIterable {
        /// Asked for by this change, and not by what it is based on.
        case change
        /// Asked for before, and somebody else moved the resource since rehome settled it.
        case drifted
        /// Asked for before, and not yet done.
        case pending
    }

    /// A step that what the change is based on asks for, and the change does not.
    package struct Dropped: Hashable, Sendable {
        package var id: StepID
        package var action: Step.Action
        /// Rows as in `Step`, of the plan under review.
        package var connection: Int32
        package var subject: Step.Subject
        package var from: Int32?
        package var to: Int32?

        package init(
            id: StepID, action: Step.Action, connection: Int32, subject: Step.Subject,
            from: Int32?, to: Int32?
        ) {
            self.id = id
            self.action = action
            self.connection = connection
            self.subject = subject
            self.from = from
            self.to = to
        }
    }

    /// Steps of a stage that were asked for before, and that this change lets begin or keeps waiting.
    package struct Turned: Hashable, Sendable {
        package var stage: String
        package var count: Int

        package init(stage: String, count: Int) {
            self.stage = stage
            self.count = count
        }
    }

    /// The commit on which the change is based.
    package var base: String
    /// Why sections are missing, or tell less than their names say; empty where nothing is lacking.
    package var lacks: [String]
    /// What the Policy of the base refuses of the base's own plan.
    package var baseRefusals: [Refusal]
    package var begins: [Turned]
    package var waits: [Turned]
    package var dropped: [Dropped]

    package init(
        base: String, lacks: [String] = [], baseRefusals: [Refusal] = [], begins: [Turned] = [],
        waits: [Turned] = [], dropped: [Dropped] = []
    ) {
        self.base = base
        self.lacks = lacks
        self.baseRefusals = baseRefusals
        self.begins = begins
        self.waits = waits
        self.dropped = dropped
    }
}

extension Plan {
    /// How many steps a section has; none where there is no review.
    package func count(of section: Review.Section) -> Int {
        steps.count { $0.section == section }
    }

    /// Rails that refuse this plan and did not refuse that of the base.
    package var railsAdded: [Rail] {
        Self.rails(refusals, without: review?.baseRefusals ?? refusals)
    }

    /// Rails that refused the plan of the base and do not refuse this one: each judged by the Policy
    /// that stands in its own revision.
    package var railsLifted: [Rail] { Self.rails(review?.baseRefusals ?? [], without: refusals) }

    private static func rails(_ all: [Refusal], without others: [Refusal]) -> [Rail] {
        Rail.allCases.filter { rail in
            all.contains { $0.rail == rail } && !others.contains { $0.rail == rail }
        }
    }
}
