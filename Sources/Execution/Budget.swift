/// How much of a stage may go wrong, and how much of it may be under way while nobody knows yet.

import Model

/// The counts of one stage, and what they allow.
struct StageLedger: Sendable {
    /// How many distinct resources may fail before the run halts.
    let allowance: Int
    /// How many premises may have changed before the plan is stale.
    let staleAllowance: Int
    let members: Int
    /// Members without an end, those that stay in doubt included in neither.
    var unfinished: Int
    /// Chosen for a batch, begun, or in doubt.
    var inFlight = 0
    var done = 0
    var failed = 0
    var conflicts = 0
    /// Members whose doubt stays; while there is one, the stage is not settled.
    var stuck = 0
    /// Members whom the next run tries again.
    var comesAgain = 0
    var isEntered = false

    /// - Parameters:
    ///   - members: Of this run.
    ///   - wave: With how many the wave began, in whichever run; nil where it is none.
    ///   - failed: How many of them failed in earlier runs.
    ///   - budget: How many of them may.
    ///   - stale: How many premises may have changed.
    init(
        members: Int, wave: Int? = nil, failed: Int = 0, budget: Policy.Share, stale: Policy.Share
    ) {
        self.members = members
        self.failed = failed
        unfinished = members
        allowance = budget.allowance(of: max(members, wave ?? 0))
        staleAllowance = stale.allowance(of: members)
    }

    var isOverBudget: Bool { failed > allowance }
    var isStale: Bool { conflicts > staleAllowance }
    var isSettled: Bool { isEntered && unfinished == 0 && stuck == 0 }
    /// Whether nobody of it is left to move, in this run or the next.
    var isOver: Bool { isSettled && comesAgain == 0 }

    /// What is in flight never exceeds one, or what is left of the budget plus what has succeeded where
    /// that is more: a stage starts slowly and widens. Steps in doubt stay in flight until observing
    /// has settled them.
    var room: Int { max(1, allowance - failed + done) - inFlight }
}
