/// What becomes of a step whose outcome nobody saw, once its resource is looked at.

import Model

/// A step in doubt, and who may still be working on it.
struct Doubt: Sendable {
    /// Until when the other side may still be working.
    var deadline: Instant
    /// Whether doing it twice does no harm.
    var repeatable: Bool
    /// Whether the deployment accepted it, so that it may show later.
    var accepted: Bool
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
        case open(String)
        /// The deadline passed and nobody can say: it stays in doubt and is never repeated blindly.
        case stays(String)
    }

    /// Judges what was seen by a look that was begun at a moment.
    func verdict(_ sighting: Sighting, of move: Move, lookedAt: Instant) -> Verdict {
        let isOver = lookedAt >= deadline
        switch sighting {
        case .target(let ownID): return .done(ownID: ownID)
        case .elsewhere(let why): return .conflict(why)
        case .absent: return .gone
        case .underway:
            let words = "it is on its way to \(move.to)"
            return isOver ? .stays(words) : .open(words)
        case .unseen(let why):
            let words = "it could not be seen: \(why)"
            return isOver || abandoned ? .stays(words) : .open(words)
        case .source:
            let words = "it was seen on \(move.from) and not on its way"
            if abandoned { return .notDone(words) }
            if !isOver, accepted || !repeatable { return .open(words) }
            return repeatable ? .notDone(words) : .notRepeatable(words)
        }
    }
}
