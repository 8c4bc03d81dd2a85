/// What goes into an `apply` and what comes out of it.

package import Execution
package import Ledgers
package import Model

/// What a person said with `apply`.
package struct ApplyOrder: Sendable {
    /// What the fresh plan may not go beyond.
    package enum Expectation: Sendable {
        /// The first digits of a digest.
        case digest(String)
        /// The steps of a reviewed plan.
        case plan(Plan)
    }

    package struct Override: Hashable, Sendable {
        package var rail: Rail
        /// The first digits of the digest for which the rail is lifted.
        package var digest: String

        package init(rail: Rail, digest: String) {
            self.rail = rail
            self.digest = digest
        }
    }

    package var expectation: Expectation?
    /// Only the steps of this plan are begun (`apply PLANFILE`).
    package var only: Plan?
    /// What to act on; nothing outside it is touched.
    package var part: Narrowing = .wholeEstate
    package var overrides: [Override] = []
    package var accepted: PriceConsent = PriceConsent()
    /// Names of pools that are given up: what lives there moves although they do not answer.
    package var evacuated: [String] = []
    /// What is to be taken back, instead of anything that the manifests ask for.
    package var wayBack: WayBackWish?
    /// Begin with a ledger that remembers nothing.
    package var beginsAnew = false
    /// Why, for the record; overrides, a new ledger and giving up a pool demand it.
    package var reason: String?
    package var by: Actor

    package init(by actor: Actor) { by = actor }
}

/// Whom `apply` asks and tells while it goes on.
package struct ApplyTalk: Sendable {
    /// Steps of an earlier run are looked at until a time.
    package var settling: @Sendable (Instant, Int) -> Void
    /// Whether the plan may be carried out; it is only asked where something would begin.
    package var confirm: @Sendable (Plan) async -> Bool
    package var progress: @Sendable (RunProgress) -> Void
    /// A gate was measured.
    package var measured: @Sendable (GateReading) -> Void
    /// A run has ended, and another one goes on with the next wave.
    package var ended: @Sendable (Applied) -> Void
    /// Something became of a pool on the way to its end.
    package var retired: @Sendable (RetirementEvent) -> Void = { _ in }
    /// A way back is about to be asked for, with all that it is about.
    package var takesBack: @Sendable (WayBackDraft) -> Void = { _ in }
    /// A wave that is halted goes back by itself now.
    package var rollsBack: @Sendable (BreachedWave) -> Void = { _ in }
    /// A wave stays halted although its rollout is to roll back by itself, and why.
    package var staysHalted: @Sendable (BreachedWave, String) -> Void = { _, _ in }
    package var stop: AsyncStream<RunMachine.Stop>

    package init(
        settling: @escaping @Sendable (Instant, Int) -> Void,
        confirm: @escaping @Sendable (Plan) async -> Bool,
        progress: @escaping @Sendable (RunProgress) -> Void,
        measured: @escaping @Sendable (GateReading) -> Void,
        ended: @escaping @Sendable (Applied) -> Void, stop: AsyncStream<RunMachine.Stop>
    ) {
        self.settling = settling
        self.confirm = confirm
        self.progress = progress
        self.measured = measured
        self.ended = ended
        self.stop = stop
    }
}

/// How an `apply` ended.
package indirect enum Applied: Sendable {
    /// Rails refuse the plan.
    case refused(Plan)
    /// It is not what was reviewed; steps that the review did not hold, or words why it is stale.
    case notExpected(Plan, added: [StepID], words: String)
    /// Policy wants approvals that nobody gave.
    case notApproved(Plan, ApprovalStanding)
    case declined(Plan)
    /// Somebody else acts, as `LedgerError` says; a run that goes on towards another state was told
    /// that this one comes next.
    case waitsForLease(LedgerError, told: RunID?)
    /// Nothing was to begin. What was found in place is recorded.
    case unchanged(Plan, AuditHead)
    /// With the plan as it stands afterwards, where waves are on their way, else as it was.
    case ran(Plan, Run, steps: [RecordedStep], AuditHead)
    /// A wave that is halted was to go back by itself, and how its way back ended.
    case rolledBack(BreachedWave, Applied)
}

extension Applied {
    /// Whether a run ended otherwise than it set out to.
    var isStopped: Bool {
        guard case .ran(_, let run, _, _) = self else { return false }
        return run.outcome != .succeeded && run.outcome != .waiting
    }
}
