/// How a stage stands: the one place that says what is open and what waits.

package import Model

/// What keeps anything new from beginning in a stage at a time, whatever else holds: a freeze of the
/// Policy, or a pause of the estate or of its rollout; nil where nothing does.
package func halt(
    of stage: Stage, by stops: Stops, _ freezes: [FreezeSpan], at time: Instant
) -> Standing? {
    if let freeze = freezes.first(where: { $0.covers(time) }) {
        return Standing(
            state: .waiting, waitsFor: "the freeze (\(freeze.reason))", since: freeze.from,
            releasedBy: "its end", earliest: freeze.to + .milliseconds(1))
    }
    guard let pause = stops.pause(ofRollout: stage.rollout, at: time) else { return nil }
    return Standing(
        state: .waiting, waitsFor: "the pause by \(pause.by) (\(pause.reason))",
        since: pause.since, releasedBy: "rehome resume",
        earliest: pause.until.map { $0 + .milliseconds(1) })
}

/// Whether a stage may be entered at a time, or what it waits for.
package func standing(
    of stage: Stage, settled: Set<String>, stops: Stops, freezes: [FreezeSpan], at time: Instant
) -> Standing {
    halt(of: stage, by: stops, freezes, at: time) ?? standing(of: stage, settled: settled)
}

/// Whether it is a stage's turn, or what it waits for.
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
