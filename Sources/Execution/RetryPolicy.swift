/// When a step is tried again, and when it is given up.

import Model

/// Limits on trying again. A wait doubles with each attempt and is jittered, so that many steps that
/// failed together do not come back together.
package struct RetryPolicy: Hashable, Sendable {
    /// How often a step is tried in one run.
    package var attempts: Int
    /// The wait after the first attempt.
    package var delayFirst: Duration
    package var delayMax: Duration
    /// How often a step may be put off without an attempt: not to be seen, somebody else's move of it
    /// in flight, or a deployment that asks to come back later.
    package var postponements: Int

    package init(attempts: Int, delayFirst: Duration, delayMax: Duration, postponements: Int) {
        precondition(attempts > 0 && postponements > 0, "trying has limits, and they are above 0")
        precondition(delayFirst > .zero && delayMax >= delayFirst, "waits grow")
        self.attempts = attempts
        self.delayFirst = delayFirst
        self.delayMax = delayMax
        self.postponements = postponements
    }

    package static let standard = RetryPolicy(
        attempts: 5, delayFirst: .seconds(1), delayMax: .seconds(60), postponements: 20)

    /// How long to wait after attempt number n, from 1: between half of the doubled wait and all of it,
    /// and never less than the other side asked for.
    func delay(after attempt: Int, atLeast floor: Duration?, _ jitter: inout Jitter) -> Duration {
        let doublings = Int64(1) << Int64(min(max(attempt - 1, 0), 30))
        let full = min(delayFirst.milliseconds * doublings, delayMax.milliseconds)
        let wait = Duration.milliseconds(Int64.random(in: (full + 1) / 2...full, using: &jitter))
        return max(wait, floor ?? .zero)
    }
}

/// Randomness from a seed that comes in, so that a run can be repeated: SplitMix64.
struct Jitter: RandomNumberGenerator, Sendable {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
