/// How a stage stands: the one place that says what is open and what waits.

package import Model

/// Whether a stage may be entered, or what it waits for.
///
/// Plan, apply and `why` all print what this function says, so that calendars, soaks and gates are
/// judged in one place. Stages of rollouts stand waiting until the journey through waves is built.
///
/// - Parameters:
///   - stage: The stage asked about.
///   - settled: Ids of stages whose last step is settled.
/// - Returns: Open, or waiting with what releases it.
package func standing(of stage: Stage, settled: Set<String>) -> Standing {
    if stage.rollout != nil {
        return Standing(
            state: .waiting, waitsFor: "rollout-not-yet",
            releasedBy: "a version of rehome that carries out rollouts")
    }
    if let need = stage.needs.first(where: { !settled.contains($0) }) {
        return Standing(
            state: .waiting, waitsFor: need, releasedBy: "the last move of \(need)")
    }
    return Standing(state: .open)
}
