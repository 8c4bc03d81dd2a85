/// A change and what it is based on, planned over the same look at the world.

package import Manifests
package import Model
import Planning

/// The revision on which a change is based.
package struct BaseRevision: Sendable {
    /// The full id of the commit.
    package var commit: String
    /// Its manifests, valid or not; they may also not be there.
    package var loaded: Loaded

    package init(commit: String, loaded: Loaded) {
        self.commit = commit
        self.loaded = loaded
    }

    /// What it asks for; nil where that cannot be told.
    package var desired: DesiredState? {
        if case .valid(let desired) = loaded { desired } else { nil }
    }

    /// Nothing at all, which a folder that does not exist yet asks for.
    var isEmpty: Bool {
        guard case .invalid(let diagnostics) = loaded else { return false }
        return diagnostics.allSatisfy { $0.rule == Rule.noManifests.rawValue }
    }
}

extension Reconciler {
    /// The plan of a change in the sections of a review. Changes nothing and remembers nothing.
    package func review(
        _ desired: DesiredState, _ part: Narrowing, since base: BaseRevision
    ) async throws -> Plan {
        let snapshot = try await snapshot(desired, and: [base.desired].compactMap(\.self))
        return review(desired, part, since: base, over: snapshot, at: snapshot.observed.at)
    }

    /// The same over a snapshot. Reaches nothing.
    package func review(
        _ desired: DesiredState, _ part: Narrowing, since base: BaseRevision,
        over snapshot: Snapshot, at now: Instant
    ) -> Plan {
        let plan = plan(desired, part, over: snapshot, at: now)
        let against: ReviewBase =
            if let before = base.desired {
                .plan(self.plan(before, part, over: snapshot, at: now))
            } else {
                base.isEmpty ? .nothing : .invalid
            }
        return Planner.review(plan, since: base.commit, against, snapshot.memory)
    }
}
