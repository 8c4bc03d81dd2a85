/// One application of one plan, and what the ledger records of it.

/// An id that sorts by time: `20261122-221319-1f3a`.
package struct RunID: Hashable, Sendable, Comparable, CustomStringConvertible {
    package var text: String

    package init(_ text: String) { self.text = text }

    package var description: String { text }

    package static func < (one: RunID, other: RunID) -> Bool { one.text < other.text }
}

package struct Run: Hashable, Sendable {
    package enum Outcome: String, Hashable, Sendable, CaseIterable {
        case succeeded
        /// Some steps failed, within the budget.
        case failed
        /// The budget was used up, or a gate failed its attempts.
        case halted
        /// For a gate, a soak, a window, an approval, an operator, or a step in doubt.
        case waiting
        case superseded
        case interrupted
        case cancelled
    }

    package var id: RunID
    package var plan: String
    /// Runs towards one desired digest form a campaign.
    package var campaign: String
    package var revision: String?
    package var by: Actor
    package var began: Instant
    package var ended: Instant?
    package var outcome: Outcome?
    /// Why it ended so, in one sentence.
    package var reason: String?
    package var counts: Counts
    /// Whether it halted because too many premises of its plan had changed. Known to whoever ran it;
    /// the ledger keeps it in the reason.
    package var isStale = false

    package init(
        id: RunID, plan: String, campaign: String, revision: String?, by: Actor, began: Instant,
        ended: Instant? = nil, outcome: Outcome? = nil, reason: String? = nil,
        counts: Counts = Counts()
    ) {
        self.id = id
        self.plan = plan
        self.campaign = campaign
        self.revision = revision
        self.by = by
        self.began = began
        self.ended = ended
        self.outcome = outcome
        self.reason = reason
        self.counts = counts
    }

    /// Steps by how they stand; `total` is what the run set out to do.
    package struct Counts: Hashable, Sendable {
        package var total = 0
        package var done = 0
        package var already = 0
        package var conflict = 0
        package var failed = 0
        package var inDoubt = 0
        package var gone = 0

        package init() {}
    }
}

/// A move as an adapter and the ledger see it: everything needed to do it, check it and name it.
package struct Move: Hashable, Sendable {
    package var step: StepID
    package var resource: ResourceID
    /// The deployment's own id as planned; nil where it has none.
    package var ownID: String?
    /// FQDNs.
    package var from: String
    package var to: String

    package init(step: StepID, resource: ResourceID, ownID: String?, from: String, to: String) {
        self.step = step
        self.resource = resource
        self.ownID = ownID
        self.from = from
        self.to = to
    }
}

/// A step that a run is about to begin.
package struct IntendedStep: Hashable, Sendable {
    package var run: RunID
    package var batch: Int
    package var connection: String
    package var move: Move
    package var placement: String
    package var bySelection: Bool
    /// From 1; one that ended with its runner uses up no retries.
    package var attempt: Int
    package var at: Instant
    /// Until when the other side may still be working on it.
    package var deadline: Instant
    package var repeatable: Bool

    package init(
        run: RunID, batch: Int, connection: String, move: Move, placement: String,
        bySelection: Bool,
        attempt: Int, at: Instant, deadline: Instant, repeatable: Bool
    ) {
        self.run = run
        self.batch = batch
        self.connection = connection
        self.move = move
        self.placement = placement
        self.bySelection = bySelection
        self.attempt = attempt
        self.at = at
        self.deadline = deadline
        self.repeatable = repeatable
    }
}

/// What became of one step.
package enum StepOutcome: Hashable, Sendable {
    case done
    /// It was already true, whoever did it.
    case already
    /// The premise changed: set aside, never forced.
    case conflict(String)
    /// The resource left the deployment: dropped, never a failure.
    case gone
    /// Accepted, not finished: look again at that time.
    case underway(until: Instant)
    case failed(Failure)

    package struct Failure: Hashable, Sendable {
        package enum Class: String, Hashable, Sendable {
            /// Worth trying again.
            case transient
            /// Set aside, listed, and taken up again by `rehome retry`.
            case permanent
            /// It may have happened: observing settles it, repeating blindly does not.
            case outcomeUnknown = "outcome-unknown"
        }

        package var `class`: Class
        package var message: String

        package init(_ class: Class, _ message: String) {
            self.class = `class`
            self.message = message
        }
    }
}

/// What a run or a person adds to the ledger. Entries of one commit are durable together or not at all.
package enum LedgerEntry: Hashable, Sendable {
    case planRecorded(RecordedPlan)
    case runBegan(Run)
    /// Durable before the batch begins.
    case batchIntended([IntendedStep])
    /// One outcome for each step that is settled. `attempt` says which try it was.
    case stepSettled(run: RunID, step: StepID, outcome: StepOutcome, at: Instant)
    case homeSettled(connection: String, SettledHome)
    case runEnded(
        run: RunID, outcome: Run.Outcome, reason: String?, counts: Run.Counts, at: Instant)
    case consentGiven(Consent)
    case instructed(Instruction)
    /// Declared or held resources, seen for the first time and not settled: an address is bound to the
    /// id under which it was seen first.
    case bound(connection: String, [BoundResource])
    case wave(WaveEvent)
    case retirement(RetirementEvent)
    /// These were taken back, or are about to be: they stay blocked in every later revision until a
    /// person lets them go forward again.
    case takenBack([StepID])
}
