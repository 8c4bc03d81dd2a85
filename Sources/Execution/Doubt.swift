/// What becomes of a step whose outcome nobody saw, once its resource is looked at.

import Model

/// A step in doubt, and who may still be working on it.
struct Doubt: Sendable {
    /// Until when the other side may still be working.
    var deadline: Instant
    /// Whether doing it twice does no harm.
    var repeatable: Bool
    /// Whether nobody can be working on it any more, whatever the deadline says: work on its connection
    /// ends with its runner, and that is gone, or its call has answered.
    var abandoned: Bool

    enum Verdict: Hashable, Sendable {
        case done(ownID: String?)
        /// It did not happen: it may be tried again.
        case notDone(String)
        /// It did not happen, and may not be tried again by us.
        case notRepeatable(String)
        case conflict(String)
        case gone
        /// Nobody can say yet.
        case open
        /// The deadline passed and nobody can say: it stays in doubt and is never repeated blindly.
        case stays
    }

    /// Judges what was seen by a look that was begun at a moment.
    ///
    /// While somebody may still be working on it, only being at the target settles a step. Whatever else
    /// was seen may change yet, and an attempt that acts after its outcome was recorded would undo what
    /// was decided since: a second attempt, another revision, the way back.
    func verdict(_ sighting: Sighting, of move: Move, lookedAt: Instant) -> Verdict {
        let isOver = lookedAt >= deadline
        switch sighting {
        case .target(let ownID): return .done(ownID: ownID)
        case .underway: return isOver ? .stays : .open
        case .elsewhere, .absent, .unseen, .source: break
        }
        guard isOver || abandoned else { return .open }
        switch sighting {
        case .elsewhere(let why): return .conflict(why)
        case .absent: return .gone
        case .source:
            let words = "it was seen on \(move.from) and not on its way"
            return repeatable || abandoned ? .notDone(words) : .notRepeatable(words)
        case .target, .underway, .unseen: return .stays
        }
    }
}
