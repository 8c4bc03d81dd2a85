/// What people record for runs to heed, also while one goes on.

/// One instruction, as the ledger keeps it: what, why, by whom, when.
package struct Instruction: Hashable, Sendable {
    package enum Deed: Hashable, Sendable {
        /// Leave these alone, through the last instant named; nil until they are released.
        case hold([ResourceID], owner: String, until: Instant?)
        case release([ResourceID])
        /// Nothing new begins there, through the last instant named; nil until it is resumed.
        case pause(PauseScope, until: Instant?)
        case resume(PauseScope)
        /// This run begins nothing more.
        case cancel(RunID)
        /// Steps that failed for good may be planned again.
        case retry([StepID])
        /// Steps that were taken back may be planned again.
        case goForward([StepID])
        /// A gate is open, or closed, whatever is measured, through the last instant named; nil is as it
        /// is measured.
        case decide(GateID, isOpen: Bool?, until: Instant?)
        /// Another revision wants to be applied.
        case announce(AnnouncedRevision)
    }

    package var deed: Deed
    package var reason: String?
    package var by: Actor
    package var at: Instant

    package init(_ deed: Deed, reason: String?, by: Actor, at: Instant) {
        self.deed = deed
        self.reason = reason
        self.by = by
        self.at = at
    }
}

/// Where a pause holds.
package enum PauseScope: Hashable, Sendable {
    case estate
    /// By name.
    case rollout(String)
}

/// What a run that goes on must know at once of the revision that comes after it.
package struct AnnouncedRevision: Hashable, Sendable {
    /// The digest of the desired state.
    package var desired: String
    package var revision: String?
    /// Whom its Holds name now.
    package var held: [ResourceID]
    package var freezes: [FreezeSpan]

    package init(
        desired: String, revision: String?, held: [ResourceID], freezes: [FreezeSpan]
    ) {
        self.desired = desired
        self.revision = revision
        self.held = held
        self.freezes = freezes
    }

    /// Tells of a desired state at a time: Holds that are over by then hold nobody.
    package init(of desired: DesiredState, at time: Instant) {
        let rows = desired.held
        let held = (0..<rows.count).filter { desired.holds[rows.owner(at: $0)].isActive(at: time) }
        self.init(
            desired: desired.digest, revision: desired.revision, held: held.map { rows[$0] },
            freezes: desired.policy.freezes.map(FreezeSpan.init))
    }
}

/// A freeze in time: from its first instant through its last.
package struct FreezeSpan: Hashable, Sendable {
    package var from: Instant
    package var to: Instant
    package var reason: String

    package init(from: Instant, to: Instant, reason: String) {
        self.from = from
        self.to = to
        self.reason = reason
    }

    package init(_ freeze: Policy.Freeze) {
        self.init(from: freeze.from.instant, to: freeze.to.instant, reason: freeze.reason)
    }

    package func covers(_ time: Instant) -> Bool { from <= time && time <= to }
}

/// The deployment's own id of a resource, when it was first seen.
package struct BoundResource: Hashable, Sendable {
    package var resource: ResourceID
    package var ownID: String

    package init(resource: ResourceID, ownID: String) {
        self.resource = resource
        self.ownID = ownID
    }
}
